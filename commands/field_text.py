"""Values of the ledger as people read them: baht, dates, spans, names of keys, places from 1.

What a field means is said by the types of the contracts that this release ships, never by a node.
A value is the contract's own, or a node's JSON of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from client.amount import show_baht
from commands.output import TIMES_MS
from commands.table import show_table
from commands.values import BANGKOK
from primitives.ids import ADDRESS_BYTES, Address, show_address
from primitives.limits import AMOUNT_SATANG_MAX

Described = Mapping[str, Any]  # a type, or a field with its name, as the ABI describes it
Value = Any  # of any of these types

MONEY = "cbdc"
FROM_ZERO = frozenset({"line", "index", "option", "contest", "row"})  # people count from 1
_READ = frozenset({"integer", "address"})  # of which a text is the JSON, not the words
_SECONDS_MAX = 2**36  # the bound of a time of identity, in Unix seconds
_SPANS_S = ((86_400, "d"), (3_600, "h"), (60, "m"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """How values of one contract are written; `names` are those of keys here, by address.

    Places in a list count from 0 in what is signed, and from 1 in what is told.
    """

    is_money: bool
    is_told: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, fields: Sequence[Described], values: Value) -> list[tuple[str, str]]:
        """Return each field's name and its value in words."""
        return [(each["name"], self.text(each, value)) for each, value in _valued(fields, values)]

    def text(self, described: Described, value: Value) -> str:
        """Return a value in words, in one line."""
        kind = described["type"]
        if value is None:
            return "none"
        if kind == "integer":
            return self._integer(described, int(value))
        if kind == "optional":
            return self.text({"name": described.get("name", ""), **described["value"]}, value)
        if kind == "list":
            return f"[{', '.join(self.text(described['items'], item) for item in value)}]"
        if kind == "record":
            pairs = self.pairs(described["fields"], value)
            return "{" + ", ".join(f"{name} {text}" for name, text in pairs) + "}"
        return self._address(value) if kind == "address" else bare_text(value)

    def page(self, title: str, described: Described, value: Value) -> str:
        """Return an answer in lines: a line a field, and a table of each list of records."""
        kind = described["type"]
        if kind == "optional":
            return self.page(title, described["value"], value)
        if kind == "record":
            return self._record(described["fields"], value)
        if kind != "list":
            return self.text(described, value)
        items = described["items"]
        if items["type"] != "record" or not value:
            return "\n".join(self.text(items, each) for each in value) or "none"
        return self._table(title, items["fields"], value)

    def _record(self, fields: Sequence[Described], values: Value) -> str:
        valued = list(_valued(fields, values))
        tables = [(each, value) for each, value in valued if _is_table(each) and value]
        rows = list(self._flat(fields, values))
        width = max((len(name) for name, _ in rows), default=0)
        lines = [f"{name:{width}}  {text}" for name, text in rows]
        shown = [
            self._table(_words(each["name"]), each["items"]["fields"], value)
            for each, value in tables
        ]
        return "\n\n".join([*(["\n".join(lines)] if lines else []), *shown])

    def _table(self, title: str, fields: Sequence[Described], rows: Sequence[Value]) -> str:
        table = [list(self._flat(fields, each)) for each in rows]
        columns = [name for name, _ in table[0]]
        return show_table(title, columns, [[text for _, text in row] for row in table])

    def _flat(self, fields: Sequence[Described], values: Value) -> Iterator[tuple[str, str]]:
        """Yield names and values of a record, those of records in it in place, without tables."""
        for each, value in _valued(fields, values):
            if each["type"] == "record":
                yield from self._flat(each["fields"], value)
            elif not (_is_table(each) and value):
                yield _words(each["name"]), self._bare(each, value)

    def _bare(self, described: Described, value: Value) -> str:
        """Return a value on a page, where text needs no quotes and nothing is a dash."""
        if value in (None, "", [], ()):
            return "-"
        if described["type"] == "optional":
            return self._bare({"name": described.get("name", ""), **described["value"]}, value)
        if isinstance(value, list):
            items = described["items"]
            return ", ".join(self._bare(items, item) for item in value)
        if isinstance(value, str) and described["type"] not in _READ:
            return value if value.isprintable() else repr(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return self.text(described, value)

    def _address(self, value: bytes | str) -> str:
        shown = value if isinstance(value, str) else show_address(Address(value))
        name = self.names.get(shown)
        return shown if name is None else f"{name} {shown}"

    def _integer(self, described: Described, value: int) -> str:
        name, most = str(described.get("name", "")), int(described.get("max", 0))
        if self.is_money and most in _sums():
            return f"{show_baht(value)} baht"
        if self.is_money and name in _CALENDAR and value:
            return _CALENDAR[name](value)
        if name.endswith("_ms"):
            return time_text(value) if value in TIMES_MS else span_text(value // 1_000)
        if most == _SECONDS_MAX:
            return time_text(value * 1_000) if value * 1_000 in TIMES_MS else span_text(value)
        return str(value + 1 if self.is_told and name in FROM_ZERO else value)


def _is_table(described: Described) -> bool:
    return bool(described["type"] == "list" and described["items"]["type"] == "record")


def _words(name: str) -> str:
    """Return the name of a field in words, without its unit."""
    return name.removesuffix("_ms").removesuffix("_s").replace("_", " ")


def bare_text(value: Value) -> str:
    """Return a value of which only its own form is known."""
    if isinstance(value, bytes):
        is_address = len(value) == ADDRESS_BYTES
        return show_address(Address(value)) if is_address else "0x" + value.hex()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(bare_text, value)) + "]"
    return repr(value)  # shows what a terminal would hide


def time_text(time_ms: int) -> str:
    """Return a time in Unix milliseconds as Bangkok writes it; one beyond dates as it is."""
    try:
        at = datetime.fromtimestamp(time_ms // 1_000, BANGKOK)
    except (OverflowError, ValueError, OSError):
        return f"{time_ms} ms"
    return f"{at:%Y-%m-%d %H:%M:%S} UTC+7"


def span_text(seconds: int) -> str:
    """Return a span in its largest whole unit, as it is written on the command line: 72h."""
    if not seconds:
        return "none"
    unit = next(((size, name) for size, name in _SPANS_S if seconds % size == 0), (1, "s"))
    return f"{seconds // unit[0]}{unit[1]}"


def _day_text(day: int) -> str:
    """Return the date of a day, as `contracts.sdk.calendar.bangkok_day` counts days."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def _month_text(month: int) -> str:
    """Return a month, as `contracts.sdk.calendar.month_of` counts months."""
    return f"{(month - 1) // 12}-{(month - 1) % 12 + 1:02}"


_CALENDAR = {"day": _day_text, "month": _month_text}


def _sums() -> set[int]:
    """Return the bounds that only amounts of money have."""
    from contracts.cbdc.core.messages import SUM_SATANG_MAX  # noqa: PLC0415 - starts faster

    return {AMOUNT_SATANG_MAX, SUM_SATANG_MAX}


def _valued(fields: Sequence[Described], values: Value) -> Iterator[tuple[Described, Any]]:
    """Yield each field with its value, by its name or by its place."""
    if isinstance(values, Mapping):
        return ((each, values.get(each["name"])) for each in fields)
    return zip(fields, values, strict=True)
