"""`sapha complaint reading-key`: the key that complaints are sealed to; asks no node."""

import secrets
from pathlib import Path

from client.complaints.wraps import ReadingKey
from client.keystore import write_secret
from commands.output import emit


def reading_key(file: Path, *, as_json: bool) -> None:
    """Make an agency's reading key, to which complaints are sealed."""
    seed = secrets.token_bytes(32)
    write_secret(file, seed.hex() + "\n")
    public = "0x" + ReadingKey(seed).public.hex()
    emit({"file": str(file), "public_key": public}, f"{file}: {public}", as_json=as_json)
