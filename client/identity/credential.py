"""The citizen's credential: an SD-JWT VC of which each claim is shown or kept back alone.

An IdP signs it off the chain, by Ed25519 or P-256 (ES256). It names the attestation on the ledger,
where its status is, or a place in a status list, or both. A batch is several credentials of the
same claims for as many holder keys, to be shown once each. A presentation is bound to one verifier
and one nonce by the holder's key. Source: RFC 9901 (SD-JWT with key binding); SD-JWT VC draft (typ
dc+sd-jwt).
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from client.identity.disclosures import (
    ALGORITHM,
    ALWAYS_SHOWN,
    DIGESTS,
    DISCLOSURES_MAX,
    OF_THE_FORMAT,
    Hidden,
    Path,
    conceal,
    digest_of,
    needed_for,
    places,
    reveal,
)
from client.identity.errors import BadCredential
from client.identity.jose import (
    jwk_of,
    key_of_jwk,
    read_id,
    sign_json,
    unverified_json,
    verified_json,
)
from client.identity.payload import Payload, canonical
from client.identity.status_list import StatusPlace, place_of
from primitives.crypto import PublicKey
from primitives.keys import KeyPair

CREDENTIAL = "dc+sd-jwt"
KEY_BINDING = "kb+jwt"
PRESENTATION_AGE_S_MAX = 300
_OWN = ALWAYS_SHOWN | {"iat", "kid"}  # of the credential, not of the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a credential says of itself. Times are Unix seconds."""

    issuer: str  # the agency's id
    kind: str  # the vct
    issued_at: int
    expires_at: int
    att_id: bytes | None  # the attestation on the ledger; the same in all of a batch
    holder: PublicKey
    status: StatusPlace | None = None


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
    """A presentation that verifies. Whether it counts, the ledger or the status list says."""

    issuer: str
    kind: str
    att_id: bytes | None
    status: StatusPlace | None
    issued_at: int
    expires_at: int
    holder: PublicKey
    claims: dict[str, Any]


def issue_credential(key: KeyPair, terms: Terms, payload: Payload) -> Credential:
    """Return a credential of every claim of `payload`, each behind its own salt.

    What is `Hidden` within a claim is behind a salt of its own as well.

    Raises:
        BadPayload: the payload.
        BadCredential: a claim's name that the format itself uses.
    """
    canonical(_plain(payload))
    if clash := (_OWN | OF_THE_FORMAT) & payload.keys():
        raise BadCredential(f"a claim cannot be named {min(clash)}")
    hidden = {
        name: value if isinstance(value, Hidden) else Hidden(value)
        for name, value in payload.items()
    }
    concealed, disclosures = conceal(hidden)
    return Credential(sign_json(key, CREDENTIAL, _stated(terms) | concealed), disclosures)


def issue_batch(key: KeyPair, terms: Sequence[Terms], payload: Payload) -> tuple[Credential, ...]:
    """Return one credential of the payload for each of `terms`, with salts of its own.

    Raises:
        BadCredential: two have one holder key or one place in a status list, or name one
            attestation; those who see both would know them for one person's. As
            `issue_credential` besides.
    """
    holders = {each.holder for each in terms}
    listed = [each.status for each in terms if each.status is not None]
    named = [each.att_id for each in terms if each.att_id is not None]
    shared = len(holders) != len(terms) or len(set(named)) != len(named)
    if shared or len({(at.uri, at.index) for at in listed}) != len(listed):
        raise BadCredential("two credentials of a batch share a holder key, status or attestation")
    return tuple(issue_credential(key, each, payload) for each in terms)


def read_credential(compact: str, issuer_key: PublicKey) -> Credential:
    """Return what an issuer handed over, if it verifies. Raises BadCredential."""
    token, *disclosures, end = _parts(compact)
    if end:
        raise BadCredential("a credential ends with ~; this is a presentation")
    reveal(verified_json(token, CREDENTIAL, issuer_key), disclosures)
    return Credential(token, tuple(disclosures))


def check_issued(
    credential: Credential, issuer_key: PublicKey, terms: Terms, payload: Payload
) -> None:
    """Refuse a credential that is not of these terms, or does not keep each claim back.

    It may end before `terms.expires_at`; when it was issued, and its place in a status list, it
    says itself.

    Raises:
        BadCredential: another key signed it, it says something else, or shows a claim to all.
    """
    signed = verified_json(credential.token, CREDENTIAL, issuer_key)
    expected = _stated(terms)
    for name in ("iss", "vct", "cnf", "att_id"):
        if signed.get(name) != expected.get(name):
            raise BadCredential(f"the credential's {name} is not what was to be issued")
    ends_at = signed.get("exp")
    if type(ends_at) is not int or ends_at > terms.expires_at:
        raise BadCredential(f"the credential ends at {ends_at}, not by {terms.expires_at}")
    if more := sorted(signed.keys() - expected.keys() - {DIGESTS, "nbf", "status"}):
        raise BadCredential(f"the credential shows to all: {', '.join(more)}")
    place = place_of(signed.get("status"))
    if place is not None and signed["status"] != place.to_claim():
        raise BadCredential("the credential's status says more than a place in a list")
    claims = reveal(signed, credential.disclosures)
    held = {name: value for name, value in claims.items() if name not in _OWN}
    if held != _plain(payload):
        raise BadCredential("the credential's claims are not those that were attested")


def told_by(presentation: str) -> dict[str, Any]:
    """Return all that a presentation tells its verifier of the person, unverified.

    That is what the holder chose, and claims that the issuer put in clear. Raises BadCredential.
    """
    token, *disclosures, _ = _parts(presentation)
    claims = reveal(unverified_json(token), disclosures)
    return {name: value for name, value in claims.items() if name not in _OWN}


def hidden_in(credential: Credential) -> tuple[Path, ...]:
    """Return the places of what may be kept back: names of members and numbers of elements.

    Raises:
        BadCredential: the credential cannot be read.
    """
    return tuple(_places(credential))


def present(
    credential: Credential, chosen: Collection[str | Path], holder: KeyPair, audience: Audience
) -> str:
    """Return a presentation that shows the claims `chosen`, names or places, and no other.

    A place within another hidden one shows that too, with no more of it than must be.

    Raises:
        BadCredential: the credential has no such claim.
    """
    paths = [(place,) if isinstance(place, str) else place for place in chosen]
    disclosed = needed_for(paths, _places(credential))
    shown = "~".join((credential.token, *disclosed, ""))
    binding = {
        "aud": audience.verifier,
        "nonce": audience.nonce,
        "iat": audience.at,
        "sd_hash": digest_of(shown),
    }
    return shown + sign_json(holder, KEY_BINDING, binding)


def verify_presentation(presentation: str, issuer_key: PublicKey, audience: Audience) -> Shown:
    """Return what is shown to `audience`, whose `at` is now.

    Raises:
        BadCredential: a signature, the audience, the nonce, a disclosure, or a date.
    """
    token, *disclosures, binding = _parts(presentation)
    signed = verified_json(token, CREDENTIAL, issuer_key)
    claims = reveal(signed, disclosures)
    _check_dates(claims, audience.at)
    confirmation = claims.get("cnf")
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    holder = key_of_jwk(jwk)
    att_id, status = _attestation(claims), place_of(claims.get("status"))
    if att_id is None and status is None:
        raise BadCredential("the credential names nothing that says whether it counts")
    bound = verified_json(binding, KEY_BINDING, holder)
    _check_binding(bound, presentation[: -len(binding)], audience)
    return Shown(
        issuer=str(claims.get("iss")),
        kind=str(claims.get("vct")),
        att_id=att_id,
        status=status,
        issued_at=claims["iat"],
        expires_at=claims["exp"],
        holder=holder,
        claims={name: value for name, value in claims.items() if name not in _OWN},
    )


def _stated(terms: Terms) -> dict[str, object]:
    """Return what a credential says of itself, in clear."""
    claims: dict[str, object] = {
        "iss": terms.issuer,
        "vct": terms.kind,
        "iat": terms.issued_at,
        "exp": terms.expires_at,
        "cnf": {"jwk": jwk_of(terms.holder)},
        ALGORITHM: "sha-256",
    }
    if terms.att_id is not None:
        claims["att_id"] = terms.att_id.hex()
    if terms.status is not None:
        claims["status"] = terms.status.to_claim()
    return claims


def _check_dates(claims: dict[str, Any], now: int) -> None:
    if type(claims.get("exp")) is not int or claims["exp"] <= now:
        raise BadCredential(f"the credential expired at {claims.get('exp')}")
    if type(claims.get("iat")) is not int or claims["iat"] > now + PRESENTATION_AGE_S_MAX:
        raise BadCredential("the credential does not say when it was issued, or says a time ahead")
    if type(begins := claims.get("nbf", now)) is not int or begins > now:
        raise BadCredential(f"the credential begins at {begins}")


def _attestation(claims: dict[str, Any]) -> bytes | None:
    """Return the attestation's id, None when none is named. Raises BadCredential."""
    if "att_id" not in claims:
        return None
    try:
        return read_id(claims["att_id"])
    except (TypeError, ValueError) as error:
        raise BadCredential("the credential names no attestation") from error


def _check_binding(bound: dict[str, Any], shown: str, audience: Audience) -> None:
    if bound.get("aud") != audience.verifier:
        raise BadCredential("the presentation was made to another verifier")
    if not hmac.compare_digest(str(bound.get("nonce")).encode(), audience.nonce.encode()):
        raise BadCredential("the presentation answers another nonce")
    at = bound.get("iat")
    if type(at) is not int or abs(audience.at - at) > PRESENTATION_AGE_S_MAX:
        raise BadCredential(f"the presentation is older than {PRESENTATION_AGE_S_MAX} s")
    if bound.get("sd_hash") != digest_of(shown):
        raise BadCredential("the presentation shows other claims than were signed")


def _places(credential: Credential) -> dict[Path, str]:
    """Return where each disclosure belongs; what the holder has was verified when it came."""
    return places(unverified_json(credential.token), credential.disclosures)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON, with `Hidden` in it
    """Return the value as it is when all is shown."""
    if isinstance(value, Hidden):
        return _plain(value.value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _parts(compact: str) -> list[str]:
    parts = compact.split("~")
    if not 2 <= len(parts) <= DISCLOSURES_MAX + 2 or not compact.isascii():
        raise BadCredential(f"{len(parts)} parts: no credential of at most {DISCLOSURES_MAX}")
    return parts
