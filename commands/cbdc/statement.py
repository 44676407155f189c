"""`sapha cbdc statement, export ...`: a wallet's movements, and ISO 20022 messages of them."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from client.amount import show_baht
from client.cbdc.iso20022 import camt053, pacs008
from client.cbdc.statement import Entry, Statement, height_at, read_statement
from client.cbdc.telling import transfer_of
from client.files import write_whole
from client.rpc import RpcClient
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, say
from commands.progress import progress
from commands.table import show_table
from commands.tx import read_identifier
from primitives.ids import Address, show_address


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day that are wanted, None for the ledger's."""

    first: str | None
    last: str | None


async def statement(
    wallet: Address,
    *,
    from_day: str | None,
    to_day: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """List what moved in a wallet, with the balance after each movement.

    The node searches its blocks, which takes a while for a long period.
    """
    async with open_rpc(rpc) as client:
        found = await _read(client, wallet, Days(from_day, to_day))
    if found.unexplained:
        say(f"WARNING: {show_baht(found.unexplained)} baht are in no event of the ledger")
    emit(statement_json(found), _text(found), as_json=as_json)


async def export_camt053(  # noqa: PLR0913 - each is an option of the command
    wallet: Address,
    *,
    out: Path,
    from_day: str | None,
    to_day: str | None,
    bank: str | None,
    days_only: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Write a wallet's statement as camt.053.001.08."""
    async with open_rpc(rpc) as client:
        found = await _read(client, wallet, Days(from_day, to_day))
    _write(out, camt053(found, now_ms=_now_ms(), bank=bank, has_times=not days_only))
    data = {"file": str(out), "entries": len(found.entries)}
    emit(data, f"{len(found.entries)} entries in {out}", as_json=as_json)


async def export_pacs008(
    transaction_id: str, *, out: Path, rpc: list[str] | None, as_json: bool
) -> None:
    """Write a payment as pacs.008.001.08."""
    identifier = read_identifier(transaction_id)
    async with open_rpc(rpc) as client:
        found = await transfer_of(client, identifier)
    _write(out, pacs008(found, now_ms=_now_ms()))
    data = {"file": str(out), "satang": found.satang}
    emit(data, f"{show_baht(found.satang)} baht in {out}", as_json=as_json)


def statement_json(found: Statement) -> dict[str, object]:
    """Return a statement as --json prints it."""
    return {
        "address": show_address(found.address),
        "from_height": found.from_height,
        "to_height": found.to_height,
        "opening_satang": found.opening,
        "closing_satang": found.closing,
        "unexplained_satang": found.unexplained,
        "entries": [_entry_json(entry) for entry in found.entries],
    }


async def _read(client: RpcClient, address: Address, days: Days) -> Statement:
    begins_ms = 0 if days.first is None else _day_ms(days.first, plus_days=0)
    ends_ms = _now_ms() + 1 if days.last is None else _day_ms(days.last, plus_days=1)
    if begins_ms > _now_ms():
        raise UsageFault(f"{days.first} has not begun")
    if ends_ms <= begins_ms:
        raise UsageFault(f"{days.last} is before {days.first}")
    first = 1 if days.first is None else await height_at(client, begins_ms)
    last = None if days.last is None else await height_at(client, ends_ms) - 1
    period_ms = None if days.first is None else (begins_ms, min(ends_ms - 1, _now_ms()))
    with progress("searching blocks") as told:
        return await read_statement(
            client,
            address,
            from_height=first,
            to_height=last,
            period_ms=period_ms,
            progress=told,
        )


def _text(found: Statement) -> str:
    columns = ["time", "what", "counterparty", "reference", "baht", "balance"]
    rows = [
        [
            time_text(entry.time_ms),
            entry.kind,
            "" if entry.counterparty is None else show_address(entry.counterparty),
            entry.reference or entry.text,
            show_baht(entry.satang),
            show_baht(entry.balance),
        ]
        for entry in found.entries
    ]
    title = show_address(found.address)
    if found.to_height >= found.from_height:
        title += f", blocks {found.from_height} to {found.to_height}"
    else:
        title += f", no block from {time_text(found.from_ms)} to {time_text(found.to_ms)}"
    ends = f"opening {show_baht(found.opening)} baht, closing {show_baht(found.closing)} baht"
    return f"{show_table(title, columns, rows)}\n{ends}"


def _entry_json(entry: Entry) -> dict[str, object]:
    other = entry.counterparty
    return {
        "height": entry.height,
        "index": entry.index,
        "time_ms": str(entry.time_ms),
        "transaction_id": "0x" + entry.transaction_id.hex(),
        "kind": entry.kind,
        "satang": entry.satang,
        "balance_satang": entry.balance,
        "counterparty": None if other is None else show_address(other),
        "reference": entry.reference,
        "text": entry.text,
    }


def _day_ms(text: str, *, plus_days: int) -> int:
    """Return when a Bangkok day begins. Raises UsageFault."""
    try:
        begins = datetime.fromisoformat(f"{text}T00:00:00+07:00")
    except ValueError as error:
        raise UsageFault(f"{text[:20]!r} is no day such as 2026-11-01") from error
    return int((begins + timedelta(days=plus_days)).timestamp()) * 1_000


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise UsageFault(f"{path}: cannot be written ({error.strerror or error})") from error
