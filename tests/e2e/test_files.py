"""What a running node writes is its owner's alone, whatever the mask that it was started with."""

import os
import stat

import pytest

from commands.devnet_files import DevnetPlan, open_devnet
from commands.processes import end, launch
from tests.e2e.network import at_socket, request_of, result_of, until

pytestmark = pytest.mark.e2e


@pytest.fixture
def node(tmp_path):
    """A validator alone, which has decided a few blocks, started by a careless shell."""
    devnet = open_devnet(tmp_path / "net", DevnetPlan(validators=1, base_port=0))
    [node] = devnet.validators
    before = os.umask(0)
    try:
        process = launch(node, tmp_path / "run")
    finally:
        os.umask(before)
    path = node.directory / "data" / "operator.sock"
    status = request_of("chain_getStatus", {})
    until(
        lambda: result_of(at_socket(path, "POST", "/rpc", status))["height"] >= 3,
        "the validator decides blocks",
    )
    yield node
    end([process.pid])
    process.wait()


def test_files_are_0600_and_folders_0700(node):
    data = node.directory / "data"
    found = {path: path.lstat().st_mode for path in [data, *data.rglob("*")]}
    private = [node.directory / name for name in ("keys/validator.key", "tls/key.pem", "node.log")]
    found |= {path: path.lstat().st_mode for path in private}

    wrong = {
        str(path): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }

    assert wrong == {}
    names = {path.name for path in found}
    assert {"wal", "journal", "operator.sock", "audit.log", "CURRENT", "state"} <= names
