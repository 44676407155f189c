"""The file of a relay's key: its secret, and the public keys that it gave up.

Who has the secret of a key opens every letter to it that a carrier kept. So a key is renewed, at
best for each election; of the old one nothing but the public half is left.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from client.files import OWNER_MODE, write_whole
from client.hpke import KEY_BYTES, SealingKey
from client.keystore import KeystoreDamaged, read_secret, write_secret

FORMAT = "sapha-relay-key 1"
_RETIRED_MAX = 64


@dataclass(frozen=True, slots=True)
class RelayKeys:
    """A relay's key, and those that it had before, oldest first. Never shows its secret."""

    current: SealingKey
    retired: tuple[bytes, ...] = ()


def make_key_file(path: Path) -> RelayKeys:
    """Make a new file with a fresh key. Raises KeystoreExists."""
    seed = secrets.token_bytes(KEY_BYTES)
    write_secret(path, _text(seed, ()))
    return RelayKeys(SealingKey(seed))


def renew_key_file(path: Path) -> RelayKeys:
    """Put a fresh key in the place of a file's, whose secret is gone then. Raises KeystoreFault."""
    before = load_key_file(path)
    seed = secrets.token_bytes(KEY_BYTES)
    retired = (*before.retired, before.current.public)[-_RETIRED_MAX:]
    write_whole(path, _text(seed, retired).encode(), mode=OWNER_MODE)
    return RelayKeys(SealingKey(seed), retired)


def load_key_file(path: Path) -> RelayKeys:
    """Return the keys of a file that only its owner may read. Raises KeystoreFault."""
    text = read_secret(path)
    try:
        document = json.loads(text)
        seed = bytes.fromhex(document["seed"])
        retired = tuple(bytes.fromhex(key) for key in document["retired"])
        is_right = document["format"] == FORMAT and {len(seed), *map(len, retired)} == {KEY_BYTES}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeystoreDamaged(f"{path}: is no file of a relay's key") from error
    if not is_right:
        raise KeystoreDamaged(f"{path}: is no file of a relay's key")
    return RelayKeys(SealingKey(seed), retired)


def _text(seed: bytes, retired: tuple[bytes, ...]) -> str:
    document = {"format": FORMAT, "seed": seed.hex(), "retired": [key.hex() for key in retired]}
    return json.dumps(document, indent=1) + "\n"
