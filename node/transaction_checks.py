"""What of transactions is checked beside the event loop: signatures, and costly checks of calls.

Owns no rule: what is not done here, execution does.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from node.execution.prechecks import Prechecks
from node.execution.verified import VerifiedCache
from node.mempool.signatures import SignatureChecker
from primitives.errors import Rejected
from primitives.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionChecks:
    """Checks signatures in processes and the rest in threads; `verified` remembers successes."""

    signatures: SignatureChecker
    prechecks: Prechecks
    verified: VerifiedCache

    def prepare(self, raws: Sequence[bytes]) -> Awaitable[None] | None:
        """Return what to wait for before a block of `raws` is executed, None when for nothing.

        What is refused meanwhile is checked again in execution, which says why.
        """
        if self.signatures.is_beside:
            new = [raw for raw in raws if not self.verified.knows(raw)]
            if new:
                return self._prepare(raws, new)
        return self.prechecks.prepare(raws)

    def close(self) -> None:
        """Stop processes and threads."""
        self.signatures.close()
        self.prechecks.close()

    async def _prepare(self, raws: Sequence[bytes], new: Sequence[bytes]) -> None:
        size = self.signatures.together
        for start in range(0, len(new), size):
            transactions = self._readable(new[start : start + size])
            faults = await self.signatures.check(transactions)
            for transaction, fault in zip(transactions, faults, strict=True):
                if fault is None:
                    self.verified.add(transaction)
        costly = self.prechecks.prepare(raws)
        if costly is not None:
            await costly

    def _readable(self, raws: Sequence[bytes]) -> list[Transaction]:
        transactions = []
        for raw in raws:
            try:
                transactions.append(self.verified.read(raw))
            except Rejected:
                continue  # execution says which, and why the block is wrong
        return transactions
