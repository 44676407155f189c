"""Rule 2 where the proposer of a later view does not hold the block that it must propose again."""

from dataclasses import replace

import pytest

from consensus import BuildBlock, WorkWaiting
from consensus.messages import Decided, Kind
from tests.consensus.builders import (
    block_on,
    certificate_of,
    engine_of,
    genesis_head,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.drive import (
    hear,
    hear_all,
    kinds,
    only,
    reasons,
    said,
    sent,
    validate,
    validated_blocks,
)

BLOCK = block_on(genesis_head(4), proposer=1)
OTHER = block_on(genesis_head(4), proposer=2, time_ms=8888)
PREPARED = (0, BLOCK, (0, 1, 3))


def proposer_without_block():
    """The proposer of view 1 that must propose BLOCK again and does not hold it."""
    engine = engine_of(2)
    with_block = view_change(1, 1, 0, prepared=PREPARED)
    changes = [replace(with_block, block=None), view_change(1, 1, 3)]
    return engine, hear_all(engine, changes)


def test_rule_2_a_prepared_block_whose_bytes_nobody_sent_is_asked_for_and_nothing_else_proposed():
    engine, effects = proposer_without_block()

    again = hear(engine, view_change(1, 1, 1))

    assert kinds(effects) == [Kind.VIEW_CHANGE, Kind.STATUS]
    assert said(effects)[1].wanted == BLOCK.hash
    assert only(effects, BuildBlock) == []
    assert kinds(again) == []


def test_rule_2_once_a_peer_has_sent_it_the_block_is_proposed_again():
    engine, _ = proposer_without_block()

    effects = hear(engine, Decided(1, BLOCK.encode(), None), peer=1)

    assert kinds(effects) == [Kind.PRE_PREPARE]
    assert said(effects)[0].statement.block_hash == BLOCK.hash
    assert validated_blocks(effects) == [BLOCK]


def test_rule_2_whoever_prepared_the_block_sends_it_to_the_proposer():
    engine = engine_of(0)
    engine.step(WorkWaiting())
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, 1), prepare(BLOCK, 3)])
    hear_all(engine, [view_change(1, 1, 2), view_change(1, 1, 3)])
    _, asked = proposer_without_block()

    effects = hear(engine, said(asked)[1], peer=2)

    assert Decided(1, BLOCK.encode(), None) in sent(effects)


@pytest.mark.parametrize(
    ("block", "reason"), [(b"\xc0", "malformed"), (OTHER.encode(), "not asked for")]
)
def test_rule_2_a_peer_that_sends_something_else_for_it_is_reported(block, reason):
    engine, _ = proposer_without_block()

    effects = hear(engine, Decided(1, block, None), peer=1)

    assert reason in reasons(effects)[0]
    assert kinds(effects) == []


def test_rule_2_an_answer_that_comes_after_another_block_was_wanted_blames_nobody():
    engine, _ = proposer_without_block()
    hear(engine, Decided(1, None, certificate_of(OTHER, senders=(0, 1, 3)).encode()), peer=1)

    effects = hear(engine, Decided(1, BLOCK.encode(), None), peer=3)

    assert effects == ()


def test_rule_2_a_block_that_nobody_wants_is_dropped():
    assert hear(engine_of(2), Decided(1, BLOCK.encode(), None), peer=1) == ()
