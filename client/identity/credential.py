"""The citizen's credential: an SD-JWT VC of which each claim is shown or kept back alone.

An IdP signs it off the chain; it names the attestation on the ledger, where its status is. A
presentation is bound to one verifier and one nonce by the holder's key. Source: RFC 9901 (SD-JWT
with key binding); SD-JWT VC draft (typ dc+sd-jwt).
"""

import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from client.identity.errors import BadCredential
from client.identity.jose import (
    from_base64url,
    jwk_of,
    key_of_jwk,
    sign_json,
    to_base64url,
    to_json,
    verified_json,
)
from client.identity.payload import Payload, canonical
from primitives.crypto import PublicKey
from primitives.keys import KeyPair

CREDENTIAL = "dc+sd-jwt"
KEY_BINDING = "kb+jwt"
PRESENTATION_AGE_S_MAX = 300
_SALT_BYTES = 16
_DISCLOSURES_MAX = 64
_RESERVED = frozenset({"_sd", "...", "_sd_alg", "iss", "vct", "iat", "exp", "cnf", "att_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a credential says of itself. Times are Unix seconds."""

    issuer: str  # the agency's id
    kind: str  # the vct
    issued_at: int
    expires_at: int
    att_id: bytes  # the attestation on the ledger
    holder: PublicKey


@dataclass(frozen=True, slots=True)
class Credential:
    """A signed token and the disclosures of its claims; personal data, for the holder only."""

    token: str
    disclosures: tuple[str, ...]

    @property
    def compact(self) -> str:
        """The credential as the issuer hands it over."""
        return "~".join((self.token, *self.disclosures, ""))

    def __repr__(self) -> str:
        return f"Credential({len(self.disclosures)} claims)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """To whom a presentation is made: the verifier, its nonce, and when."""

    verifier: str
    nonce: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A presentation that verifies. Whether the attestation is active, the ledger says."""

    issuer: str
    kind: str
    att_id: bytes
    issued_at: int
    expires_at: int
    claims: dict[str, Any]


def issue_credential(key: KeyPair, terms: Terms, payload: Payload) -> Credential:
    """Return a credential of every claim of `payload`, each behind its own salt.

    Raises:
        BadPayload: the payload; or a claim's name that the format itself uses.
    """
    canonical(payload)
    if clash := _RESERVED & payload.keys():
        raise BadCredential(f"a claim cannot be named {min(clash)}")
    disclosures = tuple(_disclosure(name, value) for name, value in payload.items())
    claims = {
        "iss": terms.issuer,
        "vct": terms.kind,
        "iat": terms.issued_at,
        "exp": terms.expires_at,
        "att_id": terms.att_id.hex(),
        "cnf": {"jwk": jwk_of(terms.holder)},
        "_sd_alg": "sha-256",
        "_sd": sorted(map(_digest, disclosures)),  # sorted: the order says nothing
    }
    return Credential(sign_json(key, CREDENTIAL, claims), disclosures)


def read_credential(compact: str, issuer_key: PublicKey) -> Credential:
    """Return what an issuer handed over, if it verifies. Raises BadCredential."""
    token, *disclosures, end = _parts(compact)
    if end:
        raise BadCredential("a credential ends with ~; this is a presentation")
    claims = verified_json(token, CREDENTIAL, issuer_key)
    _disclosed(claims, disclosures)
    return Credential(token, tuple(disclosures))


def present(
    credential: Credential, names: Collection[str], holder: KeyPair, audience: Audience
) -> str:
    """Return a presentation that shows the claims `names` and no other.

    Raises:
        BadCredential: the credential has no such claim.
    """
    chosen = [item for item in credential.disclosures if _opened(item)[0] in names]
    if len(chosen) != len(set(names)):
        raise BadCredential("the credential lacks a claim that is to be shown")
    shown = "~".join((credential.token, *chosen, ""))
    binding = {
        "aud": audience.verifier,
        "nonce": audience.nonce,
        "iat": audience.at,
        "sd_hash": _digest(shown),
    }
    return shown + sign_json(holder, KEY_BINDING, binding)


def verify_presentation(presentation: str, issuer_key: PublicKey, audience: Audience) -> Shown:
    """Return what is shown to `audience`, whose `at` is now.

    Raises:
        BadCredential: a signature, the audience, the nonce, a disclosure, or an expiry.
    """
    token, *disclosures, binding = _parts(presentation)
    claims = verified_json(token, CREDENTIAL, issuer_key)
    if type(claims.get("exp")) is not int or claims["exp"] <= audience.at:
        raise BadCredential(f"the credential expired at {claims.get('exp')}")
    if type(claims.get("iat")) is not int:
        raise BadCredential("the credential does not say when it was issued")
    confirmation = claims.get("cnf")
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    bound = verified_json(binding, KEY_BINDING, key_of_jwk(jwk))
    _check_binding(bound, presentation[: -len(binding)], audience)
    try:
        att_id = bytes.fromhex(claims["att_id"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadCredential("the credential names no attestation") from error
    return Shown(
        issuer=str(claims.get("iss")),
        kind=str(claims.get("vct")),
        att_id=att_id,
        issued_at=claims["iat"],
        expires_at=claims["exp"],
        claims=_disclosed(claims, disclosures),
    )


def _check_binding(bound: dict[str, Any], shown: str, audience: Audience) -> None:
    if bound.get("aud") != audience.verifier:
        raise BadCredential("the presentation was made to another verifier")
    if not hmac.compare_digest(str(bound.get("nonce")).encode(), audience.nonce.encode()):
        raise BadCredential("the presentation answers another nonce")
    at = bound.get("iat")
    if type(at) is not int or abs(audience.at - at) > PRESENTATION_AGE_S_MAX:
        raise BadCredential(f"the presentation is older than {PRESENTATION_AGE_S_MAX} s")
    if bound.get("sd_hash") != _digest(shown):
        raise BadCredential("the presentation shows other claims than were signed")


def _disclosed(claims: dict[str, Any], disclosures: list[str]) -> dict[str, Any]:
    """Return the disclosed claims, each of which the issuer signed, once."""
    digests = claims.get("_sd", [])  # left out when nothing is hidden, as the name of the hash is
    if claims.get("_sd_alg", "sha-256") != "sha-256" or not isinstance(digests, list):
        raise BadCredential("the credential's digests are no list of sha-256")
    opened = [_opened(item) for item in disclosures]
    found = dict(opened)
    is_signed = all(digests.count(_digest(item)) == 1 for item in disclosures)
    if not is_signed or len(found) != len(opened) or _RESERVED & found.keys():
        raise BadCredential("a disclosure that the issuer did not sign, or that is there twice")
    return found


def _disclosure(name: str, value: object) -> str:
    salt = to_base64url(secrets.token_bytes(_SALT_BYTES))
    return to_base64url(to_json([salt, name, value]))


def _opened(disclosure: str) -> tuple[str, Any]:
    try:
        _salt, name, value = json.loads(from_base64url(disclosure))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCredential("a disclosure that cannot be read") from error
    if not isinstance(name, str):
        raise BadCredential("a disclosure without a name")
    return name, value


def _parts(compact: str) -> list[str]:
    parts = compact.split("~")
    if not 2 <= len(parts) <= _DISCLOSURES_MAX + 2 or not compact.isascii():
        raise BadCredential(f"{len(parts)} parts: no credential of at most {_DISCLOSURES_MAX}")
    return parts


def _digest(text: str) -> str:
    return to_base64url(sha256(text.encode("ascii")).digest())
