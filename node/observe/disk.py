"""How much of the disk a node takes, and how much is left."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the files lie whose size grows; `data` is the folder that holds them."""

    data: Path
    database: Path
    wal: Path
    journal: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """Bytes of the files, and of the disk that they are on."""

    database: int
    wal: int
    journal: int
    free: int
    total: int


def measure(files: Files) -> DiskUse:
    """Return what the files take now; call it in a thread. What is gone counts 0."""
    try:
        disk = shutil.disk_usage(files.data)
        free, total = disk.free, disk.total
    except OSError:
        free = total = 0  # an alarm on the room left tells of the folder that is gone too
    return DiskUse(
        database=_bytes_in(files.database),
        wal=_bytes_of(files.wal),
        journal=_bytes_of(files.journal),
        free=free,
        total=total,
    )


def _bytes_in(folder: Path) -> int:
    """Return the bytes of all files below; compaction may remove some meanwhile."""
    return sum(
        _bytes_of(Path(place) / name)
        for place, _folders, names in os.walk(folder)
        for name in names
    )


def _bytes_of(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
