"""Kinds of words: how the text of an argument or option is read, and what stands for one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class BadWord(ValueError):
    """A text that is none of its kind; the message says what is wanted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind; `read` takes the text and returns the value, or raises BadWord."""

    metavar: str
    read: Callable[[str], Any]
    sample: str


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadWord("is no whole number") from error


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadWord("is no number") from error


def _path(text: str) -> Any:  # noqa: ANN401 - imported only when a path is given
    from pathlib import Path  # noqa: PLC0415 - as above

    return Path(text)


TEXT = Kind("TEXT", str, "text")
NUMBER = Kind("NUMBER", _number, "1")
SECONDS = Kind("SECONDS", _seconds, "15")
FILE = Kind("FILE", _path, "file.json")
FOLDER = Kind("FOLDER", lambda text: _path(text).resolve(), "devnet")
FLAG = Kind("", bool, "")
