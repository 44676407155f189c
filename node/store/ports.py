"""What the stores need of a key-value database; LevelDB and a dict for tests implement it."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

Put: TypeAlias = "tuple[bytes, bytes | None]"  # None removes the key


class Reading(Protocol):
    """What can be read of an ordered map of bytes."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent. Raises StoreDamaged."""

    def scan(self, prefix: bytes, *, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs whose keys start with `prefix`, ascending, greater than `after`."""

    def close(self) -> None:
        """Release what it holds."""


class KeyValue(Reading, Protocol):
    """An ordered map of bytes with atomic, durable batches."""

    def frozen(self) -> Reading:
        """Return what the map holds now, whatever is written later; another thread may read it."""

    def compact(self) -> None:
        """Give the place of what was removed back, as far as that goes. Takes long."""

    def between(self, start: bytes, stop: bytes) -> list[tuple[bytes, bytes]]:
        """Return the pairs with keys from `start` up to `stop`, ascending. One task only asks."""

    def write(self, batch: Iterable[Put]) -> None:
        """Apply the batch whole and durably, or not at all. Raises StoreFull or StoreFailed."""
