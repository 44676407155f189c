"""`sapha cbdc payout`: pays the rows of a CSV or pain.001 file, and says what became of each."""

from collections.abc import Sequence
from pathlib import Path

from client.amount import show_baht
from client.answers import uint_field
from client.cbdc.errors import BadPayoutFile
from client.cbdc.iso20022 import read_pain001
from client.cbdc.payout_file import FILE_BYTES_MAX, BadRow, Payout, PayoutFile, read_payout_csv
from client.cbdc.payouts import (
    NOT_DUE,
    NOT_SENT,
    UNKNOWN,
    Preview,
    RowResult,
    not_due,
    pay_out,
    preview,
    rest_of,
)
from client.contract import Actor
from client.rpc import RpcClient
from client.transaction import wall_ms
from client.wallet import Wallet
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import REFUSED, UsageFault, emit
from commands.progress import progress
from commands.sending import open_account
from commands.table import show_table
from commands.watch import current_watch
from genesis.files import read_bytes
from primitives.ids import show_address

_SHOWN_MAX = 50


async def payout(  # noqa: PLR0913 - each is an option of the command
    file: Path,
    *,
    all_or_nothing: bool,
    skip_bad_rows: bool,
    due: bool,
    ignore: list[str],
    check: bool,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Pay many receivers in batches of 500; a row that was paid is not paid again.

    Exit 1 when a row is bad or is refused, 4 while the outcome of a row is not known.
    """
    wallet = open_account(key, account)
    found = _read(file, wallet, ignore)
    if not skip_bad_rows and not check:
        found.require_sound()
    async with open_rpc(rpc) as client:
        rows, later = split_due(found.rows, await _now_ms(client))
        if check:
            seen = await preview(client, wallet.address, rows)
            emit(
                preview_json(found, seen, later), _preview_text(found, seen, later), as_json=as_json
            )
            if found.bad or seen.needs_travel or any(not one.is_paid for one in seen.earlier):
                raise SystemExit(REFUSED)
            return
        if later and not due:
            raise BadPayoutFile(_of_later(later))
        await _pay(
            client, wallet, found, (rows, later), is_partial=not all_or_nothing, as_json=as_json
        )


async def _pay(  # noqa: PLR0913 - what is paid, by whom, and how it is told
    client: RpcClient,
    wallet: Wallet,
    found: PayoutFile,
    parts: tuple[list[Payout], list[Payout]],
    *,
    is_partial: bool,
    as_json: bool,
) -> None:
    rows, later = parts
    results: list[RowResult] = []
    try:
        if rows:
            actor = await Actor.open(client, wallet)
            with progress("paying rows") as told:
                async for result in pay_out(actor, rows, is_partial=is_partial):
                    results.append(result)
                    told(len(results), len(rows))
    finally:
        results += [*_rest(rows, results), *not_due(later)]
        emit(payout_json(found, results), _text(found, results), as_json=as_json)
    if found.bad or not all(result.is_paid or result.code == NOT_DUE for result in results):
        raise SystemExit(REFUSED)


def split_due(rows: Sequence[Payout], now_ms: int) -> tuple[list[Payout], list[Payout]]:
    """Return the rows that may be paid now, and those of a later day."""
    return (
        [row for row in rows if row.due_ms <= now_ms],
        [row for row in rows if row.due_ms > now_ms],
    )


def payout_json(found: PayoutFile, results: list[RowResult]) -> dict[str, object]:
    """Return what became of every row as --json prints it; `paid` counts what was paid now."""
    paid = [result.row for result in results if result.is_paid and not result.was_paid]
    return {
        "rows": len(found.rows) + len(found.bad),
        "paid": len(paid),
        "paid_satang": sum(row.satang for row in paid),
        "paid_before": sum(result.was_paid for result in results),
        "bad": [_bad_json(row) for row in found.bad],
        "results": [_result_json(result) for result in results],
    }


def preview_json(found: PayoutFile, seen: Preview, later: list[Payout]) -> dict[str, object]:
    """Return what paying a file now would do, as --json prints it; `satang` is of all good rows."""
    return {
        "rows": len(found.rows) + len(found.bad),
        "satang": found.satang,
        "would_pay": len(seen.to_pay),
        "would_pay_satang": seen.satang,
        "paid_before": sum(result.was_paid for result in seen.earlier),
        "needs_travel": [row.line for row in seen.needs_travel],
        "not_due": [row.line for row in later],
        "bad": [_bad_json(row) for row in found.bad],
        "results": [_result_json(result) for result in seen.earlier],
    }


async def _now_ms(client: RpcClient) -> int:
    """Return the time of the ledger, which may hurry; of the clock while no block comes."""
    return max(wall_ms(), uint_field(await client.call("chain_getStatus"), "contract_time_ms"))


def _of_later(later: list[Payout]) -> str:
    first = min(later, key=lambda row: row.due_ms)
    return (
        f"{len(later)} rows are of a later day, the first is line {first.line} on "
        f"{time_text(first.due_ms)}; --due pays what is due, and the rest when it is run again then"
    )


def _rest(rows: list[Payout], results: list[RowResult]) -> list[RowResult]:
    watch = current_watch()
    is_open = watch is not None and bool(watch.unknown)
    return list(rest_of(rows, results, is_open=is_open))


def _read(path: Path, wallet: Wallet, ignored: list[str]) -> PayoutFile:
    try:
        data = read_bytes(path, FILE_BYTES_MAX)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    return read_pain001(data, wallet.address, ignored) if is_xml else read_payout_csv(data)


def _text(found: PayoutFile, results: list[RowResult]) -> str:
    paid = [result.row for result in results if result.is_paid and not result.was_paid]
    rest = [result for result in results if not result.is_paid]
    refused = [result for result in rest if result.code not in {UNKNOWN, NOT_SENT, NOT_DUE}]
    unknown = [result for result in rest if result.code == UNKNOWN]
    later = sum(result.code == NOT_DUE for result in rest)
    lines = [
        f"{len(paid)} of {len(found.rows) + len(found.bad)} rows paid now, "
        f"{show_baht(sum(row.satang for row in paid))} baht{_before_text(results)}"
    ]
    for title, some in (("Refused", refused), ("Not known yet", unknown)):
        if some:
            rows = [_cells(result) for result in some[:_SHOWN_MAX]]
            lines.append(show_table(title, ["line", "to", "baht", "reference", "code"], rows))
    if later:
        lines.append(f"{later} rows are not due yet")
    unsent = sum(result.code == NOT_SENT for result in rest)
    if unsent or unknown:
        lines.append(
            f"{unsent} rows not sent; the same file may be run again, it pays nobody twice"
        )
    return "\n".join([*lines, *_bad_lines(found, max(len(refused), len(unknown)))])


def _preview_text(found: PayoutFile, seen: Preview, later: list[Payout]) -> str:
    parts = [f"{len(seen.to_pay)} rows, {show_baht(seen.satang)} baht would be paid"]
    if seen.needs_travel:
        lines = ", ".join(str(row.line) for row in seen.needs_travel[:_SHOWN_MAX])
        verb = "needs" if len(seen.needs_travel) == 1 else "need"
        parts.append(f"{len(seen.needs_travel)} {verb} travel data (line {lines})")
    if later:
        parts.append(f"{len(later)} are not due yet")
    reused = [result for result in seen.earlier if not result.is_paid]
    if reused:
        parts.append(f"{len(reused)} would be refused: {reused[0].code}")
    total = f"control total: {len(found.rows)} rows, {show_baht(found.satang)} baht"
    first = "; ".join(parts) + _before_text(list(seen.earlier))
    return "\n".join([first, total, *_bad_lines(found, 0)])


def _before_text(results: list[RowResult]) -> str:
    """Return how many rows were paid before, and where, as the end of a line."""
    heights = sorted({result.height for result in results if result.was_paid and result.height})
    if not heights:
        return ""
    count = sum(result.was_paid for result in results)
    place = f"block {heights[0]}"
    if len(heights) > 1:
        place = f"blocks {heights[0]} to {heights[-1]}"
    return f", {count} {'was' if count == 1 else 'were'} paid at {place}"


def _bad_lines(found: PayoutFile, others: int) -> list[str]:
    lines = [str(bad) for bad in found.bad[:_SHOWN_MAX]]
    if max(others, len(found.bad)) > _SHOWN_MAX:
        lines.append(f"only the first {_SHOWN_MAX} are shown; --json has all")
    return lines


def _cells(result: RowResult) -> list[object]:
    row: Payout = result.row
    return [row.line, show_address(row.to), show_baht(row.satang), row.reference, result.code]


def _bad_json(row: BadRow) -> dict[str, object]:
    return {"line": row.line, "column": row.column, "reason": row.reason}


def _result_json(result: RowResult) -> dict[str, object]:
    identifier = result.transaction_id
    return {
        "line": result.row.line,
        "to": show_address(result.row.to),
        "satang": result.row.satang,
        "reference": result.row.reference,
        "code": result.code,
        "transaction_id": None if identifier is None else "0x" + identifier.hex(),
        "height": result.height,
    }
