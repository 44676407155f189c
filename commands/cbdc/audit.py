"""`sapha cbdc supply, audit, limits`, `params list`: what money there is, and what may move."""

from collections.abc import Sequence

from client.amount import show_baht
from client.cbdc.audit import Audit
from client.cbdc.audit import audit as count_all
from client.contract import PAGE, ask, json_of
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import CheckFailed, emit
from commands.progress import progress
from commands.table import show_table
from contracts.cbdc.authority.handlers import changes_ahead, parameters_now
from contracts.cbdc.authority.state import ChangeState, ParameterState
from contracts.cbdc.contract import supply
from contracts.cbdc.core.messages import SUM_SATANG_MAX
from contracts.cbdc.core.state import Supply
from contracts.cbdc.wallets.handlers import limits_left
from primitives.ids import Address

_TERMS = ("issued", "redeemed", "outstanding", "accounted")
_PARTS = ("available", "held", "vouchers", "offline", "fees")


async def show_supply(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show all money created, destroyed, outstanding, and where it is found."""
    async with open_rpc(rpc) as client:
        found = await ask(client, supply)
    lines = [_line(name, getattr(found, name)) for name in _TERMS]
    lines += [_line(f"  {name}", getattr(found, name)) for name in _PARTS]
    emit(json_of(found), "\n".join([*lines, *_warnings(found)]), as_json=as_json)


async def audit(*, rpc: list[str] | None, as_json: bool) -> None:
    """Count every account and pool at one height, and check the supply equation.

    Exit 1 when anything does not agree.
    """
    async with open_rpc(rpc) as client:
        with progress("counting entries") as told:
            found = await count_all(client, told)
    emit(audit_json(found), audit_text(found), as_json=as_json)
    if found.faults:
        raise CheckFailed("; ".join(found.faults))


async def limits(wallet: Address, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what a wallet's holder may still pay and receive, over all wallets."""
    async with open_rpc(rpc) as client:
        found = await ask(client, limits_left, wallet)
    names = ("payment", "day", "month", "receive")
    data: dict[str, object] = {"tier": found.tier}
    data |= {f"{name}_satang": getattr(found, name) for name in names}
    lines = [f"{'tier':12} {found.tier or 'none: no limits'}"]
    lines += [_limit_line(name, getattr(found, name)) for name in names]
    emit(data, "\n".join(lines), as_json=as_json)


async def list_params(*, rpc: list[str] | None, as_json: bool) -> None:
    """List the numbers that the central bank sets, and changes that wait for their height."""
    async with open_rpc(rpc) as client:
        now = await ask(client, parameters_now)
        ahead = await ask(client, changes_ahead, PAGE)
    data = {"parameters": list(map(json_of, now)), "changes": list(map(json_of, ahead))}
    emit(data, _params_text(now, ahead), as_json=as_json)


def audit_json(found: Audit) -> dict[str, object]:
    """Return an audit as --json prints it; amounts are satang."""
    return {
        "height": found.height,
        "issued": found.stated.issued,
        "redeemed": found.stated.redeemed,
        "outstanding": found.stated.issued - found.stated.redeemed,
        "counted": {name: part.satang for name, part in found.counted.items()},
        "entries": {name: part.entries for name, part in found.counted.items()},
        "stated": {name: getattr(found.stated, name) for name in _PARTS},
        "total": found.total,
        "supply_max": found.stated.supply_max,
        "is_sound": not found.faults,
        "faults": list(found.faults),
    }


def audit_text(found: Audit) -> str:
    """Return the whole equation with every term, in baht."""
    created = found.stated.issued - found.stated.redeemed
    lines = [
        f"supply of the digital baht at block {found.height}, counted entry by entry",
        _line("issued", found.stated.issued),
        _line("- redeemed", found.stated.redeemed),
        _line("= outstanding", created),
        "",
    ]
    lines += [
        f"{_line(name, part.satang)}  in {part.entries:,} entries"
        for name, part in found.counted.items()
    ]
    lines += [_line("= counted", found.total), ""]
    lines.append("all money is where the ledger says" if not found.faults else "DOES NOT AGREE")
    return "\n".join(lines)


def _line(name: str, satang: int) -> str:
    return f"{name:14} {show_baht(satang):>26} baht"


def _limit_line(name: str, satang: int) -> str:
    return f"{name:12} no limit" if satang >= SUM_SATANG_MAX else _line(name, satang)


def _warnings(found: Supply) -> list[str]:
    if found.broken_at:
        return [f"PAUSED: the supply equation failed at block {found.broken_at}; no money moves"]
    if found.is_paused:
        return [f"PAUSED by the central bank: {', '.join(found.paused_scopes)}"]
    return []


def _params_text(now: Sequence[ParameterState], ahead: Sequence[ChangeState]) -> str:
    names = ("name", "value", "low", "high")
    rows = [[getattr(row, name) for name in names] for row in now]
    text = show_table("Parameters (amounts are satang)", names, rows)
    changes = [
        f"{change.key} becomes {change.value} at {time_text(change.effective_ms)}"
        for change in ahead
    ]
    return "\n".join([text, *changes])
