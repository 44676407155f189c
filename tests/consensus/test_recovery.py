"""Restarting: nothing said is unsaid, nothing prepared is forgotten, amnesia listens.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

import pytest

from consensus import (
    BadWalEntry,
    Broadcast,
    Persist,
    Recovery,
    SignMark,
    SignRecord,
    ValidateBlock,
    WorkWaiting,
    recover,
)
from consensus.messages import Decided, Kind
from consensus.recall import prepared_entry, read_prepared_entry
from primitives.codec import encode
from primitives.errors import BadShape
from tests.consensus.builders import (
    block_on,
    certificate_of,
    commit,
    config_of,
    engine_of,
    genesis_head,
    head_after,
    pre_prepare,
    prepare,
    prepares_of,
    view_change,
)
from tests.consensus.drive import (
    built,
    committed,
    fire,
    hear,
    hear_all,
    kinds,
    only,
    persisted_kinds,
    said,
    timer,
    validate,
    validated_blocks,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)


class Disk:
    """Collects what an engine persists; can forget the last sign-state write or the WAL."""

    def __init__(self):
        self.persists = []

    def keep(self, effects):
        self.persists += only(effects, Persist)
        return effects

    def recovery(self, *, records=None, entries=None):
        kept = self.persists[:records]
        return Recovery(
            sign_record=kept[-1].record if kept else None,
            wal_entries=tuple(p.entry for p in self.persists[:entries]),
        )


def run_to(step: str, index: int = 0):
    """The disk of an engine that got as far as `step` in height 1."""
    engine, disk = engine_of(index), Disk()
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


def restart(disk, index=0, **lost):
    return recover(config_of(index), HEAD, disk.recovery(**lost))


def test_recovery_from_an_empty_disk_is_a_fresh_engine():
    engine, effects = recover(config_of(0), HEAD, Recovery(None, ()))

    assert effects == ()
    assert engine.status().step == "idle"


def test_recovery_says_again_what_was_said_and_where_it_stands():
    _, effects = restart(run_to("prepare"))

    assert [Kind(e.payload[1]) for e in only(effects, Broadcast)] == [Kind.PREPARE, Kind.STATUS]
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
    assert kinds(effects) == [Kind.VIEW_CHANGE, Kind.PREPARE, Kind.COMMIT, Kind.STATUS]
    assert hear(engine, pre_prepare(OTHER, sender=1)) == ()


def test_a_proposer_that_restarts_proposes_the_same_block():
    engine, effects = restart(run_to("prepare", index=1), index=1)

    assert said(effects)[0] == pre_prepare(BLOCK, sender=1)
    assert validated_blocks(effects) == [BLOCK]
    assert kinds(validate(engine, BLOCK)) == []
    assert said(hear_all(engine, [prepare(BLOCK, 0), prepare(BLOCK, 2)])) == [commit(BLOCK, 1)]


def test_a_proposer_that_restarts_between_proposal_and_prepare_prepares_then():
    engine, effects = restart(run_to("prepare", index=1), index=1, records=1, entries=1)

    after = validate(engine, BLOCK)

    assert only(effects, Persist) == []
    assert said(after) == [prepare(BLOCK, 1)]


@pytest.mark.parametrize("step", ["prepare", "commit", "view change"])
def test_a_signature_cut_off_before_the_sign_state_is_finished_first(step):
    disk = run_to(step)

    _, effects = restart(disk, records=len(disk.persists) - 1 or -len(disk.persists))

    assert isinstance(effects[0], Persist)
    assert effects[0] == disk.persists[-1]
    assert persisted_kinds(effects)[-1] in set(kinds(effects))


@pytest.mark.parametrize("step", ["prepare", "commit", "view change"])
def test_a_lost_wal_listens_and_signs_nothing_at_the_height_of_the_mark(step):
    disk = run_to(step)

    engine, effects = restart(disk, entries=0)
    opened = engine.step(WorkWaiting())
    hear(engine, pre_prepare(OTHER, sender=1))
    heard = validate(engine, OTHER) + hear_all(engine, [prepare(OTHER, i) for i in (1, 2, 3)])

    assert engine.status().is_listening
    assert kinds(effects + opened + heard) == []
    assert [t.name for t in opened if hasattr(t, "delay_ms")] == ["resend"]


def test_listening_ends_when_the_height_of_the_mark_is_decided():
    engine, _ = restart(run_to("commit"), entries=0)
    hear(
        engine,
        Decided(1, BLOCK.encode(), certificate_of(BLOCK, senders=(1, 2, 3)).encode()),
        peer=1,
    )
    validate(engine, BLOCK)
    committed(engine, BLOCK)
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))
    following = block_on(head, proposer=2)

    hear(engine, pre_prepare(following, sender=2))
    effects = validate(engine, following)

    assert not engine.status().is_listening
    assert said(effects) == [prepare(following, 0)]


def test_listening_lasts_until_the_mark_however_far():
    record = SignRecord(mark=SignMark(7, 0, 2), digest=BLOCK.hash, signature=bytes(64))
    engine, _ = recover(config_of(0), HEAD, Recovery(record, ()))

    committed(engine, BLOCK)

    assert engine.status().is_listening


def test_a_wal_that_holds_another_statement_at_the_mark_does_not_explain_it():
    disk = run_to("prepare")
    record = SignRecord(mark=SignMark(1, 0, 2), digest=OTHER.hash, signature=bytes(64))

    engine, _ = recover(config_of(0), HEAD, Recovery(record, disk.recovery().wal_entries))

    assert engine.status().is_listening


def test_a_mark_that_the_chain_has_passed_needs_no_wal():
    disk = run_to("commit")
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))

    engine, effects = recover(config_of(0), head, disk.recovery(entries=0))

    assert effects == ()
    assert not engine.status().is_listening


def test_entries_of_another_height_are_passed_over():
    disk = run_to("commit")
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 2)))

    engine, effects = recover(config_of(0), head, disk.recovery())

    assert effects == ()
    assert engine.status().height == 2


def test_a_lone_validator_restarts_and_decides():
    head = genesis_head(1)
    block = block_on(head, proposer=0)
    engine, disk = engine_of(0, count=1), Disk()
    engine.step(WorkWaiting())
    disk.keep(built(engine, block))

    again, _ = recover(config_of(0), head, disk.recovery())
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

    engine, _ = recover(config_of(0), head, Recovery(None, entries))

    assert [type(e).__name__ for e in validate(engine, block)] == ["CancelTimer", "Decide"]


@pytest.mark.parametrize(
    "entry",
    [b"", b"\x01\x02", Decided(1, None, None).encode(), encode((9, b"", (), b"")), encode((9, 1))],
)
def test_an_entry_that_is_none_of_ours_stops_the_start(entry):
    with pytest.raises(BadWalEntry):
        recover(config_of(0), HEAD, Recovery(None, (entry,)))


def test_an_entry_of_another_kind_is_no_prepared_entry():
    with pytest.raises(BadShape):
        read_prepared_entry(encode((8, b"", (), b"")))
