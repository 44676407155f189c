"""`sapha cbdc payout`: pays the rows of a CSV or pain.001 file, and says what became of each."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc.iso20022 import read_pain001
from client.cbdc.payout_file import FILE_BYTES_MAX, BadRow, Payout, PayoutFile, read_payout_csv
from client.cbdc.payouts import NOT_SENT, UNKNOWN, RowResult, pay_out, rest_of
from client.contract import Actor
from client.wallet import Wallet
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
    check: bool,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Pay many receivers in batches of 500; the same file may be run again and pays nobody twice.

    Exit 1 when a row is bad or is refused, 4 while the outcome of a row is not known.
    """
    wallet = open_account(key, account)
    found = _read(file, wallet)
    if not skip_bad_rows and not check:
        found.require_sound()
    results: list[RowResult] = []
    try:
        if found.rows and not check:
            async with open_rpc(rpc) as client:
                actor = await Actor.open(client, wallet)
                with progress("paying rows") as told:
                    async for result in pay_out(actor, found.rows, is_partial=not all_or_nothing):
                        results.append(result)
                        told(len(results), len(found.rows))
    finally:
        if not check:
            results += _rest(found, results)
        emit(payout_json(found, results), _text(found, results), as_json=as_json)
    if found.bad or not all(result.is_paid for result in results):
        raise SystemExit(REFUSED)


def payout_json(found: PayoutFile, results: list[RowResult]) -> dict[str, object]:
    """Return what became of every row as --json prints it."""
    paid = [result.row for result in results if result.is_paid]
    return {
        "rows": len(found.rows) + len(found.bad),
        "paid": len(paid),
        "paid_satang": sum(row.satang for row in paid),
        "bad": [_bad_json(row) for row in found.bad],
        "results": [_result_json(result) for result in results],
    }


def _rest(found: PayoutFile, results: list[RowResult]) -> list[RowResult]:
    watch = current_watch()
    is_open = watch is not None and bool(watch.unknown)
    return list(rest_of(found.rows, results, is_open=is_open))


def _read(path: Path, wallet: Wallet) -> PayoutFile:
    try:
        data = read_bytes(path, FILE_BYTES_MAX)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    return read_pain001(data, wallet.address) if is_xml else read_payout_csv(data)


def _text(found: PayoutFile, results: list[RowResult]) -> str:
    paid = [result.row for result in results if result.is_paid]
    rest = [result for result in results if not result.is_paid]
    refused = [result for result in rest if result.code not in {UNKNOWN, NOT_SENT}]
    unknown = [result for result in rest if result.code == UNKNOWN]
    lines = [
        f"{len(paid)} of {len(found.rows) + len(found.bad)} rows paid, "
        f"{show_baht(sum(row.satang for row in paid))} baht"
    ]
    for title, some in (("Refused", refused), ("Not known yet", unknown)):
        if some:
            rows = [_cells(result) for result in some[:_SHOWN_MAX]]
            lines.append(show_table(title, ["line", "to", "baht", "reference", "code"], rows))
    unsent = len(rest) - len(refused) - len(unknown)
    if unsent or unknown:
        lines.append(
            f"{unsent} rows not sent; the same file may be run again, it pays nobody twice"
        )
    lines += [str(bad) for bad in found.bad[:_SHOWN_MAX]]
    if max(len(refused), len(unknown), len(found.bad)) > _SHOWN_MAX:
        lines.append(f"only the first {_SHOWN_MAX} are shown; --json has all")
    return "\n".join(lines)


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
