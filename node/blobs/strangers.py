"""The room for uploads of accounts that no contract knows: less, and for a shorter time. No IO.

Their bytes and contents that no transaction names yet are bounded together, and so is what they
bring a minute. Which account is known is asked when a content is begun.
"""

from collections.abc import Callable
from math import ceil
from time import monotonic

from node.blobs.errors import RETRY_AFTER_S, BlobQuota
from node.blobs.settings import BlobSettings
from primitives.crypto import Digest

_RETRY_S_MAX = 10


class StrangersRoom:
    """What strangers hold here and may still bring. Owned by the event loop."""

    def __init__(self, settings: BlobSettings, clock: Callable[[], float] = monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._sizes: dict[Digest, int] = {}
        self._left = float(settings.strangers_bytes_at_once)
        self._filled_s = clock()
        self.bytes_held = 0

    def __contains__(self, content: Digest) -> bool:
        return content in self._sizes

    def take(self, content: Digest, size: int) -> None:
        """Count `size` bytes of a stranger's content. Raises BlobQuota."""
        limits = self._settings
        if content not in self._sizes and len(self._sizes) >= limits.strangers_contents_max:
            raise _no_room(f"{len(self._sizes)} contents", RETRY_AFTER_S)
        if self.bytes_held + size > limits.strangers_bytes_max:
            raise _no_room(f"{self.bytes_held} bytes", RETRY_AFTER_S)
        self._fill()
        if size > self._left:
            a_second = limits.strangers_bytes_per_minute / 60
            wait_s = min(_RETRY_S_MAX, ceil((size - self._left) / a_second))
            raise _no_room(f"more than {limits.strangers_bytes_per_minute} bytes a minute", wait_s)
        self._left -= size
        self._sizes[content] = self._sizes.get(content, 0) + size
        self.bytes_held += size

    def give_back(self, content: Digest, size: int) -> None:
        """Count `size` bytes less: they were not written."""
        if content in self._sizes:
            self._sizes[content] -= size
            self.bytes_held -= size

    def end(self, content: Digest) -> None:
        """Forget a content: it is on the ledger, or gone."""
        self.bytes_held -= self._sizes.pop(content, 0)

    def _fill(self) -> None:
        limits, now_s = self._settings, self._clock()
        gained = (now_s - self._filled_s) * limits.strangers_bytes_per_minute / 60
        self._left = min(float(limits.strangers_bytes_at_once), self._left + gained)
        self._filled_s = now_s


def _no_room(why: str, retry_after_s: int) -> BlobQuota:
    return BlobQuota(
        f"{why} of accounts that no contract knows; try again later, or another node",
        retry_after_s=retry_after_s,
    )
