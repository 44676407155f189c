"""What can happen to a validator's files, and what of it R2.7 names as not to be covered.

Each of sign-state, WAL and store is kept, lost, put back older, or cut: 63 combinations besides
the intact one; the lock file beside the sign-state likewise. A cut sign-state is unreadable or
lacks its last records, a cut WAL its last entries, a cut store its last blocks.
"""

from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import TYPE_CHECKING, TypeVar

from consensus import Standing
from tests.simulation.disk import Disk, Wal

if TYPE_CHECKING:
    from tests.simulation.node import Node

KEPT, LOST, OLDER, CUT = WAYS = ("kept", "lost", "older", "cut")
_CUT_MAX = 3
_SAME_MOMENT = 0.6  # the whole directory put back from one moment, more often than not

T = TypeVar("T")
Versions = list[tuple[int, T | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What happens to each file."""

    sign_state: str = KEPT
    wal: str = KEPT
    store: str = KEPT
    lock: str = KEPT

    def __str__(self) -> str:
        parts = (("sign-state", self.sign_state), ("WAL", self.wal), ("store", self.store))
        return ", ".join(f"{name} {way}" for name, way in (*parts, ("lock file", self.lock)))


EVERYTHING = Loss(sign_state=LOST, wal=LOST, store=LOST, lock=LOST)

COMBINATIONS = tuple(
    Loss(sign_state=sign_state, wal=wal, store=store)
    for sign_state, wal, store in product(WAYS, repeat=3)
    if (sign_state, wal, store) != (KEPT, KEPT, KEPT)
)


def draw_loss(rng: Random) -> Loss:
    """Return one of the 63 combinations; the lock file shares the sign-state's fate or not."""
    loss = rng.choice(COMBINATIONS)
    if rng.random() < 0.5:
        return replace(loss, lock=loss.sign_state)
    return replace(loss, lock=rng.choice(WAYS)) if rng.random() < 0.5 else loss


def lose(node: "Node", loss: Loss, rng: Random, moment: int | None = None) -> None:
    """Do `loss` to the files of a node that is down.

    Files put back older are of `moment`, or of one that is drawn for each, or for all.
    """
    disk = node.disk
    latest = disk.moment
    one = rng.randint(0, latest) if moment is None else moment
    is_one = moment is not None or rng.random() < _SAME_MOMENT

    def when() -> int:
        return one if is_one else rng.randint(0, latest)

    signs = len(disk.sign_states)
    _put_back(disk.sign_states, loss.sign_state, when(), rng)
    if loss.sign_state == LOST:
        disk.unreadable = None
    elif loss.sign_state == CUT and rng.random() < 0.5:
        disk.sign_states.append((latest, None))
        disk.unreadable = "the sign-state is cut"
    if len(disk.sign_states) < signs:
        disk.is_put_back = True
    _put_back(disk.locks, loss.lock, when(), rng)
    _lose_wal(disk, loss.wal, when(), rng)
    _put_back(disk.stores, loss.store, when(), rng)
    store = disk.stores[-1][1] if disk.stores else None
    for other in node.disks.values():
        if store is None and other is not disk and other.stores:
            other.put(other.stores, None)  # the notes of other keys are in the same store
    node.ledger.roll_back(0 if store is None else store.height)


def _put_back(versions: Versions[T], way: str, moment: int, rng: Random) -> None:
    """Take away the newest versions, or all."""
    if way == LOST:
        versions.append((versions[-1][0] if versions else 0, None))
    elif way == CUT:
        there = [version for version in versions if version[1] is not None]
        versions[:] = there[: max(1, len(there) - rng.randint(1, _CUT_MAX))]
    elif way == OLDER:
        there = [version for version in versions if version[1] is not None]
        versions[:] = [v for v in there if v[0] <= moment] or there[:1]


def _lose_wal(disk: Disk, way: str, moment: int, rng: Random) -> None:
    wal = disk.wals[-1][1] if disk.wals else None
    if way != CUT:
        _put_back(disk.wals, way, moment, rng)
    elif wal is not None:
        kept = wal.entries[: max(0, len(wal.entries) - rng.randint(1, _CUT_MAX))]
        disk.wals.append((disk.wals[-1][0], Wal(wal.stamp, kept)))


def is_uncovered(disk: Disk) -> bool:
    """Return whether the sign-state was put back and no other file there is newer (R2.7)."""
    return disk.is_put_back and not _is_shown(disk)


def is_covered(disk: Disk) -> bool:
    """Return whether the sign-state was put back and another file there is newer."""
    return disk.is_put_back and disk.sign_state is not None and _is_shown(disk)


def _is_shown(disk: Disk) -> bool:
    """Return whether some file shows that the sign-state is not the last one.

    Reckoned from the moments of writing: more than the one write that a crash can leave behind.
    """
    moment, state = disk.sign_states[-1]
    if state is None or state.standing is Standing.LISTENER:
        return True
    wal = disk.wals[-1][1] if disk.wals else None
    store = disk.stores[-1][1] if disk.stores else None
    lock_moment, lock = disk.locks[-1] if disk.locks else (0, None)
    if store is None and state.standing is not Standing.BORN:
        return True
    stamps = [part for part in (wal and wal.stamp, store and store.note.stamp) if part]
    if any(stamp.start > state.stamp.start for stamp in stamps):
        return True
    if any(s.start == state.stamp.start and s.random != state.stamp.random for s in stamps):
        return True
    entries = () if wal is None else wal.entries
    if sum(entry.moment > moment for entry in entries) > 1:
        return True
    is_lock_newer = lock is not None and lock_moment > moment + 2
    return is_lock_newer or (store is not None and store.note.mark > state.mark)
