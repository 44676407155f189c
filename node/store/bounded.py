"""A dict that forgets its oldest entries: the read caches and the verified-signature cache."""

from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(Generic[K, V]):
    """At most `entries_max` entries; a full one drops those that were put first."""

    __slots__ = ("_entries_max", "_lock", "items")

    def __init__(self, entries_max: int) -> None:
        self.items: dict[K, V] = {}  # read directly: a method call would cost more than the lookup
        self._entries_max = entries_max
        self._lock = Lock()

    def put(self, key: K, value: V) -> None:
        """Keep `value` for `key`; safe from several threads."""
        with self._lock:
            self.items[key] = value
            if len(self.items) > self._entries_max:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        for key in list(self.items)[: max(1, self._entries_max // 8)]:
            del self.items[key]
