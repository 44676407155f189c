"""What a voucher of a network for trying things out does with what wallets hand in."""

from pathlib import Path

from client.identity.vouching.carrier import INBOX
from client.identity.vouching.errors import BadUpload
from client.identity.vouching.files import PLACES_BYTES_MAX, PlacesUpload
from client.identity.vouching.voucher import Voucher
from contracts.identity.crypto.certificates import ENROL, Round
from genesis.files import read_bytes


async def take_inbox(voucher: Voucher, folder: Path, *, edition: int) -> tuple[int, int]:
    """Take all that lies in a voucher's inbox, and answer the lists; return how many of each.

    Keys of an epoch are kept until it is answered. What is under no root is removed.
    """
    kept, answered = 0, 0
    for path in sorted((folder / INBOX).glob("*.bin")):
        try:
            upload = await voucher.take(read_bytes(path, PLACES_BYTES_MAX))
        except BadUpload:
            pass
        else:
            kept += not isinstance(upload, PlacesUpload)
        path.unlink()
    for list_id, generation in voucher.intake.lists():
        asked = Round(kind=ENROL, period=list_id, edition=edition, generation=generation)
        answered += await voucher.answer_places(asked)
    return kept, answered
