"""`sapha cbdc new-lock`: a secret, and the hash that locks a hold with it."""

import secrets
from hashlib import sha256

from commands.output import emit


def new_lock(*, as_json: bool) -> None:
    """Print a fresh secret and the hash that locks a hold with it."""
    secret = secrets.token_bytes(32)
    data = {"preimage": "0x" + secret.hex(), "hashlock": "0x" + sha256(secret).hexdigest()}
    text = "\n".join(f"{name:10} {value}" for name, value in data.items())
    emit(data, text, as_json=as_json)
