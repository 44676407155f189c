"""Wraps: a content's key sealed to each reader's X25519 key, and opening it again.

A wrap is a libsodium sealed box over key || content digest, so it fits one content only. Who gets
one is decided by whoever makes it; a prior reader cannot be made to forget. Source: libsodium,
crypto_box_seal; RFC 7748 §6.1 on keys of low order.
"""

import secrets
from collections.abc import Iterable, Sequence

from nacl.bindings import crypto_scalarmult
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumError
from nacl.public import PrivateKey, PublicKey, SealedBox

from client.complaints.content import KEY_BYTES, Opened, open_content
from client.complaints.errors import BadContent, BadReadingKey, MissingWrap, RepeatedWrap
from primitives.blob import blob_digest
from primitives.blob_documents import BOX_KEY_BYTES, Wrap, WrapsDocument
from primitives.crypto import DIGEST_BYTES, Digest, digest
from primitives.limits import WRAPS_MAX

_FIELD = 2**255 - 19
_SCALAR = b"\x40" * BOX_KEY_BYTES  # any scalar shows a point of low order


class ReadingKey:
    """An X25519 key that content is sealed to. Never prints its secret."""

    __slots__ = ("_box", "public")

    def __init__(self, seed: bytes) -> None:
        """Make the key of a 32-byte seed that serves nothing else."""
        private = PrivateKey.from_seed(seed)
        self._box = SealedBox(private)
        self.public: bytes = private.public_key.encode()

    @classmethod
    def generate(cls) -> "ReadingKey":
        """Return a fresh key."""
        return cls(secrets.token_bytes(BOX_KEY_BYTES))

    def __repr__(self) -> str:
        return f"ReadingKey(public={self.public.hex()})"

    def open(self, wrap: Wrap, content: Digest) -> bytes | None:
        """Return the key in a wrap, None when it is not for this key or of another content."""
        try:
            inside: bytes = self._box.decrypt(wrap.sealed)
        except CryptoError:
            return None
        if len(inside) != KEY_BYTES + DIGEST_BYTES or inside[KEY_BYTES:] != content:
            return None
        return inside[:KEY_BYTES]


# What is public is wrapped to this key, which everybody has: one way of reading for all content.
PUBLIC_READER = ReadingKey(digest("public-reader", b""))


def check_reading_key(public: bytes) -> None:
    """Refuse a key to which nothing can be sealed in secret.

    Raises:
        BadReadingKey: not 32 bytes, not canonical, or of low order.
    """
    if len(public) != BOX_KEY_BYTES:
        raise BadReadingKey(f"an X25519 key has {BOX_KEY_BYTES} bytes, not {len(public)}")
    if int.from_bytes(public, "little") >= _FIELD:
        raise BadReadingKey("the X25519 key is not in canonical form")
    try:
        crypto_scalarmult(_SCALAR, public)
    except SodiumError as error:
        raise BadReadingKey("the X25519 key is of low order: anybody could read") from error


def wrap_key(key: bytes, content: Digest, readers: Iterable[bytes]) -> tuple[Wrap, ...]:
    """Return a wrap of `key` for each reader's public key, sorted.

    Raises:
        MissingWrap: there is no reader.
        RepeatedWrap: a reader is named twice, or there are too many.
        BadReadingKey: see `check_reading_key`.
    """
    listed = sorted(readers)
    if not listed:
        raise MissingWrap("nobody is named who could read it")
    if len(set(listed)) != len(listed):
        raise RepeatedWrap("a reader is named twice")
    if len(listed) > WRAPS_MAX:
        raise RepeatedWrap(f"{len(listed)} readers, at most {WRAPS_MAX}")
    for reader in listed:
        check_reading_key(reader)
    return tuple(
        Wrap(reader, SealedBox(PublicKey(reader)).encrypt(key + content)) for reader in listed
    )


def keys_for(
    reader: ReadingKey, content: Digest, documents: Sequence[WrapsDocument]
) -> tuple[bytes, ...]:
    """Return every key that documents offer to `reader`; anybody may offer a wrong one.

    Raises:
        MissingWrap: none is for this key.
    """
    wraps = (wrap for document in documents for wrap in document.body.wraps)
    own = [wrap for wrap in wraps if wrap.recipient == reader.public]
    keys = {key for wrap in own if (key := reader.open(wrap, content)) is not None}
    if not keys:
        raise MissingWrap(f"none of {len(documents)} documents has a wrap for this key")
    return tuple(sorted(keys))


def open_wrapped(
    reader: ReadingKey,
    blobs: Sequence[bytes],
    documents: Sequence[WrapsDocument],
    context: bytes,
) -> tuple[Opened, bytes]:
    """Return the opened content and the key that opened it, for wrapping it to others.

    Raises:
        MissingWrap: no wrap is for this key.
        BadContent: no key that is offered opens it.
    """
    if not blobs:
        raise BadContent("no blobs")
    failure: BadContent | None = None
    for key in keys_for(reader, blob_digest(blobs[0]), documents):
        try:
            return open_content(key, blobs, context), key
        except BadContent as error:
            failure = error
    raise failure or BadContent("no key")
