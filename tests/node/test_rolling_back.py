"""Rollback and rebuild of a stopped node's store: what stays, what is refused, and kills."""

from dataclasses import replace

import pytest

from consensus import Standing
from consensus.messages import SignMark
from genesis.verify import load_genesis
from node.config import load_config
from node.rebuilding import rebuild_store
from node.rolling_back import CannotRollBack, RolledBack, roll_back
from node.snapshotting import create_snapshot
from node.store.faults import StoreLocked, StoreMissing
from node.store.files import OsFiles
from node.store.sign_state import STATE, SignStateFiles
from tests.node.homes import grow, new_home, start
from tests.store.signing import state


class Killed(Exception):
    """The command was killed here."""


@pytest.fixture
def home(tmp_path):
    directory = new_home(tmp_path / "net")
    grow(directory, 6)
    return directory


def rolled_back(home, height: int, **options) -> RolledBack:
    config = load_config(home)
    genesis = load_genesis(home / "genesis.json")
    return roll_back(config, genesis, height, **({"remove": False} | options))


def rebuilt(home, *, remove: bool = False):
    return rebuild_store(load_config(home), load_genesis(home / "genesis.json"), remove=remove)


def snapshot(home):
    return create_snapshot(load_config(home), load_genesis(home / "genesis.json"))


def header_at(home, height: int):
    _own, files = start(home)
    try:
        return files.ledger.head().header, files.ledger.reads.plain_block_at(height).header
    finally:
        files.close()


def sign_at(home, height: int) -> None:
    """Make the sign-state one of a node that has signed."""
    files = SignStateFiles(home / "data" / "sign_state")
    files.write(
        replace(
            state(height),
            key=files.state.key,
            stamp=files.state.stamp,
        )
    )
    files.close()


def test_a_rollback_leaves_the_blocks_up_to_the_height_and_keeps_the_old_store(home):
    _head, before = header_at(home, 4)

    done = rolled_back(home, 4)

    head, _ = header_at(home, 4)
    assert (done.from_height, done.height) == (6, 4)
    assert head == before
    assert (done.aside / "head").exists()
    assert not (home / "data" / "store.rollback").exists()


def test_a_rollback_with_remove_leaves_no_old_store(home):
    done = rolled_back(home, 4, remove=True)

    assert done.aside is None
    assert not list((home / "data").glob("store.*"))


def test_a_rollback_keeps_who_may_sign_and_what_was_seen(home):
    sign_at(home, 7)
    files = home / "data" / "sign_state"
    before = (files / STATE).read_bytes()

    rolled_back(home, 3)

    assert (files / STATE).read_bytes() == before
    _own, opened = start(home)
    opened.close()
    assert opened.start.reason is None
    assert opened.start.state.mark.height == 7


def test_a_killed_rollback_goes_on_where_it_was(home):
    executed = []

    def kill_at_3(height: int) -> None:
        executed.append(height)
        if height == 3 and executed.count(3) == 1:
            raise Killed

    with pytest.raises(Killed):
        rolled_back(home, 5, executed=kill_at_3)
    rolled_back(home, 5, executed=kill_at_3)

    assert executed == [1, 2, 3, 4, 5]
    assert header_at(home, 5)[0].height == 5


@pytest.mark.parametrize("number", [0, 1])
def test_a_rollback_that_is_killed_at_a_rename_is_finished_by_the_same_command(
    home, monkeypatch, number
):
    renames = []

    def rename(_files, source, target):
        if source.is_dir():
            renames.append(target.name)
            if len(renames) == number + 1:
                raise Killed
        source.rename(target)

    monkeypatch.setattr(OsFiles, "rename", rename)
    with pytest.raises(Killed):
        rolled_back(home, 4)
    monkeypatch.undo()
    if number == 1:
        with pytest.raises(StoreMissing, match="rollback was cut off"):
            start(home)

    done = rolled_back(home, 4)

    assert done.from_height == (6 if number == 0 else None)
    assert header_at(home, 4)[0].height == 4


def test_another_height_than_that_of_the_cut_off_rollback_is_refused(home):
    rolled_back(home, 4)
    (home / "data" / "store").rename(home / "data" / "store.rollback")

    with pytest.raises(CannotRollBack, match="was to height 4"):
        rolled_back(home, 3)


@pytest.mark.parametrize("height", [6, 7])
def test_a_height_that_is_not_below_the_head_is_refused(home, height):
    with pytest.raises(CannotRollBack, match=f"height {height} is not below the head, 6"):
        rolled_back(home, height)


def test_a_rollback_over_pruned_blocks_is_refused_with_the_way_out(home):
    config = home / "node.toml"
    config.write_text(config.read_text() + "\n[retention]\nblocks = 2\n[snapshots]\nevery = 0\n")
    hour_of_blocks = 700  # replay protection keeps ten minutes
    grow(home, hour_of_blocks)

    with pytest.raises(CannotRollBack, match=r"pruned here.*sapha node rebuild"):
        rolled_back(home, 650)


def test_a_rollback_over_pruned_blocks_begins_with_a_snapshot(home):
    snapshot(home)
    config = home / "node.toml"
    config.write_text(config.read_text() + "\n[retention]\nblocks = 2\n")
    grow(home, 640)
    _head, before = header_at(home, 640)

    done = rolled_back(home, 640)

    head, _ = header_at(home, 640)
    assert (done.from_height, head) == (646, before)


def test_a_rollback_to_genesis_is_possible(home):
    rolled_back(home, 0)

    assert header_at(home, 0)[0].height == 0


def test_neither_is_done_while_the_node_runs(home):
    running = SignStateFiles(home / "data" / "sign_state")

    for act in (lambda: rolled_back(home, 4), lambda: rebuilt(home)):
        with pytest.raises(StoreLocked, match="another node runs"):
            act()

    running.close()


def test_after_a_rebuild_the_store_is_empty_and_the_node_listens_at_its_mark(home):
    sign_at(home, 7)

    done = rebuilt(home)

    _own, opened = start(home)
    opened.close()
    assert opened.ledger.head().header.height == 0
    assert opened.start.state.standing is Standing.LISTENER
    assert opened.start.state.mark == SignMark(7, 0, 2)
    assert opened.start.reason == "the store is lost"
    assert (done.aside / "head").exists()


def test_a_rebuild_takes_the_newest_sound_snapshot_and_listens_all_the_same(home):
    for count in (2, 2):
        snapshot(home)
        grow(home, count)
    sign_at(home, 11)
    newest = home / "data" / "snapshots" / "000000000008" / "part-00000"
    newest.write_bytes(newest.read_bytes()[:-1])

    done = rebuilt(home)

    _own, opened = start(home)
    opened.close()
    assert opened.ledger.head().header.height == done.height == 6
    assert opened.start.reason == "the store is lost"
    assert "000000000008" in done.passed_over[0]


def test_a_rebuild_needs_no_store_and_removes_what_a_rollback_left(home):
    rolled_back(home, 4)
    (home / "data" / "store").rename(home / "data" / "store.rollback")

    done = rebuilt(home)

    assert done.aside is None
    assert not (home / "data" / "store.rollback").exists()
    assert header_at(home, 0)[0].height == 0


def test_a_rebuild_with_remove_gives_the_space_back(home):
    rebuilt(home, remove=True)

    assert not list((home / "data").glob("store.*"))


def test_a_damaged_database_is_rebuilt(home):
    table = next((home / "data" / "store" / "db").glob("*.log"))
    table.write_bytes(b"junk" * 1000)
    (home / "data" / "store" / "db" / "CURRENT").unlink()

    rebuilt(home)

    assert header_at(home, 0)[0].height == 0
