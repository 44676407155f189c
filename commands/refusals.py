"""What a refusal says beside its code: who, which line, which window, how much; for people."""

from collections.abc import Mapping
from typing import Any

from client.amount import show_baht
from commands.field_text import FROM_ZERO, MONEY, time_text
from commands.output import TIMES_MS
from primitives.receipt import OK

_SUMS = frozenset({"amount", "asked", "balance", "cap", "outstanding", "pending", "short", "sum"})


def receipt_lines(receipt: Mapping[str, Any]) -> list[str]:
    """Return a receipt's code and message, and below them what the contract gave with it."""
    details = dict(receipt.get("details") or {})
    return [
        _head(str(receipt.get("code")), str(receipt.get("message") or "")),
        *detail_lines(str(receipt.get("contract") or ""), details),
    ]


def detail_lines(contract: str, details: Mapping[str, object]) -> list[str]:
    """Return a line for each detail of a refusal: amounts in baht, times as dates."""
    return [
        f"  {name.removesuffix('_ms')}: {_shown(contract, name, value)}"
        for name, value in (dict(details) | _needed(contract, details)).items()
    ]


def _needed(contract: str, details: Mapping[str, object]) -> dict[str, object]:
    """Return how many votes are needed, where a refusal says how many there are."""
    members = details.get("members")
    if contract != "governance" or "yes" not in details or not isinstance(members, int):
        return {}
    from client.governance import yes_needed  # noqa: PLC0415 - only this refusal needs it

    return {"yes needed": yes_needed(members)}


def _head(code: str, message: str) -> str:
    """Return the first line, in the form of every other error."""
    told = f"{code}: {message}" if message else code
    return told if code == OK else f"error: {told}"


def _shown(contract: str, name: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return str(value)
    if value in TIMES_MS:
        return time_text(value)
    if contract == MONEY and name in _SUMS:
        return f"{show_baht(value)} baht"
    return str(value + 1 if name in FROM_ZERO else value)
