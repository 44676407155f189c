"""Files that a user names are read with a bound."""

import errno
from pathlib import Path

import pytest

from genesis.files import read_bytes, read_text


def test_a_file_is_read_up_to_its_bound_and_refused_beyond_it(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")

    assert read_bytes(path, 5) == b"12345"
    with pytest.raises(OSError, match="holds more than 4 bytes") as refusal:
        read_bytes(path, 4)
    assert (refusal.value.errno, refusal.value.filename) == (errno.EFBIG, str(path))


def test_a_device_that_never_ends_is_refused():
    with pytest.raises(OSError, match="/dev/zero"):
        read_text(Path("/dev/zero"), 1_000)


def test_line_ends_of_any_system_are_one(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("ก\r\nb\rc\n".encode())

    assert read_text(path) == "ก\nb\nc\n"
