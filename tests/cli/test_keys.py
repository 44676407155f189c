"""Keys from the command line."""

import stat

import pytest

from tests.cli.network import json_of, sapha

PASSWORD = {"SAPHA_PASSWORD": "correct horse"}


@pytest.fixture
def keys(tmp_path):
    """A directory with the key `alice`."""
    made = sapha("keys", "new", "alice", "--keys", tmp_path, **PASSWORD)
    assert made.exit_code == 0
    return tmp_path


def test_a_new_key_is_shown_listed_and_exported(keys):
    shown = json_of(sapha("keys", "show", "alice", "--keys", keys, "--json"))
    listed = json_of(sapha("keys", "list", "--keys", keys, "--json"))
    exported = json_of(sapha("keys", "export", "alice", "--keys", keys, "--json", **PASSWORD))

    assert shown["address"].startswith("sph1")
    assert listed == {"keys": [{"name": "alice", "address": shown["address"]}]}
    assert len(bytes.fromhex(exported["secret_key"])) == 32
    assert stat.S_IMODE((keys / "alice.json").stat().st_mode) == 0o600


def test_a_key_is_never_made_twice(keys):
    again = sapha("keys", "new", "alice", "--keys", keys, **PASSWORD)

    assert again.exit_code == 1
    assert "never overwritten" in again.stderr


def test_a_wrong_password_is_refused(keys):
    result = sapha("keys", "export", "alice", "--keys", keys, SAPHA_PASSWORD="wrong one")

    assert result.exit_code == 1
    assert "wrong password" in result.stderr
    assert result.stdout == ""


def test_a_short_password_is_refused_before_anything_is_written(tmp_path):
    result = sapha("keys", "new", "bob", "--keys", tmp_path, SAPHA_PASSWORD="short")

    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_the_password_comes_from_the_environment(tmp_path):
    result = sapha("keys", "new", "bob", "--keys", tmp_path)

    assert result.exit_code == 2
    assert "SAPHA_PASSWORD" in result.stderr


def test_a_missing_key_is_named(tmp_path):
    result = sapha("keys", "show", "carol", "--keys", tmp_path)

    assert result.exit_code == 1
    assert "carol.json" in result.stderr
