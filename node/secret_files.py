"""Files that only their owner may read: keys and tokens, and all that a node writes."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwuid

from primitives.errors import LocalFault

_OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Make every file in the block 0600 and every folder 0700 at most, those of libraries too.

    The mask is the whole process's.
    """
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


class SecretFault(LocalFault):
    """A file with a secret cannot be used."""


class OpenToOthers(SecretFault):
    """Others than the node's own user may read or change a file with a secret."""


def read_secret(path: Path) -> str:
    """Return the text of a file that nobody else may read.

    Raises:
        OpenToOthers: its mode or its owner lets others in; names who, which, and the mend.
        SecretFault: it cannot be read, or is no ASCII text.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(handle, encoding="ascii") as file:
            _check(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise SecretFault(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SecretFault(f"{path}: holds bytes that are no text") from error


def check_private(path: Path) -> None:
    """Refuse a file whose secret others may read, before a library reads it.

    Raises as `read_secret`.
    """
    try:
        _check(path, path.stat())
    except OSError as error:
        raise SecretFault(f"{path}: {error.strerror}") from error


def _check(path: Path, status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        raise OpenToOthers(
            f"{path}: mode {mode:04o} of a file of {_name(status.st_uid)} lets others in;"
            f" chmod 600 {path}"
        )
    own = os.geteuid()
    if own != 0 and status.st_uid not in {own, 0}:
        raise OpenToOthers(
            f"{path}: belongs to {_name(status.st_uid)}, who may read and change it;"
            f" chown {own} {path}"
        )


def _name(uid: int) -> str:
    try:
        return f"{getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"
