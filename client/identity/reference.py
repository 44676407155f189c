"""What an IdP tells a source after a consent: whose data is meant, and the scope to release.

A JWS by a key of the IdP's node, bound to the request and the consent, sealed to the source. The
scope goes along opened, so that the source releases its claims and no other.
"""

from dataclasses import dataclass
from typing import Any

from client.identity.errors import BadCredential
from client.identity.jose import key_named_in, read_id, sign_json, verified_json
from client.identity.payload import SALT_BYTES, Opening
from client.identity.scope import SCOPE_NAMESPACE
from primitives.keys import KeyPair

REFERENCE = "sapha-reference+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectReference:
    """Whose data a consent is about. `identifier` is personal: it never reaches the ledger."""

    idp: str
    source: str
    req_id: bytes
    con_id: bytes
    namespace: str
    identifier: str
    issued_at: int  # Unix seconds
    scope: Opening

    def __repr__(self) -> str:
        return f"SubjectReference({self.idp} to {self.source})"


def issue_reference(key: KeyPair, reference: SubjectReference) -> str:
    """Return the token that refers a source to a person; seal it before it is sent."""
    scope = {"salt": reference.scope.salt.hex(), "payload": reference.scope.payload}
    claims = {
        "iss": reference.idp,
        "aud": reference.source,
        "iat": reference.issued_at,
        "req_id": reference.req_id.hex(),
        "con_id": reference.con_id.hex(),
        "namespace": reference.namespace,
        "identifier": reference.identifier,
        "scope": scope,
    }
    return sign_json(key, REFERENCE, claims)


def read_reference(token: str) -> SubjectReference:
    """Return the reference that the key in the token's header signed.

    Raises:
        BadCredential: the signature, or a field that is missing or of another form.
    """
    stated = verified_json(token, REFERENCE, key_named_in(token))
    try:
        reference = SubjectReference(
            idp=_text(stated, "iss"),
            source=_text(stated, "aud"),
            req_id=read_id(stated["req_id"]),
            con_id=read_id(stated["con_id"]),
            namespace=_text(stated, "namespace"),
            identifier=_text(stated, "identifier"),
            issued_at=stated["iat"],
            scope=_opening(stated["scope"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadCredential(f"the reference lacks a field, or one is wrong: {error}") from error
    if type(reference.issued_at) is not int:
        raise BadCredential("the reference does not say when it was issued")
    return reference


def _text(stated: dict[str, Any], name: str) -> str:
    if not isinstance(stated[name], str):
        raise TypeError(f"{name} is no text")
    return str(stated[name])


def _opening(scope: dict[str, Any]) -> Opening:
    salt = bytes.fromhex(scope["salt"])
    if len(salt) != SALT_BYTES or not isinstance(scope["payload"], dict):
        raise ValueError("the scope is no opening")
    return Opening(namespace=SCOPE_NAMESPACE, salt=salt, payload=scope["payload"])
