"""What waits to be sent to one peer: bounded queues, priority and overflow rules. No IO."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from p2p.envelope import CONTROL, FRAGMENT_BYTES_MAX, Fragment, check_size, cut
from p2p.ports import Channel

_MIB = 1024 * 1024


class Overflow(Enum):
    """What a full queue does with one frame more."""

    DROP_OLDEST = "drop oldest"  # old votes are worth less than new ones; peers ask again
    REFUSE = "refuse"  # the sender is told and keeps its work


@dataclass(frozen=True, slots=True)
class QueueLimit:
    """Bounds of one channel's queue, in frames and in bytes, and its overflow rule."""

    frames_max: int
    bytes_max: int
    overflow: Overflow


QUEUE_LIMITS: Mapping[int, QueueLimit] = MappingProxyType(
    {
        CONTROL: QueueLimit(4, 1024, Overflow.DROP_OLDEST),
        Channel.CONSENSUS: QueueLimit(1000, 16 * _MIB, Overflow.DROP_OLDEST),
        Channel.SYNC: QueueLimit(64, 8 * _MIB, Overflow.REFUSE),
        Channel.TRANSACTIONS: QueueLimit(1000, 8 * _MIB, Overflow.REFUSE),
        Channel.BLOBS: QueueLimit(256, 4 * _MIB, Overflow.REFUSE),
    }
)


class _Queue:
    """One channel's frames in order; `cut_at` is where the oldest has been sent up to."""

    __slots__ = ("bytes_held", "cut_at", "frames", "limit")

    def __init__(self, limit: QueueLimit) -> None:
        self.limit = limit
        self.frames: deque[bytes] = deque()
        self.bytes_held = 0
        self.cut_at = 0

    def fits(self, payload: bytes) -> bool:
        return (
            len(self.frames) < self.limit.frames_max
            and self.bytes_held + len(payload) <= self.limit.bytes_max
        )

    def append(self, payload: bytes) -> None:
        self.frames.append(payload)
        self.bytes_held += len(payload)

    def drop_oldest(self) -> bool:
        """Drop the oldest frame not yet begun: one half sent must be finished."""
        index = 1 if self.cut_at else 0
        if len(self.frames) <= index:
            return False
        self.bytes_held -= len(self.frames[index])
        del self.frames[index]
        return True

    def cut(self, channel: int) -> Fragment:
        fragment = cut(channel, self.frames[0], self.cut_at)
        self.cut_at = fragment.next_at or 0
        if fragment.next_at is None:
            self.bytes_held -= len(self.frames.popleft())
        return fragment


class Outbox:
    """Frames for one peer. The session's own go first, then channels by number."""

    __slots__ = ("_queues", "dropped")

    def __init__(self, limits: Mapping[int, QueueLimit] = QUEUE_LIMITS) -> None:
        self._queues = {channel: _Queue(limits[channel]) for channel in sorted(limits)}
        self.dropped = dict.fromkeys(self._queues, 0)  # frames dropped or refused, by channel

    def __bool__(self) -> bool:
        return any(queue.frames for queue in self._queues.values())

    def waiting(self, channel: int) -> int:
        """Return how many frames wait on `channel`."""
        return len(self._queues[channel].frames)

    def put(self, channel: int, payload: bytes) -> bool:
        """Queue a frame; False when its queue is full and refuses.

        Raises:
            InvariantBroken: the frame is longer than its channel allows.
        """
        check_size(channel, payload)
        queue = self._queues[channel]
        while not queue.fits(payload):
            self.dropped[channel] += 1
            if queue.limit.overflow is Overflow.REFUSE or not queue.drop_oldest():
                return False
        queue.append(payload)
        return True

    def take(self, bytes_max: int = FRAGMENT_BYTES_MAX) -> bytes:
        """Return the next bytes to write: fragments by priority, until `bytes_max` is reached."""
        parts: list[bytes | memoryview] = []
        size = 0
        for channel, queue in self._queues.items():
            while queue.frames and size < bytes_max:
                header, body, _next_at = queue.cut(channel)
                parts += (header, body)
                size += len(header) + len(body)
        return b"".join(parts)
