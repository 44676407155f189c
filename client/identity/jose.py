"""Signed JSON (JWS) by Ed25519 keys; the only module that reaches the JOSE library.

One algorithm, named in full (RFC 9864): a token of another, "none" and HMAC included, is refused
before its signature is looked at.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from client.identity.errors import BadCredential
from primitives.crypto import PUBLIC_KEY_BYTES, PublicKey, SigningKey

ALGORITHM = "Ed25519"
TOKEN_CHARS_MAX = 64 * 1024


def sign_json(key: SigningKey, kind: str, claims: Mapping[str, object]) -> str:
    """Return a compact JWS of `claims` whose header has `kind` as its typ, and the key as kid."""
    header = {"alg": ALGORITHM, "typ": kind, "kid": to_base64url(key.public_key)}
    private = OKPKey.import_key({**jwk_of(key.public_key), "d": to_base64url(key.seed)})
    return jws.serialize_compact(header, to_json(claims), private, algorithms=[ALGORITHM])


def verified_json(token: str, kind: str, key: PublicKey) -> dict[str, Any]:
    """Return the claims of a compact JWS by `key` of this typ. Raises BadCredential."""
    claims = _read(token, kind, key)
    if not isinstance(claims, dict):
        raise BadCredential("the token's claims are no object")
    return claims


def key_named_in(token: str) -> PublicKey:
    """Return the key that a compact JWS says it is signed by; nothing is checked yet.

    Raises:
        BadCredential: the token has no header with a kid of 32 bytes.
    """
    _check_size(token)
    try:
        header = json.loads(from_base64url(token.split(".", 1)[0]), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise BadCredential("the token has no header that can be read") from error
    key = from_base64url(header.get("kid") if isinstance(header, dict) else None)
    if len(key) != PUBLIC_KEY_BYTES:
        raise BadCredential(f"the token's kid has {len(key)} bytes, not {PUBLIC_KEY_BYTES}")
    return PublicKey(key)


def jwk_of(key: PublicKey) -> dict[str, str]:
    """Return a public key as a JWK."""
    return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(key)}


def key_of_jwk(jwk: object) -> PublicKey:
    """Return the Ed25519 key of a JWK. Raises BadCredential."""
    if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise BadCredential("the holder's key is no Ed25519 JWK")
    key = from_base64url(jwk.get("x"))
    if len(key) != PUBLIC_KEY_BYTES:
        raise BadCredential(f"the holder's key has {len(key)} bytes, not {PUBLIC_KEY_BYTES}")
    return PublicKey(key)


def to_json(value: object) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def to_base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: object) -> bytes:
    """Return the bytes of canonical base64url without padding. Raises BadCredential."""
    if not isinstance(text, str) or not text.isascii():
        raise BadCredential("no base64url text")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise BadCredential("no base64url text") from error
    if to_base64url(data) != text:
        raise BadCredential("base64url text that is not canonical")
    return data


def _read(token: str, kind: str, key: PublicKey) -> object:
    _check_size(token)
    try:
        public = OKPKey.import_key({**jwk_of(key)})
        found = jws.deserialize_compact(token, public, algorithms=[ALGORITHM])
        if found.headers().get("typ") != kind:
            raise BadCredential(f"the token's typ is not {kind}")
        return json.loads(found.payload or b"", object_pairs_hook=_object)
    except (JoseError, ValueError, RecursionError) as error:
        raise BadCredential(f"the token does not verify: {error}") from error


def _check_size(token: str) -> None:
    if len(token) > TOKEN_CHARS_MAX:
        raise BadCredential(f"a token of {len(token)} characters, at most {TOKEN_CHARS_MAX}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadCredential("a name is given twice in the token")
    return found
