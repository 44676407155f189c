"""`sapha id citizen, keys`: a citizen's own keys; a node says which place a sector has."""

import sys
from pathlib import Path

from client.errors import BadWords
from client.identity.keys import CitizenKeys
from client.identity.nodes import places
from client.keystore import read_secret, write_secret
from client.rpc import RpcClient
from client.words import ENGLISH, THAI, secret_of, words_of
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, lines
from primitives.crypto import SEED_BYTES

_WORDS, _WORDS_CHARS_MAX = 24, 2_048


def citizen(file: Path, *, words: bool, as_json: bool) -> None:
    """Make a citizen's keys from a fresh seed, or from words, and print the public ones."""
    keys = _from_words() if words else CitizenKeys.generate()
    write_secret(file, keys.seed.hex() + "\n")
    data = _public(keys, None) | {"file": str(file)}
    text = f"{lines(data)}\nback {file} up, or write its words down (sapha id words)"
    emit(data, text, as_json=as_json)


def words(*, citizen: Path, thai: bool, as_json: bool) -> None:
    """Print the words that give all of a citizen's keys back."""
    text = words_of(open_citizen(citizen).seed, THAI if thai else ENGLISH)
    emit({"words": text}, text, as_json=as_json)


async def keys(*, citizen: Path, sector: str | None, rpc: list[str] | None, as_json: bool) -> None:
    """Print a citizen's public keys; a node is asked for that of a sector alone."""
    owner = open_citizen(citizen)
    if sector is not None:
        async with open_rpc(rpc) as client:
            owner = await placed(client, owner)
    data = _public(owner, sector)
    emit(data, lines(data), as_json=as_json)


def _from_words() -> CitizenKeys:
    """Return the keys of the 24 words that standard input gives. Raises UsageFault."""
    try:
        return CitizenKeys(secret_of(sys.stdin.read(_WORDS_CHARS_MAX), _WORDS))
    except BadWords as error:
        raise UsageFault(error.message) from error


async def placed(client: RpcClient, owner: CitizenKeys) -> CitizenKeys:
    """Return a citizen's keys with the places that sectors have on the node's ledger."""
    return owner.placed(await places(client))


def open_citizen(path: Path) -> CitizenKeys:
    """Return the keys in a citizen's file. Raises UsageFault, KeystoreFault."""
    try:
        return CitizenKeys(bytes.fromhex(read_secret(path).strip()))
    except ValueError as error:
        raise UsageFault(f"{path}: is no citizen's file of {SEED_BYTES} bytes in hex") from error


def _public(keys: CitizenKeys, sector: str | None) -> dict[str, object]:
    data: dict[str, object] = {
        "subject_key": "0x" + keys.subject.public_key.hex(),
        "box_key": "0x" + keys.box.public.hex(),
    }
    if sector is not None:
        data |= {"sector": sector, "pairwise_key": "0x" + keys.pairwise(sector).public_key.hex()}
    return data
