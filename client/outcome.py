"""Submitting a transaction and waiting for what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from client.answers import field_of, hex_field, text_field, uint_field
from client.errors import RpcRefused
from client.rpc import Answer, Request, RpcClient
from primitives.ids import TransactionId
from primitives.receipt import OK
from primitives.transaction import Transaction

WAIT_MS_MAX = 60_000
_ANSWER_SLACK_S = 10.0
COMMITTED = "committed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a transaction; `receipt` is the node's JSON, None until committed."""

    transaction_id: TransactionId
    status: str
    height: int | None
    receipt: dict[str, Any] | None

    @property
    def is_committed(self) -> bool:
        """Whether the transaction is in a block."""
        return self.status == COMMITTED

    @property
    def is_ok(self) -> bool:
        """Whether it is in a block and took effect."""
        return self.receipt is not None and self.receipt.get("code") == OK


def read_outcome(answer: Answer) -> Outcome:
    """Return the outcome that tx_get or tx_wait answered. Raises BadAnswer."""
    receipt = answer.get("receipt") if isinstance(answer, dict) else None
    is_placed = isinstance(answer, dict) and answer.get("height") is not None
    return Outcome(
        transaction_id=TransactionId(hex_field(answer, "transaction_id")),
        status=text_field(answer, "status"),
        height=uint_field(answer, "height") if is_placed else None,
        receipt=field_of(answer, "receipt") if receipt is not None else None,
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
    """Submit and wait until it is in a block, or a minute has passed. Raises RpcRefused."""
    await submit(rpc, transaction)
    return await wait_for(rpc, transaction.transaction_id)


async def send_all(
    rpc: RpcClient, transactions: Sequence[Transaction]
) -> list[Outcome | RpcRefused]:
    """Submit at most 100 together and wait for all, as `send`; a refusal takes its one's place."""
    if not transactions:
        return []
    names = ["0x" + transaction.transaction_id.hex() for transaction in transactions]
    raws = ["0x" + transaction.raw.hex() for transaction in transactions]
    submitted = await rpc.batch([Request("tx_submit", {"transaction": raw}) for raw in raws])
    taken = [
        name
        for name, answer in zip(names, submitted, strict=True)
        if not isinstance(answer, RpcRefused)
    ]
    waits = [
        Request("tx_wait", {"transaction_id": name, "timeout_ms": WAIT_MS_MAX}) for name in taken
    ]
    waited = await rpc.batch(waits, timeout_s=WAIT_MS_MAX / 1000 + _ANSWER_SLACK_S) if waits else []
    found = dict(zip(taken, waited, strict=True))
    answers = [found.get(name, said) for name, said in zip(names, submitted, strict=True)]
    return [one if isinstance(one, RpcRefused) else read_outcome(one) for one in answers]
