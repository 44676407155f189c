"""What a message of a contract is as a call: the method that takes it, and its fields by name."""

import re
from dataclasses import fields, is_dataclass


def method_of(message: type) -> str:
    """Return the method that takes a class of messages: OpenRequest gives open_request."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", message.__name__).lower()


def fields_of(message: object) -> dict[str, object]:
    """Return the fields of a message by name, as a transaction builder takes them."""
    return {field.name: _plain(getattr(message, field.name)) for field in fields(message)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return fields_of(value) if is_dataclass(value) else value
