"""R2.4, R2.10: the right to sign comes (back); what is owed; what operators are told.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    BlockBuilt,
    BuildBlock,
    Send,
    WorkWaiting,
)
from consensus.messages import Kind, PositionQuestion, ViewChange
from tests.consensus.builders import (
    answer,
    block_on,
    commit,
    engine_of,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import (
    fire,
    hear,
    hear_all,
    kinds,
    only,
    persisted_kinds,
    said,
    sent,
    timer,
    validate,
)
from tests.consensus.starts import listener, silent, told

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


def test_r2_10_the_view_change_of_the_view_it_is_in_is_said_when_the_right_comes():
    engine, _ = silent()
    followed = hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 3)])

    effects = told(engine, 1, 1)

    assert kinds(followed) == []
    assert engine.status().view == 1
    assert said(effects) == [view_change(1, 1, 0)]
    assert timer(effects, "view").delay_ms == 1500


def test_r2_10_a_proposer_proposes_when_the_right_comes():
    engine, _ = silent(1)
    before = engine.step(WorkWaiting())
    effects = [answer(engine, key_of(i), height=1) for i in (0, 2)][-1]

    proposed = engine.step(BlockBuilt(1, 0, BLOCK))

    assert only(before, BuildBlock) == []
    assert len(only(effects, BuildBlock)) == 1
    assert said(proposed)[0] == pre_prepare(BLOCK, sender=1)


def test_r2_10_what_was_prepared_by_q_while_silent_is_committed_when_the_right_comes():
    engine, _ = silent()
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, i) for i in (1, 2, 3)])
    prepared_before = engine.status().prepared_view

    effects = told(engine, 1, 1)

    assert prepared_before is None
    assert said(effects) == [prepare(BLOCK, 0), commit(BLOCK, 0)]
    assert engine.status().prepared_view == 0


def test_r2_10_a_silent_replica_that_changes_view_later_claims_no_more_than_its_commits():
    engine, _ = silent()
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, i) for i in (1, 2, 3)])
    hear_all(engine, [view_change(1, 1, 1), view_change(1, 1, 3)])

    effects = told(engine, 1, 1)

    assert said(effects) == [view_change(1, 1, 0)]


def test_r2_4_a_bare_claim_counts_for_who_has_its_proof_and_blames_nobody():
    proven = view_change(1, 1, 3, prepared=(0, BLOCK, (1, 2, 3)))
    bare = ViewChange(replace(proven.statement), (), None)
    knowing, ignorant = engine_of(0), engine_of(0)
    hear(knowing, view_change(1, 1, 2, prepared=(0, BLOCK, (1, 2, 3))))

    at_the_ignorant = hear(ignorant, bare)
    hear(knowing, bare)

    assert at_the_ignorant == ()
    assert ignorant._replica.state.view_changes.at(1) == ()
    assert key_of(3) in [m.statement.sender for m in knowing._replica.state.view_changes.at(1)]


def test_r2_4_who_holds_the_prepares_that_a_peer_owes_pushes_them_and_the_block():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear(engine, prepare(BLOCK, 1))
    asked = replace(_status(), owed=(0, BLOCK.hash), wanted=BLOCK.hash, prepares=b"\x0f")

    pushed = sent(hear(engine, asked, peer=3))

    assert [m for m in pushed if m in {prepare(BLOCK, 0), prepare(BLOCK, 1)}] == [
        prepare(BLOCK, 0),
        prepare(BLOCK, 1),
    ]
    assert BLOCK.encode() in [getattr(m, "block", None) for m in pushed]


def _status():
    from tests.consensus.decided import IDLE

    return IDLE


WAITING = {
    "starting": (silent, (1,), "starting: 1 of 2 other validators told their open height; missing"),
    "listening": (
        listener,
        (1,),
        "listening (there is no sign-state): 1 of 3 other validators told their open height; "
        "missing: coral, dahlia",
    ),
    "listening, all told": (
        listener,
        (1, 1, 4),
        "listening (there is no sign-state): 3 of 3 other validators told their open height; "
        "it waits for blocks 1 to 5, at most a heartbeat each while a quorum signs, and then signs "
        "by itself",
    ),
    "nothing": (silent, (1, 1), None),
}


@pytest.mark.parametrize(("start", "heights", "text"), WAITING.values(), ids=WAITING)
def test_the_status_says_in_a_sentence_what_is_waited_for(start, heights, text):
    engine, _ = start()
    told(engine, *heights)

    waits_for = engine.status().waits_for

    assert waits_for == text or (text is not None and waits_for.startswith(text))


def test_an_observer_waits_for_nothing_asks_nobody_and_answers():
    engine, first = silent(None)

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert kinds(first) == []
    assert engine.status().waits_for is None
    assert (told_.height, told_.is_listening) == (1, False)


def test_a_born_engine_of_one_validator_asks_nobody():
    engine, first = silent(head=genesis_head(1))

    effects = engine.step(WorkWaiting())

    assert kinds(first) == []
    assert len(only(effects, BuildBlock)) == 1


def test_r2_5_who_is_behind_at_its_time_out_asks_for_what_decided_the_height():
    engine, _ = silent()
    started = engine.step(WorkWaiting()) + told(engine, 1, 1)
    told(engine, 2, 2)

    effects = fire(engine, timer(started, "view"))

    assert kinds(effects) == [Kind.STATUS]
    assert persisted_kinds(effects) == []


def test_r2_10_that_work_waits_is_told_to_the_proposer_when_the_right_comes():
    engine, _ = silent()
    engine.step(WorkWaiting())

    effects = told(engine, 1, 1)

    (opened,) = [effect for effect in only(effects, Send) if effect.payload[1] == Kind.STATUS]
    assert opened.peer == key_of(1)
