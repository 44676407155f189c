"""What a member serves besides blocks: its snapshots, and the proofs from the genesis to them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from node.snapshots import SnapshotFolder, SnapshotUnusable, Stored
from node.sync.wire import STEPS_BYTES_MAX, STEPS_MAX
from primitives.crypto import Digest
from primitives.ids import Height

Proofs = Callable[[Height, int], tuple[tuple[Height, bytes], ...]]


@dataclass(slots=True, kw_only=True)
class Shelf:
    """The snapshots of a folder, and the store's proofs; manifests are read once."""

    folder: SnapshotFolder
    set_changes: Proofs
    restart_proofs: Proofs
    _height: int | None = None
    _known: list[Stored] = field(default_factory=list)

    def newest(self) -> Stored | None:
        """Return the newest snapshot, None when there is none."""
        known = self._current()
        return known[0] if known else None

    def part(self, snapshot: Digest, number: int) -> bytes | None:
        """Return the deflated bytes of a part, None when it is not kept (any more)."""
        for stored in self._current():
            if stored.manifest.id == snapshot:
                try:
                    return stored.part(number)
                except SnapshotUnusable:
                    return None
        return None

    def steps(
        self, above_sets: Height, above_restarts: Height
    ) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Return the next changes of the set and restart statements, as many as an answer holds."""
        sets = _fitting(self.set_changes(above_sets, STEPS_MAX), STEPS_BYTES_MAX)
        left = STEPS_BYTES_MAX - sum(map(len, sets))
        return sets, _fitting(self.restart_proofs(above_restarts, STEPS_MAX), left)

    def _current(self) -> list[Stored]:
        height = self.folder.newest_height()
        if height != self._height:
            self._known, self._height = self.folder.whole(), height
        return self._known


def _fitting(found: tuple[tuple[Height, bytes], ...], bytes_max: int) -> tuple[bytes, ...]:
    """Return the first proofs, of so many bytes together; the first of all in any case."""
    chosen: list[bytes] = []
    for _height, proof in found:
        bytes_max -= len(proof)
        if bytes_max < 0 and chosen:
            break
        chosen.append(proof)
    return tuple(chosen)
