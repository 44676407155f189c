"""Files that a command writes: whole or not at all, and never half where an older one was."""

import os
import secrets
import stat
from pathlib import Path

PUBLIC_MODE = 0o644
OWNER_MODE = 0o600


def write_whole(path: Path, data: bytes, *, mode: int = PUBLIC_MODE, is_new: bool = False) -> None:
    """Write a file durably, so that whoever reads it finds all of it or what was there before.

    With `is_new` it is never written over another. What is no regular file, such as /dev/stdout,
    is written to as it stands.

    Raises:
        OSError: names the file; with `is_new` FileExistsError when there is one.
    """
    if not is_new and _is_special(path):
        path.write_bytes(data)
        return
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        _write(beside, data, mode)
        if is_new:
            os.link(beside, path)
        else:
            beside.replace(path)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _is_special(path: Path) -> bool:
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(kind)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
