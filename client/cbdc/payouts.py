"""Bulk payouts: rows of a file in batches of one transaction each, and what became of every row.

A batch has a reference of its own, made of its rows: the same file again makes the same
references, which the ledger takes once. So a payout that broke off is simply run again, and rows
that are paid stay paid once.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from client.cbdc.payout_file import Payout
from client.contract import Actor, ask, events_in
from client.errors import BadAnswer
from client.outcome import Outcome
from contracts.cbdc.core.messages import BATCH_LINES_MAX, ReferenceReused
from contracts.cbdc.payments.handlers import batch_result
from contracts.cbdc.payments.messages import (
    ALL_OR_NOTHING,
    PARTIAL,
    BatchLine,
    BatchRowRefused,
    BatchTransfer,
)
from primitives.codec import encode
from primitives.crypto import digest
from primitives.ids import TransactionId
from primitives.receipt import OK

_REFERENCE_HEX = 32
UNKNOWN = "UNKNOWN"  # the transaction is in no block yet, and may still be
NOT_SENT = "NOT_SENT"  # the payout ended before the row's batch was sent

Progress = Callable[[int], None]  # rows that were done now


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: `code` is OK, or why it was not paid."""

    row: Payout
    code: str
    transaction_id: TransactionId | None  # None: an earlier transaction paid the batch
    height: int | None

    @property
    def is_paid(self) -> bool:
        """Whether the money moved."""
        return self.code == OK


def batches_of(rows: Sequence[Payout], rows_max: int = BATCH_LINES_MAX) -> Iterator[list[Payout]]:
    """Yield the rows in groups of at most `rows_max`, in order."""
    for start in range(0, len(rows), rows_max):
        yield list(rows[start : start + rows_max])


def batch_of(rows: Sequence[Payout], *, is_partial: bool) -> BatchTransfer:
    """Return the message that pays these rows, at most 500."""
    lines = tuple(BatchLine(row.to, row.satang, row.reference) for row in rows)
    return BatchTransfer(
        reference=batch_reference(rows),
        lines=lines,
        total=sum(row.satang for row in rows),
        mode=PARTIAL if is_partial else ALL_OR_NOTHING,
    )


def batch_reference(rows: Sequence[Payout]) -> str:
    """Return the reference of a batch: the same for the same rows, another for others."""
    content = encode(tuple((row.to, row.satang, row.reference) for row in rows))
    return digest("cbdc/payout", content).hex()[:_REFERENCE_HEX]


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
        message = batch_of(batch, is_partial=is_partial)
        outcome = await actor.send(message)
        results = results_of(batch, outcome)
        if outcome.receipt is not None and outcome.receipt.get("code") == ReferenceReused.code:
            results = await _earlier_results(actor, batch, message.reference)
        for result in results:
            yield result
        if progress is not None:
            progress(len(batch))
        if not outcome.is_known:
            return


def rest_of(
    rows: Sequence[Payout], results: Sequence[RowResult], *, is_open: bool
) -> Iterator[RowResult]:
    """Yield what is known of the rows without a result, when a payout ended early.

    `is_open` says that the transaction of the next batch was sent without an outcome.
    """
    for index, row in enumerate(rows[len(results) :]):
        code = UNKNOWN if is_open and index < BATCH_LINES_MAX else NOT_SENT
        yield RowResult(row=row, code=code, transaction_id=None, height=None)


def results_of(rows: Sequence[Payout], outcome: Outcome) -> Iterator[RowResult]:
    """Yield what a batch's outcome says of each of its rows."""
    refused = {event.ref: event.code for event in events_in(outcome, BatchRowRefused)}
    whole = UNKNOWN if outcome.receipt is None else str(outcome.receipt.get("code"))
    for row in rows:
        yield RowResult(
            row=row,
            code=refused.get(row.reference, whole),
            transaction_id=outcome.transaction_id,
            height=outcome.height,
        )


async def _earlier_results(
    actor: Actor, rows: Sequence[Payout], reference: str
) -> Iterator[RowResult]:
    """Return what became of a batch that the ledger has taken before."""
    earlier = await ask(actor.rpc, batch_result, actor.address, reference)
    if earlier is None:
        raise BadAnswer(f"the node knows no batch {reference}, and refuses it as one that it knows")
    refused = {line.index: line.code for line in earlier.refused}
    return (
        RowResult(row=row, code=refused.get(index, OK), transaction_id=None, height=earlier.height)
        for index, row in enumerate(rows)
    )
