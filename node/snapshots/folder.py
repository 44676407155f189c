"""Snapshots on disk: a folder each, whole under its height, or under another name until it is.

    data/snapshots/000000012000/  manifest  certificate  steps  part-00000 ...

A part lies there deflated, as it travels. What is read is checked by who reads it: a folder may
come from elsewhere.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from genesis.following import RESTART, SET, Step
from node.store.faults import disk_faults
from node.store.files import Files, OsFiles
from primitives.certificate import CERTIFICATE_BYTES_MAX
from primitives.codec import decode, encode
from primitives.errors import LocalFault, Rejected
from primitives.shape import array_of, blob_of, fields_of, uint_of
from primitives.snapshot import DEFLATED_BYTES_MAX, MANIFEST_BYTES_MAX, Manifest, read_manifest

SNAPSHOTS = "snapshots"
MANIFEST, CERTIFICATE, STEPS = "manifest", "certificate", "steps"
_MAKING, _COMING = ".making", ".coming"
_NAME = re.compile(r"\d{12}")
_STEPS_BYTES_MAX = 1024 * 1024 * 1024
_STEPS_MAX = 1024 * 1024
_KINDS = (SET, RESTART)


class SnapshotUnusable(LocalFault):
    """What lies there is no snapshot of this network, or not whole; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A snapshot as its folder has it; nothing is verified."""

    folder: Path
    manifest: Manifest
    certificate: bytes

    @property
    def height(self) -> int:
        """The height of its block."""
        return self.manifest.header.height

    @property
    def size(self) -> int:
        """What its files take."""
        return sum(file.stat().st_size for file in self.folder.iterdir())

    def part(self, number: int) -> bytes:
        """Return the deflated bytes of a part. Raises SnapshotUnusable."""
        return read_part(self.folder, number)

    def steps(self) -> tuple[Step, ...]:
        """Return the proofs from the genesis to it. Raises SnapshotUnusable."""
        path = self.folder / STEPS
        try:
            return read_steps(_read(path, _STEPS_BYTES_MAX))
        except Rejected as error:
            raise SnapshotUnusable(f"{path}: {error.message}") from error


def part_name(number: int) -> str:
    """Return the name of a part's file."""
    return f"part-{number:05}"


def read_part(folder: Path, number: int) -> bytes:
    """Return the deflated bytes of a part in a folder. Raises SnapshotUnusable."""
    return _read(folder / part_name(number), DEFLATED_BYTES_MAX)


def steps_bytes(steps: tuple[Step, ...]) -> bytes:
    """Return what the file of steps holds."""
    return encode(tuple((_KINDS.index(step.kind), step.proof) for step in steps))


def read_steps(data: bytes) -> tuple[Step, ...]:
    """Return what `steps_bytes` wrote. Raises Rejected."""
    value = decode(data, bytes_max=_STEPS_BYTES_MAX, items_max=3 * _STEPS_MAX)
    fields = (
        fields_of(item, name="step", count=2)
        for item in array_of(value, name="steps", count_max=_STEPS_MAX)
    )
    return tuple(
        Step(
            _KINDS[uint_of(kind, name="kind", value_max=1)],
            blob_of(proof, name="proof", length_max=_STEPS_BYTES_MAX),
        )
        for kind, proof in fields
    )


def read_snapshot(folder: Path) -> Stored:
    """Return the snapshot in a folder. Raises SnapshotUnusable."""
    path = folder / MANIFEST
    try:
        manifest = read_manifest(_read(path, MANIFEST_BYTES_MAX))
    except Rejected as error:
        raise SnapshotUnusable(f"{path}: {error.message}") from error
    certificate = _read(folder / CERTIFICATE, CERTIFICATE_BYTES_MAX)
    return Stored(folder=folder, manifest=manifest, certificate=certificate)


class SnapshotFolder:
    """All snapshots of a node; `files` is replaced in tests."""

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self._files = files or OsFiles()

    def whole(self) -> list[Stored]:
        """Return the whole snapshots, the newest first; unreadable ones are passed over."""
        if not self.path.is_dir():
            return []
        names = sorted((one.name for one in self.path.iterdir()), reverse=True)
        return list(self._readable(name for name in names if _NAME.fullmatch(name)))

    def newest(self, height_max: int | None = None) -> Stored | None:
        """Return the newest, of at most this height; None when there is none."""
        found = (one for one in self.whole() if height_max is None or one.height <= height_max)
        return next(found, None)

    def newest_height(self) -> int | None:
        """Return the height of the newest, read from names alone."""
        if not self.path.is_dir():
            return None
        names = (one.name for one in self.path.iterdir())
        return max((int(name) for name in names if _NAME.fullmatch(name)), default=None)

    def begin(self, height: int) -> Path:
        """Return an empty folder for a snapshot that is made here; others so begun are removed."""
        self._clear(_MAKING)
        return self._made(self.path / f"{height:012}{_MAKING}")

    def coming(self, name: str) -> Path:
        """Return the folder for a snapshot that comes from others; it may have parts already."""
        wanted = self.path / f"{name}{_COMING}"
        for other in self._with(_COMING):
            if other != wanted:
                _remove(other)
        return self._made(wanted)

    def forget_coming(self) -> None:
        """Remove what came from others."""
        self._clear(_COMING)

    def write(self, folder: Path, name: str, data: bytes) -> None:
        """Put a file into an unfinished folder, durably. Raises StoreFull, StoreFailed."""
        temporary = folder / f"{name}.tmp"
        descriptor = self._files.create(temporary)
        try:
            self._files.write(descriptor, data)
            self._files.fsync(descriptor)
        finally:
            self._files.close(descriptor)
        self._files.rename(temporary, folder / name)

    def finish(self, folder: Path, height: int) -> Path:
        """Make a folder one of the whole ones. Raises StoreFailed."""
        final = self.path / f"{height:012}"
        _remove(final)
        self._files.fsync_dir(folder)
        self._files.rename(folder, final)
        self._files.fsync_dir(self.path)
        return final

    def keep(self, count: int) -> None:
        """Remove all whole ones but the newest `count`."""
        if self.path.is_dir():
            names = (one for one in self.path.iterdir() if _NAME.fullmatch(one.name))
            for old in sorted(names, reverse=True)[count:]:
                _remove(old)

    def _made(self, folder: Path) -> Path:
        with disk_faults(folder, "make"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _clear(self, suffix: str) -> None:
        for found in self._with(suffix):
            _remove(found)

    def _with(self, suffix: str) -> list[Path]:
        return list(self.path.glob(f"*{suffix}")) if self.path.is_dir() else []

    def _readable(self, names: Iterator[str]) -> Iterator[Stored]:
        for name in names:
            try:
                yield read_snapshot(self.path / name)
            except SnapshotUnusable:
                continue


def _remove(folder: Path) -> None:
    if folder.exists():
        with disk_faults(folder, "remove"):
            shutil.rmtree(folder)


def _read(path: Path, bytes_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise SnapshotUnusable(f"{path}: {error.strerror}") from error
    if len(data) > bytes_max:
        raise SnapshotUnusable(f"{path}: more than {bytes_max} bytes")
    return data
