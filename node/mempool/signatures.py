"""Checks the signatures of many transactions without holding up the event loop."""

import asyncio
from collections.abc import Callable, Sequence

from node.check_processes import BATCH_MAX, CheckProcesses, batches
from primitives.errors import Rejected
from primitives.transaction import Transaction

_HERE_MAX = 16  # checks between two looks at what else is due: about two milliseconds
_WORTH_A_PROCESS = 8  # fewer cost the loop as much to hand over as to check


def _to_nobody(_count: int) -> None:
    """Nobody counts."""


class SignatureChecker:
    """Checks in `processes` processes, or on the loop when there are none.

    On the loop it yields after every few transactions: several validators on few cores are
    served better so.
    """

    def __init__(self, processes: int = 0, on_checked: Callable[[int], None] = _to_nobody) -> None:
        """Tell `on_checked` how many signatures were verified."""
        self._on_checked = on_checked
        self._processes = CheckProcesses(processes) if processes else None

    @property
    def is_beside(self) -> bool:
        """Whether the loop goes on while signatures are checked."""
        return self._processes is not None

    @property
    def together(self) -> int:
        """How many transactions are best given to `check` at a time."""
        return BATCH_MAX * self._processes.count if self._processes is not None else _HERE_MAX

    async def check(self, transactions: Sequence[Transaction]) -> list[Rejected | None]:
        """Return for each transaction, in order, why its signatures fail, or None."""
        self._on_checked(sum(len(transaction.signatures) for transaction in transactions))
        if self._processes is None or len(transactions) < _WORTH_A_PROCESS:
            return await _check_here(transactions)
        share = -(-len(transactions) // self._processes.count)
        raws = [transaction.raw for transaction in transactions]
        parts = batches(raws, max(_WORTH_A_PROCESS, share))
        answers = await asyncio.gather(*map(self._processes.verify, parts))
        verified = [is_verified for part in answers for is_verified in part]
        return [
            None if is_verified else _fault_of(transaction)  # which is as it would be without
            for transaction, is_verified in zip(transactions, verified, strict=True)
        ]

    def close(self) -> None:
        """Stop the processes."""
        if self._processes is not None:
            self._processes.close()


async def _check_here(transactions: Sequence[Transaction]) -> list[Rejected | None]:
    faults: list[Rejected | None] = []
    for start in range(0, len(transactions), _HERE_MAX):
        faults += map(_fault_of, transactions[start : start + _HERE_MAX])
        await asyncio.sleep(0)
    return faults


def _fault_of(transaction: Transaction) -> Rejected | None:
    try:
        transaction.check_signatures()
    except Rejected as fault:
        return fault
    return None
