"""Restarting with all files: nothing said is unsaid, nothing prepared is forgotten.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    BadWalEntry,
    Found,
    Persist,
    SignMark,
    Standing,
    StoreNote,
    ValidateBlock,
    WalFound,
    WorkWaiting,
    born,
    recover,
)
from consensus.guard import NOTHING_SIGNED
from consensus.messages import Decided, Kind
from consensus.recall import prepared_entry, read_prepared_entry
from primitives.codec import encode
from primitives.errors import BadShape
from tests.consensus.builders import (
    answer_all,
    block_on,
    certificate_of,
    commit,
    config_of,
    engine_of,
    found_at_birth,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    prepares_of,
    start_of,
    view_change,
)
from tests.consensus.drive import (
    built,
    fire,
    hear,
    hear_all,
    kinds,
    only,
    said,
    timer,
    validate,
    validated_blocks,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)


class Disk:
    """Collects what an engine persists; can forget the last sign-state writes or WAL entries."""

    def __init__(self, index: int = 0):
        self.index = index
        self.persists = []

    def keep(self, effects):
        self.persists += only(effects, Persist)
        return effects

    def found(self, *, states=None, entries=None):
        kept = self.persists[:states]
        state = kept[-1].state if kept else born(key_of(self.index))
        locks = [p.lock for p in kept if p.lock is not None]
        written = tuple(p.entry for p in self.persists[:entries])
        return Found(
            sign_state=state,
            unreadable=None,
            lock=locks[-1] if locks else None,
            wal=WalFound(stamp=state.stamp, entries=written),
            store=StoreNote(stamp=state.stamp, mark=NOTHING_SIGNED, statements=()),
        )


def run_to(step: str, index: int = 0):
    """The disk of an engine that got as far as `step` in height 1."""
    engine, disk = engine_of(index), Disk(index)
    opened = engine.step(WorkWaiting())
    if step == "view change":
        disk.keep(fire(engine, timer(opened, "view")))
        return disk
    if index == 1:
        disk.keep(built(engine, BLOCK))
    else:
        opened = hear(engine, pre_prepare(BLOCK, sender=1))
        disk.keep(validate(engine, BLOCK))
    if step in {"commit", "commit, then view change"}:
        others = [i for i in range(4) if i != index]
        disk.keep(hear_all(engine, [prepare(BLOCK, i) for i in others]))
    if step == "commit, then view change":
        disk.keep(fire(engine, timer(opened, "view")))
    return disk


def restart(disk, index=0, head=HEAD, **lost):
    """The engine after a restart, when all others have answered, and the effects until then."""
    start = start_of(index, disk.found(**lost))
    engine, first = recover(config_of(index), head, start)
    return engine, (*first, *answer_all(engine, head, besides=index))


def test_recovery_from_an_empty_disk_is_a_fresh_engine_that_asks_where_the_others_are():
    engine, effects = recover(config_of(0), HEAD, start_of(0))

    assert kinds(effects) == [Kind.POSITION_QUESTION]
    assert timer(effects, "position").delay_ms == 1000
    assert engine.status().step == "idle"


def test_recovery_says_again_what_was_said_and_where_it_stands():
    _, effects = restart(run_to("prepare"))

    assert kinds(effects) == [Kind.PREPARE, Kind.STATUS, Kind.POSITION_QUESTION]
    assert said(effects)[0] == prepare(BLOCK, 0)
    assert only(effects, Persist) == []
    assert {timer(effects, name).delay_ms for name in ("view", "resend")} == {1000}


def test_recovery_never_prepares_another_block_in_the_same_view():
    engine, _ = restart(run_to("prepare"))

    hear(engine, pre_prepare(OTHER, sender=1))
    effects = validate(engine, OTHER)

    assert kinds(effects) == []


def test_recovery_goes_on_to_commit_with_the_votes_of_others():
    engine, _ = restart(run_to("prepare"))
    hear(engine, pre_prepare(BLOCK, sender=1))
    silent = validate(engine, BLOCK)

    effects = hear_all(engine, [prepare(BLOCK, 1), prepare(BLOCK, 2)])

    assert kinds(silent) == []
    assert said(effects) == [commit(BLOCK, 0)]


def test_recovery_keeps_the_prepared_block_for_the_view_change():
    engine, effects = restart(run_to("commit"))

    after = fire(engine, timer(effects, "view"))

    assert said(effects)[:2] == [prepare(BLOCK, 0), commit(BLOCK, 0)]
    assert said(after) == [view_change(1, 1, 0, prepared=(0, BLOCK, (0, 1, 2)))]


def test_recovery_decides_the_prepared_block_after_executing_it_again():
    engine, _ = restart(run_to("commit"))

    effects = hear_all(engine, [commit(BLOCK, 1), commit(BLOCK, 2)])

    assert only(effects, ValidateBlock) == [ValidateBlock(block=BLOCK, view=0, is_fresh=False)]


def test_recovery_returns_to_the_view_that_was_asked_for():
    engine, effects = restart(run_to("commit, then view change"))

    assert engine.status().view == 1
    assert kinds(effects) == [
        Kind.VIEW_CHANGE,
        Kind.PREPARE,
        Kind.COMMIT,
        Kind.STATUS,
        Kind.POSITION_QUESTION,
    ]
    assert hear(engine, pre_prepare(OTHER, sender=1)) == ()


def test_a_proposer_that_restarts_proposes_the_same_block():
    engine, effects = restart(run_to("prepare", index=1), index=1)

    assert said(effects)[0] == pre_prepare(BLOCK, sender=1)
    assert validated_blocks(effects) == [BLOCK]
    assert kinds(validate(engine, BLOCK)) == []
    assert said(hear_all(engine, [prepare(BLOCK, 0), prepare(BLOCK, 2)])) == [commit(BLOCK, 1)]


def test_a_proposer_that_restarts_between_proposal_and_prepare_prepares_then():
    engine, effects = restart(run_to("prepare", index=1), index=1, states=1, entries=1)

    after = validate(engine, BLOCK)

    assert only(effects, Persist) == []
    assert said(after) == [prepare(BLOCK, 1)]


@pytest.mark.parametrize("step", ["prepare", "commit", "view change"])
def test_a_signature_cut_off_before_the_sign_state_is_finished_first(step):
    disk = run_to(step)
    last = disk.persists[-1]

    _, effects = restart(disk, states=len(disk.persists) - 1 or -len(disk.persists))

    finished = effects[0]
    assert isinstance(finished, Persist)
    stamp = finished.state.stamp
    lock = None if last.lock is None else replace(last.lock, stamp=stamp)
    assert finished == replace(last, entry=None, lock=lock, state=replace(last.state, stamp=stamp))
    assert Kind(last.state.mark.kind) in kinds(effects)


def test_entries_of_another_height_are_passed_over():
    disk = run_to("commit")
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))

    engine, effects = recover(config_of(0), head, start_of(0, disk.found()))

    assert kinds(effects) == [Kind.POSITION_QUESTION]
    assert engine.status().height == 2


def test_a_lone_validator_restarts_and_decides():
    head = genesis_head(1)
    block = block_on(head, proposer=0)
    engine, disk = engine_of(0, count=1), Disk()
    engine.step(WorkWaiting())
    disk.keep(built(engine, block))

    again, _ = recover(config_of(0), head, start_of(0, disk.found()))
    effects = validate(again, block)

    assert again.status().step in {"prepare", "decided", "commit"}
    assert [type(e).__name__ for e in effects][-1:] == ["Decide"]


def test_commits_of_several_views_on_disk_decide_once():
    head = genesis_head(1)
    block = block_on(head, proposer=0)
    entries = tuple(
        prepared_entry(
            commit(block, 0, view).encode(), prepares_of(block, view, [0]), block.encode()
        )
        for view in (0, 1)
    )

    mark = SignMark(1, 1, 3)
    state = replace(born(key_of(0)), standing=Standing.EXPLAINED, mark=mark)
    stamp = state.stamp
    found = Found(
        sign_state=replace(state, signature=commit(block, 0, 1).signature),
        unreadable=None,
        lock=None,
        wal=WalFound(stamp=stamp, entries=entries),
        store=StoreNote(stamp=stamp, mark=NOTHING_SIGNED, statements=()),
    )

    engine, _ = recover(config_of(0), head, start_of(0, found))

    assert [type(e).__name__ for e in validate(engine, block)] == ["CancelTimer", "Decide"]


@pytest.mark.parametrize(
    "entry",
    [b"", b"\x01\x02", Decided(1, None, None).encode(), encode((9, b"", (), b"")), encode((9, 1))],
)
def test_an_entry_that_is_none_of_ours_stops_the_start(entry):
    wal = WalFound(stamp=None, entries=(entry,))
    with pytest.raises(BadWalEntry):
        start_of(0, replace(found_at_birth(0), wal=wal))


def test_an_entry_of_another_kind_is_no_prepared_entry():
    with pytest.raises(BadShape):
        read_prepared_entry(encode((8, b"", (), b"")))
