"""R2.6: a listener signs nothing, and comes back when its chain is past q others.

Height 1, four validators; basil (1) proposes in view 0; the replica is amber (0).
"""

from dataclasses import replace

from consensus import (
    BuildBlock,
    Found,
    Persist,
    SignMark,
    Standing,
    WorkWaiting,
    recover,
)
from consensus.events import PeerConnected
from consensus.messages import PositionQuestion
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
)
from tests.consensus.drive import (
    committed,
    hear,
    only,
    persisted_kinds,
    sent,
    validate,
)
from tests.consensus.starts import chain, listener, silent, told

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1)
OTHER = block_on(HEAD, proposer=1, time_ms=7777)
NONCE = bytes(range(16))


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


def test_a_start_without_any_file_listens():
    found = Found(sign_state=None, unreadable=None, lock=None, wal=None, store=None)
    engine, _ = recover(config_of(0), HEAD, start_of(0, found))
    answer_all(engine, HEAD, besides=0)

    assert engine.status().is_listening


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


def test_those_who_listen_are_named_until_they_sign_above_where_they_said_so():
    names = HEAD.validators.name_of
    engine = engine_of(0)
    answer(engine, key_of(2), height=1, is_listening=True)
    hear(engine, pre_prepare(BLOCK, sender=1))
    hear(engine, prepare(BLOCK, 2))  # of before, said again
    at_one = engine.status().listeners
    head = head_after(BLOCK, certificate_of(BLOCK, senders=(0, 1, 3)))
    committed(engine, BLOCK)

    hear(engine, prepare(block_on(head, proposer=2), 2))

    assert at_one == (names(key_of(2)),)
    assert engine.status().listeners == ()


def test_a_peer_that_says_that_it_listens_no_more_is_not_named():
    engine = engine_of(0)
    answer(engine, key_of(2), height=1, is_listening=True)

    answer(engine, key_of(2), height=3)

    assert engine.status().listeners == ()


def test_a_listener_names_itself_and_who_listens_as_well():
    engine, _ = listener()
    told(engine, 1)
    answer(engine, key_of(2), height=1, is_listening=True)

    status = engine.status()

    assert status.listeners == ("amber", "coral")
    assert status.listens_until is None
    assert status.waits_for.endswith("missing: dahlia; listening as well: coral")


def test_a_listener_says_after_which_block_it_signs():
    engine, _ = listener()
    told(engine, 1, 1, 4)

    until = engine.status().listens_until
    chain(engine, 5)

    assert until == 5
    assert not engine.status().is_listening
    assert engine.status().listens_until is None
