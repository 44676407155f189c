"""Signed JSON (JWS) by Ed25519 and P-256 keys; the only module that reaches the JOSE library.

The kind of the key says the algorithm, never the token: a token of another, "none" and HMAC
included, is refused before its signature is looked at. Ed25519 is named in full (RFC 9864), or
EdDSA as before.
"""

import base64
import binascii
import json
import warnings
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey

from client.identity.errors import BadCredential
from primitives.crypto import ED25519, PublicKey
from primitives.errors import BadShape
from primitives.keys import P256, KeyPair, key_of
from primitives.p256 import coordinates_of, point_at

_ALGORITHMS = {ED25519: ["Ed25519", "EdDSA"], P256: ["ES256"]}  # the first of each signs
TOKEN_CHARS_MAX = 64 * 1024
_ID_BYTES = 32


def sign_json(key: KeyPair, kind: str, claims: Mapping[str, object]) -> str:
    """Return a compact JWS of `claims` whose header has `kind` as its typ, and the key as kid."""
    algorithms = _ALGORITHMS[key.public_key[:1]]
    header = {"alg": algorithms[0], "typ": kind, "kid": to_base64url(key.public_key)}
    private = _imported({**jwk_of(key.public_key), "d": to_base64url(key.seed)})
    return jws.serialize_compact(header, to_json(claims), private, algorithms=algorithms)


def verified_json(token: str, kind: str | None, key: PublicKey) -> dict[str, Any]:
    """Return the claims of a compact JWS by `key` of this typ; None takes any.

    Raises:
        BadCredential: the signature, the typ or the claims.
    """
    claims = _read(token, kind, key)
    if not isinstance(claims, dict):
        raise BadCredential("the token's claims are no object")
    return claims


def header_of(token: str) -> dict[str, Any]:
    """Return the header of a compact JWS; nothing is checked yet. Raises BadCredential."""
    return _json_part(token, 0)


def unverified_json(token: str) -> dict[str, Any]:
    """Return the claims of a compact JWS whose signature is not looked at. Raises BadCredential."""
    return _json_part(token, 1)


def key_named_in(token: str) -> PublicKey:
    """Return the key that a compact JWS says it is signed by; nothing is checked yet.

    Raises:
        BadCredential: the token has no header with a kid that is a kind byte and a key.
    """
    return _key(from_base64url(_json_part(token, 0).get("kid")), "kid")


def jwk_of(key: PublicKey) -> dict[str, str]:
    """Return a public key of kind 01 or 02 as a JWK. Raises BadCredential: of another kind."""
    if key[:1] == ED25519:
        return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(key[1:])}
    if key[:1] != P256:
        raise BadCredential("a passkey signs no token")
    x, y = coordinates_of(key[1:])
    return {"kty": "EC", "crv": "P-256", "x": to_base64url(x), "y": to_base64url(y)}


def key_of_jwk(jwk: object) -> PublicKey:
    """Return the key of an Ed25519 or P-256 JWK. Raises BadCredential."""
    form = (jwk.get("kty"), jwk.get("crv")) if isinstance(jwk, dict) else None
    if isinstance(jwk, dict) and form == ("OKP", "Ed25519"):
        return _key(ED25519 + from_base64url(jwk.get("x")), "x")
    if isinstance(jwk, dict) and form == ("EC", "P-256"):
        x, y = from_base64url(jwk.get("x")), from_base64url(jwk.get("y"))
        try:
            return PublicKey(P256 + point_at(x, y))
        except ValueError as error:
            raise BadCredential("the key of the JWK is no point of P-256") from error
    raise BadCredential("the key is no Ed25519 or P-256 JWK")


def read_id(text: object) -> bytes:
    """Return the 32 bytes of an identifier that a token names in hex. Raises ValueError."""
    if not isinstance(text, str) or len(text) != 2 * _ID_BYTES:
        raise ValueError(f"an identifier has {2 * _ID_BYTES} hex digits")
    data = bytes.fromhex(text)
    if len(data) != _ID_BYTES:
        raise ValueError("an identifier is hex digits and nothing else")
    return data


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


def _imported(jwk: dict[str, Any]) -> OKPKey | ECKey:
    return OKPKey.import_key(jwk) if jwk["kty"] == "OKP" else ECKey.import_key(jwk)


def _key(data: bytes, name: str) -> PublicKey:
    try:
        return key_of(data, name=name)
    except BadShape as error:
        raise BadCredential(f"no key of a known kind and length: {error.message}") from error


def _read(token: str, kind: str | None, key: PublicKey) -> object:
    _check_size(token)
    try:
        public = _imported(jwk_of(key))
        with warnings.catch_warnings():  # of the name EdDSA, which others still write
            warnings.simplefilter("ignore", SecurityWarning)
            found = jws.deserialize_compact(token, public, algorithms=_ALGORITHMS[key[:1]])
        if kind is not None and found.headers().get("typ") != kind:
            raise BadCredential(f"the token's typ is not {kind}")
        return json.loads(found.payload or b"", object_pairs_hook=_object)
    except (JoseError, ValueError, RecursionError) as error:
        raise BadCredential(f"the token does not verify: {error}") from error


def _json_part(token: str, place: int) -> dict[str, Any]:
    """Return a part of a compact JWS, 0 its header and 1 its claims, unverified."""
    _check_size(token)
    try:
        part = json.loads(from_base64url(token.split(".")[place]), object_pairs_hook=_object)
    except (ValueError, IndexError, RecursionError) as error:
        raise BadCredential("the token has no header or no claims that can be read") from error
    if not isinstance(part, dict):
        raise BadCredential("the token's header or claims are no object")
    return part


def _check_size(token: str) -> None:
    if len(token) > TOKEN_CHARS_MAX:
        raise BadCredential(f"a token of {len(token)} characters, at most {TOKEN_CHARS_MAX}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadCredential("a name is given twice in the token")
    return found
