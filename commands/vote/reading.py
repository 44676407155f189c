"""What commands of `sapha vote` read from words and files of the command line."""

import json
from pathlib import Path

from client.files import write_whole
from client.keystore import read_secret
from client.voting.marking import ContestMarks, Mark
from client.voting.seed import VoterSeed
from commands.output import UsageFault
from commands.values import hex_bytes, identifier
from contracts.sdk.transcript import HASH_BYTES
from contracts.voting.roll.messages import VoterEntry
from genesis.files import read_text


def read_seed(text: str) -> VoterSeed:
    """Return the seed in a file of 24 words. Raises KeystoreFault or BadWords."""
    return VoterSeed.from_words(read_secret(Path(text)))


def read_marks(text: str) -> ContestMarks:
    """Return marks as `client.voting.marking` takes them; people count from 1.

    Raises:
        UsageFault: neither "blank" nor numbers with commas, and "=" between equals.
    """
    if text == "blank":
        return None
    places: list[Mark] = []
    for part in (part for part in text.split(",") if part):
        options = part.split("=")
        if not all(one.isascii() and one.isdigit() and int(one) > 0 for one in options):
            raise UsageFault(f"{text[:40]!r} are no marks: 2, or 1,3, or 3,1=2, or blank")
        numbers = tuple(int(one) - 1 for one in options)
        places.append(numbers if len(numbers) > 1 else numbers[0])
    return tuple(places)


def read_tracker(text: str) -> bytes:
    """Return a ballot's tracker, in hex or as its QR code says it. Raises UsageFault."""
    return hex_bytes(text.rsplit(":", 1)[-1], HASH_BYTES, "tracker")


def read_roll(text: str) -> list[VoterEntry]:
    """Return the voters in a file: a line of a subject and a class each. Raises UsageFault."""
    entries = []
    for number, (sid, word) in enumerate(_pairs(Path(text), "a class"), start=1):
        if not (word.isascii() and word.isdigit() and int(word) > 0):
            raise UsageFault(f"{text}, line {number}: a class is a number from 1")
        entries.append(VoterEntry(sid=sid, class_id=int(word) - 1))
    return entries


def read_refused(text: str) -> list[tuple[bytes, str]]:
    """Return the subjects that a file refuses, each with the reason. Raises UsageFault."""
    return _pairs(Path(text), "a reason")


def read_json(path: Path) -> dict[str, object]:
    """Return the object in a JSON file. Raises UsageFault."""
    try:
        document = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"{path}: is no readable JSON file") from error
    if not isinstance(document, dict):
        raise UsageFault(f"{path}: must hold one JSON object")
    return document


def write_new(path: Path, text: str) -> None:
    """Write a public file, never over another. Raises UsageFault."""
    try:
        write_whole(path, text.encode(), is_new=True)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error


def _pairs(path: Path, meaning: str) -> list[tuple[bytes, str]]:
    """Return a file's lines: an identifier and one word each. Raises UsageFault."""
    try:
        rows = [line.split() for line in read_text(path).splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{path}: is no readable file") from error
    for number, row in enumerate(rows, start=1):
        if len(row) != 2:
            raise UsageFault(f"{path}, line {number}: is not 0x and 64 digits, and {meaning}")
    return [(identifier(row[0]), row[1]) for row in rows]
