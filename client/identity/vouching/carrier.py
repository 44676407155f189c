"""What carries blinded keys to vouchers, and their published answers back to wallets.

Neither names who sends or fetches. Two kinds of upload travel alike, and say themselves which they
are: those of an epoch and those of a list. The module of files makes them.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from client.files import write_whole
from client.identity.vouching.errors import NoVoucher
from client.identity.vouching.files import BUCKET_BYTES_MAX

INBOX, ANSWERS = "inbox", "answers"  # below a voucher's folder


class Carrier(Protocol):
    """A way to the vouchers of an edition, by their numbers from 1."""

    async def hand_in(self, voucher: int, upload: bytes) -> None:
        """Hand an upload to a voucher; again changes nothing.

        Raises:
            NoVoucher: this way leads to no such voucher.
        """

    async def fetch(self, voucher: int, name: str) -> bytes | None:
        """Return a file that a voucher publishes, whole; None while it is not there.

        Raises:
            NoVoucher: this way leads to no such voucher.
        """


class FolderCarrier:
    """A way through folders, one a voucher, which finds its uploads in the inbox."""

    def __init__(self, folders: Mapping[int, Path]) -> None:
        self._folders = folders

    async def hand_in(self, voucher: int, upload: bytes) -> None:
        """Put an upload into the voucher's inbox, under a name that tells nothing."""
        inbox = self._folder(voucher) / INBOX
        inbox.mkdir(parents=True, exist_ok=True)
        write_whole(inbox / f"{hashlib.sha256(upload).hexdigest()}.bin", upload)

    async def fetch(self, voucher: int, name: str) -> bytes | None:
        """Return a file below the voucher's answers; None while it is not there."""
        path = self._folder(voucher) / ANSWERS / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(BUCKET_BYTES_MAX)

    def _folder(self, voucher: int) -> Path:
        found = self._folders.get(voucher)
        if found is None:
            raise NoVoucher(f"no way leads to voucher {voucher}")
        return found
