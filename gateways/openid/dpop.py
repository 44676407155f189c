"""Proofs of possession for tokens: who shows a token shows that they have its key (RFC 9449)."""

import json
from dataclasses import dataclass
from hashlib import sha256

from client.identity.errors import BadCredential
from client.identity.jose import header_of, jwk_of, key_of_jwk, to_base64url, verified_json
from gateways.openid.errors import INVALID_DPOP, OAuthRefused
from gateways.openid.store import Store
from primitives.crypto import PublicKey

KIND = "dpop+jwt"
_AGE_S_MAX = 60
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One request that a proof is for; `token` is what it is shown with, if any."""

    method: str
    url: str
    token: str | None = None


def thumbprint_of(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint of a key (RFC 7638)."""
    form = json.dumps(jwk_of(key), sort_keys=True, separators=(",", ":"))
    return to_base64url(sha256(form.encode()).digest())


def proven_key(proof: str, shown: Shown, store: Store, now: int) -> str:
    """Return the thumbprint of the key that made a proof for this request, once.

    Raises:
        OAuthRefused: invalid_dpop_proof.
    """
    try:
        jwk = header_of(proof).get("jwk")
        key = _public(jwk)
        claims = verified_json(proof, KIND, key)
    except BadCredential as error:
        raise OAuthRefused(INVALID_DPOP, error.message) from error
    if (claims.get("htm"), claims.get("htu")) != (shown.method, shown.url):
        raise OAuthRefused(INVALID_DPOP, "the proof is for another method or address")
    issued_at, identifier = claims.get("iat"), claims.get("jti")
    if not isinstance(issued_at, int | float) or not abs(issued_at - now) <= _AGE_S_MAX:
        raise OAuthRefused(INVALID_DPOP, "the proof is not of now")
    if shown.token is not None:
        digest = to_base64url(sha256(shown.token.encode()).digest())
        if claims.get("ath") != digest:
            raise OAuthRefused(INVALID_DPOP, "the proof is for another token")
    thumbprint = thumbprint_of(key)
    if not isinstance(identifier, str) or not store.is_first(
        "proof", f"{thumbprint} {identifier}", int(issued_at) + 2 * _AGE_S_MAX
    ):
        raise OAuthRefused(INVALID_DPOP, "the proof was used before")
    return thumbprint


def _public(jwk: object) -> PublicKey:
    if isinstance(jwk, dict) and _PRIVATE & jwk.keys():
        raise BadCredential("the proof shows a secret")
    return key_of_jwk(jwk)
