"""Repair of a damaged consensus WAL: what `sapha node repair-wal` does."""

from dataclasses import dataclass
from pathlib import Path

from node.store.faults import StoreMissing, WalDamaged
from node.store.files import Files, OsFiles, replace_file
from node.store.wal_frames import STAMP_HEIGHT, WalFrame, file_bytes, frames_of, scan_wal


@dataclass(frozen=True, slots=True, kw_only=True)
class WalRepair:
    """What a repair did: records kept, bytes of the file before and after, where it is kept.

    `saved_as` is None when the log was sound, and is as it was.
    """

    kept: int
    bytes_before: int
    bytes_after: int
    saved_as: Path | None


def repair_wal(path: Path, files: Files | None = None) -> WalRepair:
    """Rewrite a damaged log so that the node can start; the damaged file is kept beside it.

    Of the height in which something was lost nothing is kept: half of a height's records could
    make the node forget that it had prepared a block. The lock file beside the sign-state says
    what was prepared, and the node goes on from there. A sound log is left as it is.

    Raises:
        StoreMissing: there is no log at `path`.
    """
    files = files or OsFiles()
    before = files.read(path)
    if before is None:
        raise StoreMissing(f"there is no WAL at {path}")
    if (sound := _sound_frames(path, before)) is not None:
        return _report(sound, before, before, saved_as=None)
    kept = _whole_heights(path, before)
    saved_as = _free_name(path)
    replace_file(files, saved_as, before)
    _salt, after = file_bytes((frame.height, frame.entry) for frame in kept)
    replace_file(files, path, after)
    return _report(kept, before, after, saved_as=saved_as)


def _report(
    kept: tuple[WalFrame, ...], before: bytes, after: bytes, *, saved_as: Path | None
) -> WalRepair:
    return WalRepair(
        kept=sum(frame.height != STAMP_HEIGHT for frame in kept),
        bytes_before=len(before),
        bytes_after=len(after),
        saved_as=saved_as,
    )


def _sound_frames(path: Path, data: bytes) -> tuple[WalFrame, ...] | None:
    """Return the frames of a log without a bad byte, None for any other."""
    try:
        scan = scan_wal(path, data)
    except WalDamaged:
        return None
    return scan.frames if scan.bad_from is None else None


def _whole_heights(path: Path, data: bytes) -> tuple[WalFrame, ...]:
    """Return the frames of the heights in which nothing can be missing.

    Heights never fall along the file, so what was lost before a frame is not above its height.
    """
    try:
        scan = scan_wal(path, data)
    except WalDamaged:
        return ()
    if scan.next_frame is None:
        return scan.frames
    offset = scan.next_frame
    while offset >= 0:
        found = tuple(frames_of(data, scan.salt, offset))
        end = found[-1].end if found else offset + 1
        if found and end == len(data):
            stamp = tuple(frame for frame in scan.frames if frame.height == STAMP_HEIGHT)
            return stamp + tuple(frame for frame in found if frame.height > found[0].height)
        offset = data.find(scan.salt, end)
    return ()


def _free_name(path: Path) -> Path:
    number = 1
    while path.with_name(f"{path.name}.damaged-{number}").exists():
        number += 1
    return path.with_name(f"{path.name}.damaged-{number}")
