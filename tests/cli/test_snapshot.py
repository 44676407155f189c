"""Snapshots of a stopped node's directory, and pruning, as an operator runs them."""

import pytest

from node.adopting import joined_of
from node.config import load_config
from node.store.files import OsFiles
from tests.cli.network import json_of, sapha
from tests.node.homes import database_open_elsewhere, grow, new_home, start


@pytest.fixture
def home(tmp_path):
    directory = new_home(tmp_path / "net")
    grow(directory, 3)
    return directory


def snapshot(home, command: str, *options: object):
    return sapha("snapshot", command, "--dir", home, *options, "--json")


def head(home) -> int:
    _own, files = start(home)
    files.close()
    return files.ledger.head().header.height


def test_a_snapshot_is_made_listed_and_verified(home):
    made = json_of(snapshot(home, "create"))
    listed = json_of(snapshot(home, "list"))["snapshots"]
    verified = json_of(snapshot(home, "verify", "--height", 3))

    assert made["height"] == verified["height"] == listed[0]["height"] == 3
    assert made["bytes"] == listed[0]["bytes"]
    assert verified["keys"] > 100


def test_another_directory_of_the_network_takes_it_and_goes_on_from_there(home):
    folder = json_of(snapshot(home, "create"))["folder"]
    grow(home, 2)

    restored = json_of(snapshot(home, "restore", "--from", folder, "--remove"))

    assert restored == {"height": 3, "aside": None}
    assert head(home) == 3
    grow(home, 1)


def test_what_is_no_snapshot_of_this_network_changes_nothing(home, tmp_path):
    other = new_home(tmp_path / "other")
    grow(other, 3)
    folder = json_of(snapshot(other, "create"))["folder"]

    refused = snapshot(home, "restore", "--from", folder)

    assert refused.exit_code == 1
    assert "WRONG_CHAIN" in refused.stderr
    assert head(home) == 3
    assert not joined_of(load_config(home)).exists()


def test_a_snapshot_that_is_not_there_is_said(home):
    refused = snapshot(home, "verify", "--height", 9)

    assert refused.exit_code == 1
    assert "there is no snapshot of height 9" in refused.stderr


@pytest.mark.parametrize("command", ["create", "restore"])
def test_neither_is_done_while_the_node_runs(home, command):
    snapshot(home, "create")

    with database_open_elsewhere(home):
        refused = snapshot(home, command)

    assert refused.exit_code == 1
    assert "another process has the database open" in refused.stderr


class Killed(Exception):
    """The command was killed here."""


@pytest.mark.parametrize("number", range(2))
def test_a_restore_that_is_killed_at_a_rename_is_finished_by_the_next_start(
    home, monkeypatch, number
):
    from genesis.verify import load_genesis
    from node.snapshotting import chosen, restore_snapshot

    snapshot(home, "create")
    config, renames = load_config(home), []

    def rename(_files, source, target):
        if source.is_dir() and source.name.startswith("store"):
            renames.append(target.name)
            if len(renames) == number + 1:
                raise Killed
        source.rename(target)

    monkeypatch.setattr(OsFiles, "rename", rename)
    genesis = load_genesis(home / "genesis.json")
    with pytest.raises(Killed):
        restore_snapshot(config, genesis, chosen(config, None, None), remove=False)
    monkeypatch.undo()

    assert head(home) == 3
    assert not joined_of(config).exists()


def test_a_store_that_was_only_begun_is_dropped_at_the_next_start(home):
    joined_of(load_config(home)).mkdir()

    assert head(home) == 3
    assert not joined_of(load_config(home)).exists()


def test_a_store_of_a_snapshot_keeps_who_may_sign(home):
    snapshot(home, "create")

    snapshot(home, "restore")

    _own, files = start(home)
    files.close()
    assert files.start.reason is None


def prune(home, settings: str):
    config = home / "node.toml"
    config.write_text(config.read_text() + settings)
    return sapha("node", "prune", "--dir", home, "--json")


def test_pruning_keeps_what_a_joiner_needs_from_the_newest_snapshot_on(home):
    grow(home, 700)
    snapshot(home, "create")
    grow(home, 20)

    done = json_of(prune(home, "[retention]\nblocks = 1\n"))

    assert done["first_before"] == 0
    assert done["first"] == 723 - 600 - 1  # of the replay window, and one more
    assert head(home) == done["head"] == 723


def test_before_the_first_snapshot_nothing_is_pruned(home):
    grow(home, 700)

    assert json_of(prune(home, "[retention]\nblocks = 1\n"))["first"] == 0


def test_where_no_snapshots_are_made_the_window_alone_is_kept(home):
    grow(home, 700)

    done = json_of(prune(home, "[retention]\ndays = 1\n[snapshots]\nevery = 0\n"))

    assert done["first"] == 0
    done = json_of(sapha("node", "prune", "--dir", home, "--json", SAPHA__RETENTION__BLOCKS="1"))
    assert done["first"] == 0  # younger than a day: both must let it


def test_settings_that_keep_all_prune_nothing(home):
    refused = prune(home, "[retention]\narchive = true\n")

    assert refused.exit_code == 1
    assert "[retention] keeps all blocks" in refused.stderr


def test_an_archive_has_no_bound(home):
    refused = prune(home, "[retention]\narchive = true\nblocks = 9\n")

    assert refused.exit_code == 1
    assert "archive keeps all" in refused.stderr
