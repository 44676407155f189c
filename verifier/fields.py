"""Fields of arrays, taken in order and within the bounds that the ledger gives them.

Source: docs/protocol.md, arguments and text; docs/voting.md, record.
"""

from unicodedata import ucd_3_2_0

from verifier.encoding import bytes_of, integer_of, list_of, text_of
from verifier.refusal import require

COUNT_MAX = 2**53
LABEL_CHARS = 200
ID_CHARS = 32
AGENCIES_MAX = 15

_NOT_PRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset({"\u200c", "\u200d"})


class Row:
    """An array of a known number of fields. Every method takes the next one, or raises Refused."""

    __slots__ = ("_at", "_values", "_what")

    def __init__(self, value: object, what: str, count: int) -> None:
        """Begin at the first field of `value`, which must be an array of `count`."""
        self._values = list_of(value, what, count)
        self._what = what
        self._at = 0

    def integer(self, name: str, low: int, high: int) -> int:
        """Return an integer within bounds."""
        value, where = self._next(name)
        number = integer_of(value, where)
        require(low <= number <= high, f"{where}: {number} is not from {low} to {high}")
        return number

    def count(self, name: str) -> int:
        """Return a number that counts something, from 0."""
        return self.integer(name, 0, COUNT_MAX)

    def agency(self, name: str) -> int:
        """Return the number of a registrar or trustee, from 1."""
        return self.integer(name, 1, AGENCIES_MAX)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value, where = self._next(name)
        require(isinstance(value, bool), f"{where}: must be true or false")
        return value is True

    def text(self, name: str, high: int = LABEL_CHARS) -> str:
        """Return printable text of 1 to `high` characters."""
        value, where = self._next(name)
        return _printable(value, where, high)

    def text_or_none(self, name: str, high: int) -> str | None:
        """Return printable text of 1 to `high` characters, or nothing."""
        value, where = self._next(name)
        return None if value is None else _printable(value, where, high)

    def data(self, name: str, low: int, high: int | None = None) -> bytes:
        """Return bytes, `low` of them or from `low` to `high`."""
        value, where = self._next(name)
        return _within(value, where, (low, low if high is None else high))

    def items(self, name: str, low: int, high: int) -> list[object]:
        """Return the items of an array of `low` to `high`."""
        value, where = self._next(name)
        found = list_of(value, where)
        require(low <= len(found) <= high, f"{where}: {len(found)} items, not {low} to {high}")
        return found

    def texts(self, name: str, low: int, high: int, chars: int = LABEL_CHARS) -> tuple[str, ...]:
        """Return an array of texts."""
        where = f"{self._what}.{name}"
        return tuple(_printable(item, where, chars) for item in self.items(name, low, high))

    def datas(self, name: str, low: int, high: int, length: int) -> tuple[bytes, ...]:
        """Return an array of bytes, `length` of them each."""
        where = f"{self._what}.{name}"
        return tuple(bytes_of(item, where, length) for item in self.items(name, low, high))

    def sized(self, name: str, lengths: list[int]) -> tuple[bytes, ...]:
        """Return an array of bytes of these lengths."""
        value, where = self._next(name)
        return sized(value, where, lengths)

    def integers(self, name: str, sizes: tuple[int, int], bounds: tuple[int, int]) -> list[int]:
        """Return an array of integers, how many and each of them within bounds."""
        where, (low, high) = f"{self._what}.{name}", bounds
        found = [integer_of(item, where) for item in self.items(name, *sizes)]
        is_sized = all(low <= number <= high for number in found)
        require(is_sized, f"{where}: a number is not from {low} to {high}")
        return found

    def agencies(self, name: str) -> list[int]:
        """Return an array of numbers of registrars or trustees."""
        return self.integers(name, (1, AGENCIES_MAX), (1, AGENCIES_MAX))

    def counts(self, name: str, lengths: list[int]) -> list[list[int]]:
        """Return arrays of these lengths, of numbers that count something."""
        value, where = self._next(name)
        rows = zip(list_of(value, where, len(lengths)), lengths, strict=True)
        found = [[integer_of(item, where) for item in list_of(row, where, n)] for row, n in rows]
        is_sized = all(0 <= number <= COUNT_MAX for row in found for number in row)
        require(is_sized, f"{where}: a number is not from 0 to {COUNT_MAX}")
        return found

    def row(self, name: str, count: int) -> "Row":
        """Return an array of `count` fields."""
        value, where = self._next(name)
        return Row(value, where, count)

    def rows(self, name: str, low: int, high: int, count: int) -> list["Row"]:
        """Return `low` to `high` arrays of `count` fields each."""
        where = f"{self._what}.{name}"
        return [Row(item, where, count) for item in self.items(name, low, high)]

    def _next(self, name: str) -> tuple[object, str]:
        value = self._values[self._at]
        self._at += 1
        return value, f"{self._what}.{name}"


def sized(value: object, where: str, lengths: list[int]) -> tuple[bytes, ...]:
    """Return `value`, which must be an array of bytes of these lengths. Raises Refused."""
    items = list_of(value, where, len(lengths))
    return tuple(bytes_of(*each) for each in zip(items, [where] * len(items), lengths, strict=True))


def _within(value: object, where: str, bounds: tuple[int, int]) -> bytes:
    found = bytes_of(value, where)
    low, high = bounds
    require(low <= len(found) <= high, f"{where}: {len(found)} bytes, not {low} to {high}")
    return found


def _printable(value: object, where: str, high: int) -> str:
    text = text_of(value, where)
    require(1 <= len(text) <= high, f"{where}: {len(text)} characters, not 1 to {high}")
    for character in text:
        is_shown = ucd_3_2_0.category(character) not in _NOT_PRINTABLE or character in _JOINERS
        require(is_shown, f"{where}: holds U+{ord(character):04X}")
    require(ucd_3_2_0.normalize("NFC", text) == text, f"{where}: not in normal form C")
    return text
