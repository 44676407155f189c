"""Calls that wait for transactions to be in a block, or to be dropped."""

import asyncio
from collections import Counter
from typing import Any

from node.execution.reads import FoundTransaction
from node.ports import CommittedBlock
from node.rpc.errors import TooManyWaiting
from primitives.ids import TransactionId

WAITING_MAX = 20_000
WAITING_PER_CLIENT_MAX = 2_000


class Waiters:
    """One future for each transaction that is waited for, however many calls wait.

    It gives the place in a block, or None when the transaction is dropped.
    """

    def __init__(
        self, waiting_max: int = WAITING_MAX, per_client_max: int = WAITING_PER_CLIENT_MAX
    ) -> None:
        self._waiting_max = waiting_max
        self._per_client_max = per_client_max
        self._count_by_client: Counter[str] = Counter()
        self._futures: dict[TransactionId, asyncio.Future[FoundTransaction | None]] = {}
        self._calls: dict[TransactionId, int] = {}

    async def wait(
        self,
        transaction_id: TransactionId,
        timeout_s: float,
        client: str,
        gone: "asyncio.Future[None] | None" = None,
    ) -> FoundTransaction | None:
        """Return where the transaction is once committed; None when dropped or time is up.

        Also None when the client is `gone`: nothing is held for one that has left.

        Raises:
            TooManyWaiting: this node's or the client's limit of waiting calls is reached.
        """
        count = self._count_by_client.total()
        if count >= self._waiting_max:
            raise TooManyWaiting(
                f"{count} calls wait, at most {self._waiting_max}", retry_after_s=1
            )
        if self._count_by_client[client] >= self._per_client_max:
            raise TooManyWaiting(
                f"{self._per_client_max} calls of {client} wait, the most of one address",
                retry_after_s=1,
            )
        future = self._join(transaction_id, client)
        try:
            waited: set[asyncio.Future[Any]] = {future} if gone is None else {future, gone}
            await asyncio.wait(waited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            return future.result() if future.done() else None
        finally:
            self._leave(transaction_id, client, future)

    def resolve(self, committed: CommittedBlock) -> None:
        """Wake every call that waits for a transaction of this block."""
        if not self._futures:
            return
        height = committed.block.height
        for index, receipt in enumerate(committed.receipts):
            found = FoundTransaction(height=height, index=index, receipt=receipt)
            self._wake(receipt.transaction_id, found)

    def dropped(self, transaction_id: TransactionId) -> None:
        """Wake every call that waits for a transaction that will be in no block."""
        self._wake(transaction_id, None)

    def _wake(self, transaction_id: TransactionId, found: FoundTransaction | None) -> None:
        future = self._futures.pop(transaction_id, None)
        if future is not None and not future.done():
            future.set_result(found)

    def _join(
        self, transaction_id: TransactionId, client: str
    ) -> "asyncio.Future[FoundTransaction | None]":
        self._count_by_client[client] += 1
        self._calls[transaction_id] = self._calls.get(transaction_id, 0) + 1
        future = self._futures.get(transaction_id)
        if future is None:
            future = asyncio.get_running_loop().create_future()
            self._futures[transaction_id] = future
        return future

    def _leave(
        self,
        transaction_id: TransactionId,
        client: str,
        future: "asyncio.Future[FoundTransaction | None]",
    ) -> None:
        self._count_by_client[client] -= 1
        if not self._count_by_client[client]:
            del self._count_by_client[client]
        self._calls[transaction_id] -= 1
        if not self._calls[transaction_id]:
            del self._calls[transaction_id]
            if self._futures.get(transaction_id) is future:
                del self._futures[transaction_id]
