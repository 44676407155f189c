"""What keys of registrars and vouchers are made of: one seed on disk, sealed under a password.

Every key follows from the seed and what it is for, so a backup of the file is one of all keys. The
file is written once, mode 0600. Source: RFC 9106 (argon2id); libsodium secretbox; RFC 5869.
"""

import json
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from client.bls_blind import SignerKey
from client.errors import VaultFault
from client.keystore import (
    MODERATE,
    Cost,
    KeystoreMissing,
    read_secret,
    write_secret,
)
from contracts.sdk.transcript import lp, uint
from primitives.crypto import SEED_BYTES

_FORMAT = 2
_FILE = "vault.json"
_COST_MAX = Cost(20, 2 * 1024**3)


class Vault:
    """The opened vault of one registrar or voucher. Never prints a secret."""

    __slots__ = ("_seed", "folder")

    def __init__(self, folder: Path, seed: bytes) -> None:
        """Use a seed of 32 bytes; `open_vault` is the way from a password."""
        self.folder = folder
        self._seed = seed

    def __repr__(self) -> str:
        return f"Vault({self.folder})"

    def key(self, roll: bytes, class_id: int, registrar: int) -> SignerKey:
        """Return the registrar's key for a class of an election; `roll` is its ctx_R.

        Another roll, class or number has another key, which tells nothing of this one.
        """
        return self.signer(lp(roll) + lp(uint(class_id)) + lp(uint(registrar)))

    def signer(self, info: bytes) -> SignerKey:
        """Return the key for what `info` says, which is as `lp` frames it; each has its own."""
        return SignerKey.derive(self._seed, info)


def open_vault(folder: Path, password: str, cost: Cost = MODERATE) -> Vault:
    """Return the vault in `folder`; an empty folder gets one of this password and cost.

    Raises:
        VaultFault: a wrong password, or the folder holds something else.
    """
    path = folder / _FILE
    try:
        document = _read(path)
    except KeystoreMissing:
        return _new_vault(path, password, cost)
    try:
        salt, sealed = bytes.fromhex(document["salt"]), bytes.fromhex(document["seed"])
        seed = SecretBox(_derive(password, salt, _cost(document))).decrypt(sealed)
    except (KeyError, ValueError, TypeError) as error:
        raise VaultFault(f"{path}: is no vault's file") from error
    except CryptoError as error:
        raise VaultFault(f"{path}: the password is wrong") from error
    if len(seed) != SEED_BYTES:
        raise VaultFault(f"{path}: is damaged")
    return Vault(folder, seed)


def _new_vault(path: Path, password: str, cost: Cost) -> Vault:
    salt = random(argon2id.SALTBYTES)
    seed = random(SEED_BYTES)
    document = {
        "format": _FORMAT,
        "ops": cost.ops,
        "memory_bytes": cost.memory_bytes,
        "salt": salt.hex(),
        "seed": SecretBox(_derive(password, salt, cost)).encrypt(seed).hex(),
    }
    write_secret(path, json.dumps(document, indent=2) + "\n")
    return Vault(path.parent, seed)


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


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE,
        password.encode(),
        salt,
        opslimit=cost.ops,
        memlimit=cost.memory_bytes,
    )
