"""Reads files that a user names, with a bound: such a name may be a device that never ends."""

import errno
from pathlib import Path

TEXT_BYTES_MAX = 16 * 1024 * 1024  # of a document that is read as a whole


def read_bytes(path: Path, bytes_max: int = TEXT_BYTES_MAX) -> bytes:
    """Return what a file holds; never more than `bytes_max` bytes and one are read.

    Raises:
        OSError: names the file; EFBIG when it holds more.
    """
    with path.open("rb") as file:
        data = file.read(bytes_max + 1)
    if len(data) > bytes_max:
        raise OSError(errno.EFBIG, f"holds more than {bytes_max:,} bytes", str(path))
    return data


def read_text(path: Path, bytes_max: int = TEXT_BYTES_MAX) -> str:
    """Return the text of a file in UTF-8, its line ends as one newline each.

    Raises:
        OSError: names the file; EFBIG when it holds more than `bytes_max` bytes.
        UnicodeDecodeError: it is not UTF-8.
    """
    text = read_bytes(path, bytes_max).decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
