"""A key that changes in a running node: files in one order, safe wherever a crash cuts it off."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from consensus.guard import Standing
from consensus.messages import SignMark
from node.bundling import secrets_of
from node.checks import check_node
from node.config import load_config
from node.files import read_key, read_self
from node.next_key import NoNextKey, finish_change, make_next_key, next_key_of, next_keys
from node.rotating import Rotation
from tests.node.homes import grow, new_home, start


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A stopped node with a few blocks and a next key."""
    home = new_home(tmp_path_factory.mktemp("net"))
    grow(home, 2)
    _place, key = make_next_key(load_config(home))
    return home, key


@pytest.fixture
def home(prepared, tmp_path):
    return shutil.copytree(prepared[0], tmp_path / "home")


@pytest.fixture
def new(prepared):
    return prepared[1]


def rotation(home, own, files, key):
    return Rotation.of(load_config(home), own, files, lambda: key.public_key)


def rotate(home, key):
    """Start, change the key, and stop; return with which right it goes on."""
    own, files = start(home)
    try:
        change = rotation(home, own, files, key)
        assert change.is_due
        engine, _first = change.begin()
        assert change.used.key.seed == key.seed
        assert not change.is_due
        return engine.status()
    finally:
        files.close()


def seed_of(home):
    return (home / "keys" / "validator.key").read_text().strip()


def holds(home, seed):
    """Return the files in which a seed stands."""
    paths = [path for path in home.rglob("*") if path.is_file() and not path.is_socket()]
    return [path.name for path in paths if seed.encode() in path.read_bytes()]


def test_a_next_key_lies_beside_the_key_of_now_and_has_signed_nothing(home, new):
    config = load_config(home)
    place = next_key_of(config, new.public_key)

    assert seed_of(home) != new.seed.hex()
    assert read_key(place.key_file).public_key == new.public_key
    assert place.key_file.stat().st_mode & 0o077 == 0
    assert new.seed.hex() in secrets_of(home)
    assert json.loads((place.folder / "member.json").read_text())["name"] == config.node.name


def test_the_node_goes_on_with_the_new_key_and_destroys_the_old_one(home, new):
    old = seed_of(home)

    status = rotate(home, new)
    own, files = start(home)
    state = files.sign_state.state
    files.close()

    assert not status.is_listening
    assert own.key.seed == new.seed
    assert own.member.public_key == new.public_key
    assert (state.key, state.standing) == (new.public_key, Standing.BORN)
    assert holds(home, old) == []
    assert next_keys(load_config(home)) == []
    assert [each.problem for each in check_node(home)] == [None] * len(check_node(home))


def test_a_crash_at_any_point_of_the_change_leaves_one_key_that_may_sign(home, new, monkeypatch):
    fsync, points = os.fsync, 0
    while True:
        points += 1
        copy = shutil.copytree(home, home.with_name(f"crashed-{points}"))
        own, files = start(copy)
        change, calls = rotation(copy, own, files, new), 0

        def dying(handle, limit=points):
            nonlocal calls
            calls += 1
            if calls >= limit:
                raise Killed
            fsync(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", dying)
            try:
                change.begin()
                is_whole = True
            except Killed:
                is_whole = False
        files.close()
        finish_change(load_config(copy))
        own, files = start(copy)
        state, reason = files.sign_state.state, files.start.reason
        files.close()
        if own.key.public_key != new.public_key:
            status = rotate(copy, new)
            assert not status.is_listening
        else:
            assert (state.key, reason) == (new.public_key, None)
        assert seed_of(copy) == new.seed.hex()
        assert next_keys(load_config(copy)) == []
        if is_whole:
            break
    assert points > 8


def test_a_prepared_state_is_used_once(home, new):
    config = load_config(home)
    place = next_key_of(config, new.public_key)
    kept = shutil.copytree(place.folder, home / "kept")
    rotate(home, new)
    shutil.copytree(kept, place.folder)  # the key comes back; its state does not
    own, files = start(home)
    signed = replace(
        files.sign_state.state, standing=Standing.EXPLAINED, mark=SignMark(9, 0, 3), digest=None
    )
    files.sign_state.write(signed)
    files.close()

    finish_change(config)
    own, files = start(home)
    state = files.sign_state.state
    files.close()

    assert own.key.public_key == new.public_key
    assert state.mark == SignMark(9, 0, 3)


def test_a_key_whose_prepared_state_is_lost_listens(home, new):
    place = next_key_of(load_config(home), new.public_key)
    shutil.rmtree(place.sign_state)

    assert rotate(home, new).is_listening


def test_a_sign_state_of_before_the_change_makes_a_listener(home, new):
    folder = home / "data" / "sign_state"
    kept = shutil.copytree(folder, home / "kept")
    rotate(home, new)
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)

    own, files = start(home)
    reason = files.start.reason
    files.close()

    assert own.key.public_key == new.public_key
    assert "is of another key" in reason


def test_keys_and_sign_state_of_before_the_change_beside_a_store_of_after_it_make_a_listener(
    home, new
):
    kept = shutil.copytree(home, home.with_name("kept"))
    rotate(home, new)
    for folder in ("keys", "data/sign_state"):
        shutil.rmtree(home / folder)
        shutil.copytree(kept / folder, home / folder)
    shutil.copy(kept / "member.json", home / "member.json")
    (home / "data" / "wal").unlink()

    assert rotate(home, new).is_listening


def test_a_key_of_the_record_that_lies_elsewhere_is_said_once(home, new, caplog):
    own, files = start(home)
    change = rotation(home, own, files, new)
    shutil.rmtree(next_key_of(change.config, new.public_key).folder)

    due = [change.is_due for _ in range(3)]
    files.close()

    assert due == [False] * 3
    assert [line.split()[0] for line in caplog.messages] == ["key_of_record_not_here"]


def test_a_next_key_is_destroyed_whole(home, new):
    place = next_key_of(load_config(home), new.public_key)

    place.remove()

    assert holds(home, new.seed.hex()) == []
    assert next_keys(load_config(home)) == []
    assert read_self(load_config(home)).key.public_key != new.public_key


def test_a_key_that_a_signer_holds_does_not_rotate_here(home):
    text = (home / "node.toml").read_text() + '\n[signer]\nsocket = "signer.sock"\n'
    (home / "node.toml").write_text(text)

    with pytest.raises(NoNextKey, match="a signer holds"):
        make_next_key(load_config(home))


def test_a_changed_key_that_goes_to_a_signer_is_still_the_nodes(home, new):
    rotate(home, new)
    text = (home / "node.toml").read_text() + '\n[signer]\nsocket = "signer.sock"\n'
    (home / "node.toml").write_text(text)

    own = read_self(load_config(home))

    assert own.key is None
    assert own.public_key == new.public_key
