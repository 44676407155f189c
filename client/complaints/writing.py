"""What a content holds: the form of a complaint, a note, or a file. Only participants see it.

    content = ["sapha/complaint/1", "form", reading key, [[field, salt, text], ...]]
            | ["sapha/complaint/1", "note", text]
            | ["sapha/complaint/1", "file", name, media type, bytes]

The form tells those who may read it to which key the citizen's answers are sealed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from client.complaints.content import CONTENT_BYTES_MAX, SALT_BYTES, commitment_of
from client.complaints.errors import BadContent, CommitmentMismatch
from contracts.complaints.core.messages import REQUIRED_MAX, FieldCommit
from primitives.blob_documents import BOX_KEY_BYTES
from primitives.codec import Value, decode, encode
from primitives.errors import Rejected
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of

_FORMAT = "sapha/complaint/1"
_CODE_CHARS_MAX = 64
_NAME_CHARS_MAX = 255
_ITEMS_MAX = 8 + 4 * REQUIRED_MAX


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of the form says, with the salt of its commitment."""

    code: str
    text: str = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commit(self) -> FieldCommit:
        """What the ledger holds of it."""
        return FieldCommit(self.code, commitment_of(self.salt, self.text.encode()))


@dataclass(frozen=True, slots=True)
class Form:
    """A complaint as it was written, and the citizen's X25519 key."""

    reading_key: bytes
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, reading_key: bytes, texts: Mapping[str, str]) -> "Form":
        """Return a form with fresh salts."""
        made = [Field(code, text, secrets.token_bytes(SALT_BYTES)) for code, text in texts.items()]
        return cls(reading_key, tuple(made))

    @property
    def texts(self) -> dict[str, str]:
        """The fields' texts by their codes."""
        return {one.code: one.text for one in self.fields}

    def check(self, commits: tuple[FieldCommit, ...]) -> None:
        """Raise CommitmentMismatch when the ledger's fields are others."""
        if tuple(one.commit for one in self.fields) != commits:
            raise CommitmentMismatch("the form's fields are not those on the ledger")


@dataclass(frozen=True, slots=True)
class Note:
    """A text: a question, an answer, a result, grounds."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


Writing: TypeAlias = Form | Note | Attachment


def write(writing: Writing) -> bytes:
    """Return the bytes that are sealed."""
    body: Value
    if isinstance(writing, Form):
        body = (
            "form",
            writing.reading_key,
            tuple((f.code, f.salt, f.text) for f in writing.fields),
        )
    elif isinstance(writing, Note):
        body = ("note", writing.text)
    else:
        body = ("file", writing.name, writing.media_type, writing.data)
    return encode((_FORMAT, *body))


def read(content: bytes) -> Writing:
    """Return what an opened content holds. Raises BadContent."""
    try:
        return _read(decode(content, bytes_max=CONTENT_BYTES_MAX, items_max=_ITEMS_MAX))
    except Rejected as error:
        raise BadContent(f"it opens, and is no writing: {error}") from error


def _read(value: Value) -> Writing:
    if not isinstance(value, tuple) or len(value) < 3 or value[0] != _FORMAT:
        raise BadContent("not of this format")
    kind, rest = value[1], value[2:]
    if kind == "form":
        key, fields = fields_of(rest, name="form", count=2)
        reading_key = bytes_of(key, name="reading_key", length=BOX_KEY_BYTES)
        listed = array_of(fields, name="fields", count_max=REQUIRED_MAX)
        return Form(reading_key, tuple(_field(one) for one in listed))
    if kind == "note":
        return Note(_text(fields_of(rest, name="note", count=1)[0]))
    if kind == "file":
        name, media_type, data = fields_of(rest, name="file", count=3)
        return Attachment(
            _text(name)[:_NAME_CHARS_MAX],
            text_of(media_type, name="media_type", chars_max=_NAME_CHARS_MAX),
            blob_of(data, name="data", length_max=CONTENT_BYTES_MAX),
        )
    raise BadContent("a writing of an unknown kind")


def _field(value: Value) -> Field:
    code, salt, text = fields_of(value, name="field", count=3)
    checked = bytes_of(salt, name="salt", length=SALT_BYTES)
    return Field(text_of(code, name="code", chars_max=_CODE_CHARS_MAX), _text(text), checked)


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise BadContent("a text is no text")
    return value
