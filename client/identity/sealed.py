"""Seals payloads to one receiver, for one purpose; only the holder of the key reads them.

What a box is for (chain, request or attestation, the receiver's role) is bound to it, so a box
opens in no other place. A box does not say who made it: what is inside is believed for its
commitment on the ledger, or for the signature that it bears, never for having arrived. Source:
`client.hpke`; docs/identity.md#boxes.
"""

import json
from dataclasses import dataclass

from client import hpke
from client.errors import BadSealingKey, NotOpened
from client.identity.errors import BadPayload, NotForUs
from client.identity.payload import PAYLOAD_BYTES_MAX, SALT_BYTES, Opening, canonical

CITIZEN, IDP, RP, SOURCE = "citizen", "idp", "rp", "as"  # roles of receivers
_OVERHEAD_BYTES_MAX = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPurpose:
    """What a box is for: `about` is the request's or the attestation's 32-byte identifier."""

    chain_id: str
    about: bytes
    role: str

    @property
    def info(self) -> bytes:
        """lp(chain id) || lp(about) || lp(role), each length in 8 bytes, big-endian."""
        return hpke.info_of(self.chain_id.encode(), self.about, self.role.encode())


class BoxKey:
    """An X25519 key that others seal to. Never prints its secret."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of 32 secret bytes that serve nothing else."""
        self._key = hpke.SealingKey(seed)
        self.public = self._key.public

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
            return self._key.open(sealed, purpose.info)
        except NotOpened as error:
            raise NotForUs(error.message) from error


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
    try:
        return hpke.seal(data, receiver, purpose.info)
    except BadSealingKey as error:
        raise BadPayload(f"nothing can be sealed to this box key: {error.message}") from error


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
