"""What the state machine gives the SDK: a view of state and the block being executed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from primitives.crypto import ZERO_DIGEST, Digest


class StateView(Protocol):
    """Key-value state under an overlay; keys are contract, zero byte, map, zero byte, key."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""

    def set(self, key: bytes, value: bytes | None) -> None:
        """Set `key`; None removes it."""

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` (key, value) pairs whose keys start with `prefix`.

        Keys come in ascending order of bytes, and are greater than `after` when it is given.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockInfo:
    """The block that is executed (or, for a query, the last committed one)."""

    chain_id: str
    height: int
    time_ms: int  # of the header
    calendar_ms: int | None = None  # what contracts see instead, on networks that hurry
    parent_hash: Digest = ZERO_DIGEST  # of the block before

    @property
    def contract_time_ms(self) -> int:
        """The time that contracts see."""
        return self.time_ms if self.calendar_ms is None else self.calendar_ms
