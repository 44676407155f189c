"""Transactions whose signatures are known to verify, so that each is checked once a node.

With them is kept what was made of their bytes: the decoded form, and the call that it asks for.
"""

from collections.abc import Callable

from contracts.sdk.dispatch import Call
from node.store.bounded import BoundedDict
from primitives.crypto import Digest, digest
from primitives.ids import TransactionId
from primitives.transaction import Transaction, decode_transaction

_DIGESTS_MAX = 100_000
_DECODED_BYTES_MAX = 64 * 1024 * 1024
_OVERHEAD_BYTES = 2_000  # of a decoded transaction and its call, roughly


def _to_nobody(_count: int) -> None:
    """Nobody counts."""


class VerifiedCache:
    """Verified transactions by their raw bytes, bounded in bytes; of older ones the digest alone.

    Called by the ledger's owner only.
    """

    def __init__(
        self, digests_max: int = _DIGESTS_MAX, decoded_bytes_max: int = _DECODED_BYTES_MAX
    ) -> None:
        self.on_checked: Callable[[int], None] = _to_nobody  # told how many signatures it verifies
        self._decoded: dict[bytes, tuple[Transaction, Call]] = {}
        self._bytes = 0
        self._bytes_max = decoded_bytes_max
        self.rules_number = 0  # of the contracts that the costly checks were done with
        self._digests: BoundedDict[Digest, None] = BoundedDict(digests_max)
        self._prechecked: BoundedDict[TransactionId, None] = BoundedDict(digests_max)

    def add(self, transaction: Transaction) -> None:
        """Remember that all signatures of the transaction verify."""
        if transaction.raw in self._decoded:
            return
        self._decoded[transaction.raw] = transaction, _call_of(transaction)
        self._bytes += _size_of(transaction.raw)
        while self._bytes > self._bytes_max:
            oldest = next(iter(self._decoded))
            self._drop(oldest)
            self._digests.put(_raw_digest(oldest), None)

    def read(self, raw: bytes) -> Transaction:
        """Return the decoded transaction. Raises Rejected when it cannot be decoded."""
        known = self._decoded.get(raw)
        return decode_transaction(raw) if known is None else known[0]

    def knows(self, raw: bytes) -> bool:
        """Return whether the decoded form is at hand."""
        return raw in self._decoded

    def check(self, transaction: Transaction) -> None:
        """Check the signatures unless they are known to verify. Raises BadSignature."""
        if transaction.raw in self._decoded:
            return
        if not self._digests.items or _raw_digest(transaction.raw) not in self._digests.items:
            self.on_checked(len(transaction.signatures))
            transaction.check_signatures()
        self.add(transaction)

    def call_of(self, transaction: Transaction) -> Call:
        """Return the call that a transaction asks for; that of a verified one is made once."""
        known = self._decoded.get(transaction.raw)
        return _call_of(transaction) if known is None else known[1]

    def is_prechecked(self, transaction_id: TransactionId) -> bool:
        """Return whether the call's costly checks are known to pass."""
        return transaction_id in self._prechecked.items

    def add_prechecked(self, transaction_id: TransactionId) -> None:
        """Remember that the call's costly checks pass; a success holds while the contracts do."""
        self._prechecked.put(transaction_id, None)

    def begin_rules(self) -> None:
        """Forget costly checks: other contracts follow, to which calls mean something else."""
        self.rules_number += 1
        self._prechecked.items.clear()

    def forget(self, raws: tuple[bytes, ...]) -> None:
        """Drop the decoded forms: these are committed and will not be asked for again."""
        for raw in raws:
            self._drop(raw)

    def _drop(self, raw: bytes) -> None:
        if self._decoded.pop(raw, None) is not None:
            self._bytes -= _size_of(raw)


def _call_of(transaction: Transaction) -> Call:
    body = transaction.body
    return Call(
        sender=body.sender,
        contract=body.contract,
        method=body.method,
        args=body.args,
        transaction_id=transaction.transaction_id,
    )


def _raw_digest(raw: bytes) -> Digest:
    return digest("raw", raw)


def _size_of(raw: bytes) -> int:
    return 2 * len(raw) + _OVERHEAD_BYTES
