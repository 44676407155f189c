"""Options that several commands share, and what they open."""

import getpass
import os
import sys
from pathlib import Path
from ssl import SSLContext
from urllib.parse import urlsplit

from client.errors import NodeUnreachable
from client.head_memory import HeadMemory
from client.keystore import (
    KeystoreMissing,
    load_signing_key,
    needs_password,
    read_key,
    read_secret,
)
from client.light import LightClient
from client.rpc import UNIX_SCHEME, RpcClient, RpcSettings, trusting
from client.second_opinion import Opinion, second_opinion
from client.wallet import Wallet
from commands.output import UsageFault, say
from commands.watch import current_watch
from genesis.verify import load_genesis
from node.config import OPERATOR_SOCKET, load_config
from primitives.crypto import PUBLIC_KEY_BYTES, PublicKey
from primitives.errors import BadAddress, LocalFault
from primitives.ids import Address, read_address

DEFAULT_RPC = "http://127.0.0.1:26601"
KEYS_VARIABLE = "SAPHA_KEYS"
PASSWORD_VARIABLE = "SAPHA_PASSWORD"  # noqa: S105 - the name of a variable
HEAD_FILE_VARIABLE = "SAPHA_HEAD_FILE"
SECOND_RPC_VARIABLE = "SAPHA_SECOND_RPC"
CA_FILE_VARIABLE = "SAPHA_CA_FILE"  # the authorities of https nodes, for every command


def open_rpc(urls: list[str] | None, option: str = "--rpc") -> RpcClient:
    """Return a client of the nodes at `urls`, to be used with `async with`.

    The running command's watch is told of every transaction that is sent through it.
    """
    chosen = [part for url in urls or [DEFAULT_RPC] for part in url.split()]
    for url in chosen:
        if not url.startswith(("http://", "https://")):
            raise UsageFault(f"{option} {url}: must start with http:// or https://")
    return RpcClient(chosen, RpcSettings(tls=_authorities()), current_watch())


def open_operator(
    directory: Path | None, url: str | None = None, token_file: Path | None = None
) -> RpcClient:
    """Return a client with an operator's rights, to be used with `async with`.

    At the operators' address `url`, with the token of a file; else at the socket of the node whose
    directory this is. A token goes to no other address.

    Raises:
        UsageFault: neither a directory nor an address is given.
        KeystoreFault: the file of the token cannot be read, or others can.
    """
    if url is not None:
        if not url.startswith(("http://", "https://")):
            raise UsageFault(f"--operator {url}: must start with http:// or https://")
        if token_file is None:
            raise UsageFault(f"--operator {url}: a token is needed, in the file of --token-file")
        token = read_secret(token_file).strip()
        return RpcClient([url], RpcSettings(token=token, tls=_authorities()))
    if directory is None:
        raise UsageFault("this needs an operator's rights: --dir of the node, or --operator")
    return RpcClient([operator_url(directory)])


def _authorities() -> SSLContext | None:
    given = os.environ.get(CA_FILE_VARIABLE)
    return trusting(Path(given).expanduser()) if given else None


def operator_url(directory: Path) -> str:
    """Return where the node of a directory serves operators on this machine."""
    try:
        path = load_config(directory).operator_socket
    except LocalFault:
        path = directory / "data" / OPERATOR_SOCKET  # checking the files has found why
    return f"{UNIX_SCHEME}{path}"


def open_light(genesis: Path, head_file: Path | None = None) -> LightClient:
    """Return what verifies against a genesis file, and remembers in --head-file if there is one.

    Raises:
        LocalFault: a file cannot be read or is of another network.
    """
    document = load_genesis(genesis)
    given = os.environ.get(HEAD_FILE_VARIABLE)
    path = head_file if head_file is not None or not given else Path(given)
    memory = None if path is None else HeadMemory(path.expanduser(), document.chain_id)
    return LightClient(document, memory)


async def look_twice(
    light: LightClient, client: RpcClient, second: str | None = None
) -> Opinion | None:
    """Compare with a second node if one is given, also by its variable; say which is behind.

    Raises:
        ForkProven: they have different certified blocks at one height.
        UsageFault: the second is the first.
        NodeUnreachable: names the option when it is the second that does not answer.
    """
    chosen = second or os.environ.get(SECOND_RPC_VARIABLE)
    if not chosen:
        return None
    async with open_rpc([chosen], "--second-rpc") as other:
        if not {_place_of(url) for url in other.urls}.isdisjoint(map(_place_of, client.urls)):
            raise UsageFault(f"--second-rpc {chosen}: is an address of --rpc; give another node's")
        try:
            opinion = await second_opinion(light, client, other)
        except NodeUnreachable as error:
            if str(error).startswith(other.urls[0]):
                raise NodeUnreachable(f"--second-rpc {error}") from error
            raise
    if opinion.warning is not None:
        say(f"stale: {opinion.warning}")
    return opinion


def _place_of(url: str) -> tuple[str, str | None, int | None]:
    """Return what tells two addresses apart: scheme, host and port."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:  # no number: asking will say so
        port = None
    return parts.scheme, parts.hostname, port


def require_new(path: Path, noun: str) -> None:
    """Raise UsageFault where there is a file already; `noun` is what files of its kind are."""
    if path.exists():
        raise UsageFault(f"{path}: exists; {noun} are never overwritten")


def keys_dir(chosen: Path | None) -> Path:
    """Return the directory of key files."""
    return chosen or Path(os.environ.get(KEYS_VARIABLE, "~/.sapha/keys")).expanduser()


def key_path(name: str, directory: Path | None = None) -> Path:
    """Return the file of a key given by name or by path."""
    if os.sep in name or Path(name).is_file():
        return Path(name).expanduser()
    return keys_dir(directory) / f"{name}.json"


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
    """Return a public key of 0x and 64 hex digits, or of a key file here; asks no password.

    Raises:
        UsageFault: hex of another length.
        KeystoreFault: no such key file.
    """
    if text.startswith("0x"):
        try:
            data = bytes.fromhex(text[2:])
        except ValueError:
            data = b""
        if len(data) != PUBLIC_KEY_BYTES:
            raise UsageFault(f"{text[:80]!r} is no public key: 0x and 64 hex digits")
        return PublicKey(data)
    path = key_path(text)
    if path.is_file() and needs_password(path):
        return read_key(path).public_key
    return open_wallet(text).public_keys[0]
