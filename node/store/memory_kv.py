"""The key-value port in memory, for tests and for simulations."""

from collections.abc import Iterable, Iterator

from node.store.ports import Put


class MemoryKv:
    """A dict with the ordered scans and atomic batches of the real store."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        return self.pairs.get(key)

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""
        for key in sorted(key for key in self.pairs if key.startswith(prefix)):
            if after is None or key > after:
                yield key, self.pairs[key]

    def write(self, batch: Iterable[Put]) -> None:
        """Apply the batch."""
        for key, value in list(batch):
            if value is None:
                self.pairs.pop(key, None)
            else:
                self.pairs[key] = value

    def close(self) -> None:
        """Do nothing: the pairs stay for the next open."""
