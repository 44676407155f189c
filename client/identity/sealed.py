"""Seals an opened payload to one receiver; only the holder of the receiver's seed reads it.

A sealed box hides who sent it, so what is inside is believed for its commitment on the ledger,
never for having arrived. Source: libsodium, crypto_box_seal.
"""

import json

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from client.identity.errors import BadPayload, NotForUs
from client.identity.payload import PAYLOAD_BYTES_MAX, SALT_BYTES, Opening, canonical

BOX_KEY_BYTES = 32
_OVERHEAD_BYTES_MAX = 1024


class BoxKey:
    """An X25519 key that others seal to. Never prints its secret."""

    __slots__ = ("_box", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of a 32-byte seed that serves nothing else."""
        private = PrivateKey.from_seed(seed)
        self._box = SealedBox(private)
        self.public = private.public_key.encode()

    def __repr__(self) -> str:
        return f"BoxKey(public={self.public.hex()})"

    def open(self, sealed: bytes, commit: bytes) -> Opening:
        """Return the payload that was sealed to this key and that `commit` is the commitment to.

        Raises:
            NotForUs: sealed to another key, or changed on the way.
            BadPayload, CommitMismatch: it is not what the ledger says.
        """
        if len(sealed) > PAYLOAD_BYTES_MAX + _OVERHEAD_BYTES_MAX:
            raise BadPayload(f"{len(sealed)} bytes are more than any payload has")
        try:
            data = self._box.decrypt(sealed)
        except CryptoError as error:
            raise NotForUs("this key does not open it: made for another, or changed") from error
        opening = _read(data)
        opening.check(commit)
        return opening


def seal(opening: Opening, receiver: bytes) -> bytes:
    """Return the payload and its salt, readable only by the owner of the 32-byte box key."""
    if len(receiver) != BOX_KEY_BYTES:
        raise BadPayload(f"a box key has {BOX_KEY_BYTES} bytes, not {len(receiver)}")
    document = {
        "namespace": opening.namespace,
        "salt": opening.salt.hex(),
        "payload": opening.payload,
    }
    sealed: bytes = SealedBox(PublicKey(receiver)).encrypt(canonical(document))
    return sealed


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
