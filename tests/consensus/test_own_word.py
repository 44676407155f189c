"""R2.3, R2.8: an own statement that is not explained stops a node.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    Persist,
    RecordEvidence,
    SignMark,
    Standing,
)
from consensus.messages import Kind
from consensus.normal_case import count_own
from tests.consensus.builders import (
    answer,
    block_on,
    certificate_of,
    commit,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import (
    committed,
    hear,
    kinds,
    only,
    validate,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


SHOWN = {
    "another prepare where this life has prepared": prepare(OTHER, 0),
    "a prepare of a view above": prepare(OTHER, 0, view=3),
    "a commit above the mark": commit(BLOCK, 0, view=2),
}


@pytest.mark.parametrize("statement", SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize("way", ["vote", "answer", "head of a proposal"])
def test_r2_8_an_own_statement_that_this_life_cannot_explain_stops_it(statement, way):
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    if way == "vote":
        effects = hear(engine, statement, peer=2)
    elif way == "answer":
        effects = answer(engine, key_of(3), height=1, statement=statement)
    else:
        changes = [view_change(1, 2, i) for i in (0, 1, 3)]
        effects = hear(engine, pre_prepare(OTHER, sender=3, view=2, changes=changes))

    (persist,) = only(effects, Persist)
    assert persist.state.standing is Standing.LISTENER
    assert persist.state.mark >= SignMark(1, 0, 2)
    assert Kind.POSITION_QUESTION in kinds(effects)
    assert engine.status().is_listening
    assert "this key has signed" in engine.status().waits_for


def test_r2_8_two_own_statements_at_one_mark_are_evidence():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    effects = answer(engine, key_of(3), height=1, statement=prepare(OTHER, 0))

    assert [e.validator for e in only(effects, RecordEvidence)] == [key_of(0)]


def test_r2_8_own_votes_handed_back_and_forged_ones_change_nothing():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    forged = replace(commit(OTHER, 0), signature=bytes(64))

    hear(engine, prepare(BLOCK, 0), peer=2)
    answer(engine, key_of(2), height=1, statement=prepare(BLOCK, 0))
    answer(engine, key_of(3), height=1, statement=forged)

    assert not engine.status().is_listening


def test_r2_8_own_statements_of_heights_long_decided_are_not_asked_for():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    committed(engine, BLOCK)
    head = engine._replica.head
    following = block_on(head, proposer=2)
    hear(engine, pre_prepare(following, sender=2))
    validate(engine, following)
    committed(engine, following)

    answer(engine, key_of(3), height=3, statement=prepare(OTHER, 0))
    is_old_passed_over = not engine.status().is_listening
    answer(engine, key_of(3), height=3, statement=commit(following, 0))

    assert is_old_passed_over
    assert engine.status().is_listening


def test_r2_3_an_own_seal_above_the_mark_in_a_committed_block_stops_a_node():
    engine = engine_of(0)

    effects = committed(engine, BLOCK, certificate=certificate_of(BLOCK, senders=(0, 1, 2)))

    assert engine.status().is_listening
    assert only(effects, Persist)[0].state.standing is Standing.LISTENER


def test_r2_3_an_own_seal_above_the_mark_in_a_proposed_block_stops_a_node():
    engine = engine_of(0)
    committed(engine, BLOCK)
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 3)))
    following = block_on(head, proposer=2)

    hear(engine, pre_prepare(following, sender=2))

    assert engine.status().is_listening


def test_r2_8_an_own_statement_of_this_life_that_it_has_not_made_stops_it():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    answer(engine, key_of(3), height=1, statement=pre_prepare(OTHER, sender=0).statement)

    assert "and this node has not" in engine.status().waits_for


def test_an_own_vote_is_counted_once_whoever_brings_it():
    engine = engine_of(0)
    replica = engine._replica
    for vote in (prepare(BLOCK, 0), prepare(OTHER, 0)):
        count_own(replica, vote)

    assert replica.state.prepares.votes_in(0) == (prepare(BLOCK, 0),)
