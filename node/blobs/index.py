"""What is held, in memory: which blobs of which contents, for whom, and how much. No IO.

Of what no transaction names yet an account may hold a part of the room that is still free, so that
any number of accounts leave room for the next. Source: Choudhury and Hahne, "Dynamic queue length
thresholds for shared-memory packet switches", 1998.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from node.blobs.errors import RETRY_AFTER_S, BlobQuota, BlobsFull
from node.blobs.settings import BlobSettings
from primitives.crypto import Digest, PublicKey
from primitives.ids import Address

ERASED = "erased"  # the name of the file that says so, and holds the receipt


@dataclass(slots=True)
class Held:
    """One content; `parts` is None until its head is here."""

    parts: int | None = None
    sizes: dict[int, int] = field(default_factory=dict)  # bytes by blob; 0 is the head
    uploader: Address | None = None  # while it is not known to be on the ledger
    since_ms: int = 0
    is_passed_on: bool = False  # a host has said that it has it all
    wraps: dict[PublicKey, int] = field(default_factory=dict)  # version of each key's document

    @property
    def is_complete(self) -> bool:
        """Whether every blob is here."""
        return self.parts is not None and len(self.sizes) == self.parts + 1

    @property
    def missing(self) -> tuple[int, ...]:
        """The blobs that are not here, as far as they are known: the head first."""
        return tuple(i for i in range((self.parts or 0) + 1) if i not in self.sizes)

    @property
    def names(self) -> list[str]:
        """The names of all its files but the mark of an erasure."""
        names = [blob_name(index, self.parts or 0) for index in self.sizes]
        names += [wraps_name(key, version) for key, version in self.wraps.items()]
        return names + ([] if self.uploader is None else [uploader_name(self.uploader)])


def blob_name(index: int, parts: int) -> str:
    """Return the file name of a blob."""
    return f"part-{index}" if index else f"head-{parts}"


def wraps_name(key: PublicKey, version: int) -> str:
    """Return the file name of a wraps document."""
    return f"wraps-{key.hex()}-{version}"


def uploader_name(uploader: Address) -> str:
    """Return the file name that says who uploaded a content that is not on the ledger yet."""
    return f"by-{uploader.hex()}"


class BlobIndex:
    """Entries by content, and their sums. Reservations count like what is held."""

    def __init__(self, settings: BlobSettings, is_of_agency: Callable[[Address], bool]) -> None:
        self._settings = settings
        self._is_of_agency = is_of_agency
        self._entries: dict[Digest, Held] = {}
        self._pending: Counter[Address] = Counter()  # bytes
        self._begun: Counter[Address] = Counter()  # contents
        self._begun_count = 0
        self.erased: set[Digest] = set()
        self.bytes_held = 0
        self.pending_bytes = 0  # that no transaction on the ledger is known to name

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Digest]:
        return iter(tuple(self._entries))

    def get(self, content: Digest) -> Held | None:
        """Return what is held of a content, None when nothing is."""
        return self._entries.get(content)

    def at(self, content: Digest) -> Held:
        """Return the entry of a content, a new one when there is none."""
        return self._entries.setdefault(content, Held())

    def pending(self) -> Iterator[tuple[Digest, Held]]:
        """Yield the contents that are not known to be on the ledger."""
        return ((c, held) for c, held in tuple(self._entries.items()) if held.uploader is not None)

    def reserve(self, content: Digest, size: int, uploader: Address | None) -> None:
        """Count `size` bytes before they are written.

        Raises:
            BlobsFull: this node keeps no more.
            BlobQuota: too much of the account, or of all, is not on the ledger.
        """
        limits = self._settings
        if self.bytes_held + size > limits.bytes_max:
            raise BlobsFull(f"{self.bytes_held + size} bytes, at most {limits.bytes_max}")
        if content not in self._entries and len(self._entries) >= limits.contents_max:
            raise BlobsFull(f"{len(self._entries)} contents, the most that this node keeps")
        if uploader is not None:
            self._check_pending(size, uploader)
            if content not in self._entries:
                self._check_begun(uploader)
            self._pending[uploader] += size
            self.pending_bytes += size
        self.bytes_held += size

    def begin(self, content: Digest, parts: int, uploader: Address | None, now_ms: int) -> Held:
        """Return the entry of a content whose head has come."""
        held = self.at(content)
        held.parts, held.uploader, held.since_ms = parts, uploader, now_ms
        if uploader is not None:
            self._begun[uploader] += 1
            self._begun_count += 1
        return held

    def release(self, size: int, uploader: Address | None) -> None:
        """Take back a reservation."""
        self.bytes_held -= size
        if uploader is not None:
            self._unpend(uploader, size)

    def settle(self, content: Digest) -> Address | None:
        """Count a content as on the ledger; return who had uploaded it, if that was open."""
        held = self._entries.get(content)
        if held is None or held.uploader is None:
            return None
        uploader, held.uploader = held.uploader, None
        self._unpend(uploader, sum(held.sizes.values()))
        self._end(uploader)
        return uploader

    def lose(self, content: Digest, index: int) -> None:
        """Forget one blob, whose file is gone."""
        held = self._entries.get(content)
        if held is not None and index in held.sizes:
            self.release(held.sizes.pop(index), held.uploader)

    def drop(self, content: Digest) -> Held | None:
        """Forget a content; return what was held of it."""
        held = self._entries.pop(content, None)
        if held is not None:
            self.release(sum(held.sizes.values()), held.uploader)
            if held.uploader is not None:
                self._end(held.uploader)
        return held

    def recount(self) -> None:
        """Count everything afresh, after entries were made from what is on disk."""
        self.bytes_held = self.pending_bytes = self._begun_count = 0
        self._pending.clear()
        self._begun.clear()
        for held in self._entries.values():
            size = sum(held.sizes.values())
            self.bytes_held += size
            if held.uploader is not None:
                self._pending[held.uploader] += size
                self._begun[held.uploader] += 1
                self._begun_count += 1
                self.pending_bytes += size

    def _check_pending(self, size: int, uploader: Address) -> None:
        limits = self._settings
        free = self._free(limits.pending_bytes_max, self.pending_bytes, uploader)
        most = min(limits.account_bytes_max, free * limits.account_percent // 100)
        wanted = self._pending[uploader] + size
        if wanted > most:
            raise BlobQuota(
                f"{wanted} bytes of this account are not on the ledger yet, at most {most} "
                f"while {free} are free",
                retry_after_s=RETRY_AFTER_S,
            )

    def _check_begun(self, uploader: Address) -> None:
        limits = self._settings
        free = self._free(limits.pending_contents_max, self._begun_count, uploader)
        most = min(limits.account_contents_max, free * limits.account_percent // 100)
        if self._begun[uploader] >= most:
            raise BlobQuota(
                f"{self._begun[uploader]} contents of this account are not on the ledger yet, "
                f"at most {most} while there is room for {free}",
                retry_after_s=RETRY_AFTER_S,
            )

    def _free(self, total: int, used: int, uploader: Address) -> int:
        """Return how much of a room is free for an account: a part of it is agencies'."""
        kept = 0 if self._is_of_agency(uploader) else total * self._settings.agencies_percent // 100
        return max(0, total - kept - used)

    def _end(self, uploader: Address) -> None:
        self._begun[uploader] -= 1
        self._begun_count -= 1
        if self._begun[uploader] <= 0:
            del self._begun[uploader]

    def _unpend(self, uploader: Address, size: int) -> None:
        self.pending_bytes -= size
        self._pending[uploader] -= size
        if self._pending[uploader] <= 0:
            del self._pending[uploader]
