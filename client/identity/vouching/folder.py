"""What a wallet keeps of vouched keys: all of it comes back from the seed and the vouchers' files.

<folder>/wallet.json     the subject, the ways to vouchers, what was handed in, today's slots
         answers/V/NAME  what voucher V publishes, as it was fetched
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client.documents import read_document, write_document
from client.files import OWNER_MODE, write_whole
from client.identity.keys import CitizenKeys
from client.identity.vouching.carrier import Carrier
from client.identity.vouching.errors import BadFolder
from client.identity.vouching.seed import VouchingSeed
from client.rpc import RpcClient
from primitives.errors import Rejected
from primitives.hex import read_hex

_DOCUMENT, _ANSWERS, _LISTS = "wallet.json", "answers", "enrol"


@dataclass(slots=True, kw_only=True)
class WalletFolder:
    """The folder of one citizen's certificates on one chain."""

    path: Path
    sid: bytes
    ways: dict[int, str]  # voucher -> where its files are
    handed_in: set[str] = field(default_factory=set)  # names of uploads that were handed in
    epoch: int = 0  # that the slots are of
    slots: dict[int, str] = field(default_factory=dict)  # slot -> sector, "" for another's

    @classmethod
    def open(cls, path: Path) -> "WalletFolder":
        """Return what a folder holds. Raises BadFolder."""
        document: Any = read_document(path / _DOCUMENT, BadFolder)
        try:
            return cls(
                path=path,
                sid=read_hex(document["sid"], name="sid", length=32),
                ways={int(voucher): str(way) for voucher, way in document["ways"].items()},
                handed_in=set(map(str, document["handed_in"])),
                epoch=int(document["epoch"]),
                slots={int(slot): str(of) for slot, of in document["slots"].items()},
            )
        except (Rejected, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFolder(f"{path}: damaged; remove it and enrol again: {error}") from error

    @property
    def is_there(self) -> bool:
        """Whether it was saved."""
        return (self.path / _DOCUMENT).is_file()

    def save(self) -> None:
        """Write all but the answers. Raises BadFolder."""
        document = {
            "sid": "0x" + self.sid.hex(),
            "ways": {str(voucher): way for voucher, way in sorted(self.ways.items())},
            "handed_in": sorted(self.handed_in),
            "epoch": self.epoch,
            "slots": {str(slot): of for slot, of in sorted(self.slots.items())},
        }
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_document(self.path / _DOCUMENT, document, BadFolder, OWNER_MODE)

    def begin(self, epoch: int) -> None:
        """Forget slots and answers of earlier epochs."""
        if epoch == self.epoch:
            return
        self.epoch, self.slots = epoch, {}
        for folder in (self.path / _ANSWERS).glob("*/*"):
            if folder.name != _LISTS and folder.name != str(epoch):
                shutil.rmtree(folder, ignore_errors=True)
        self.save()

    def take(self, slot: int, sector: str) -> None:
        """Keep what a slot of the present epoch serves."""
        self.slots[slot] = sector
        self.save()

    async def fetched(self, carrier: Carrier, voucher: int, name: str) -> bytes | None:
        """Return a voucher's file, which is fetched once; None while it is not there."""
        path = self.path / _ANSWERS / str(voucher) / name
        if path.is_file():
            return path.read_bytes()
        data = await carrier.fetch(voucher, name)
        if data is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, data, mode=OWNER_MODE)
        return data

    def forget(self, voucher: int, name: str) -> None:
        """Remove a file that turned out to be wrong, so that it is fetched anew."""
        (self.path / _ANSWERS / str(voucher) / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A citizen with vouched keys, and the ways to the ledger and the vouchers.

    The keys have the places that sectors have on the ledger.
    """

    keys: CitizenKeys
    chain_id: str
    rpc: RpcClient
    folder: WalletFolder
    carrier: Carrier

    @property
    def seed(self) -> VouchingSeed:
        """The secrets of the vouched keys."""
        return self.keys.vouching(self.chain_id)
