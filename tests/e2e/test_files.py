"""What a running node writes is its owner's alone, whatever the mask that it was started with."""

import stat

import pytest

from tests.e2e.alone import new_alone, running

pytestmark = pytest.mark.e2e


def test_files_are_0600_and_folders_0700(tmp_path):
    with running(new_alone(tmp_path), mask=0) as alone:
        data = alone.directory / "data"
        found = {path: path.lstat().st_mode for path in [data, *data.rglob("*")]}
        private = ("keys/validator.key", "tls/key.pem", "node.log")
        paths = [alone.directory / name for name in private]
        found |= {path: path.lstat().st_mode for path in paths}

    wrong = {
        str(path): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }

    assert wrong == {}
    names = {path.name for path in found}
    assert {"wal", "journal", "operator.sock", "audit.log", "CURRENT", "state"} <= names
