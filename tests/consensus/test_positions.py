"""R2.5: who starts asks where the others are, and answers those who ask.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    FetchBlocks,
    SignMark,
    WorkWaiting,
    recover,
)
from consensus.events import PeerConnected
from consensus.messages import Kind, Position, PositionQuestion
from tests.consensus.builders import (
    answer,
    block_on,
    certificate_of,
    commit,
    config_of,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    start_of,
)
from tests.consensus.drive import (
    committed,
    fire,
    hear,
    hear_all,
    kinds,
    only,
    said,
    sent,
    timer,
    validate,
)
from tests.consensus.starts import silent, told

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


def test_r2_5_a_start_asks_all_and_again_each_second_until_q_minus_1_others_have_answered():
    engine, first = silent()
    again = fire(engine, timer(first, "position"))
    told(engine, 1, 1)

    later = fire(engine, timer(again, "position"))

    assert kinds(first) == kinds(again) == [Kind.POSITION_QUESTION]
    assert later == ()


def test_r2_5_each_new_session_is_asked_also_later():
    engine, _ = silent()
    at_first = engine.step(PeerConnected(key_of(2)))
    told(engine, 1, 1)

    later = engine.step(PeerConnected(key_of(3)))

    for effects in (at_first, later):
        assert isinstance(sent(effects)[-1], PositionQuestion)


@pytest.mark.parametrize("is_listening", [False, True])
def test_r2_5_nothing_is_signed_before_q_minus_1_others_have_answered(is_listening):
    engine, _ = silent()
    hear(engine, pre_prepare(BLOCK, sender=1))
    before = validate(engine, BLOCK)
    one = told(engine, 1, is_listening=is_listening)

    two = answer(engine, key_of(2), height=1, is_listening=is_listening)

    assert kinds(before + one) == []
    assert said(two) == [prepare(BLOCK, 0)]


@pytest.mark.parametrize("peer", [0, 7])
def test_r2_5_only_other_validators_count(peer):
    engine, _ = silent()
    told(engine, 1)

    answer(engine, key_of(peer), height=1)

    assert not engine._replica.may_sign


def test_r2_5_an_answer_to_another_question_counts_for_nothing():
    engine, _ = silent()

    for i in (1, 2, 3):
        hear(engine, Position(NONCE, 1, False, None), peer=i)

    assert not engine._replica.may_sign


def test_r2_5_questions_of_two_lives_have_two_nonces():
    nonces = set()
    for random in (bytes(16), bytes(range(16))):
        start = start_of(0)
        state = replace(start.state, stamp=replace(start.state.stamp, random=random))
        _, first = recover(config_of(0), HEAD, replace(start, state=state))
        nonces.add(said(first)[0].nonce)

    assert len(nonces) == 2


def test_r2_5_nothing_is_signed_while_f_plus_1_claim_a_height_above():
    engine, _ = silent()
    effects = told(engine, 3, 3)
    hear(engine, pre_prepare(BLOCK, sender=1))

    assert kinds(validate(engine, BLOCK)) == []
    assert only(effects, FetchBlocks)[0].height_known == 2
    assert engine.status().waits_for == "behind: validators work on height 3, this node on 1"


def test_r2_5_one_liar_about_its_height_silences_nobody():
    engine, _ = silent()
    told(engine, 10**15, 1)
    hear(engine, pre_prepare(BLOCK, sender=1))

    assert said(validate(engine, BLOCK)) == [prepare(BLOCK, 0)]


def test_r2_5_an_answer_tells_the_open_height_and_the_highest_statement_held():
    engine = engine_of(0)
    hear_all(engine, [prepare(BLOCK, 3), commit(BLOCK, 3)])

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert told_ == Position(NONCE, 1, False, commit(BLOCK, 3))


def test_r2_5_statements_of_the_next_height_are_told_if_they_verify():
    engine = engine_of(0)
    low = prepare(BLOCK, 3)
    after = head_after(BLOCK, certificate_of(BLOCK, senders=(1, 2, 3)))
    following = block_on(after, proposer=2)
    forged = replace(commit(following, 3), signature=bytes(64))
    hear_all(engine, [low, forged])
    hear(engine, prepare(following, 3), peer=2)
    hear(engine, prepare(following, 3), peer=1)

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert told_.statement == prepare(following, 3)


def test_r2_5_a_lower_statement_does_not_replace_a_higher_one():
    engine = engine_of(0)
    hear_all(engine, [commit(BLOCK, 3, view=1), commit(BLOCK, 3)])

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert told_.statement == commit(BLOCK, 3, view=1)


def test_r2_5_a_question_is_answered_at_most_once_a_second_a_peer():
    engine = engine_of(0)
    first = hear(engine, PositionQuestion(NONCE), peer=3)
    at_once = hear(engine, PositionQuestion(NONCE), peer=3)
    fire(engine, timer(first, "answer"))

    later = hear(engine, PositionQuestion(NONCE), peer=3)

    assert (len(sent(first)), at_once, len(sent(later))) == (1, (), 1)


def test_r2_5_the_note_of_a_block_holds_what_each_other_was_seen_to_sign():
    engine = engine_of(0)
    hear_all(engine, [prepare(BLOCK, 2), commit(BLOCK, 3)])
    committed(engine, BLOCK)

    note = engine.note()

    assert set(note.statements) == {commit(BLOCK, i).encode() for i in (1, 2, 3)}
    assert note.stamp.start == 1


def test_r2_5_what_the_note_holds_is_told_after_a_restart():
    note = replace(engine_of(0).note(), statements=(commit(BLOCK, 3).encode(),))
    engine, _ = silent(store=note)

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert told_.statement == commit(BLOCK, 3)


def test_r2_2_the_note_never_names_a_mark_that_may_not_be_on_disk():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    in_the_same_step = engine.note().mark

    engine.step(WorkWaiting())

    assert (in_the_same_step, engine.note().mark) == (SignMark(0, 0, 0), SignMark(1, 0, 2))
