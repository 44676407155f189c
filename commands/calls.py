"""Calls as people read them before they sign: field names, baht, dates, whole addresses.

Names and types are those of the contracts that this release ships, never what a node says of
them: who signs is shown what his own release would do.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from client.amount import show_baht
from primitives.codec import Value
from primitives.errors import Rejected
from primitives.ids import ADDRESS_BYTES, Address, show_address
from primitives.limits import AMOUNT_SATANG_MAX
from primitives.transaction import Body

_MONEY = "cbdc"
_UNIT_OF_ITS_OWN = "set_params"  # its value is in the parameter's unit
_VALUE_CHARS_MAX = 200  # of one field in a line of text
_Described = Mapping[str, Any]


def fields_of(body: Body) -> list[tuple[str, str]]:
    """Return each field's name and its value in words; numbers stand for names of unknown calls."""
    described = _described(body)
    if described is None:
        return [(str(index), _bare(value)) for index, value in enumerate(body.args, start=1)]
    is_money = body.contract == _MONEY and body.method != _UNIT_OF_ITS_OWN
    return list(_named(described, body.args, is_money=is_money))


def call_text(body: Body) -> str:
    """Return a call in one line; a value that is long, such as a list, is cut."""
    fields = ", ".join(f"{name} {_cut(value)}" for name, value in fields_of(body))
    return f"{body.contract}.{body.method}({fields})"


def call_lines(body: Body) -> list[str]:
    """Return a call in full, a line for each field."""
    fields = fields_of(body)
    width = max((len(name) for name, _ in fields), default=0)
    return [f"{body.contract}.{body.method}", *(f"  {n:{width}}  {v}" for n, v in fields)]


def time_text(time_ms: int) -> str:
    """Return a time in Unix milliseconds as date and time here; one beyond dates as it is."""
    try:
        at = datetime.fromtimestamp(time_ms / 1000, tz=UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return f"{time_ms} ms"
    return f"{at:%Y-%m-%d %H:%M:%S %Z}"


def _described(body: Body) -> Sequence[_Described] | None:
    """Return the fields of the called method; None: no such method here, or other arguments."""
    from contracts.registry import CONTRACTS  # noqa: PLC0415 - commands start faster without it

    contract = CONTRACTS.get(body.contract)
    method = None if contract is None else contract.methods.get(body.method)
    if method is None:
        return None
    try:
        method.schema.parse_arguments(body.args)
    except Rejected:
        return None
    return method.schema.describe_fields()


def _named(
    described: Sequence[_Described], values: Sequence[Value], *, is_money: bool
) -> list[tuple[str, str]]:
    return [
        (field["name"], _shown(field, value, is_money=is_money))
        for field, value in zip(described, values, strict=True)
    ]


def _shown(field: _Described, value: Any, *, is_money: bool) -> str:  # noqa: ANN401
    kind = field["type"]
    if value is None:
        return "none"
    if kind == "integer":
        return _integer(field, value, is_money=is_money)
    if kind == "optional":
        named = {"name": field.get("name", ""), **field["value"]}
        return _shown(named, value, is_money=is_money)
    if kind == "list":
        items = [_shown(field["items"], item, is_money=is_money) for item in value]
        return f"[{', '.join(items)}]"
    if kind == "record":
        pairs = _named(field["fields"], value, is_money=is_money)
        return "{" + ", ".join(f"{name} {text}" for name, text in pairs) + "}"
    return show_address(Address(value)) if kind == "address" else _bare(value)


def _integer(field: _Described, value: int, *, is_money: bool) -> str:
    from contracts.cbdc.core.messages import SUM_SATANG_MAX  # noqa: PLC0415 - as above

    if is_money and int(field["max"]) in {AMOUNT_SATANG_MAX, SUM_SATANG_MAX}:
        return f"{show_baht(value)} baht"
    if str(field.get("name", "")).endswith("_ms") and value:
        return time_text(value)
    return str(value)


def _bare(value: Value) -> str:
    """Return a value of which only its own form is known."""
    if isinstance(value, bytes):
        is_address = len(value) == ADDRESS_BYTES
        return show_address(Address(value)) if is_address else "0x" + value.hex()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_bare, value)) + "]"
    return repr(value)  # shows what a terminal would hide


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE_CHARS_MAX else f"{text[:_VALUE_CHARS_MAX]}..."
