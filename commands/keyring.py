"""Keys and addresses as the command line names them: files of this person, or hex."""

import getpass
import os
import sys
from contextlib import suppress
from pathlib import Path

from client.keystore import (
    KeystoreMissing,
    load_signing_key,
    needs_password,
    read_key,
)
from client.wallet import Wallet
from commands.output import UsageFault
from primitives.crypto import PublicKey
from primitives.errors import BadAddress, BadShape, SaphaError
from primitives.ids import Address, read_address
from primitives.keys import key_of

KEYS_VARIABLE = "SAPHA_KEYS"
PASSWORD_VARIABLE = "SAPHA_PASSWORD"  # noqa: S105 - the name of a variable


def keys_dir(chosen: Path | None) -> Path:
    """Return the directory of key files."""
    return chosen or Path(os.environ.get(KEYS_VARIABLE, "~/.sapha/keys")).expanduser()


def key_path(name: str, directory: Path | None = None) -> Path:
    """Return the file of a key given by name or by path."""
    if os.sep in name or Path(name).is_file():
        return Path(name).expanduser()
    return keys_dir(directory) / f"{name}.json"


def key_names() -> dict[str, str]:
    """Return the names of the keys here by their addresses; a file that is no key has none."""
    names = {}
    for path in sorted(keys_dir(None).glob("*.json")):
        with suppress(SaphaError, OSError):
            names[read_key(path).address] = path.stem
    return names


def open_wallet(name: str, address: str | None = None) -> Wallet:
    """Return the wallet of a key; asks for its password if it has one.

    Raises:
        KeystoreFault: names the file.
    """
    path = key_path(name)
    if not path.exists():
        raise KeystoreMissing(f"{path}: no such key; make one with: sapha keys new {path.stem}")
    password = ask_password(f"Password of {path.stem}") if needs_password(path) else None
    sender = None if address is None else address_argument(address)
    return Wallet([load_signing_key(path, password)], sender)


def ask_password(prompt: str) -> str:
    """Return the password from SAPHA_PASSWORD, or ask at the terminal."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageFault(f"a password is needed: set {PASSWORD_VARIABLE} or use a terminal")
    return getpass.getpass(f"{prompt}: ")


def address_argument(text: str) -> Address:
    """Return the address of `text`, or of the key of that name in the key directory."""
    try:
        return read_address(text)
    except BadAddress:
        path = key_path(text)
        if not path.is_file():
            raise
    if needs_password(path):
        return read_address(read_key(path).address)
    return Wallet([load_signing_key(path, None)]).address


def public_key_argument(text: str) -> PublicKey:
    """Return a public key of 0x and hex digits, or of a key file here; asks no password.

    Raises:
        UsageFault: hex that is no kind byte and key.
        KeystoreFault: no such key file.
    """
    if text.startswith("0x"):
        try:
            return key_of(bytes.fromhex(text[2:]), name="the key")
        except (ValueError, BadShape) as error:
            raise UsageFault(
                f"{text[:80]!r} is no public key: 0x and the hex digits of a kind byte, 01 to 04, "
                "and the key"
            ) from error
    path = key_path(text)
    if path.is_file() and needs_password(path):
        return read_key(path).public_key
    return open_wallet(text).public_keys[0]
