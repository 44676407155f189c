"""Calls that wait for transactions to be in a block."""

import asyncio

from node.execution.reads import FoundTransaction
from node.ports import CommittedBlock
from node.rpc.errors import TooManyWaiting
from primitives.ids import TransactionId

WAITING_MAX = 20_000


class Waiters:
    """One future for each transaction that is waited for, however many calls wait."""

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        self._waiting_max = waiting_max
        self._count = 0
        self._futures: dict[TransactionId, asyncio.Future[FoundTransaction]] = {}
        self._calls: dict[TransactionId, int] = {}

    async def wait(
        self, transaction_id: TransactionId, timeout_s: float
    ) -> FoundTransaction | None:
        """Return where the transaction is once it is committed, None when time is up.

        Raises:
            TooManyWaiting: this node's limit of waiting calls is reached.
        """
        if self._count >= self._waiting_max:
            raise TooManyWaiting(f"{self._count} calls wait, at most {self._waiting_max}")
        future = self._join(transaction_id)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(future)
        except TimeoutError:
            return None
        finally:
            self._leave(transaction_id, future)

    def resolve(self, committed: CommittedBlock) -> None:
        """Wake every call that waits for a transaction of this block."""
        if not self._futures:
            return
        height = committed.block.height
        for index, receipt in enumerate(committed.receipts):
            future = self._futures.pop(receipt.transaction_id, None)
            if future is not None and not future.done():
                future.set_result(FoundTransaction(height=height, index=index, receipt=receipt))

    def _join(self, transaction_id: TransactionId) -> "asyncio.Future[FoundTransaction]":
        self._count += 1
        self._calls[transaction_id] = self._calls.get(transaction_id, 0) + 1
        future = self._futures.get(transaction_id)
        if future is None:
            future = asyncio.get_running_loop().create_future()
            self._futures[transaction_id] = future
        return future

    def _leave(
        self, transaction_id: TransactionId, future: "asyncio.Future[FoundTransaction]"
    ) -> None:
        self._count -= 1
        self._calls[transaction_id] -= 1
        if not self._calls[transaction_id]:
            del self._calls[transaction_id]
            if self._futures.get(transaction_id) is future:
                del self._futures[transaction_id]
