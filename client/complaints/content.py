"""Content of a complaint: sealed under one random key each, cut into blobs, committed to.

    plain   = salt (32 bytes) || content, padded to a multiple of 256 bytes
    sealed  = nonce (24 bytes) || XChaCha20-Poly1305(plain piece; associated data)
    associated data = ["sapha/content", context, index, blobs]

A piece opens only as this blob of this content in this context, which is the case's id, so that
nobody moves a text into another case. Source: docs/protocol.md#contents;
draft-irtf-cfrg-xchacha-03 through libsodium.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError

from client.complaints.errors import BadContent, CommitmentMismatch, ContentTooLarge
from primitives.blob import HEAD_OVERHEAD_BYTES, PART_ENTRY_BYTES, Head, blob_digest, read_head
from primitives.codec import encode
from primitives.crypto import Digest, digest
from primitives.errors import Rejected
from primitives.limits import BLOB_BYTES_MAX, CONTENT_PARTS_MAX

KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
SALT_BYTES = 32
PAD_BYTES = 256
# What the ledger takes as the size of one item; a little is left for what is around the content.
CONTENT_BYTES_MAX = 16 * 1024 * 1024 - 16 * 1024
_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_AROUND_BYTES = _NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES
_PIECE_BYTES_MAX = BLOB_BYTES_MAX - _AROUND_BYTES

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class SealedContent:
    """A content ready to be put: its blobs, head first, and what opens it."""

    blobs: tuple[bytes, ...]
    commitment: Digest
    key: bytes = field(repr=False)

    @property
    def digest(self) -> Digest:
        """What the ledger names it by."""
        return blob_digest(self.blobs[0])

    @property
    def size(self) -> int:
        """Bytes of all blobs together."""
        return sum(map(len, self.blobs))


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened content, and the salt of its commitment."""

    content: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> Digest:
        """The commitment that must be on the ledger."""
        return commitment_of(self.salt, self.content)

    def check(self, commitment: bytes) -> None:
        """Raise CommitmentMismatch when the ledger's commitment is to something else."""
        if not hmac.compare_digest(self.commitment, commitment):
            raise CommitmentMismatch("the content and salt do not give the commitment")


def commitment_of(salt: bytes, content: bytes) -> Digest:
    """Return H("complaint-content", salt || content); tells nothing without the 32-byte salt."""
    return digest("complaint-content", salt + content)


def seal_content(content: bytes, context: bytes, progress: Progress | None = None) -> SealedContent:
    """Return `content` sealed under a fresh key and salt, to be opened in `context` only.

    Raises:
        ContentTooLarge: more than CONTENT_BYTES_MAX bytes.
    """
    if len(content) > CONTENT_BYTES_MAX:
        raise ContentTooLarge(f"{len(content)} bytes, at most {CONTENT_BYTES_MAX}")
    key, salt = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(SALT_BYTES)
    plain = memoryview(sodium_pad(salt + content, PAD_BYTES))
    parts = _parts_for(len(plain))
    head_bytes = min(len(plain), _head_piece_bytes(parts))
    blobs = []
    for index in range(1, parts + 1):
        start = head_bytes + (index - 1) * _PIECE_BYTES_MAX
        piece = bytes(plain[start : start + _PIECE_BYTES_MAX])
        blobs.append(_seal(key, piece, _bound_to(context, index, parts)))
        if progress is not None:
            progress(start + len(piece) - head_bytes, len(plain))
    sealed = _seal(key, bytes(plain[:head_bytes]), _bound_to(context, 0, parts))
    head = Head(tuple(blob_digest(blob) for blob in blobs), sealed)
    if progress is not None:
        progress(len(plain), len(plain))
    return SealedContent((head.encode(), *blobs), commitment_of(salt, content), key)


def open_content(key: bytes, blobs: Sequence[bytes], context: bytes) -> Opened:
    """Return the content of `blobs`, head first.

    Raises:
        BadContent: a blob is missing, changed or truncated; or the key or context is another.
    """
    try:
        head = read_head(blobs[0])
    except (Rejected, IndexError) as error:
        raise BadContent("the head is missing or malformed") from error
    parts = len(head.parts)
    if len(blobs) != parts + 1:
        raise BadContent(f"{len(blobs)} blobs, the head names {parts + 1}")
    if any(blob_digest(blob) != name for blob, name in zip(blobs[1:], head.parts, strict=True)):
        raise BadContent("a blob is not the one that the head names")
    pieces = [head.sealed, *blobs[1:]]
    try:
        plain = b"".join(
            _open(key, piece, _bound_to(context, index, parts))
            for index, piece in enumerate(pieces)
        )
        whole: bytes = sodium_unpad(plain, PAD_BYTES)
    except (CryptoError, ValueError) as error:
        raise BadContent("it does not open: changed, or another key or context") from error
    if len(whole) < SALT_BYTES:
        raise BadContent("it has no salt")
    return Opened(whole[SALT_BYTES:], whole[:SALT_BYTES])


def _parts_for(size: int) -> int:
    """Return how many blobs beside the head hold `size` bytes."""
    for parts in range(CONTENT_PARTS_MAX + 1):
        if _head_piece_bytes(parts) + parts * _PIECE_BYTES_MAX >= size:
            return parts
    raise ContentTooLarge(f"{size} bytes do not fit into {CONTENT_PARTS_MAX + 1} blobs")


def _head_piece_bytes(parts: int) -> int:
    return _PIECE_BYTES_MAX - HEAD_OVERHEAD_BYTES - parts * PART_ENTRY_BYTES


def _bound_to(context: bytes, index: int, parts: int) -> bytes:
    return encode(("sapha/content", context, index, parts + 1))


def _seal(key: bytes, piece: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed: bytes = crypto_aead_xchacha20poly1305_ietf_encrypt(piece, bound_to, nonce, key)
    return nonce + sealed


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    if len(sealed) < _AROUND_BYTES:
        raise ValueError("too short")
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    piece: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(rest, bound_to, nonce, key)
    return piece
