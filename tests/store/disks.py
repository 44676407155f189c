"""A real disk that becomes full, and has room again when the test says so."""

from pathlib import Path

from node.store.faults import no_room
from node.store.files import OsFiles


class SmallDisk(OsFiles):
    """Full from call number `full_at` on that needs room, until `make_room`.

    What does not fit is written in half, as a real disk does.
    """

    def __init__(self, full_at: int | None = None) -> None:
        self.full_at = full_at
        self.calls = 0

    def make_room(self) -> None:
        """Let everything fit from now on."""
        self.full_at = None

    def create(self, path: Path) -> int:
        self._take(path, "create")
        return super().create(path)

    def write(self, descriptor: int, data: bytes) -> None:
        try:
            self._take(Path("file"), "write")
        except BaseException:
            super().write(descriptor, data[: len(data) // 2])
            raise
        super().write(descriptor, data)

    def rename(self, source: Path, target: Path) -> None:
        self._take(target, "replace")
        super().rename(source, target)

    def _take(self, path: Path, action: str) -> None:
        number = self.calls
        self.calls += 1
        if self.full_at is not None and number >= self.full_at:
            raise no_room(path, action)
