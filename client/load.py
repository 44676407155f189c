"""Generates load: signed transactions to all validators, at a fixed rate or as many as fit.

A batch that one validator does not take goes, the same bytes, to the next. Transactions count
only when every validator has committed them. Times are the client's own.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from client.access import RpcSettings
from client.contract import Actor
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.follow import Follower
from client.node import Node, NodeMaker, SaphaNode
from contracts.cbdc.payments.messages import Transfer
from primitives.ids import Address, TransactionId
from primitives.limits import RPC_BATCH_MAX
from primitives.transaction import Transaction

_BUSY_CODES = frozenset({"MEMPOOL_FULL", "QUOTA_EXCEEDED", "NOT_READY", "TOO_MANY_SOCKETS"})
_BUSY_PAUSE_S = 0.1
_SENDERS = 8
_ROUNDS_MAX = 200
_WAIT_S = 0.25
_RECEIVER_STRIDE = 7
_TRANSFER_SATANG_MAX = 100
_OPEN_LOOP_TICKS_PER_S = 20


@dataclass(slots=True)
class Sent:
    """What was handed over: when each was first due, and which a validator acknowledged."""

    due_at: dict[TransactionId, float] = field(default_factory=dict)
    acknowledged: set[TransactionId] = field(default_factory=set)
    refused: dict[TransactionId, str] = field(default_factory=dict)
    resent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a load; latencies in milliseconds, ascending."""

    committed: int
    seconds: float
    latencies_ms: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Committed transactions a second."""
        return self.committed / self.seconds if self.seconds > 0 else 0.0

    def latency_ms(self, part: float) -> float:
        """Return the latency that `part` (0.5, 0.99) of the transactions do not exceed."""
        if not self.latencies_ms:
            return 0.0
        index = min(len(self.latencies_ms) - 1, int(part * len(self.latencies_ms)))
        return self.latencies_ms[index]


def sign_transfers(
    holders: Sequence[Actor], receivers: Sequence[Address], count: int
) -> list[Transaction]:
    """Return `count` distinct transfers of 1 to 100 satang, from each holder in turn."""
    transfers = []
    for number in range(count):
        holder = holders[number % len(holders)]
        place = number * _RECEIVER_STRIDE + number // len(holders)
        receiver = receivers[place % len(receivers)]
        if receiver == holder.address:
            receiver = receivers[(place + 1) % len(receivers)]
        satang = 1 + number % _TRANSFER_SATANG_MAX
        transfers.append(holder.sign(Transfer(to=receiver, amount=satang, memo="")))
    return transfers


class Loader:
    """Hands transactions to validators. Use it as `async with Loader(urls, follower)`."""

    def __init__(
        self,
        urls: Sequence[str],
        follower: Follower,
        settings: RpcSettings | None = None,
        addresses: Sequence[str] = ("",),
        node_of: NodeMaker = SaphaNode,
    ) -> None:
        """Send to `urls` in turn, from each of the local `addresses` in turn."""
        settings = settings or RpcSettings(
            connect_timeout_s=2.0, answer_timeout_s=15.0, asks_again=False
        )
        self._nodes: list[Node] = [
            node_of(url, replace(settings, local_address=address))
            for address in addresses
            for url in urls
        ]
        self._follower = follower
        self._placed_before = len(follower.placed)
        self.sent = Sent()

    async def __aenter__(self) -> "Loader":
        for node in self._nodes:
            await node.open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for node in self._nodes:
            await node.close()

    @property
    def waiting(self) -> int:
        """How many transactions are handed over and neither committed nor refused."""
        placed = len(self._follower.placed) - self._placed_before
        return len(self.sent.due_at) - len(self.sent.refused) - placed

    async def saturate(
        self,
        transactions: Sequence[Transaction],
        *,
        window: int,
        seconds: float | None = None,
        together: int | None = None,
    ) -> None:
        """Keep `window` transactions waiting until all are sent or `seconds` have passed.

        `together` go in one request: fewer than usual for large ones.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        batches = enumerate(_batches(transactions, together or RPC_BATCH_MAX))

        async def worker() -> None:
            for number, batch in batches:
                while self.waiting >= window and not _is_over(deadline):
                    await self._follower.changed(_WAIT_S)
                if _is_over(deadline):
                    return
                await self._submit(batch, number, time.monotonic())

        async with asyncio.TaskGroup() as group:
            for _ in range(_SENDERS):
                group.create_task(worker())

    async def at_rate(self, transactions: Sequence[Transaction], per_second: float) -> None:
        """Send at a fixed rate whatever the answers; lateness counts as latency."""
        size = max(1, min(RPC_BATCH_MAX, round(per_second / _OPEN_LOOP_TICKS_PER_S)))
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number, batch in enumerate(_batches(transactions, size)):
                due_at = started + number * size / per_second
                await asyncio.sleep(max(0.0, due_at - time.monotonic()))
                group.create_task(self._submit(batch, number, due_at))

    async def settle(self, timeout_s: float) -> bool:
        """Wait until every acknowledged transaction is on every validator; False at timeout."""
        deadline = time.monotonic() + timeout_s
        wanted = self.sent.acknowledged
        while time.monotonic() < deadline:
            placed = self._follower.placed
            heights = [placed[i].height if i in placed else None for i in wanted]
            if None not in heights:
                last = max((height for height in heights if height is not None), default=0)
                if self._follower.height_everywhere >= last:
                    return True
            await self._follower.changed(_WAIT_S)
        return False

    def open_matters(self) -> str:
        """Say what `settle` still waits for, for an error's text."""
        missing = sum(key not in self._follower.placed for key in self.sent.acknowledged)
        heights = ", ".join(str(height) for height in self._follower.heights())
        whole = len(self.sent.acknowledged)
        return f"{missing} of {whole} acknowledged in no block seen; validators at {heights}"

    def measure(self, started: float, ended: float) -> Measured:
        """Return what was due and committed everywhere between two monotonic times."""
        due_at = self.sent.due_at
        times = [
            (due_at[transaction_id], placed.seen_at)
            for transaction_id, placed in self._follower.committed_everywhere().items()
            if transaction_id in due_at and started <= placed.seen_at <= ended
        ]
        latencies = sorted((seen - due) * 1000 for due, seen in times)
        return Measured(
            committed=len(times), seconds=ended - started, latencies_ms=tuple(latencies)
        )

    async def _submit(self, batch: Sequence[Transaction], number: int, due_at: float) -> None:
        """Submit until each transaction is acknowledged or refused for good."""
        for transaction in batch:
            self.sent.due_at[transaction.transaction_id] = due_at
        open_ones = list(batch)
        for turn in range(_ROUNDS_MAX):
            node = self._nodes[(number + turn) % len(self._nodes)]
            open_ones = await self._submit_once(node, open_ones)
            if not open_ones:
                return
            self.sent.resent += len(open_ones)
            await asyncio.sleep(_BUSY_PAUSE_S)
        for transaction in open_ones:
            self.sent.refused[transaction.transaction_id] = "NOT_TAKEN"

    async def _submit_once(self, node: Node, batch: Sequence[Transaction]) -> list[Transaction]:
        """Return those that must be sent again, because this validator is busy or away."""
        try:
            outcomes = await node.submit(batch)
        except (NodeUnreachable, RpcRefused, BadAnswer):
            return list(batch)
        again = []
        for transaction, outcome in zip(batch, outcomes, strict=True):
            if outcome.transaction_id is not None:
                self.sent.acknowledged.add(transaction.transaction_id)
            elif outcome.word in _BUSY_CODES or outcome.retry_after_s is not None:
                again.append(transaction)
            else:
                self.sent.refused[transaction.transaction_id] = outcome.word
        return again


def _batches(transactions: Sequence[Transaction], size: int) -> Iterator[Sequence[Transaction]]:
    for start in range(0, len(transactions), size):
        yield transactions[start : start + size]


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline
