"""Transactions whose signatures are known to verify, so that each is checked once a node."""

from collections.abc import Callable

from node.store.bounded import BoundedDict
from primitives.crypto import Digest, digest
from primitives.ids import TransactionId
from primitives.transaction import Transaction, decode_transaction

_DIGESTS_MAX = 100_000
_DECODED_BYTES_MAX = 64 * 1024 * 1024
_OVERHEAD_BYTES = 1500  # of a decoded transaction, roughly


def raw_digest(raw: bytes) -> Digest:
    """Return the digest that names the signed bytes of a transaction in the cache."""
    return digest("raw", raw)


def _to_nobody(_count: int) -> None:
    """Nobody counts."""


class VerifiedCache:
    """Digests of verified raw transactions, and the decoded form of those lately seen.

    `add` and `has` may be called from any thread; the rest by the ledger's owner only.
    """

    def __init__(
        self, digests_max: int = _DIGESTS_MAX, decoded_bytes_max: int = _DECODED_BYTES_MAX
    ) -> None:
        self.on_checked: Callable[[int], None] = _to_nobody  # told how many signatures it verifies
        self._digests: BoundedDict[Digest, None] = BoundedDict(digests_max)
        self._prechecked: BoundedDict[TransactionId, None] = BoundedDict(digests_max)
        self._decoded = _DecodedCache(decoded_bytes_max)

    def add(self, raw_digest: Digest) -> None:
        """Remember that all signatures of the transaction with these bytes verify."""
        self._digests.put(raw_digest, None)

    def has(self, raw_digest: Digest) -> bool:
        """Return whether they are known to verify."""
        return raw_digest in self._digests.items

    def read(self, raw: bytes) -> Transaction:
        """Return the decoded transaction. Raises Rejected when it cannot be decoded."""
        return self._decoded.items.get(raw) or decode_transaction(raw)

    def knows(self, raw: bytes) -> bool:
        """Return whether the decoded form is at hand."""
        return raw in self._decoded.items

    def check(self, transaction: Transaction) -> None:
        """Check the signatures unless they are known to verify. Raises BadSignature."""
        if transaction.raw in self._decoded.items:
            return
        hashed = raw_digest(transaction.raw)
        if not self.has(hashed):
            self.on_checked(len(transaction.signatures))
            transaction.check_signatures()
            self.add(hashed)
        self._decoded.keep(transaction)

    def is_prechecked(self, transaction_id: TransactionId) -> bool:
        """Return whether the call's costly checks are known to pass."""
        return transaction_id in self._prechecked.items

    def add_prechecked(self, transaction_id: TransactionId) -> None:
        """Remember that the call's costly checks pass; a success holds for ever."""
        self._prechecked.put(transaction_id, None)

    def forget(self, raws: tuple[bytes, ...]) -> None:
        """Drop the decoded forms: these are committed and will not be asked for again."""
        for raw in raws:
            self._decoded.drop(raw)


class _DecodedCache:
    """Decoded, verified transactions by their raw bytes, bounded in bytes."""

    def __init__(self, bytes_max: int) -> None:
        self.items: dict[bytes, Transaction] = {}
        self._bytes_max = bytes_max
        self._bytes = 0

    def keep(self, transaction: Transaction) -> None:
        self.items[transaction.raw] = transaction
        self._bytes += _size_of(transaction.raw)
        while self._bytes > self._bytes_max:
            self.drop(next(iter(self.items)))

    def drop(self, raw: bytes) -> None:
        if self.items.pop(raw, None) is not None:
            self._bytes -= _size_of(raw)


def _size_of(raw: bytes) -> int:
    return 2 * len(raw) + _OVERHEAD_BYTES
