"""The fields of a message of a contract, as a call takes them."""

from dataclasses import fields, is_dataclass


def fields_of(message: object) -> dict[str, object]:
    """Return the fields of a message by name, as a transaction builder takes them."""
    return {field.name: _plain(getattr(message, field.name)) for field in fields(message)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return fields_of(value) if is_dataclass(value) else value
