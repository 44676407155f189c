"""`sapha id citizen, keys`: a citizen's own keys; asks no node."""

from pathlib import Path

from client.identity.keys import CitizenKeys
from client.keystore import read_secret, write_secret
from commands.output import UsageFault, emit, lines
from primitives.crypto import SEED_BYTES


def citizen(file: Path, *, as_json: bool) -> None:
    """Make a citizen's keys from one fresh seed, and print the public ones."""
    keys = CitizenKeys.generate()
    write_secret(file, keys.seed.hex() + "\n")
    data = _public(keys, None) | {"file": str(file)}
    text = f"{lines(data)}\nback {file} up; nobody can restore it"
    emit(data, text, as_json=as_json)


def keys(*, citizen: Path, sector: str | None, as_json: bool) -> None:
    """Print a citizen's public keys."""
    data = _public(open_citizen(citizen), sector)
    emit(data, lines(data), as_json=as_json)


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
