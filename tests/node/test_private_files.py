"""Secrets that others may read refuse the start; what is written for a node is private."""

import json
import os
import stat
import subprocess
import sys

import pytest

from node.config import load_config
from node.files import identity_of, read_self
from node.secret_files import OpenToOthers, check_private, private_files
from tests.cli.network import sapha
from tests.node.homes import grow, new_home


@pytest.fixture
def home(tmp_path):
    directory = new_home(tmp_path / "net")
    with private_files():
        grow(directory, 3)
    return directory


def start(home) -> subprocess.CompletedProcess:
    """Start the node as a process, which must end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sapha", "node", "start", "--dir", str(home)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610])
@pytest.mark.parametrize("name", ["keys/validator.key", "tls/key.pem"])
def test_a_key_that_others_may_read_or_change_refuses_the_start(home, name, mode):
    config = load_config(home)
    own = read_self(config)
    (home / name).chmod(mode)

    with pytest.raises(OpenToOthers) as caught:
        identity_of(config, read_self(config) if "validator" in name else own)

    assert str(caught.value).startswith(f"{home / name}: mode {mode:04o} of a file of ")
    assert f"(uid {os.getuid()})" in str(caught.value)
    assert str(caught.value).endswith(f"chmod 600 {home / name}")


def test_a_node_with_an_open_key_ends_with_the_reason(home):
    (home / "keys" / "validator.key").chmod(0o644)

    done = start(home)

    assert done.returncode == 1
    assert "node_cannot_run" in done.stderr
    assert "validator.key: mode 0644" in done.stderr


def test_the_form_of_the_log_is_a_setting(home, monkeypatch):
    (home / "keys" / "validator.key").chmod(0o644)
    monkeypatch.setenv("SAPHA__LOG__FORM", "json")

    done = start(home)

    entry = json.loads(done.stderr.splitlines()[-1])
    assert (entry["level"], entry["node"]) == ("CRITICAL", "validator-0")


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_key_of_another_user_is_refused(tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.touch(mode=0o600)
    owner = os.getuid() + 1
    os.chown(key, owner, -1)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    with pytest.raises(OpenToOthers, match=rf"belongs to .*uid {owner}\), who may read"):
        check_private(key)


@pytest.mark.parametrize("act", [["rollback", "--to-height", "2"], ["check"], ["rebuild"]])
def test_what_commands_write_for_a_stopped_node_is_private_too(home, act):
    before = os.umask(0)
    try:
        done = sapha("node", *act, "--dir", home)
    finally:
        os.umask(before)

    assert done.exit_code == 0, done.output
    data = home / "data"
    modes = {path: path.lstat().st_mode for path in [data, *data.rglob("*")]}
    assert {
        str(path): oct(stat.S_IMODE(mode))
        for path, mode in modes.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    } == {}
