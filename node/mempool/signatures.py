"""Checks the signatures of many transactions without holding up the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from primitives.errors import Rejected
from primitives.transaction import Transaction

_CHUNK_MAX = 100
_CHUNK_MIN = 25


def _to_nobody(_count: int) -> None:
    """Nobody counts."""


class SignatureChecker:
    """Checks in `threads` threads, or on the loop when there are none.

    On the loop it yields after every few transactions: several validators on few cores are
    served better so. libsodium releases the GIL, so threads use further cores.
    """

    def __init__(self, threads: int = 0, on_checked: Callable[[int], None] = _to_nobody) -> None:
        """Tell `on_checked` how many signatures were verified."""
        self._threads = threads
        self._on_checked = on_checked
        self._pool = ThreadPoolExecutor(threads, "verify") if threads else None

    async def check(self, transactions: Sequence[Transaction]) -> list[Rejected | None]:
        """Return for each transaction, in order, why its signatures fail, or None."""
        self._on_checked(sum(len(transaction.signatures) for transaction in transactions))
        size = self._chunk_size(len(transactions))
        chunks = [transactions[i : i + size] for i in range(0, len(transactions), size)]
        if self._pool is None:
            return await self._check_here(chunks)
        loop = asyncio.get_running_loop()
        answers = await asyncio.gather(
            *(loop.run_in_executor(self._pool, _check_all, chunk) for chunk in chunks)
        )
        return [fault for chunk in answers for fault in chunk]

    def close(self) -> None:
        """Stop the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _chunk_size(self, count: int) -> int:
        share = -(-count // self._threads) if self._threads else _CHUNK_MIN
        return min(_CHUNK_MAX, max(_CHUNK_MIN, share))

    @staticmethod
    async def _check_here(chunks: list[Sequence[Transaction]]) -> list[Rejected | None]:
        faults: list[Rejected | None] = []
        for chunk in chunks:
            faults.extend(_check_all(chunk))
            await asyncio.sleep(0)
        return faults


def _check_all(transactions: Sequence[Transaction]) -> list[Rejected | None]:
    return [_fault_of(transaction) for transaction in transactions]


def _fault_of(transaction: Transaction) -> Rejected | None:
    try:
        transaction.check_signatures()
    except Rejected as fault:
        return fault
    return None
