"""A map of bounded size: what was used longest ago is forgotten first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The `count_max` entries that were put in or read last."""

    __slots__ = ("_count_max", "_entries")

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """Return the value of `key`, which thereby is the newest; None when there is none."""
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: K, value: V) -> None:
        """Keep `value` as the newest; forget the oldest when there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._count_max:
            self._entries.popitem(last=False)

    def pop(self, key: K) -> V | None:
        """Forget `key`; return what its value was."""
        return self._entries.pop(key, None)
