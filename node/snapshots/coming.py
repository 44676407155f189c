"""A snapshot that comes from others, part by part: each is looked at before it is kept.

Parts that an earlier life kept are looked at again, and asked for again if they are not sound.
"""

from node.snapshots.folder import SnapshotFolder, SnapshotUnusable, part_name, read_part
from node.snapshots.proving import ProvenSnapshot, read_blocks_part, read_state_part
from primitives.errors import Rejected
from primitives.snapshot import WindowReader


class Coming:
    """Owned by one task. Parts are taken in order, so that blocks follow one from the other."""

    def __init__(self, folder: SnapshotFolder, name: str, proven: ProvenSnapshot) -> None:
        self._folder = folder
        self._place = folder.coming(name)
        self._manifest = proven.manifest
        self._window = WindowReader(proven.manifest.header)
        self._next = 0
        self._resume()

    @property
    def next_number(self) -> int | None:
        """The number of the part that is needed next; None: all are there."""
        return self._next if self._next < len(self._manifest.sizes) else None

    def part(self, number: int) -> bytes:
        """Return the deflated bytes of a part that was kept. Raises SnapshotUnusable."""
        return read_part(self._place, number)

    def checked(self, number: int, deflated: bytes) -> bytes:
        """Return a part with blocks, or nothing for one of the state, which is proved by itself.

        Raises:
            Rejected: it is not that part.
        """
        if number < len(self._manifest.chunks):
            read_state_part(self._manifest, number, deflated)
            return b""
        return read_blocks_part(self._manifest, number, deflated)

    def keep(self, number: int, deflated: bytes) -> None:
        """Put a checked part on disk. Raises StoreFull, StoreFailed."""
        self._folder.write(self._place, part_name(number), deflated)

    def took(self, number: int, part: bytes) -> None:
        """Go on behind a checked part; one with blocks must follow from the one before.

        Raises:
            Rejected: it does not, so the manifest itself is a lie.
        """
        if number >= len(self._manifest.chunks):
            for _block in self._window.take(part):
                pass
        self._next = number + 1

    def _resume(self) -> None:
        try:
            while (number := self.next_number) is not None:
                self.took(number, self.checked(number, self.part(number)))
        except (Rejected, SnapshotUnusable):
            return
