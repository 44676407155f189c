"""Bulk payouts: rows of a file in batches of one transaction each, and what became of every row.

The ledger pays a row once, whatever batch it comes in: (payer, series, reference) serves for ever.
So rows that are paid are asked for first and left out, and a payout that broke off, or a file that
has grown, is simply run again. A batch has a reference of its own, made of its rows and of how
often just these were tried.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from client.cbdc.payout_file import Payout
from client.contract import Actor, ask, ask_each, events_in
from client.outcome import Outcome
from client.rpc import RpcClient
from contracts.cbdc.authority.handlers import parameters_now
from contracts.cbdc.core.limits import TRAVEL_FROM
from contracts.cbdc.core.messages import BATCH_LINES_MAX, FSP, ReferenceReused
from contracts.cbdc.payments.handlers import batch_result, paid_row
from contracts.cbdc.payments.messages import (
    ALL_OR_NOTHING,
    PARTIAL,
    BatchLine,
    BatchRowRefused,
    BatchTransfer,
)
from contracts.cbdc.wallets.handlers import wallet
from contracts.sdk.schema import record_of
from primitives.codec import encode
from primitives.crypto import digest
from primitives.ids import Address, TransactionId
from primitives.limits import TRANSACTION_BYTES_MAX
from primitives.receipt import OK

_REFERENCE_HEX = 32
_LINES_BYTES_MAX = TRANSACTION_BYTES_MAX - 2_000  # what is left is for the rest of a transaction
UNKNOWN = "UNKNOWN"  # the transaction is in no block yet, and may still be
NOT_SENT = "NOT_SENT"  # the payout ended before the row's batch was sent
NOT_DUE = "NOT_DUE"  # the row is not to be paid yet

Progress = Callable[[int], None]  # rows that were done now


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: `code` is OK, or why it was not paid."""

    row: Payout
    code: str
    transaction_id: TransactionId | None  # None: an earlier transaction paid it
    height: int | None

    @property
    def is_paid(self) -> bool:
        """Whether the money moved, now or before."""
        return self.code == OK

    @property
    def was_paid(self) -> bool:
        """Whether an earlier transaction moved the money, and nothing moved now."""
        return self.is_paid and self.transaction_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What paying rows now would do; `needs_travel` lack the digest that the ledger would want."""

    to_pay: tuple[Payout, ...]
    earlier: tuple[RowResult, ...]  # paid before, or refused since another payment has the name
    needs_travel: tuple[Payout, ...]

    @property
    def satang(self) -> int:
        """The sum of what would be paid."""
        return sum(row.satang for row in self.to_pay)


def batches_of(rows: Sequence[Payout]) -> Iterator[list[Payout]]:
    """Yield the rows in groups that one transaction holds, at most 500 each, in order."""
    batch: list[Payout] = []
    size = 0
    for row in rows:
        row_size = len(encode(record_of(BatchLine).write(_line(row), "line")))
        if batch and (len(batch) == BATCH_LINES_MAX or size + row_size > _LINES_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += row_size
    if batch:
        yield batch


def batch_of(rows: Sequence[Payout], *, is_partial: bool, attempt: int = 0) -> BatchTransfer:
    """Return the message that pays these rows, at most 500; `attempt` counts from 0."""
    lines = tuple(_line(row) for row in rows)
    return BatchTransfer(
        reference=batch_reference(rows, attempt),
        lines=lines,
        total=sum(row.satang for row in rows),
        mode=PARTIAL if is_partial else ALL_OR_NOTHING,
    )


def batch_reference(rows: Sequence[Payout], attempt: int = 0) -> str:
    """Return the reference of a batch: the same for the same rows and attempt, else another."""
    lines = tuple((row.to, row.satang, *row.name, row.travel) for row in rows)
    return digest("cbdc/payout", encode((lines, attempt))).hex()[:_REFERENCE_HEX]


async def pay_out(
    actor: Actor, rows: Sequence[Payout], *, is_partial: bool, progress: Progress | None = None
) -> AsyncIterator[RowResult]:
    """Pay rows batch after batch and yield what became of each, in order.

    With `is_partial` a row that is refused stops no other; without, its batch is refused whole.
    Nothing is sent after a batch whose outcome is unknown.

    Raises:
        RpcRefused, NodeUnreachable: see client.errors; run the same rows again.
    """
    for batch in batches_of(rows):
        earlier = await earlier_results(actor.rpc, actor.address, batch)
        rest = [row for row in batch if row.name not in earlier]
        is_known = True
        if rest:
            outcome = await actor.send(await _next_batch(actor, rest, is_partial=is_partial))
            results = {result.row.name: result for result in results_of(rest, outcome)}
            raced = [row for row in rest if results[row.name].code == ReferenceReused.code]
            # An earlier batch came into a block meanwhile.
            now_paid = await earlier_results(actor.rpc, actor.address, raced)
            earlier |= results | now_paid
            is_known = outcome.is_known
        for row in batch:
            yield earlier[row.name]
        if progress is not None:
            progress(len(batch))
        if not is_known:
            return


async def preview(rpc: RpcClient, payer: Address, rows: Sequence[Payout]) -> Preview:
    """Return what paying rows now would do, as the node says; sends nothing."""
    earlier = await earlier_results(rpc, payer, rows)
    rest = tuple(row for row in rows if row.name not in earlier)
    limits = {one.name: one.value for one in await ask(rpc, parameters_now)}
    threshold = limits[TRAVEL_FROM.name]
    large = [row for row in rest if row.satang > threshold and row.travel is None]
    kinds = await _kinds_of(rpc, [payer, *(row.to for row in large)]) if large else []
    wanting = [
        row for row, kind in zip(large, kinds[1:], strict=True) if not _is_exempt(kinds[0], kind)
    ]
    return Preview(to_pay=rest, earlier=tuple(earlier.values()), needs_travel=tuple(wanting))


def rest_of(
    rows: Sequence[Payout], results: Sequence[RowResult], *, is_open: bool
) -> Iterator[RowResult]:
    """Yield what is known of the rows without a result, when a payout ended early.

    `is_open` says that the transaction of the next batch was sent without an outcome.
    """
    rest = rows[len(results) :]
    sent = len(next(batches_of(rest), [])) if is_open else 0
    for index, row in enumerate(rest):
        code = UNKNOWN if index < sent else NOT_SENT
        yield _unpaid(row, code)


def not_due(rows: Sequence[Payout]) -> Iterator[RowResult]:
    """Yield that rows are left for a later day."""
    for row in rows:
        yield _unpaid(row, NOT_DUE)


def results_of(rows: Sequence[Payout], outcome: Outcome) -> Iterator[RowResult]:
    """Yield what a batch's outcome says of each of its rows."""
    events = events_in(outcome, BatchRowRefused)
    refused = {(event.series, event.ref): event.code for event in events}
    whole = UNKNOWN if outcome.receipt is None else str(outcome.receipt.get("code"))
    for row in rows:
        yield RowResult(
            row=row,
            code=refused.get(row.name, whole),
            transaction_id=outcome.transaction_id,
            height=outcome.height,
        )


async def earlier_results(
    rpc: RpcClient, payer: Address, rows: Sequence[Payout]
) -> dict[tuple[str, str], RowResult]:
    """Return, by name, what the ledger has paid before under the names of these rows.

    A row whose name served for another payee or amount is refused as REFERENCE_REUSED.
    """
    found = await ask_each(rpc, paid_row, [(payer, *row.name) for row in rows])
    return {
        row.name: RowResult(
            row=row,
            code=OK if (paid.to, paid.amount) == (row.to, row.satang) else ReferenceReused.code,
            transaction_id=None,
            height=paid.height,
        )
        for row, paid in zip(rows, found, strict=True)
        if paid is not None
    }


async def _next_batch(actor: Actor, rows: Sequence[Payout], *, is_partial: bool) -> BatchTransfer:
    """Return a batch that the ledger has not taken yet."""
    attempt = 0
    while True:
        message = batch_of(rows, is_partial=is_partial, attempt=attempt)
        if await ask(actor.rpc, batch_result, actor.address, message.reference) is None:
            return message
        attempt += 1


async def _kinds_of(rpc: RpcClient, addresses: Sequence[Address]) -> list[str | None]:
    """Return the kinds of wallets, None where there is no wallet."""
    found = await ask_each(rpc, wallet, [(address,) for address in addresses])
    return [None if state is None else state.wallet.kind for state in found]


def _is_exempt(payer: str | None, payee: str | None) -> bool:
    """Whether the ledger wants no travel data between wallets of these kinds."""
    return payer is None or payee is None or (payer == FSP and payee == FSP)


def _line(row: Payout) -> BatchLine:
    return BatchLine(
        to=row.to, amount=row.satang, ref=row.reference, series=row.series, travel=row.travel
    )


def _unpaid(row: Payout, code: str) -> RowResult:
    return RowResult(row=row, code=code, transaction_id=None, height=None)
