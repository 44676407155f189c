"""A registrar's keys on disk: one file a class of an election, sealed under one password.

The password opens the vault once (argon2id); each key file is a secret box that also holds what
it is for, so a file that was moved or swapped is noticed. Files are written once, mode 0600.
Source: RFC 9106; libsodium secretbox.
"""

import json
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from client.keystore import (
    MODERATE,
    Cost,
    KeystoreExists,
    KeystoreMissing,
    read_secret,
    write_secret,
)
from client.voting.blind_rsa import MODULUS_BYTES, BlindSigner
from client.voting.errors import BadRegistrarKey, VaultFault
from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.errors import Rejected

_FORMAT = 1
_MASTER = "vault.json"
_MARK = b"sapha/vault/v1"
_FILE_BYTES_MAX = 8192
_COST_MAX = Cost(20, 2 * 1024**3)


class Vault:
    """The opened vault of one registrar. Never prints a secret."""

    __slots__ = ("_box", "folder")

    def __init__(self, folder: Path, master: bytes) -> None:
        """Use a folder with a master key; `open_vault` is the way from a password."""
        self.folder = folder
        self._box = SecretBox(master)

    def __repr__(self) -> str:
        return f"Vault({self.folder})"

    def make(self, election: str, class_id: str) -> BlindSigner:
        """Return the key of a class; made and sealed on disk the first time, never replaced.

        Raises:
            VaultFault: the folder cannot be used.
        """
        if self._path(election, class_id).exists():
            return self.load(election, class_id)
        return self.keep(election, class_id, BlindSigner.generate())

    def keep(self, election: str, class_id: str, signer: BlindSigner) -> BlindSigner:
        """Seal a key for a class, and return the one that is kept: the first for ever."""
        factors = tuple(factor.to_bytes(MODULUS_BYTES, "big") for factor in signer.factors)
        sealed = self._box.encrypt(encode((election, class_id, *factors)))
        document = {
            "format": _FORMAT,
            "election": election,
            "class": class_id,
            "modulus": signer.public.encode().hex(),
            "box": sealed.hex(),
        }
        try:
            write_secret(self._path(election, class_id), json.dumps(document, indent=2) + "\n")
        except KeystoreExists:  # another process was faster; its key is the key
            return self.load(election, class_id)
        return signer

    def load(self, election: str, class_id: str) -> BlindSigner:
        """Return the sealed key of a class.

        Raises:
            KeystoreMissing, KeystoreOpenToOthers: names the file.
            VaultFault: damaged, or the key of another class or election.
        """
        path = self._path(election, class_id)
        document = _read(path)
        try:
            opened = self._box.decrypt(bytes.fromhex(document["box"]))
            named = decode(opened, bytes_max=_FILE_BYTES_MAX)
        except (KeyError, ValueError, TypeError, CryptoError, Rejected) as error:
            raise VaultFault(f"{path}: does not open; restore it from a backup") from error
        match named:
            case (str(of), str(which), bytes(p), bytes(q)) if (of, which) == (election, class_id):
                return _signer(path, p, q)
        raise VaultFault(f"{path}: holds the key of another class or election")

    def _path(self, election: str, class_id: str) -> Path:
        name = digest("vote-vault", encode((election, class_id))).hex()[:32]
        return self.folder / f"{name}.json"


def open_vault(folder: Path, password: str, cost: Cost = MODERATE) -> Vault:
    """Return the vault in `folder`; an empty folder gets one of this password and cost.

    Raises:
        VaultFault: a wrong password, or the folder holds something else.
    """
    path = folder / _MASTER
    try:
        document = _read(path)
    except KeystoreMissing:
        return _new_vault(path, password, cost)
    try:
        salt, mark = bytes.fromhex(document["salt"]), bytes.fromhex(document["mark"])
        master = _derive(password, salt, _cost(document))
        is_right = SecretBox(master).decrypt(mark) == _MARK
    except (KeyError, ValueError, TypeError) as error:
        raise VaultFault(f"{path}: is no vault's file") from error
    except CryptoError as error:
        raise VaultFault(f"{path}: the password is wrong") from error
    if not is_right:
        raise VaultFault(f"{path}: is damaged")
    return Vault(folder, master)


def _new_vault(path: Path, password: str, cost: Cost) -> Vault:
    salt = random(argon2id.SALTBYTES)
    master = _derive(password, salt, cost)
    document = {
        "format": _FORMAT,
        "ops": cost.ops,
        "memory_bytes": cost.memory_bytes,
        "salt": salt.hex(),
        "mark": SecretBox(master).encrypt(_MARK).hex(),
    }
    write_secret(path, json.dumps(document, indent=2) + "\n")
    return Vault(path.parent, master)


def _read(path: Path) -> dict[str, Any]:
    text = read_secret(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VaultFault(f"{path}: is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise VaultFault(f"{path}: is no vault's file of format {_FORMAT}")
    return document


def _cost(document: dict[str, Any]) -> Cost:
    cost = Cost(int(document["ops"]), int(document["memory_bytes"]))
    if not (1 <= cost.ops <= _COST_MAX.ops and 1 <= cost.memory_bytes <= _COST_MAX.memory_bytes):
        raise ValueError("the cost is out of bounds")
    return cost


def _signer(path: Path, p: bytes, q: bytes) -> BlindSigner:
    try:
        return BlindSigner((int.from_bytes(p, "big"), int.from_bytes(q, "big")))
    except BadRegistrarKey as error:
        raise VaultFault(f"{path}: holds no RSA key") from error


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        password.encode(),
        salt,
        opslimit=cost.ops,
        memlimit=cost.memory_bytes,
    )
