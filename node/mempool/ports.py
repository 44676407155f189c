"""What admission asks of the ledger."""

from typing import Protocol

from node.execution.prechecks import Costly
from primitives.ids import TransactionId
from primitives.transaction import Transaction


class VerifiedSignatures(Protocol):
    """Transactions whose signatures are known to verify, by their raw bytes."""

    def add(self, transaction: Transaction) -> None:
        """Remember that all signatures verify."""

    def knows(self, raw: bytes) -> bool:
        """Return whether they are known to verify, and the decoded form is at hand."""

    def read(self, raw: bytes) -> Transaction:
        """Return the decoded form, which is made only where it is not at hand. Raises Rejected."""


class SenderStanding(Protocol):
    """Who is no stranger."""

    def knows(self, transaction: Transaction) -> bool:
        """Return whether a contract knows the sender, or the call vouches for it."""

    def trial(self, transaction: Transaction, *, now_ms: int) -> None:
        """Execute a checked transaction upon the head and forget what it did. Raises Rejected."""


class AdmissionLedger(Protocol):
    """The part of the ledger that decides what may wait for a block."""

    @property
    def verified(self) -> VerifiedSignatures:
        """What execution need not verify again."""

    def is_recent(self, transaction_id: TransactionId) -> bool:
        """Return whether a block of the last ten minutes holds the transaction; from memory."""

    def is_committed(self, transaction_id: TransactionId) -> bool:
        """Return whether a stored block holds the transaction."""

    @property
    def costly(self) -> Costly:
        """Which calls have costly checks, and whether they are done."""

    def check(self, transaction: Transaction, *, now_ms: int, is_cheap: bool = False) -> None:
        """Check everything but room in the mempool, cheaply without costly checks.

        Raises:
            Rejected: the first check that fails.
        """

    @property
    def standing(self) -> SenderStanding:
        """Who is no stranger."""
