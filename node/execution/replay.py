"""Which transactions are in the blocks of the last ten minutes; protects against replay.

An older transaction needs no entry: its expiry is over. Kept in memory, rebuilt from the stored
blocks at start.
"""

from collections import deque
from collections.abc import Iterable

from primitives.ids import TransactionId
from primitives.limits import EXPIRY_AHEAD_MS_MAX


class ReplayIndex:
    """Transaction ids of the blocks whose transactions could still be unexpired."""

    def __init__(self) -> None:
        self._ids: set[TransactionId] = set()
        self._blocks: deque[tuple[int, tuple[TransactionId, ...]]] = deque()

    def __contains__(self, transaction_id: object) -> bool:
        return transaction_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, time_ms: int, ids: Iterable[TransactionId]) -> None:
        """Add the block of `time_ms`, which is the newest; forget blocks that are too old."""
        block = (time_ms, tuple(ids))
        self._blocks.append(block)
        self._ids.update(block[1])
        while self._blocks[0][0] < replay_horizon_ms(time_ms):
            self._ids.difference_update(self._blocks.popleft()[1])


def replay_horizon_ms(head_time_ms: int) -> int:
    """Return the block time from which transactions may be unexpired after a block of that time.

    A transaction of a block at t expires by t + 10 minutes, and is too late for a block at or
    after its expiry.
    """
    return head_time_ms - EXPIRY_AHEAD_MS_MAX
