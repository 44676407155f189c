"""Submitting transactions and waiting for what became of them: the one way that money leaves.

`send` and `send_all` tell a client's witness of every transaction before any node has it, and
again once its outcome is known. So whoever is interrupted between the two can say what is open.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from client.answers import Answer, field_of, hex_field, text_field, uint_field
from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.rpc import Request, RpcClient
from primitives.ids import TransactionId
from primitives.receipt import OK
from primitives.transaction import Transaction

WAIT_MS_MAX = 60_000
_ANSWER_SLACK_S = 10.0
_SLICE_S = 10.0  # a wait is asked for in parts, and between them it is said why it lasts
_PAUSE_S = 1.0  # where a node answers sooner that it does not know
COMMITTED = "committed"
EXPIRED = "expired"
_KNOWN = frozenset({COMMITTED, EXPIRED, "rejected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a transaction; `receipt` is the node's JSON, None until committed.

    `code` says why a node dropped it, None when it did not.
    """

    transaction_id: TransactionId
    status: str
    height: int | None
    receipt: dict[str, Any] | None
    code: str | None = None

    @property
    def is_committed(self) -> bool:
        """Whether the transaction is in a block."""
        return self.status == COMMITTED

    @property
    def is_known(self) -> bool:
        """Whether it is in a block or will be in none, as far as the node knows."""
        return self.status in _KNOWN

    @property
    def is_ok(self) -> bool:
        """Whether it is in a block and took effect."""
        return self.receipt is not None and self.receipt.get("code") == OK


def require_ok(outcome: Outcome) -> Outcome:
    """Return an outcome that took effect. Raises LedgerRefused."""
    if outcome.is_ok:
        return outcome
    receipt = outcome.receipt
    if receipt is None:
        raise LedgerRefused(outcome.status.upper(), "no block holds the transaction")
    raise LedgerRefused(
        str(receipt.get("code")),
        str(receipt.get("message") or ""),
        contract=str(receipt.get("contract") or ""),
        details=dict(receipt.get("details") or {}),
    )


class Witness(Protocol):
    """Who is told of each transaction from before a node has it until its outcome is known."""

    @property
    def wait_s(self) -> float:
        """How long to wait for an outcome."""

    async def begin(self, rpc: RpcClient, transaction: Transaction) -> Transaction | Outcome:
        """Return what to send: this, or an earlier one that asks the same and is still open.

        What became of an earlier one that asks the same is returned when it is known by now.
        """

    def not_taken(self, transaction: Transaction) -> None:
        """No node has the transaction."""

    async def delayed(self, rpc: RpcClient, transaction: Transaction, waited_s: float) -> None:
        """The transaction is in no block yet."""

    def settled(self, transaction_id: TransactionId) -> None:
        """The outcome of the transaction is known."""


class Nobody:
    """A witness that keeps nothing: of programs that look after their transactions themselves."""

    wait_s = WAIT_MS_MAX / 1000

    async def begin(self, _rpc: RpcClient, transaction: Transaction) -> Transaction | Outcome:
        """Return the transaction."""
        return transaction

    def not_taken(self, transaction: Transaction) -> None:
        """Do nothing."""

    async def delayed(self, rpc: RpcClient, transaction: Transaction, waited_s: float) -> None:
        """Do nothing."""

    def settled(self, transaction_id: TransactionId) -> None:
        """Do nothing."""


_NOBODY = Nobody()


def witness_of(rpc: RpcClient) -> Witness:
    """Return who is told of what this client sends."""
    return rpc.witness or _NOBODY


def read_outcome(answer: Answer) -> Outcome:
    """Return the outcome that tx_get or tx_wait answered. Raises BadAnswer."""
    is_object = isinstance(answer, dict)
    receipt = answer.get("receipt") if is_object else None
    is_placed = is_object and answer.get("height") is not None
    code = answer.get("code") if is_object else None
    return Outcome(
        transaction_id=TransactionId(hex_field(answer, "transaction_id")),
        status=text_field(answer, "status"),
        height=uint_field(answer, "height") if is_placed else None,
        receipt=field_of(answer, "receipt") if receipt is not None else None,
        code=None if code is None else str(code),
    )


async def submit(rpc: RpcClient, transaction: Transaction) -> None:
    """Hand the transaction to a node, which from then on keeps it. Raises RpcRefused."""
    await rpc.call("tx_submit", {"transaction": "0x" + transaction.raw.hex()})


async def wait_for(
    rpc: RpcClient, transaction_id: TransactionId, *, timeout_ms: int = WAIT_MS_MAX
) -> Outcome:
    """Return what became of the transaction within `timeout_ms` (at most 60,000)."""
    params = {"transaction_id": "0x" + transaction_id.hex(), "timeout_ms": timeout_ms}
    answer = await rpc.call("tx_wait", params, timeout_s=timeout_ms / 1000 + _ANSWER_SLACK_S)
    return read_outcome(answer)


async def send(rpc: RpcClient, transaction: Transaction) -> Outcome:
    """Submit and wait until the outcome is known, or the witness's time has passed.

    Raises:
        RpcRefused: a node refused it, or the question; `NodeUnreachable` and BadAnswer likewise.
    """
    [outcome] = await send_all(rpc, [transaction])
    if isinstance(outcome, RpcRefused):
        raise outcome
    return outcome


async def send_all(
    rpc: RpcClient, transactions: Sequence[Transaction]
) -> list[Outcome | RpcRefused]:
    """Submit at most 100 together and wait for all, as `send`; a refusal takes its one's place."""
    witness = witness_of(rpc)
    chosen = [await witness.begin(rpc, transaction) for transaction in transactions]
    sent = [one for one in chosen if isinstance(one, Transaction)]
    answers = await _submitted(rpc, sent)
    taken = [one for one in sent if one.transaction_id not in answers]
    answers |= await _awaited(rpc, taken)
    return [one if isinstance(one, Outcome) else answers[one.transaction_id] for one in chosen]


async def _submitted(
    rpc: RpcClient, transactions: Sequence[Transaction]
) -> dict[TransactionId, Outcome | RpcRefused]:
    """Hand transactions to a node and return the refusals."""
    witness = witness_of(rpc)
    requests = [Request("tx_submit", {"transaction": "0x" + one.raw.hex()}) for one in transactions]
    try:
        answers = await _each(rpc, requests)
    except (NodeUnreachable, RpcRefused) as error:
        if not error.may_have_arrived:
            for one in transactions:
                witness.not_taken(one)
        raise
    refused: dict[TransactionId, Outcome | RpcRefused] = {}
    for one, answer in zip(transactions, answers, strict=True):
        if isinstance(answer, RpcRefused):
            refused[one.transaction_id] = answer
            if not answer.may_have_arrived:
                witness.not_taken(one)
    return refused


async def _awaited(
    rpc: RpcClient, transactions: Sequence[Transaction]
) -> dict[TransactionId, Outcome | RpcRefused]:
    """Return what became of each within the witness's time."""
    witness = witness_of(rpc)
    found: dict[TransactionId, Outcome | RpcRefused] = {}
    left, begun = list(transactions), time.monotonic()
    while left:
        asked = time.monotonic()
        slice_s = max(0.001, min(_SLICE_S, begun + witness.wait_s - asked))
        for one, answer in zip(left, await _wait_each(rpc, left, slice_s), strict=True):
            found[one.transaction_id] = answer
            if isinstance(answer, Outcome) and answer.is_known:
                witness.settled(one.transaction_id)
        left = [one for one in left if _is_open(found[one.transaction_id])]
        waited_s = time.monotonic() - begun
        if not left or waited_s >= witness.wait_s:
            break
        await witness.delayed(rpc, left[0], waited_s)
        if time.monotonic() - asked < slice_s:
            await asyncio.sleep(min(_PAUSE_S, slice_s))
    return found


async def _wait_each(
    rpc: RpcClient, transactions: Sequence[Transaction], timeout_s: float
) -> list[Outcome | RpcRefused]:
    timeout_ms = max(1, int(timeout_s * 1000))
    names = ["0x" + one.transaction_id.hex() for one in transactions]
    waits = [
        Request("tx_wait", {"transaction_id": name, "timeout_ms": timeout_ms}) for name in names
    ]
    answers = await _each(rpc, waits, timeout_s + _ANSWER_SLACK_S)
    return [one if isinstance(one, RpcRefused) else read_outcome(one) for one in answers]


async def _each(
    rpc: RpcClient, requests: Sequence[Request], timeout_s: float | None = None
) -> list[Answer | RpcRefused]:
    """Return the result or refusal of each request, in order."""
    if not requests:
        return []
    if len(requests) > 1:
        return await rpc.batch(requests, timeout_s=timeout_s)
    [request] = requests
    try:
        return [await rpc.call(request.method, request.params, timeout_s=timeout_s)]
    except RpcRefused as refused:
        return [refused]


def _is_open(answer: Outcome | RpcRefused) -> bool:
    return isinstance(answer, Outcome) and not answer.is_known
