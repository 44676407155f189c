"""The messages by which members exchange contents, on the channel BLOBS. Sans IO.

    ["get", request_id, content, index]     -> ["blob", request_id, bytes]
    ["get_wraps", request_id, content]      -> ["wraps", request_id, [document, ...]]
                                            -> ["absent", request_id] for either
    ["have", content]                       all of it is here
    ["wraps_of", document]                  a wraps document that was put here

Only hosts of a content get it. Source: docs/protocol.md#contents.
"""

from dataclasses import dataclass
from typing import TypeAlias

from node.blobs.errors import BlobFault
from primitives.blob_documents import DOCUMENT_BYTES_MAX
from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import BadShape, Rejected
from primitives.limits import BLOB_BYTES_MAX, CONTENT_PARTS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of

DOCUMENTS_MAX = 32
SMALL_BYTES_MAX = 128  # requests, absences and announcements
_FRAME_BYTES_MAX = 1024 * 1024
_ITEMS_MAX = DOCUMENTS_MAX + 8


@dataclass(frozen=True, slots=True)
class Get:
    """Asks for one blob, or with index None for the wraps documents."""

    request_id: int
    content: Digest
    index: int | None

    def encode(self) -> bytes:
        """Return the payload of a frame."""
        if self.index is None:
            return encode(("get_wraps", self.request_id, self.content))
        return encode(("get", self.request_id, self.content, self.index))


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers a Get: a blob, wraps documents, or None for neither. Not yet checked."""

    request_id: int
    found: bytes | tuple[bytes, ...] | None

    def encode(self) -> bytes:
        """Return the payload of a frame."""
        if self.found is None:
            return encode(("absent", self.request_id))
        kind = "blob" if isinstance(self.found, bytes) else "wraps"
        return encode((kind, self.request_id, self.found))


@dataclass(frozen=True, slots=True)
class Have:
    """Says that the sender holds all of a content."""

    content: Digest

    def encode(self) -> bytes:
        """Return the payload of a frame."""
        return encode(("have", self.content))


@dataclass(frozen=True, slots=True)
class WrapsOf:
    """Passes on a wraps document, in its encoded form."""

    document: bytes

    def encode(self) -> bytes:
        """Return the payload of a frame."""
        return encode(("wraps_of", self.document))


BlobMessage: TypeAlias = Get | Answer | Have | WrapsOf


def read_blob_message(payload: bytes) -> BlobMessage:
    """Return the message in a frame. Raises BlobFault."""
    try:
        value = decode(payload, bytes_max=_FRAME_BYTES_MAX, items_max=_ITEMS_MAX, depth_max=2)
        kind = value[0] if isinstance(value, tuple) and value else None
        reader = _READERS.get(kind) if isinstance(kind, str) else None
        if reader is None:
            raise BadShape(f"kind {kind!r:.40} is unknown")
        return reader(value)
    except Rejected as error:
        raise BlobFault(f"malformed blob message: {error}") from error


def _get(value: Value) -> BlobMessage:
    fields = fields_of(value, name="get", count=4)
    index = uint_of(fields[3], name="index", value_max=CONTENT_PARTS_MAX)
    return Get(_id(fields), _content(fields[2]), index)


def _get_wraps(value: Value) -> BlobMessage:
    fields = fields_of(value, name="get_wraps", count=3)
    return Get(_id(fields), _content(fields[2]), None)


def _blob(value: Value) -> BlobMessage:
    fields = fields_of(value, name="blob", count=3)
    return Answer(_id(fields), blob_of(fields[2], name="blob", length_max=BLOB_BYTES_MAX))


def _wraps(value: Value) -> BlobMessage:
    fields = fields_of(value, name="wraps", count=3)
    documents = array_of(fields[2], name="wraps", count_max=DOCUMENTS_MAX)
    return Answer(_id(fields), tuple(_document(document) for document in documents))


def _absent(value: Value) -> BlobMessage:
    return Answer(_id(fields_of(value, name="absent", count=2)), None)


def _have(value: Value) -> BlobMessage:
    return Have(_content(fields_of(value, name="have", count=2)[1]))


def _wraps_of(value: Value) -> BlobMessage:
    return WrapsOf(_document(fields_of(value, name="wraps_of", count=2)[1]))


def _id(fields: tuple[Value, ...]) -> int:
    return uint_of(fields[1], name="request_id")


def _content(value: Value) -> Digest:
    return Digest(bytes_of(value, name="content", length=DIGEST_BYTES))


def _document(value: Value) -> bytes:
    return blob_of(value, name="document", length_max=DOCUMENT_BYTES_MAX)


_READERS = {
    "get": _get,
    "get_wraps": _get_wraps,
    "blob": _blob,
    "wraps": _wraps,
    "absent": _absent,
    "have": _have,
    "wraps_of": _wraps_of,
}
