"""Bytes under a password, as key files are (argon2id, then XSalsa20-Poly1305); a JSON document.

A changed byte and a wrong password cannot be told apart, and both are refused.
"""

import base64
import json

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from client.keystore import MODERATE, Cost, KeystoreDamaged, WrongPassword, cost_of, derive_key

FORMAT = "sapha-sealed 1"


def seal(data: bytes, password: str, cost: Cost = MODERATE) -> bytes:
    """Return `data` under `password`; salt and nonce are fresh."""
    salt = random(argon2id.SALTBYTES)
    box = bytes(SecretBox(derive_key(password, salt, cost)).encrypt(data))
    document = {
        "format": FORMAT,
        "kdf": {"ops": cost.ops, "memory_bytes": cost.memory_bytes},
        "salt": salt.hex(),
        "box": base64.b64encode(box).decode(),
    }
    return json.dumps(document).encode() + b"\n"


def is_sealed(data: bytes) -> bool:
    """Return whether `data` says that it is under a password."""
    return FORMAT.encode() in data[:64]


def unseal(data: bytes, password: str, place: str) -> bytes:
    """Return what `seal` was given; `place` is named in errors.

    Raises:
        WrongPassword: the password is another, or the bytes were changed.
        KeystoreDamaged: not what `seal` makes.
    """
    try:
        document = json.loads(data)
        cost = cost_of(document["kdf"])
        salt, box = bytes.fromhex(document["salt"]), base64.b64decode(document["box"])
        key = derive_key(password, salt, cost)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeystoreDamaged(f"{place}: not sealed bytes, or damaged") from error
    try:
        return bytes(SecretBox(key).decrypt(box))
    except (CryptoError, ValueError) as error:
        raise WrongPassword(f"{place}: wrong password, or the file was changed") from error
