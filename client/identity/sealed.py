"""Seals bytes to one receiver, for one purpose; only the holder of the receiver's key reads them.

HPKE in base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305. What a box is for (chain, request or
attestation, the receiver's role) is bound to it, so a box opens in no other place. A box does not
say who made it: what is inside is believed for its commitment on the ledger, or for the signature
that it bears, never for having arrived. Source: RFC 9180; docs/identity.md#boxes.
"""

import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from client.identity.errors import BadPayload, NotForUs
from client.identity.payload import PAYLOAD_BYTES_MAX, SALT_BYTES, Opening, canonical

BOX_KEY_BYTES = 32
CITIZEN, IDP, RP, SOURCE = "citizen", "idp", "rp", "as"  # roles of receivers
_OVERHEAD_BYTES_MAX = 1024
_LENGTH_BYTES = 8
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPurpose:
    """What a box is for: `about` is the request's or the attestation's 32-byte identifier."""

    chain_id: str
    about: bytes
    role: str

    @property
    def info(self) -> bytes:
        """lp(chain id) || lp(about) || lp(role), each length in 8 bytes, big-endian."""
        parts = (self.chain_id.encode(), self.about, self.role.encode())
        return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


class BoxKey:
    """An X25519 key that others seal to. Never prints its secret."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of 32 secret bytes that serve nothing else."""
        self._private = X25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"BoxKey(public={self.public.hex()})"

    def open(self, sealed: bytes, purpose: BoxPurpose, commit: bytes) -> Opening:
        """Return the payload that was sealed to this key and that `commit` is the commitment to.

        Raises:
            NotForUs: sealed to another key or for another purpose, or changed on the way.
            BadPayload, CommitMismatch: it is not what the ledger says.
        """
        opening = _read(self.open_bytes(sealed, purpose))
        opening.check(commit)
        return opening

    def open_bytes(self, sealed: bytes, purpose: BoxPurpose) -> bytes:
        """Return what was sealed to this key for this purpose. Raises NotForUs, BadPayload."""
        if len(sealed) > PAYLOAD_BYTES_MAX + _OVERHEAD_BYTES_MAX:
            raise BadPayload(f"{len(sealed)} bytes are more than any payload has")
        try:
            return _SUITE.decrypt(sealed, self._private, info=purpose.info)
        except InvalidTag as error:
            raise NotForUs("this key does not open it: made for another, or changed") from error


def seal(opening: Opening, receiver: bytes, purpose: BoxPurpose) -> bytes:
    """Return the payload and its salt, readable only by the owner of the 32-byte box key."""
    document = {
        "namespace": opening.namespace,
        "salt": opening.salt.hex(),
        "payload": opening.payload,
    }
    return seal_bytes(canonical(document), receiver, purpose)


def seal_bytes(data: bytes, receiver: bytes, purpose: BoxPurpose) -> bytes:
    """Return `data`, readable only by the owner of the box key. Raises BadPayload for the key."""
    if len(receiver) != BOX_KEY_BYTES:
        raise BadPayload(f"a box key has {BOX_KEY_BYTES} bytes, not {len(receiver)}")
    public = X25519PublicKey.from_public_bytes(receiver)
    try:
        return _SUITE.encrypt(data, public, info=purpose.info)
    except ValueError as error:
        raise BadPayload("nothing can be sealed to this box key") from error


def _read(data: bytes) -> Opening:
    try:
        document = json.loads(data)
        opening = Opening(
            namespace=str(document["namespace"]),
            salt=bytes.fromhex(document["salt"]),
            payload=document["payload"],
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPayload("the sealed bytes hold no payload with its salt") from error
    if len(opening.salt) != SALT_BYTES or canonical(document) != data:
        raise BadPayload("the sealed payload is not in canonical form")
    return opening
