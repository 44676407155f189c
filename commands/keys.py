"""`sapha keys`: key files of people and services."""

from pathlib import Path

from client.keystore import (
    KeystoreExists,
    WrongPassword,
    load_signing_key,
    read_key,
    seal_key,
    write_key,
)
from client.wallet import Wallet
from commands.keyring import ask_password, key_path, keys_dir
from commands.output import emit
from commands.table import show_table
from primitives.crypto import ED25519
from primitives.ids import show_address
from primitives.keys import P256

KINDS = {"ed25519": ED25519, "p256": P256}
_PASSWORD_CHARS_MIN = 8


def new(name: str, *, keys: Path | None, kind: str, as_json: bool) -> None:
    """Make a key under a password and print its address."""
    path = key_path(name, keys)
    if path.exists():
        raise KeystoreExists(f"{path}: exists; keys are never overwritten")
    password = ask_password(f"New password for {name}")
    if len(password) < _PASSWORD_CHARS_MIN:
        raise WrongPassword(f"a password has at least {_PASSWORD_CHARS_MIN} characters")
    wallet = Wallet.generate(KINDS[kind])
    write_key(path, seal_key(wallet.keys[0], password))
    address = show_address(wallet.address)
    emit(
        {"name": name, "address": address, "file": str(path)},
        f"{name}: {address}\nsealed in {path}; back it up, nobody can restore it",
        as_json=as_json,
    )


def list_keys(*, keys: Path | None, as_json: bool) -> None:
    """List the keys and their addresses."""
    found = sorted(keys_dir(keys).glob("*.json"))
    rows = [(path.stem, read_key(path).address) for path in found]
    emit(
        {"keys": [{"name": name, "address": address} for name, address in rows]},
        show_table(f"Keys in {keys_dir(keys)}", ["name", "address"], rows),
        as_json=as_json,
    )


def show(name: str, *, keys: Path | None, as_json: bool) -> None:
    """Show a key's address and public key; needs no password."""
    file = read_key(key_path(name, keys))
    data = {"name": name, "address": file.address, "public_key": "0x" + file.public_key.hex()}
    text = f"{name}\naddress     {file.address}\npublic key  {data['public_key']}"
    emit(data, text, as_json=as_json)


def export(name: str, *, keys: Path | None, as_json: bool) -> None:
    """Print the secret seed of a key. Whoever has it has the account."""
    path = key_path(name, keys)
    key = load_signing_key(path, ask_password(f"Password of {name}"))
    emit({"name": name, "secret_key": key.seed.hex()}, key.seed.hex(), as_json=as_json)
