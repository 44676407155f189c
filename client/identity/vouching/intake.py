"""A voucher's folder: what wallets handed in, whom it answers for good, and what it publishes.

    inbox/                                 what came by hand, of whatever kind
    uploads/EPOCH/NUMBER.bin               taken, of a deposit
    places/LIST/GENERATION/SID.bin         taken, of a list
    closed/EPOCH/EDITION/GENERATION.bin    who is answered: written once, before any answer
    answers/...                            published; `files` gives the names

Each file is there whole or not at all. Once a round is closed nothing more is taken for its epoch,
so whoever is killed at any point and starts again publishes the same.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from client.files import write_whole
from client.identity.vouching.carrier import ANSWERS
from client.identity.vouching.errors import BadUpload
from client.identity.vouching.files import (
    PlacesUpload,
    Upload,
    read_places,
    read_upload,
    write_places,
    write_upload,
)
from contracts.identity.crypto.certificates import Round
from primitives.codec import decode, encode

_CLOSED = "sapha/id-closed 1"
_CLOSED_BYTES_MAX, _CLOSED_ITEMS_MAX = 2**28, 2**25
_NAME = re.compile(r"[0-9a-z]{1,64}(/[0-9a-z]{1,64}){0,7}\.bin")

Levels = dict[int, int]  # number of the deposit -> up to which level it is answered


class Intake:
    """The files of one voucher."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, upload: Upload) -> None:
        """Keep what a deposit's wallet handed in. Raises BadUpload: its epoch is closed."""
        if (self._folder / "closed" / str(upload.epoch)).exists():
            raise BadUpload(f"epoch {upload.epoch} is answered; nothing more is taken for it")
        path = self._upload(upload.epoch, upload.number)
        _write(path, write_upload(upload))

    def numbers(self, epoch: int) -> list[int]:
        """Return which deposits have something here of an epoch, in order."""
        folder = self._folder / "uploads" / str(epoch)
        return sorted(int(path.stem) for path in folder.glob("*.bin") if path.stem.isdecimal())

    def upload(self, epoch: int, number: int) -> Upload:
        """Return what was kept. Raises BadUpload where it is damaged."""
        return read_upload(self._upload(epoch, number).read_bytes())

    def keep_places(self, upload: PlacesUpload) -> None:
        """Keep what a subject's wallet handed in of a list."""
        folder = self._places(upload.list_id, upload.generation)
        _write(folder / f"{upload.sid.hex()}.bin", write_places(upload))

    def places(self, list_id: int, generation: int) -> Iterator[PlacesUpload]:
        """Yield what was kept of a list."""
        for path in sorted(self._places(list_id, generation).glob("*.bin")):
            yield read_places(path.read_bytes())

    def lists(self) -> list[tuple[int, int]]:
        """Return the lists and generations of which something was kept."""
        found = (self._folder / "places").glob("*/*")
        return sorted((int(path.parent.name), int(path.name)) for path in found)

    def closed(self, asked: Round) -> Levels | None:
        """Return who is answered in a round, None while that is open."""
        path = self._closed(asked)
        if not path.is_file():
            return None
        value: Any = decode(
            path.read_bytes(), bytes_max=_CLOSED_BYTES_MAX, items_max=_CLOSED_ITEMS_MAX
        )
        return dict(value[1])

    def close(self, asked: Round, levels: Levels) -> None:
        """Fix who is answered in a round, before the first answer of it is published."""
        _write(self._closed(asked), encode((_CLOSED, tuple(sorted(levels.items())))))

    def publish(self, name: str, data: bytes) -> None:
        """Publish a file."""
        _write(self._folder / ANSWERS / name, data)

    def published(self, name: str) -> bytes | None:
        """Return a published file, None for what is none; a stranger may have named it."""
        path = self._folder / ANSWERS / name
        return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None

    def forget(self, before: int) -> None:
        """Remove what belongs to epochs before this one."""
        for part in ("uploads", "closed", ANSWERS):
            for path in (self._folder / part).glob("*"):
                if path.name.isdecimal() and int(path.name) < before:
                    shutil.rmtree(path)

    def _upload(self, epoch: int, number: int) -> Path:
        return self._folder / "uploads" / str(epoch) / f"{number}.bin"

    def _places(self, list_id: int, generation: int) -> Path:
        return self._folder / "places" / str(list_id) / str(generation)

    def _closed(self, asked: Round) -> Path:
        named = (asked.period, asked.edition, f"{asked.generation}.bin")
        return self._folder.joinpath("closed", *map(str, named))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
