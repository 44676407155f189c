"""Writes that are not committed: a view of state for one block, with cheap undo of one call."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from typing import Protocol

from primitives.errors import InvariantBroken


class StateReader(Protocol):
    """Committed state; the overlay's base."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix`, ascending, with keys above `after`."""


class ThreadReader(Protocol):
    """Committed state that any thread may read."""

    def get_in_thread(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""


class FrozenState:
    """Committed state for checks in threads: single entries, no iteration."""

    __slots__ = ("_state",)

    def __init__(self, state: ThreadReader) -> None:
        self._state = state

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        return self._state.get_in_thread(key)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Refuse: a precheck reads single frozen entries only (contracts.sdk.context)."""
        raise InvariantBroken(f"a precheck iterates {prefix!r:.40}, {after!r:.40}, {limit}")


class CommittedView:
    """Committed state as the view that contracts have, for checks, which write nothing."""

    __slots__ = ("get", "iterate")

    def __init__(self, state: StateReader) -> None:
        self.get = state.get
        self.iterate = state.iterate

    def set(self, key: bytes, value: bytes | None) -> None:
        """Refuse. Raises InvariantBroken."""
        raise InvariantBroken(f"a check writes {key!r:.80}: {value!r:.40}")


class Overlay:
    """A state over a base: `writes` are those kept, the open call's can be discarded."""

    __slots__ = ("_base", "_call", "_sorted", "writes")

    def __init__(self, base: StateReader) -> None:
        self._base = base
        self._call: dict[bytes, bytes | None] = {}
        self._sorted: list[bytes] | None = None  # keys of `writes`, once something iterates
        self.writes: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        if key in self._call:
            return self._call[key]
        if key in self.writes:
            return self.writes[key]
        return self._base.get(key)

    def set(self, key: bytes, value: bytes | None) -> None:
        """Set `key`; None removes it."""
        self._call[key] = value

    def keep(self) -> None:
        """Make the open call's writes part of the block."""
        if self._sorted is not None:
            for key in self._call:
                if key not in self.writes:
                    insort(self._sorted, key)
        self.writes.update(self._call)
        self._call.clear()

    def discard(self) -> None:
        """Forget the open call's writes."""
        self._call.clear()

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix`, ascending, with keys above `after`.

        Writes made while iterating are not seen.
        """
        changed = self._changed(prefix, after)
        if not changed:
            yield from self._base.iterate(prefix, after=after, limit=limit)
            return
        # Each changed key can hide one of the base's.
        below = self._base.iterate(prefix, after=after, limit=limit + len(changed))
        for pair in _merge(changed, below):
            if limit <= 0:
                return
            yield pair
            limit -= 1

    def _changed(self, prefix: bytes, after: bytes | None) -> list[tuple[bytes, bytes | None]]:
        """Return the overlay's pairs in the range, in order."""
        if self._sorted is None:
            self._sorted = sorted(self.writes)
        found = dict.fromkeys(_in_range(self._sorted, prefix, after))
        found.update(dict.fromkeys(_in_range(sorted(self._call), prefix, after)))
        return [
            (key, self._call[key] if key in self._call else self.writes[key])
            for key in sorted(found)
        ]


def _in_range(keys: Sequence[bytes], prefix: bytes, after: bytes | None) -> Iterator[bytes]:
    """Yield the keys under `prefix` and above `after` of a sorted sequence."""
    if after is not None and after >= prefix:
        start = bisect_right(keys, after)
    else:
        start = bisect_left(keys, prefix)
    for at in range(start, len(keys)):
        if not keys[at].startswith(prefix):
            return
        yield keys[at]


def _merge(
    changed: list[tuple[bytes, bytes | None]], below: Iterator[tuple[bytes, bytes]]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield both in order of keys; a changed pair hides the base's, a removed one is skipped."""
    base = next(below, None)
    for key, value in changed:
        while base is not None and base[0] < key:
            yield base
            base = next(below, None)
        if base is not None and base[0] == key:
            base = next(below, None)
        if value is not None:
            yield key, value
    if base is not None:
        yield base
    yield from below
