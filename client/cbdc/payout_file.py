"""Reads a file of payouts: CSV with one payout a line. Every bad row is named, not only the first.

The first line names the columns: to, reference, and baht or satang; and, where they are wanted,
period (a month such as 2026-11, or empty) and travel (0x and 64 hex digits, or empty). UTF-8, with
or without a byte order mark; commas; double quotes where needed; no line break inside a field.

A reference serves a payer once in a period, and once for ever where no period is given.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from client.amount import read_baht, read_satang
from client.cbdc.errors import BadPayoutFile
from client.errors import BadAmount
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import BadAddress
from primitives.ids import Address, read_address

FILE_BYTES_MAX = 16 * 1024 * 1024
ROWS_MAX = 100_000
LINE_CHARS_MAX = 1_000
REFERENCE_CHARS_MAX = 35  # of a line of a batch

_TO, _REFERENCE, _PERIOD, _TRAVEL = "to", "reference", "period", "travel"
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_DIGEST = re.compile(rf"0x[0-9a-f]{{{2 * DIGEST_BYTES}}}")
_UNITS: dict[str, Callable[[str], int]] = {"baht": read_baht, "satang": read_satang}
_BAD_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One payment that is wanted; `line` is where the file asks for it, from 1.

    The ledger pays `reference` once within `series`. `travel` is the digest of what the providers
    exchanged about payer and payee. It is not to be paid before `due_ms`.
    """

    line: int
    to: Address
    satang: int
    reference: str
    series: str = ""
    travel: Digest | None = None
    due_ms: int = 0

    @property
    def name(self) -> tuple[str, str]:
        """What names the payment among the payer's, for ever."""
        return self.series, self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be paid: its line, the column ("" for the row), and why."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f", column {self.column}" if self.column else ""
        return f"line {self.line}{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFile:
    """The rows that can be paid, and those that cannot, each in the file's order."""

    rows: tuple[Payout, ...]
    bad: tuple[BadRow, ...]

    @property
    def satang(self) -> int:
        """What the good rows sum to."""
        return sum(row.satang for row in self.rows)

    def require_sound(self) -> None:
        """Raise BadPayoutFile, naming the first bad rows, unless all rows are good."""
        if self.bad:
            shown = "; ".join(str(row) for row in self.bad[:_BAD_SHOWN_MAX])
            more = len(self.bad) - _BAD_SHOWN_MAX
            rest = f"; and {more} more" if more > 0 else ""
            raise BadPayoutFile(f"{len(self.bad)} bad rows: {shown}{rest}")


class RowProblem(Exception):
    """Why a row is bad, while it is read: the column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep what BadRow will say."""
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Collector:
    """Takes rows one by one, good or bad; a reference serves once in a series of a file."""

    def __init__(self) -> None:
        self._rows: list[Payout] = []
        self._bad: list[BadRow] = []
        self._line_of: dict[tuple[str, str], int] = {}

    def take(self, line: int, read: Callable[[int], Payout]) -> None:
        """Add the row that `read` gives of this line, or why it is bad.

        Raises:
            BadPayoutFile: the file has too many rows.
        """
        if len(self._rows) + len(self._bad) >= ROWS_MAX:
            raise BadPayoutFile(f"more than {ROWS_MAX} rows; split the file")
        try:
            row = read(line)
            self._check_new(row)
        except RowProblem as problem:
            self._bad.append(BadRow(line=line, column=problem.column, reason=problem.reason))
            return
        self._line_of[row.name] = line
        self._rows.append(row)

    def file(self) -> PayoutFile:
        """Return all rows. Raises BadPayoutFile when there is none."""
        if not self._rows and not self._bad:
            raise BadPayoutFile("the file holds no payouts")
        return PayoutFile(rows=tuple(self._rows), bad=tuple(self._bad))

    def _check_new(self, row: Payout) -> None:
        first = self._line_of.get(row.name)
        if first is not None:
            raise RowProblem(_REFERENCE, f"{row.reference!r} is used on line {first} already")


def read_payout_csv(data: bytes) -> PayoutFile:
    """Return the rows of a CSV file.

    Raises:
        BadPayoutFile: too large, not UTF-8, without the columns, or without rows.
    """
    lines = _lines(data)
    number, header = next(lines, (0, ""))
    columns = _columns(number, header)
    rows = Collector()
    for number, line in lines:
        rows.take(number, _reader(line, columns))
    return rows.file()


def address_in(text: str, column: str) -> Address:
    """Return an address. Raises RowProblem."""
    try:
        return read_address(text)
    except BadAddress as error:
        raise RowProblem(column, error.message) from error


def satang_in(text: str, column: str, unit: str) -> int:
    """Return satang of an amount in "baht" or "satang". Raises RowProblem."""
    try:
        return _UNITS[unit](text)
    except BadAmount as error:
        raise RowProblem(column, error.message) from error


def reference_in(text: str, column: str) -> str:
    """Return a reference as the ledger takes it. Raises RowProblem."""
    if not 1 <= len(text) <= REFERENCE_CHARS_MAX:
        raise RowProblem(column, f"{len(text)} characters, must be 1 to {REFERENCE_CHARS_MAX}")
    if not text.isprintable() or not unicodedata.is_normalized("NFC", text):
        raise RowProblem(column, f"{text!r} holds characters that the ledger refuses")
    return text


def travel_in(text: str, column: str) -> Digest | None:
    """Return a digest of travel data, None for no text. Raises RowProblem."""
    if not text:
        return None
    if not _DIGEST.fullmatch(text):
        raise RowProblem(column, f"{text[:20]!r} is not 0x and {2 * DIGEST_BYTES} hex digits")
    return Digest(bytes.fromhex(text[2:]))


def _reader(line: str, columns: tuple[str, ...]) -> Callable[[int], Payout]:
    def read(number: int) -> Payout:
        cells = _cells(line)
        if len(cells) != len(columns):
            raise RowProblem("", f"{len(cells)} fields, the first line names {len(columns)}")
        return _row(number, dict(zip(columns, cells, strict=True)))

    return read


def _row(line: int, row: Mapping[str, str]) -> Payout:
    unit = next(unit for unit in _UNITS if unit in row)
    period = row.get(_PERIOD, "")
    if period and not _MONTH.fullmatch(period):
        raise RowProblem(_PERIOD, f"{period[:20]!r} is not a month such as 2026-11")
    return Payout(
        line=line,
        to=address_in(row[_TO], _TO),
        satang=satang_in(row[unit], unit, unit),
        reference=reference_in(row[_REFERENCE], _REFERENCE),
        series=period,
        travel=travel_in(row.get(_TRAVEL, ""), _TRAVEL),
    )


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, numbered from 1."""
    if len(data) > FILE_BYTES_MAX:
        raise BadPayoutFile(f"the file has {len(data)} bytes, at most {FILE_BYTES_MAX}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPayoutFile(f"the file is not UTF-8 at byte {error.start}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.removesuffix("\r"):
            yield number, line.removesuffix("\r")


def _columns(number: int, header: str) -> tuple[str, ...]:
    try:
        columns = tuple(_cells(header))
    except RowProblem as problem:
        raise BadPayoutFile(f"line {number}: {problem.reason}") from problem
    needed = set(columns) - {_PERIOD, _TRAVEL}
    is_sound = any(needed == {_TO, unit, _REFERENCE} for unit in _UNITS)
    if not is_sound or len(columns) != len(set(columns)):
        raise BadPayoutFile(
            f"the first line names {header[:80]!r}, must name to, reference, and baht or satang; "
            "it may name period and travel"
        )
    return columns


def _cells(line: str) -> list[str]:
    if len(line) > LINE_CHARS_MAX:
        raise RowProblem("", f"{len(line)} characters, at most {LINE_CHARS_MAX}")
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        raise RowProblem("", f"not CSV: {error}") from error
