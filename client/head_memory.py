"""The highest header that a light client has verified, in a file, so that it never goes back.

A node can show an old block, or with enough stolen keys another one: who remembers sees both. The
file is JSON: format, chain_id, height, block_hash, header, certificate, and the sets that were
verified since the genesis', as [first height, set]: keys of a set that they ended certify nothing.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from client.errors import ForkProven, HeadFileFault, HeadWentBack
from genesis.sets import KnownSet
from primitives.block import Header, decode_header
from primitives.codec import decode, encode
from primitives.errors import Rejected
from primitives.hex import read_hex
from primitives.ids import Height
from primitives.shape import uint_of
from primitives.validators import read_validator_set

_FORMAT = 2
_FILE_BYTES_MAX = 16 * 1024 * 1024
_SET_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class CertifiedHeader:
    """A verified header with the bytes of the certificate that proves it."""

    header: Header
    certificate: bytes

    def to_json(self) -> dict[str, object]:
        """Return what the file holds of it."""
        return {
            "chain_id": self.header.chain_id,
            "height": self.header.height,
            "block_hash": "0x" + self.header.hash.hex(),
            "header": "0x" + self.header.encode().hex(),
            "certificate": "0x" + self.certificate.hex(),
        }


class HeadMemory:
    """Remembers in `path`; each higher header replaces the file at once or not at all."""

    def __init__(self, path: Path, chain_id: str) -> None:
        """Read what was remembered. Raises HeadFileFault: damaged, or of another network."""
        self._path = path
        self._chain_id = chain_id
        self.highest: CertifiedHeader | None = None
        self.sets: tuple[KnownSet, ...] = ()
        self._load()

    def note(
        self, seen: CertifiedHeader, *, is_latest: bool, sets: tuple[KnownSet, ...] = ()
    ) -> None:
        """Compare a verified header with the highest, and remember it if it is higher.

        With it `sets` are remembered: those after the genesis' that are known by now.

        Raises:
            ForkProven: another header at the height of the highest; both are in a file then.
            HeadWentBack: it is shown as the latest (`is_latest`) and is lower than the highest.
            HeadFileFault: the file cannot be written.
        """
        known = self.highest
        height = seen.header.height
        if known is not None and height == known.header.height:
            self.refuse_fork(known, seen)
            return
        if known is not None and height < known.header.height:
            if is_latest:
                raise HeadWentBack(
                    f"the node shows block {height} as its last, this client has verified block"
                    f" {known.header.height}; ask again, or another node"
                )
            return
        kept = [[first, "0x" + encode(known.to_value()).hex()] for first, known in sets]
        self._write(self._path, {"format": _FORMAT} | seen.to_json() | {"sets": kept})
        self.highest, self.sets = seen, sets

    def refuse_fork(self, one: CertifiedHeader, other: CertifiedHeader) -> None:
        """Raise ForkProven if two certified headers of one height differ; keep both in a file."""
        if one.header.hash == other.header.hash:
            return
        fault = fork_of(one, other)
        height = one.header.height
        path = self._path.with_name(f"{self._path.name}.fork-{height}.json")
        self._write(path, {"format": _FORMAT, "headers": [one.to_json(), other.to_json()]})
        raise ForkProven(f"{fault.message}; both are in {path}")

    def _load(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise HeadFileFault(f"{self._path}: {error.strerror}") from error
        try:
            found, sets = _read(data)
        except (ValueError, TypeError, KeyError, Rejected) as error:
            raise HeadFileFault(
                f"{self._path}: not a file of a remembered block; find out why before you remove it"
            ) from error
        if found.header.chain_id != self._chain_id:
            raise HeadFileFault(
                f"{self._path}: of chain {found.header.chain_id}, not {self._chain_id}; "
                "use another file for each network"
            )
        self.highest, self.sets = found, sets

    def _write(self, path: Path, document: dict[str, object]) -> None:
        """Replace `path` durably: temporary file, fsync, rename, fsync of the directory."""
        temporary = path.with_name(f"{path.name}.new")
        try:
            with temporary.open("w", encoding="ascii") as file:
                json.dump(document, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            directory = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        except OSError as error:
            raise HeadFileFault(f"{path}: {error.strerror}") from error


def fork_of(one: CertifiedHeader, other: CertifiedHeader) -> ForkProven:
    """Return what two certified headers of one height prove."""
    hashes = " and ".join(item.header.hash.hex() for item in (one, other))
    return ForkProven(
        f"THE CHAIN HAS FORKED: two certified blocks at height {one.header.height}: {hashes};"
        " trust nothing of it, and show both to the agencies"
    )


def _read(data: bytes) -> tuple[CertifiedHeader, tuple[KnownSet, ...]]:
    if len(data) > _FILE_BYTES_MAX:
        raise ValueError("too long")
    document = json.loads(data)
    if document["format"] != _FORMAT:
        raise ValueError("another format")
    header = decode_header(read_hex(document["header"], name="header"))
    seen = CertifiedHeader(header, read_hex(document["certificate"], name="certificate"))
    return seen, tuple(_read_set(*entry) for entry in document["sets"])


def _read_set(first: int, encoded: str) -> KnownSet:
    value = decode(read_hex(encoded, name="set"), bytes_max=_SET_BYTES_MAX)
    return Height(uint_of(first, name="first height")), read_validator_set(value)
