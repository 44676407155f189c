"""R2.1, R2.2, R2.4: what the files of a start say of who may sign.

Height 5 is open; the replica is amber (0); its last statement is a Prepare of (5, 1).
"""

from dataclasses import replace

import pytest

from consensus import (
    BadWalEntry,
    Found,
    Lock,
    Persist,
    SignMark,
    SignState,
    Stamp,
    Standing,
    StoreNote,
    WalFound,
    begin,
    born,
    recover,
)
from consensus.guard import NOTHING_SIGNED
from consensus.messages import Decided, Kind, StatusMessage, ViewChange
from consensus.recall import prepared_entry
from consensus.wire import VIEW_MAX
from tests.consensus.builders import (
    RANDOM,
    answer_all,
    block_on,
    certificate_of,
    commit,
    config_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    prepares_of,
    view_change,
)
from tests.consensus.drive import fire, hear, kinds, only, said, timer, validate


def head_at(height: int):
    head = genesis_head(4)
    for _ in range(height):
        block = block_on(head, proposer=1)
        head = head_after(block, certificate_of(block, senders=(1, 2, 3)))
    return head


HEAD = head_at(4)
BLOCK = block_on(HEAD, proposer=2)
OTHER = block_on(HEAD, proposer=2, time_ms=7777)
STAMP = Stamp(start=3, random=b"\x03" * 16)
OLD = Stamp(start=2, random=b"\x02" * 16)
CHANGE = view_change(5, 1, 0)
PREPARE = prepare(BLOCK, 0, view=1)
COMMIT = commit(BLOCK, 0, view=1)
PREPARES = prepares_of(BLOCK, 1, (0, 1, 2))
COMMIT_ENTRY = prepared_entry(COMMIT.encode(), PREPARES, BLOCK.encode())
LOCK = Lock(
    stamp=STAMP,
    height=5,
    view=1,
    block_hash=BLOCK.hash,
    prepares=PREPARES,
    block=BLOCK.encode(),
)

STATE = SignState(
    key=key_of(0),
    standing=Standing.EXPLAINED,
    stamp=STAMP,
    mark=PREPARE.mark,
    digest=BLOCK.hash,
    signature=PREPARE.signature,
)
WAL = WalFound(stamp=STAMP, entries=(CHANGE.encode(), PREPARE.encode()))
STORE = StoreNote(stamp=STAMP, mark=SignMark(4, 0, 3), statements=())
INTACT = Found(sign_state=STATE, unreadable=None, lock=None, wal=WAL, store=STORE)
COMMITTED = replace(STATE, mark=COMMIT.mark, signature=COMMIT.signature, committed=(1, BLOCK.hash))
WHOLE = replace(
    INTACT,
    sign_state=COMMITTED,
    lock=LOCK,
    wal=WalFound(stamp=STAMP, entries=(*WAL.entries, COMMIT_ENTRY)),
)


def started(found: Found):
    return begin(found, key_of(0), RANDOM)


def test_r2_1_a_born_key_may_sign():
    found = Found(sign_state=born(key_of(0)), unreadable=None, lock=None, wal=None, store=None)

    start = started(found)

    assert start.reason is None
    assert start.state.standing is Standing.BORN
    assert start.state.stamp == Stamp(start=1, random=RANDOM)


def test_r2_1_a_key_stays_born_until_it_signs():
    first = started(
        Found(sign_state=born(key_of(0)), unreadable=None, lock=None, wal=None, store=None)
    )
    note = StoreNote(stamp=first.state.stamp, mark=NOTHING_SIGNED, statements=())

    again = started(Found(sign_state=first.state, unreadable=None, lock=None, wal=None, store=note))
    without_store = started(
        Found(sign_state=first.state, unreadable=None, lock=None, wal=None, store=None)
    )

    assert (again.reason, without_store.reason) == (None, None)
    assert again.state.stamp.start == 2


@pytest.mark.parametrize("found", [INTACT, WHOLE])
def test_r2_2_all_files_there_go_on_and_the_stamp_is_one_higher(found):
    start = started(found)

    assert start.reason is None
    assert start.state == replace(found.sign_state, stamp=Stamp(start=4, random=RANDOM))
    assert start.entries == found.wal.entries


@pytest.mark.parametrize("part", ["wal", "store"])
def test_r2_2_an_older_wal_or_store_makes_no_listener(part):
    found = replace(INTACT, **{part: replace(getattr(INTACT, part), stamp=OLD)})

    assert started(found).reason is None


LISTENERS = {
    "no sign-state": (replace(INTACT, sign_state=None), "there is no sign-state"),
    "an unreadable one": (
        replace(INTACT, sign_state=None, unreadable="the sign-state is cut"),
        "the sign-state is cut",
    ),
    "one of another key": (
        replace(INTACT, sign_state=replace(STATE, key=key_of(1))),
        "of another key",
    ),
    "one that listened": (
        replace(INTACT, sign_state=replace(STATE, standing=Standing.LISTENER)),
        "it listened when it stopped",
    ),
    "no store": (replace(INTACT, store=None), "the store is lost"),
    "a WAL of a later start": (
        replace(INTACT, wal=replace(WAL, stamp=Stamp(start=4, random=bytes(16)))),
        "the WAL is of start 4, the sign-state of 3",
    ),
    "a store of a later start": (
        replace(INTACT, store=replace(STORE, stamp=Stamp(start=4, random=bytes(16)))),
        "the store is of start 4, the sign-state of 3",
    ),
    "a WAL of another start of that number": (
        replace(INTACT, wal=replace(WAL, stamp=Stamp(start=3, random=bytes(16)))),
        "the WAL is of start 3",
    ),
    "two WAL entries above the mark": (
        replace(INTACT, sign_state=replace(STATE, mark=SignMark(4, 0, 3))),
        "the WAL knows of height 5 view 1 (prepare)",
    ),
    "a store that knows of more": (
        replace(INTACT, store=replace(STORE, mark=SignMark(5, 2, 0))),
        "the store knows of height 5 view 2 (view change)",
    ),
    "other content in the WAL": (
        replace(INTACT, sign_state=replace(STATE, signature=bytes(64))),
        "the WAL has other content than the sign-state at height 5 view 1 (prepare)",
    ),
    "a lock file far above": (
        replace(INTACT, lock=replace(LOCK, height=6)),
        "the lock file knows of height 6 view 1 (commit)",
    ),
    "a born state beside a lock file": (
        replace(INTACT, sign_state=born(key_of(0)), wal=None, store=None, lock=LOCK),
        "the lock file is of start 3, the sign-state of 0",
    ),
    "a lock file of a later start": (
        replace(INTACT, lock=replace(LOCK, stamp=Stamp(start=4, random=bytes(16)))),
        "the lock file is of start 4, the sign-state of 3",
    ),
}


@pytest.mark.parametrize(("found", "reason"), LISTENERS.values(), ids=LISTENERS)
def test_r2_2_what_is_not_explained_listens_above_all_that_any_file_shows(found, reason):
    start = started(found)

    assert reason in start.reason
    assert start.state.standing is Standing.LISTENER
    files = (found.sign_state, found.wal, found.store, found.lock)
    assert start.state.stamp.start == 1 + max(one.stamp.start for one in files if one is not None)
    assert (start.lock, start.entries) == (None, ())
    marks = [part.mark for part in (found.sign_state, found.store) if part is not None]
    assert all(start.state.mark >= mark for mark in marks) or "another key" in reason


def test_r2_2_one_entry_above_the_mark_is_what_a_crash_cuts_off():
    found = replace(WHOLE, sign_state=STATE, lock=None)

    start = started(found)

    assert start.reason is None
    assert start.state.mark == PREPARE.mark


def test_r2_2_entries_of_another_key_in_the_wal_count_for_nothing():
    wal = WalFound(stamp=STAMP, entries=(*WAL.entries, commit(BLOCK, 3, view=4).encode()))

    start = started(replace(INTACT, wal=wal))

    assert start.entries == WAL.entries


WAL_LOST = {
    "absent": None,
    "empty": WalFound(stamp=STAMP, entries=()),
    "older": WalFound(stamp=OLD, entries=()),
    "cut": WalFound(stamp=STAMP, entries=(CHANGE.encode(),)),
}


@pytest.mark.parametrize("wal", WAL_LOST.values(), ids=WAL_LOST)
def test_r2_4_with_the_wal_lost_all_up_to_the_commit_of_the_view_is_taken_as_signed(wal):
    start = started(replace(INTACT, wal=wal))

    assert start.reason is None
    assert start.state.mark == SignMark(5, 1, 3)
    assert (start.state.digest, start.state.signature) == (None, None)


def test_r2_4_a_lost_wal_may_be_lost_once_more():
    once = started(replace(WHOLE, wal=None))

    twice = started(replace(WHOLE, sign_state=once.state, wal=None))

    assert twice.reason is None
    assert (twice.state.mark, twice.lock) == (COMMITTED.mark, LOCK)
    assert twice.state.committed == (1, BLOCK.hash)


def test_r2_4_a_lock_file_above_the_sign_state_gives_the_mark_and_the_lock():
    start = started(replace(INTACT, wal=None, lock=LOCK))

    assert start.reason is None
    assert (start.state.mark, start.state.committed) == (COMMIT.mark, (1, BLOCK.hash))
    assert start.lock == LOCK


@pytest.mark.parametrize(
    "lock", [replace(LOCK, block=b"\x91\x00"), replace(LOCK, block=OTHER.encode()), None]
)
def test_r2_4_a_lock_file_that_names_another_block_is_as_good_as_lost(lock):
    start = started(replace(WHOLE, wal=None, lock=lock))

    assert start.lock is None
    assert start.state.committed == (1, BLOCK.hash)


def running(found: Found, head=HEAD):
    """The engine that starts from these files, when the others have answered; and its effects."""
    engine, first = recover(config_of(0), head, started(found))
    return engine, (*first, *answer_all(engine, head, besides=0))


def test_r2_4_the_view_of_a_lost_wal_is_left_with_the_lock_as_soon_as_others_answered():
    engine, effects = running(replace(WHOLE, wal=None))

    assert engine.status().view == 2
    changed = [message for message in said(effects) if isinstance(message, ViewChange)]
    assert changed == [view_change(5, 2, 0, prepared=(1, BLOCK, (0, 1, 2)))]


def test_r2_4_in_view_0_the_timer_runs_and_nothing_is_said_before():
    at_view_0 = replace(STATE, mark=SignMark(5, 0, 2), signature=prepare(BLOCK, 0).signature)
    engine, effects = running(replace(INTACT, sign_state=at_view_0, wal=None))
    hear(engine, pre_prepare(OTHER, sender=1))
    silent = validate(engine, OTHER)

    changed = fire(engine, timer(effects, "view"))

    assert kinds(silent) == []
    assert said(changed) == [view_change(5, 1, 0)]


def test_r2_4_without_lock_file_the_claim_is_said_all_the_same_and_its_proof_asked_for():
    engine, effects = running(replace(WHOLE, wal=None, lock=None))
    (status,) = [message for message in said(effects) if isinstance(message, StatusMessage)]
    (bare,) = [message for message in said(effects) if isinstance(message, ViewChange)]

    hear(engine, Decided(5, BLOCK.encode(), None), peer=1)
    for i in (1, 2):
        hear(engine, prepare(BLOCK, i, view=1))
    proven = hear(engine, prepare(BLOCK, 0, view=1), peer=3)

    assert (status.owed, status.wanted) == ((1, BLOCK.hash), BLOCK.hash)
    assert (bare.statement.claim, bare.prepares) == ((1, BLOCK.hash), ())
    assert said(proven) == [view_change(5, 2, 0, prepared=(1, BLOCK, (0, 1, 2)))]
    assert engine.status().prepared_view == 1


def test_r2_4_in_view_0_the_proof_that_comes_back_is_for_the_next_view_change():
    claim = (0, BLOCK.hash)
    at_view_0 = replace(COMMITTED, mark=SignMark(5, 0, 3), committed=claim)
    engine, first = running(replace(WHOLE, sign_state=at_view_0, wal=None, lock=None))
    proven = [hear(engine, prepare(BLOCK, i), peer=3) for i in (0, 1, 2)][-1]

    changed = fire(engine, timer(first, "view"))

    assert said(proven) == []
    assert [m.statement.claim for m in said(changed)] == [claim]
    assert len(said(changed)[0].prepares) == 3


def test_r2_4_a_mark_above_the_open_height_is_passed_before_anything_is_signed():
    engine, _ = running(replace(INTACT, wal=None), head=head_at(3))
    low = block_on(head_at(3), proposer=1)
    hear(engine, pre_prepare(low, sender=0 + low.height % 4))

    assert kinds(validate(engine, low)) == []
    assert engine._replica.right.floor == SignMark(5, VIEW_MAX, 3)


def test_a_statement_of_the_note_that_is_none_stops_the_start():
    found = replace(INTACT, store=replace(STORE, statements=(b"junk",)))

    with pytest.raises(BadWalEntry, match="the store's note"):
        recover(config_of(0), HEAD, started(found))


def test_r2_3_an_own_seal_above_the_mark_in_the_heads_certificate_makes_a_listener():
    sealed = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2), view=1))

    engine, effects = recover(config_of(0), sealed, started(INTACT))

    assert engine.status().is_listening
    assert only(effects, Persist)[0].state.standing is Standing.LISTENER
    assert Kind.POSITION_QUESTION in kinds(effects)
