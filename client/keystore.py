"""Key files at rest: the secret of one key under a password (argon2id, then XSalsa20-Poly1305).

A file is JSON with its own parameters, mode 0600. A checksum over everything but the password
tells a damaged file from a wrong password. Source: RFC 9106; libsodium secretbox.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from client.files import OWNER_MODE, write_whole
from genesis.files import read_text
from primitives.codec import encode
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey, digest
from primitives.errors import BadShape, LocalFault
from primitives.ids import address_of, show_address
from primitives.keys import KeyPair, key_of, signer_of

FORMAT = 2
_KDF = "argon2id"
_FILE_BYTES_MAX = 16 * 1024
_OPS_MAX = 20
_MEMORY_BYTES_MAX = 2 * 1024**3
_PRIVATE_BITS = stat.S_IRWXG | stat.S_IRWXO


class KeystoreFault(LocalFault):
    """A key file cannot be used."""


class WrongPassword(KeystoreFault):
    """The password does not open the key file."""


class KeystoreDamaged(KeystoreFault):
    """The key file is not what was written."""


class KeystoreMissing(KeystoreFault):
    """There is no key file at the path."""


class KeystoreExists(KeystoreFault):
    """There is already a file at the path; keys are never overwritten."""


class KeystoreOpenToOthers(KeystoreFault):
    """Other users of the machine may read the key file."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one password guess costs: passes and memory."""

    ops: int
    memory_bytes: int


MODERATE = Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A key file as stored; everything but the seed is readable without the password."""

    public_key: PublicKey
    cost: Cost
    salt: bytes
    box: bytes

    @property
    def address(self) -> str:
        """The bech32m address that the key alone controls."""
        return show_address(address_of(self.public_key))

    @property
    def checksum(self) -> bytes:
        """Digest over all other fields."""
        fields = (self.public_key, self.cost.ops, self.cost.memory_bytes, self.salt, self.box)
        return digest("keystore", encode(fields))


def seal_key(key: KeyPair, password: str, cost: Cost = MODERATE) -> KeyFile:
    """Return the key file of `key` under `password`; salt and nonce are fresh."""
    salt = random(argon2id.SALTBYTES)
    box = SecretBox(derive_key(password, salt, cost)).encrypt(key.seed)
    return KeyFile(public_key=key.public_key, cost=cost, salt=salt, box=bytes(box))


def open_key(file: KeyFile, password: str) -> KeyPair:
    """Return the key of `file`. Raises WrongPassword or KeystoreDamaged."""
    try:
        seed = SecretBox(derive_key(password, file.salt, file.cost)).decrypt(file.box)
    except CryptoError as error:
        raise WrongPassword(f"wrong password for the key of {file.address}") from error
    try:
        key = signer_of(file.public_key[:1], seed)
    except ValueError as error:
        raise KeystoreDamaged(f"the key of {file.address} is of no kind known here") from error
    if key.public_key != file.public_key:
        raise KeystoreDamaged(f"the key inside is not that of {file.address}")
    return key


def write_key(path: Path, file: KeyFile) -> None:
    """Write `file` to a new path with mode 0600, durably. Raises KeystoreExists."""
    document = {
        "format": FORMAT,
        "address": file.address,
        "public_key": file.public_key.hex(),
        "kdf": {
            "name": _KDF,
            "ops": file.cost.ops,
            "memory_bytes": file.cost.memory_bytes,
            "salt": file.salt.hex(),
        },
        "box": file.box.hex(),
        "checksum": file.checksum.hex(),
    }
    write_secret(path, json.dumps(document, indent=2) + "\n")


def read_key(path: Path) -> KeyFile:
    """Return the key file at `path`, still sealed.

    Raises:
        KeystoreMissing, KeystoreOpenToOthers, KeystoreDamaged: names the path.
    """
    return parse_key(read_secret(path), str(path))


def parse_key(text: str, place: str) -> KeyFile:
    """Return the key file of JSON `text`; `place` is named in errors. Raises KeystoreDamaged."""
    try:
        document = json.loads(text)
        kdf = document["kdf"]
        cost = cost_of(kdf)
        file = KeyFile(
            public_key=key_of(bytes.fromhex(document["public_key"]), name="public_key"),
            cost=cost,
            salt=bytes.fromhex(kdf["salt"]),
            box=bytes.fromhex(document["box"]),
        )
        is_known = document["format"] == FORMAT and kdf["name"] == _KDF
        is_whole = bytes.fromhex(document["checksum"]) == file.checksum
        is_whole = is_whole and document["address"] == file.address
    except (ValueError, KeyError, TypeError, RecursionError, BadShape) as error:
        raise KeystoreDamaged(f"{place}: not a key file of sapha keys") from error
    if not is_known:
        raise KeystoreDamaged(f"{place}: format {document['format']!r:.20} is unknown")
    if not is_whole:
        raise KeystoreDamaged(f"{place}: the checksum is wrong; restore the file from a backup")
    return file


def load_signing_key(path: Path, password: str | None) -> KeyPair:
    """Return the key at `path`: a key file, or 64 hex digits of an Ed25519 seed as nodes keep it.

    Raises:
        WrongPassword: also when a password is needed and None is given.
        KeystoreMissing, KeystoreOpenToOthers, KeystoreDamaged: names the path.
    """
    text = read_secret(path)
    plain = text.strip().removeprefix("0x")
    if len(plain) == 2 * SEED_BYTES:
        try:
            return SigningKey(bytes.fromhex(plain))
        except ValueError as error:
            raise KeystoreDamaged(f"{path}: not {SEED_BYTES} bytes of hex") from error
    file = parse_key(text, str(path))
    if password is None:
        raise WrongPassword(f"{path}: a password is needed")
    return open_key(file, password)


def needs_password(path: Path) -> bool:
    """Return whether the key at `path` is sealed. Raises KeystoreFault."""
    return read_secret(path).lstrip().startswith("{")


def write_secret(path: Path, text: str) -> None:
    """Write `text` to a new file that only its owner may read, durably. Raises KeystoreExists."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        write_whole(path, text.encode(), mode=OWNER_MODE, is_new=True)
    except FileExistsError as error:
        raise KeystoreExists(f"{path}: exists; keys are never overwritten") from error


def read_secret(path: Path) -> str:
    """Return the text of a file that only its owner may read. Raises KeystoreFault."""
    try:
        status = path.stat()
        text = read_text(path, _FILE_BYTES_MAX)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise KeystoreMissing(f"{path}: no such key file") from error
    except OSError as error:
        raise KeystoreDamaged(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise KeystoreDamaged(f"{path}: holds bytes that are no text") from error
    if status.st_mode & _PRIVATE_BITS:
        mode = stat.S_IMODE(status.st_mode)
        raise KeystoreOpenToOthers(f"{path}: mode {mode:04o} lets others in; chmod 600 {path}")
    return text


def cost_of(kdf: Mapping[str, object]) -> Cost:
    """Return the cost that a document names. Raises ValueError or KeyError: it is out of bounds."""
    ops = _bounded(kdf["ops"], _OPS_MAX)
    return Cost(ops, _bounded(kdf["memory_bytes"], _MEMORY_BYTES_MAX))


def derive_key(password: str, salt: bytes, cost: Cost) -> bytes:
    """Return the key of a SecretBox that `password` gives. Raises ValueError: a bad salt."""
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        password.encode("utf-8"),
        salt,
        opslimit=cost.ops,
        memlimit=cost.memory_bytes,
    )


def _bounded(value: object, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"{value!r:.20} is not from 1 to {most}")
    return value
