"""R2.3, R2.5, R2.6, R2.8, R2.10: asking, answering, listening, coming back.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    BlockBuilt,
    BuildBlock,
    FetchBlocks,
    Found,
    Persist,
    RecordEvidence,
    SignMark,
    Standing,
    WorkWaiting,
    recover,
)
from consensus.events import PeerConnected
from consensus.messages import Kind, Position, PositionQuestion, ViewChange
from consensus.normal_case import count_own
from consensus.wire import VIEW_MAX
from tests.consensus.builders import (
    answer,
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
    start_of,
    view_change,
)
from tests.consensus.drive import (
    committed,
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

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


def silent(index=0, *, head=HEAD, **lost):
    """An engine that has just started, whom nobody has answered; and its first effects."""
    found = replace(found_at_birth(index), **lost)
    return recover(config_of(index), head, start_of(index, found))


def listener(head=HEAD):
    return silent(sign_state=None, head=head)


def chain(engine, count, head=HEAD):
    """Let `engine` commit the next `count` blocks; return the effects."""
    effects = ()
    for _ in range(count):
        block = block_on(head, proposer=1)
        effects += committed(engine, block)
        head = head_after(block, certificate_of(block, senders=(1, 2, 3)))
    return effects


def told(engine, *heights, **how):
    """The other validators answer in their order, each its open height."""
    peers = [key_of(i) for i in range(1, 1 + len(heights))]
    steps = [
        answer(engine, peer, height=height, **how)
        for peer, height in zip(peers, heights, strict=True)
    ]
    return tuple(effect for step in steps for effect in step)


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


def test_r2_6_a_listener_says_so_and_signs_nothing():
    engine, _ = listener()
    effects = told(engine, 1, 1, 1)
    hear(engine, pre_prepare(BLOCK, sender=1))
    effects += validate(engine, BLOCK)

    (told_,) = sent(hear(engine, PositionQuestion(NONCE), peer=3))

    assert told_.is_listening
    assert persisted_kinds(effects) == []
    assert engine.status().is_listening


def test_r2_6_a_listener_comes_back_when_its_head_is_past_each_of_q_others():
    engine, _ = listener()
    told(engine, 1, 1, 2)
    chain(engine, 2)
    at_two = engine.status().is_listening
    head = engine._replica.head

    effects = committed(engine, block_on(head, proposer=1))

    assert at_two
    assert not engine.status().is_listening
    (persist,) = only(effects, Persist)
    assert (persist.entry, persist.lock) == (None, None)
    assert (persist.state.standing, persist.state.mark) == (
        Standing.EXPLAINED,
        SignMark(3, VIEW_MAX, 3),
    )


def test_r2_6_an_answer_may_be_what_brings_a_listener_back():
    engine, _ = listener()
    told(engine, 1, 1)
    chain(engine, 3)

    effects = answer(engine, key_of(3), height=1)

    assert not engine.status().is_listening
    assert len(only(effects, Persist)) == 1


def test_r2_6_the_first_answer_of_each_counts():
    engine, _ = listener()
    told(engine, 1, 1, 1)
    told(engine, 9, 9, 9)
    chain(engine, 2)

    assert not engine.status().is_listening


def test_r2_6_answers_of_listeners_bring_nobody_back():
    engine, _ = listener()
    told(engine, 1, 1)
    answer(engine, key_of(3), height=1, is_listening=True)
    chain(engine, 5)
    with_one_listening = engine.status().is_listening

    answer(engine, key_of(3), height=1)

    assert with_one_listening
    assert not engine.status().is_listening


def test_r2_6_nothing_is_signed_at_the_mark_of_a_sign_state_that_is_no_longer_believed():
    known = replace(
        found_at_birth(0).sign_state, standing=Standing.LISTENER, mark=SignMark(5, 0, 3)
    )
    engine, _ = silent(sign_state=known)
    told(engine, 1, 1, 1)

    effects = chain(engine, 2)

    (persist,) = only(effects, Persist)
    assert persist.state.mark == SignMark(5, VIEW_MAX, 3)


def test_r2_6_a_listener_alone_listens_for_ever():
    head = genesis_head(1)
    engine, _ = silent(sign_state=None, head=head)

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock) == []
    assert engine.status().is_listening


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


def test_r2_6_who_falls_back_once_asks_anew_and_comes_back():
    engine = engine_of(0)
    first_nonce = engine._replica.right.nonce
    answer(engine, key_of(3), height=1, statement=commit(OTHER, 0))
    nonce = engine._replica.right.nonce
    told(engine, 1, 1, 1)
    chain(engine, 2)

    assert nonce != first_nonce
    assert not engine.status().is_listening


def test_r2_6_who_falls_back_twice_in_one_life_listens_until_an_operator_says_otherwise():
    engine = engine_of(0)
    answer(engine, key_of(3), height=1, statement=commit(OTHER, 0))
    told(engine, 1, 1, 1)
    chain(engine, 2)
    head = engine._replica.head
    far = block_on(head, proposer=1)

    answer(engine, key_of(3), height=3, statement=commit(far, 0, view=4))
    told(engine, 1, 1, 1)
    chain(engine, 3, head)

    assert engine.step(PeerConnected(key_of(2))) != ()
    assert engine.status().is_listening
    assert engine.status().waits_for.startswith("listening until an operator restarts this node")


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
        "listening (there is no sign-state): 3 of 3 other validators told their open height, "
        "the chain is past that of 0; it must be past that of 3",
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


def test_a_start_without_any_file_listens():
    found = Found(sign_state=None, unreadable=None, lock=None, wal=None, store=None)
    engine, _ = recover(config_of(0), HEAD, start_of(0, found))
    answer_all(engine, HEAD, besides=0)

    assert engine.status().is_listening


def test_r2_8_an_own_statement_of_this_life_that_it_has_not_made_stops_it():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    answer(engine, key_of(3), height=1, statement=pre_prepare(OTHER, sender=0).statement)

    assert "and this node has not" in engine.status().waits_for


def test_r2_6_a_listener_comes_back_above_every_own_statement_that_it_was_shown():
    engine, _ = listener()
    shown = answer(engine, key_of(1), height=1, statement=commit(BLOCK, 0, view=2))
    lower = answer(engine, key_of(2), height=1, statement=commit(BLOCK, 0))
    forged = replace(commit(BLOCK, 0, view=3), signature=bytes(64))
    answer(engine, key_of(3), height=1, statement=forged)

    effects = chain(engine, 2)

    (persist,) = only(shown, Persist)
    assert (persist.state.standing, persist.state.mark) == (Standing.LISTENER, SignMark(1, 2, 3))
    assert only(lower, Persist) == []
    assert only(effects, Persist)[0].state.mark == SignMark(2, VIEW_MAX, 3)


def test_an_own_vote_is_counted_once_whoever_brings_it():
    engine = engine_of(0)
    replica = engine._replica
    for vote in (prepare(BLOCK, 0), prepare(OTHER, 0)):
        count_own(replica, vote)

    assert replica.state.prepares.votes_in(0) == (prepare(BLOCK, 0),)
