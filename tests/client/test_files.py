"""Files that commands write: whole or not at all, and a fault names its file."""

from pathlib import Path

import pytest

from client.files import write_whole
from commands.output import guarded
from node.setup import write_new
from tests.cli.disk import limited_files


@pytest.mark.parametrize("write", [write_whole, write_new], ids=["a command's", "a node's"])
def test_a_full_disk_names_the_file_and_leaves_nothing_of_it(tmp_path, write):
    path = tmp_path / "genesis.json"

    with limited_files(10), pytest.raises(OSError, match="File too large") as caught:
        write(path, bytes(100), mode=0o600)

    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_full_is_named(tmp_path, capsys):
    def run() -> None:
        write_whole(Path("/dev/full"), b"x")

    with pytest.raises(SystemExit):
        guarded(run, as_json=False)

    assert "error: /dev/full: No space left on device" in capsys.readouterr().err
