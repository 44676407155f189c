"""Reads the fields of a node's JSON answers; what is not as promised is the node's fault."""

from typing import Any, TypeAlias

from client.errors import BadAnswer
from primitives.errors import BadShape
from primitives.hex import read_hex

# What a node answers is checked where it is used; until then it is any JSON value.
Answer: TypeAlias = Any


def field_of(answer: Answer, name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a field of an object. Raises BadAnswer."""
    if not isinstance(answer, dict) or name not in answer:
        raise BadAnswer(f"the answer has no field {name}")
    return answer[name]


def list_field(answer: Answer, name: str) -> list[Any]:
    """Return an array. Raises BadAnswer."""
    items = field_of(answer, name)
    if not isinstance(items, list):
        raise BadAnswer(f"{name} is not an array")
    return items


def text_field(answer: Answer, name: str) -> str:
    """Return a text. Raises BadAnswer."""
    text = field_of(answer, name)
    if not isinstance(text, str):
        raise BadAnswer(f"{name} is not text")
    return text


def uint_field(answer: Answer, name: str) -> int:
    """Return a whole number, written as a number or as decimal text. Raises BadAnswer."""
    return uint_from(field_of(answer, name), name)


def uint_from(value: Answer, name: str) -> int:
    """Return a whole number from a number or decimal text. Raises BadAnswer."""
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        value = int(value)
    if type(value) is not int or value < 0:
        raise BadAnswer(f"{name} is not a whole number")
    return value


def hex_field(answer: Answer, name: str) -> bytes:
    """Return the bytes of a 0x hex text. Raises BadAnswer."""
    return bytes_from_hex(field_of(answer, name), name)


def bytes_from_hex(text: Answer, name: str) -> bytes:
    """Return the bytes of 0x hex `text`. Raises BadAnswer."""
    try:
        return read_hex(text, name=name)
    except BadShape as error:
        raise BadAnswer(error.message) from error
