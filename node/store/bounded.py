"""Dicts that forget their oldest entries: read caches and the verified-signature cache."""

from itertools import islice
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_ENTRY_BYTES = 150  # of a dict entry and its two objects, roughly


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
                for oldest in list(islice(self.items, max(1, self._entries_max // 8))):
                    del self.items[oldest]


class BoundedBytes(Generic[K]):
    """Byte strings by key, of at most `bytes_max` together; drops those that were put first."""

    __slots__ = ("_bytes", "_bytes_max", "items")

    def __init__(self, bytes_max: int) -> None:
        self.items: dict[K, bytes] = {}
        self._bytes = 0
        self._bytes_max = bytes_max

    @property
    def is_full(self) -> bool:
        """Whether a byte string more, as long as the others, may drop one."""
        return self._bytes + self._bytes // (len(self.items) or 1) > self._bytes_max

    def drop(self, key: K) -> None:
        """Forget `key`, if it is there."""
        known = self.items.pop(key, None)
        if known is not None:
            self._bytes -= len(known) + _ENTRY_BYTES

    def put(self, key: K, value: bytes) -> None:
        """Keep `value` for `key`."""
        known = self.items.get(key)
        self._bytes += len(value) + _ENTRY_BYTES if known is None else len(value) - len(known)
        self.items[key] = value
        while self._bytes > self._bytes_max:
            oldest = next(iter(self.items))
            self._bytes -= len(self.items.pop(oldest)) + _ENTRY_BYTES
