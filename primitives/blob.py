"""Content kept beside the ledger: its byte forms, and what is signed about it. No IO.

A *content* is what the ledger names by one digest; it is stored as one or more *blobs*:

    blob 0, the head = [1, [digest of blob 1, ...], sealed]      content = H("blob", head)
    blob n           = sealed bytes                              H("blob", blob n) is in the head

So the ledger's one digest covers everything, and whoever holds the head can check each blob.
Source: docs/protocol.md#contents.
"""

from dataclasses import dataclass

from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    ZERO_DIGEST,
    Digest,
    PublicKey,
    Signature,
    digest,
)
from primitives.errors import BadShape, BadVersion
from primitives.ids import Address
from primitives.keys import Signer, verify_any
from primitives.limits import BLOB_BYTES_MAX, CONTENT_PARTS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of

VERSION = 1
HEAD_OVERHEAD_BYTES = 16  # of a head without parts, beside what it seals; rounded up
PART_ENTRY_BYTES = DIGEST_BYTES + 2
NONCE_BYTES = 16
_REQUEST_TAG = "blob-request"


def blob_digest(blob: bytes) -> Digest:
    """Return H("blob", blob); of a head it names the content."""
    return digest("blob", blob)


def payload_digest(payload: bytes) -> Digest:
    """Return what a request signs of the bytes that come with it; zeros when there are none."""
    return digest("blob-payload", payload) if payload else ZERO_DIGEST


@dataclass(frozen=True, slots=True)
class Head:
    """Blob 0 of a content: the digests of the other blobs in order, and what it seals itself."""

    parts: tuple[Digest, ...]
    sealed: bytes

    def encode(self) -> bytes:
        """Return the bytes whose digest names the content."""
        return encode((VERSION, self.parts, self.sealed))

    def digest_of(self, index: int) -> Digest:
        """Return the digest of blob `index`, which is at least 1. Raises BadShape."""
        if not 1 <= index <= len(self.parts):
            raise BadShape(f"blob {index} of a content with {len(self.parts)} beside its head")
        return self.parts[index - 1]


def read_head(blob: bytes) -> Head:
    """Return the head that `blob` encodes. Raises BadShape, BadVersion or an encoding error."""
    value = decode(blob, bytes_max=BLOB_BYTES_MAX, items_max=CONTENT_PARTS_MAX + 4, depth_max=3)
    fields = versioned(value, name="head", count=3)
    parts = array_of(fields[1], name="parts", count_max=CONTENT_PARTS_MAX)
    return Head(
        tuple(Digest(bytes_of(part, name="part", length=DIGEST_BYTES)) for part in parts),
        blob_of(fields[2], name="sealed", length_max=BLOB_BYTES_MAX),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRequest:
    """What an account asks of any node; it holds for a minute at most and at each node once."""

    chain_id: str
    method: str
    content: Digest
    index: int  # of the blob; 0 where a method is about the whole content
    payload: Digest  # payload_digest of what comes with it
    account: Address
    expires_at_ms: int
    nonce: bytes  # 16 random bytes

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return encode(
            (
                VERSION,
                self.chain_id,
                self.method,
                self.content,
                self.index,
                self.payload,
                self.account,
                self.expires_at_ms,
                self.nonce,
            )
        )

    def sign(self, key: Signer) -> Signature:
        """Return the signature of one of the account's keys."""
        return key.sign(_REQUEST_TAG, self.encode())

    def is_signed(self, public_key: PublicKey, signature: Signature) -> bool:
        """Return whether `signature` is `public_key`'s over this request."""
        return verify_any(public_key, _REQUEST_TAG, self.encode(), signature)


def versioned(value: Value, *, name: str, count: int) -> tuple[Value, ...]:
    """Return an array of `count` fields whose first is our version. Raises BadVersion, BadShape."""
    fields = fields_of(value, name=name, count=count)
    if type(fields[0]) is not int or fields[0] != VERSION:
        raise BadVersion(f"{name} version {fields[0]!r:.40}, known is {VERSION}")
    return fields
