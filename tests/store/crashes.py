"""A disk that can be stopped before or after any call, and then loses what was not synced."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


class Stopped(BaseException):
    """The machine stopped here; not an error that anything may handle."""


@dataclass
class Clock:
    """Counts calls; raises Stopped before or after call number `stop_at`."""

    stop_at: int | None = None
    is_after: bool = False
    calls: int = 0
    has_stopped: bool = False

    def around(self) -> Iterator[None]:
        """Yield once, where the call happens (or never, when stopped before it)."""
        if self.has_stopped:
            return
        number = self.calls
        self.calls += 1
        if number == self.stop_at and not self.is_after:
            self.has_stopped = True
            raise Stopped
        yield
        if number == self.stop_at:
            self.has_stopped = True
            raise Stopped


@dataclass
class Inode:
    """A file's bytes as programs see them, and as they are on disk."""

    content: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


class SimFiles:
    """`Files` in memory. `after_crash` gives the disk that a power cut leaves behind.

    Of what was not synced, `lost` keeps nothing, `flushed` everything and `torn` half of the
    bytes that were appended last.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.names: dict[Path, Inode] = {}
        self.durable: dict[Path, Inode] = {}
        self._open: dict[int, Inode] = {}

    def read(self, path: Path) -> bytes | None:
        inode = self.names.get(path)
        return None if inode is None else bytes(inode.content)

    def create(self, path: Path) -> int:
        descriptor = len(self._open) + 1
        for _ in self.clock.around():
            inode = self.names.setdefault(path, Inode())
            inode.content.clear()
            self._open[descriptor] = inode
        return descriptor

    def open_append(self, path: Path) -> int:
        descriptor = len(self._open) + 1
        self._open[descriptor] = self.names[path]
        return descriptor

    def write(self, descriptor: int, data: bytes) -> None:
        for _ in self.clock.around():
            self._open[descriptor].content += data

    def fsync(self, descriptor: int) -> None:
        for _ in self.clock.around():
            self._open[descriptor].synced = bytes(self._open[descriptor].content)

    def close(self, descriptor: int) -> None:
        pass

    def is_at(self, descriptor: int, path: Path) -> bool:
        return self.names.get(path) is self._open[descriptor]

    def truncate(self, path: Path, length: int) -> None:
        for _ in self.clock.around():
            del self.names[path].content[length:]

    def rename(self, source: Path, target: Path) -> None:
        for _ in self.clock.around():
            self.names[target] = self.names.pop(source)

    def remove(self, path: Path) -> None:
        for _ in self.clock.around():
            self.names.pop(path, None)

    def fsync_dir(self, path: Path) -> None:
        for _ in self.clock.around():
            for known in [name for name in self.durable if name.parent == path]:
                del self.durable[known]
            self.durable |= {name: node for name, node in self.names.items() if name.parent == path}

    def after_crash(self, unsynced: str) -> "SimFiles":
        disk = SimFiles()
        names = self.names if unsynced == "flushed" else self.durable
        for path, inode in names.items():
            whole = bytes(inode.content)
            kept = {
                "lost": inode.synced,
                "flushed": whole,
                "torn": whole[: (len(inode.synced) + len(whole)) // 2]
                if whole.startswith(inode.synced)
                else inode.synced,
            }[unsynced]
            disk.names[path] = disk.durable[path] = Inode(bytearray(kept), kept)
        return disk
