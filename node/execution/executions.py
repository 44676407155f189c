"""What blocks of the next height do, each executed once: kept until its height is committed."""

from contracts.sdk.errors import EndOfBlockFailed
from node.execution import headers
from node.execution.executor import Executed, Work, applying
from node.execution.restarts import restarts_difference, unknown_restart
from node.execution.slices import Sliced
from node.execution.tip import Tip
from primitives.block import Block
from primitives.crypto import Digest

_EXECUTED_MAX = 8  # blocks of one height: one a view, rarely more than two


class Executions:
    """Executes blocks upon the tip, or remembers that it did."""

    def __init__(self, tip: Tip, transactions_max: int) -> None:
        self._tip = tip
        self._transactions_max = transactions_max
        self._executed: dict[Digest, Executed] = {}

    def executing(self, block: Block) -> Sliced[Executed | str]:
        """Execute `block`, in pieces; return what it does, or the first difference in words."""
        known = self._executed.get(block.hash)
        if known is not None and _is_of(known, block):
            return known
        tip = self._tip
        difference = (
            unknown_restart(block, tip.head)
            or headers.difference_before(block, tip.head, self._transactions_max)
            or restarts_difference(block, tip.head, tip.store.state)
        )
        if difference is not None:
            return difference
        work = Work(
            transactions=block.transactions,
            evidence=block.evidence,
            restarts=block.restarts,
            proposer=block.header.proposer,
        )
        try:
            executed = yield from applying(tip.base, tip.next_block(block.header.time_ms), work)
        except EndOfBlockFailed as fault:
            tip.hook_fault = fault
            return str(fault)
        if isinstance(executed, str):
            return executed
        difference = headers.difference_after(block, executed)
        if difference is not None:
            return difference
        self.keep(block, executed)
        return executed

    def keep(self, block: Block, executed: Executed) -> None:
        """Remember what a block does."""
        if len(self._executed) >= _EXECUTED_MAX:
            del self._executed[next(iter(self._executed))]
        self._executed[block.hash] = executed

    def clear(self) -> None:
        """Forget all: the height is committed."""
        self._executed.clear()


def _is_of(executed: Executed, block: Block) -> bool:
    """Return whether `executed` is of this content: equal headers alone do not say so."""
    return (executed.transactions, executed.evidence, executed.restarts) == (
        block.transactions,
        block.evidence,
        block.restarts,
    )
