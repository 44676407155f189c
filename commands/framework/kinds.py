"""Kinds of words: how the text of an argument or option is read, and what stands for one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commands.framework.places import Place, commands


class BadWord(ValueError):
    """A text that is none of its kind; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of word.

    `read` takes a text of the command line, or raises BadWord. `value` is the place of what makes
    the value of that when the command runs: it may look into files, and raises what commands raise.
    """

    metavar: str
    sample: str
    read: Callable[[str], Any] = str
    value: Place | None = None
    is_money: bool = False  # `value` is also told whether amounts are satang


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadWord("is no whole number") from error


def _place(text: str) -> int:
    number = _number(text)
    if number < 1:
        raise BadWord("is no number from 1")
    return number - 1


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadWord("is no number") from error


def _path(text: str) -> Any:  # noqa: ANN401 - imported only when a path is given
    from pathlib import Path  # noqa: PLC0415 - as above

    return Path(text)


def _folder(text: str) -> Any:  # noqa: ANN401 - as above
    return _path(text).resolve()


_values = commands.values

TEXT = Kind(metavar="TEXT", sample="text")
NUMBER = Kind(metavar="NUMBER", sample="1", read=_number)
HEIGHT = Kind(metavar="HEIGHT", sample="1024", read=_number)
PLACE = Kind(metavar="NUMBER", sample="1", read=_place)  # people count from 1
SECONDS = Kind(metavar="SECONDS", sample="15", read=_seconds)
FILE = Kind(metavar="FILE", sample="file.json", read=_path)
FOLDER = Kind(metavar="FOLDER", sample="devnet", read=_folder)
FLAG = Kind(metavar="", sample="", read=bool)
ADDRESS = Kind(metavar="ADDRESS", sample="somchai", value=commands.keyring.address_argument)
PUBLIC_KEY = Kind(metavar="KEY", sample="somchai", value=commands.keyring.public_key_argument)
BAHT = Kind(metavar="BAHT", sample="1250.50", value=_values.satang, is_money=True)
BAHT_OR_0 = Kind(metavar="BAHT", sample="0", value=_values.satang_or_zero, is_money=True)
ID = Kind(metavar="HEX", sample="0x" + "5a" * 32, value=_values.identifier)
CASE = Kind(metavar="HEX", sample="0x" + "5a" * 16, value=_values.case_id)
DIGEST = Kind(metavar="DIGEST", sample="order.pdf", value=_values.digest)
TIME = Kind(metavar="TIME", sample="72h", value=_values.moment)
SPAN = Kind(metavar="SPAN", sample="2d", value=_values.span_ms)
YES_OR_NO = Kind(metavar="yes|no", sample="yes", value=_values.is_yes)
