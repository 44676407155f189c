"""The key-value port in memory, for tests and for simulations."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from node.store.ports import Put


class MemoryKv:
    """A dict with the ordered scans and atomic batches of the real store."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, bytes] = {}
        self._ordered: list[bytes] | None = None  # the keys, once somebody asks since a write

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        return self.pairs.get(key)

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""
        keys = self._keys()
        for key in keys[bisect_left(keys, prefix) :]:
            if not key.startswith(prefix):
                return
            if after is None or key > after:
                yield key, self.pairs[key]

    def between(self, start: bytes, stop: bytes) -> list[tuple[bytes, bytes]]:
        """Return the pairs with keys from `start` up to `stop`, ascending."""
        keys = self._keys()
        part = keys[bisect_left(keys, start) : bisect_left(keys, stop)]
        return [(key, self.pairs[key]) for key in part]

    def frozen(self) -> "MemoryKv":
        """Return a copy."""
        copy = MemoryKv()
        copy.pairs = dict(self.pairs)
        return copy

    def write(self, batch: Iterable[Put]) -> None:
        """Apply the batch."""
        for key, value in list(batch):
            if value is None:
                self.pairs.pop(key, None)
            else:
                self.pairs[key] = value
        self._ordered = None

    def compact(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: the pairs stay for the next open."""

    def _keys(self) -> list[bytes]:
        if self._ordered is None:
            self._ordered = sorted(self.pairs)
        return self._ordered
