"""Options that the commands of `sapha vote` share, and what they open."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from client.files import write_whole
from client.keystore import read_secret
from client.rpc import RpcClient
from client.voting.desk import CONTRACT, Desk
from client.voting.facts import Facts
from client.voting.marking import ContestMarks, Mark
from client.voting.seed import VoterSeed
from client.voting.voter import VoterWallet
from commands.nodes import open_rpc
from commands.output import UsageFault
from commands.sending import builder_for, open_account
from commands.trust import look_twice, open_light
from commands.values import hex_bytes
from genesis.files import read_text

ID_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a command reaches the ledger, and how its result is shown."""

    rpc: list[str] | None
    genesis: Path
    as_json: bool


@asynccontextmanager
async def open_facts(way: Way) -> AsyncIterator[Facts]:
    """Give what reads proven state of voting, against the genesis file."""
    light = open_light(way.genesis)
    async with open_rpc(way.rpc) as client:
        await look_twice(light, client)
        yield Facts(client, light)


async def open_desk(client: RpcClient, keys: list[str], account: str | None) -> Desk:
    """Return the desk of the account that these keys sign for."""
    wallet = open_account(keys, account)
    return Desk(client, await builder_for(client, CONTRACT), wallet)


def ballot_way(way: Way, relay: list[str] | None, *, direct: bool) -> Way:
    """Return the way for everything that belongs to a ballot: by the relay, reading as well."""
    if bool(relay) == direct:
        raise UsageFault("give --relay, or --direct if a node may see your address; not both")
    return Way(rpc=way.rpc if direct else relay, genesis=way.genesis, as_json=way.as_json)


async def open_pseudonym(facts: Facts, words: Path, election: str, class_id: int) -> VoterWallet:
    """Return the wallet of a pseudonym without asking anything that names the voter."""
    return VoterWallet(read_words(words), await facts.election(election), class_id)


def read_words(path: Path) -> VoterSeed:
    """Return the voter's seed. Raises KeystoreFault or BadWords."""
    return VoterSeed.from_words(read_secret(path))


def read_id(text: str) -> bytes:
    """Return the 32 bytes of an identifier. Raises UsageFault."""
    return hex_bytes(text, ID_BYTES)


def read_marks(texts: list[str]) -> list[ContestMarks]:
    """Return marks as `client.voting.marking` takes them; people count from 1.

    Raises:
        UsageFault: neither "blank" nor numbers with commas, and "=" between equals.
    """
    return [None if text == "blank" else tuple(_read_places(text)) for text in texts]


def _read_places(text: str) -> list[Mark]:
    places: list[Mark] = []
    for part in (part for part in text.split(",") if part):
        options = part.split("=")
        if not all(one.isascii() and one.isdigit() and int(one) > 0 for one in options):
            raise UsageFault(f"{text[:40]!r} are no marks: 2, or 1,3, or 3,1=2, or blank")
        numbers = tuple(int(one) - 1 for one in options)
        places.append(numbers if len(numbers) > 1 else numbers[0])
    return places


def read_json(path: Path) -> dict[str, object]:
    """Return the object in a JSON file. Raises UsageFault."""
    try:
        document = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"{path}: is no readable JSON file") from error
    if not isinstance(document, dict):
        raise UsageFault(f"{path}: must hold one JSON object")
    return document


def read_pairs(path: Path, meaning: str) -> list[tuple[bytes, str]]:
    """Return a file's lines: an identifier and one word each. Raises UsageFault."""
    try:
        rows = [line.split() for line in read_text(path).splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{path}: is no readable file") from error
    for number, row in enumerate(rows, start=1):
        if len(row) != 2:
            raise UsageFault(f"{path}, line {number}: is not 0x and 64 digits, and {meaning}")
    return [(read_id(row[0]), row[1]) for row in rows]


def write_new(path: Path, text: str) -> None:
    """Write a public file, never over another. Raises UsageFault."""
    try:
        write_whole(path, text.encode(), is_new=True)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
