"""What a refusal says beside its code: who, which line, which window, how much; for people."""

from collections.abc import Mapping
from datetime import datetime

from client.amount import show_baht
from commands.output import TIMES_MS
from commands.values import BANGKOK

_MONEY = "cbdc"
_SUMS = frozenset({"amount", "asked", "balance", "cap", "outstanding", "pending", "short", "sum"})
_FROM_ZERO = frozenset({"line", "index", "option", "contest", "row"})  # people count from 1


def detail_lines(contract: str, details: Mapping[str, object]) -> list[str]:
    """Return a line for each detail of a refusal: amounts in baht, times as dates."""
    return [
        f"  {name.removesuffix('_ms')}: {_shown(contract, name, value)}"
        for name, value in details.items()
    ]


def date_text(time_ms: int) -> str:
    """Return a time in Unix milliseconds as people in Bangkok write it, with its zone."""
    return datetime.fromtimestamp(time_ms // 1_000, BANGKOK).strftime("%Y-%m-%d %H:%M:%S UTC+7")


def _shown(contract: str, name: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return str(value)
    if value in TIMES_MS:
        return date_text(value)
    if contract == _MONEY and name in _SUMS:
        return f"{show_baht(value)} baht"
    return str(value + 1 if name in _FROM_ZERO else value)
