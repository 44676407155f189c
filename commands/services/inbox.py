"""What a voucher of a network for trying things out does with what wallets hand in."""

from pathlib import Path

from client.files import write_whole
from client.identity.vouching.carrier import ANSWERS, INBOX
from client.identity.vouching.errors import BadUpload
from client.identity.vouching.files import (
    PLACES_BYTES_MAX,
    PlaceAnswers,
    PlacesUpload,
    places_name,
    read_places,
    write_place_answers,
)
from client.identity.vouching.voucher import Voucher
from contracts.identity.crypto.certificates import ENROL, Round
from contracts.sdk.bls import BadElement
from genesis.files import read_bytes


async def take_inbox(
    voucher: Voucher, folder: Path, *, edition: int, number: int
) -> tuple[int, int]:
    """Take all that lies in a voucher's inbox, and answer the lists; return how many of each.

    Keys of an epoch are kept until it is answered. What is under no root is removed.
    """
    kept, answered = 0, 0
    for path in sorted((folder / INBOX).glob("*.bin")):
        data = read_bytes(path, PLACES_BYTES_MAX)
        try:
            listed = _places_of(data)
            if listed is None:
                await voucher.take(data)
                kept += 1
            else:
                asked = Round(
                    kind=ENROL,
                    period=listed.list_id,
                    edition=edition,
                    generation=listed.generation,
                )
                answers = await voucher.enrol(asked, listed.sid, listed.elements)
                given = PlaceAnswers(
                    asked=asked, voucher=number, sid=listed.sid, answers=tuple(answers)
                )
                _publish(folder / ANSWERS / places_name(asked, number, listed.sid), given)
                answered += 1
        except (BadUpload, BadElement):
            pass
        path.unlink()
    return kept, answered


def _places_of(data: bytes) -> PlacesUpload | None:
    try:
        return read_places(data)
    except BadUpload:
        return None


def _publish(path: Path, given: PlaceAnswers) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, write_place_answers(given))
