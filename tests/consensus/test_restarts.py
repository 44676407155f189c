"""R2.9: two restart statements in one network. Nobody is to blame, and nothing is mixed up."""

from dataclasses import replace

import pytest

from consensus import (
    BlockCommitted,
    Broadcast,
    FetchBlocks,
    Found,
    PeerConnected,
    Persist,
    Received,
    Send,
    SignMark,
    SignState,
    Stamp,
    Standing,
    StoreNote,
    WalFound,
    begin,
    born,
    restarted,
)
from consensus.events import tag_of
from consensus.messages import Decided, EvidenceMessage, Kind
from consensus.wire import VIEW_MAX
from primitives.crypto import digest
from primitives.ids import Height
from tests.consensus.builders import (
    RESTART,
    block_on,
    certificate_of,
    commit,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
)
from tests.consensus.decided import IDLE
from tests.consensus.drive import hear, hear_all, kinds, only, reasons, sent, validate

NEW = digest("restart", b"a statement")
HEAD = genesis_head(4)
RESTARTED = replace(HEAD, restart=NEW)
OLD_BLOCK = block_on(HEAD, proposer=1)
NEW_BLOCK = block_on(RESTARTED, proposer=1)


def status(height=1):
    return replace(IDLE, height=height)


def hear_under(engine, restart, *messages, peer=2):
    """Give messages of a peer that works under `restart`."""
    return tuple(
        effect
        for message in messages
        for effect in engine.step(Received(key_of(peer), message.encode(), tag_of(restart)))
    )


def decided(block):
    certificate = certificate_of(block, senders=(1, 2, 3))
    return Decided(block.height, block.encode(), certificate.encode())


def test_a_statement_signed_under_another_restart_is_refused():
    engine = engine_of(0, head=RESTARTED)

    effects = hear(engine, prepare(OLD_BLOCK, 2))

    assert reasons(effects) == ["the PREPARE of coral does not verify"]


def test_validators_under_the_new_restart_decide_a_block_of_it():
    engine = engine_of(0, head=RESTARTED)
    hear(engine, pre_prepare(NEW_BLOCK, sender=1))
    validate(engine, NEW_BLOCK)

    effects = hear_all(engine, [prepare(NEW_BLOCK, 1), prepare(NEW_BLOCK, 2)])

    assert kinds(effects) == [Kind.COMMIT]


def test_a_block_whose_header_names_another_restart_is_not_voted_for():
    engine = engine_of(0, head=RESTARTED)
    header = replace(NEW_BLOCK.header, restart=RESTART)
    proposal = replace(
        pre_prepare(NEW_BLOCK, sender=1), block=replace(NEW_BLOCK, header=header).encode()
    )

    assert reasons(hear(engine, proposal)) != []


def test_what_a_peer_of_another_restart_signs_is_neither_counted_nor_held_against_it():
    for head, theirs in ((HEAD, NEW_BLOCK), (RESTARTED, OLD_BLOCK)):
        engine = engine_of(0, head=head)
        told = [prepare(theirs, 2), commit(theirs, 2), EvidenceMessage(b"anything"), status()]

        assert hear_under(engine, theirs.header.restart, *told) == ()


def test_a_peer_of_our_restart_is_held_to_what_it_signs():
    engine = engine_of(0, head=RESTARTED)

    effects = hear_under(engine, NEW, prepare(OLD_BLOCK, 2))

    assert reasons(effects) == ["the PREPARE of coral does not verify"]


def test_every_message_says_under_which_restart_it_was_sent():
    engine = engine_of(0, head=RESTARTED)
    hear(engine, pre_prepare(NEW_BLOCK, sender=1))

    effects = validate(engine, NEW_BLOCK) + engine.step(PeerConnected(key_of(2)))

    sent_out = [*only(effects, Broadcast), *only(effects, Send)]
    assert {effect.restart for effect in sent_out} == {tag_of(NEW)}


def test_one_without_the_statement_fetches_the_block_that_carries_it_once():
    engine = engine_of(0)

    effects = hear_under(engine, NEW, status(height=2), status(height=2), decided(NEW_BLOCK))

    [fetch] = only(effects, FetchBlocks)
    assert (fetch.height_known, fetch.peers) == (1, (key_of(2),))


def test_a_decided_block_of_another_restart_is_fetched_and_its_certificate_not_judged():
    effects = hear_under(engine_of(0), NEW, decided(NEW_BLOCK))

    assert [fetch.height_known for fetch in only(effects, FetchBlocks)] == [1]
    assert reasons(effects) == []


def test_one_behind_without_the_statement_is_answered_with_the_block():
    engine = engine_of(0, head=RESTARTED)
    certificate = certificate_of(NEW_BLOCK, senders=(1, 2, 3))
    engine.step(BlockCommitted(head_after(NEW_BLOCK, certificate)))

    effects = hear_under(engine, RESTART, status(height=1))

    assert [message.height for message in sent(effects)] == [1]


def test_what_came_early_under_the_restart_before_is_dropped_with_it():
    engine = engine_of(0)
    above = block_on(
        head_after(OLD_BLOCK, certificate_of(OLD_BLOCK, senders=(1, 2, 3))), proposer=2
    )
    hear_under(engine, RESTART, prepare(above, 2))
    certificate = certificate_of(NEW_BLOCK, senders=(1, 2, 3))

    effects = engine.step(BlockCommitted(head_after(NEW_BLOCK, certificate)))

    assert reasons(effects) == []


def test_the_status_names_who_works_under_another_restart_until_they_do_no_more():
    engine = engine_of(0)
    hear_under(engine, NEW, status(), peer=2)
    hear_under(engine, RESTART, status(), peer=3)
    stranger = engine.step(Received(key_of(9), status().encode(), tag_of(NEW)))

    elsewhere = engine.status().elsewhere
    hear_under(engine, RESTART, status(), peer=2)

    assert stranger == ()
    assert elsewhere == (("coral", tag_of(NEW)),)
    assert engine.status().restart == RESTART
    assert engine.status().elsewhere == ()


def test_nobody_is_elsewhere_once_the_block_that_carries_their_statement_is_here():
    engine = engine_of(0)
    hear_under(engine, NEW, status(height=2))

    certificate = certificate_of(NEW_BLOCK, senders=(1, 2, 3))
    engine.step(BlockCommitted(head_after(NEW_BLOCK, certificate)))

    assert engine.status().elsewhere == ()


OWN = key_of(0)
RANDOM = b"r" * 16


def found(state=None, note=None, wal=None, **others):
    return Found(sign_state=state, unreadable=None, lock=None, wal=wal, store=note, **others)


def signed_at(mark, **changes):
    stamp = Stamp(start=3, random=bytes(16))
    return SignState(key=OWN, standing=Standing.EXPLAINED, stamp=stamp, mark=mark, **changes)


def applied(state, **others):
    return restarted(found(state, **others), OWN, RANDOM, restart=NEW, height=Height(5))


@pytest.mark.parametrize(
    "state",
    [
        None,
        born(OWN),
        signed_at(SignMark(4, 0, 3), restart=RESTART),
        signed_at(SignMark(6, 7, 3), restart=RESTART, committed=(7, OLD_BLOCK.hash)),
        replace(signed_at(SignMark(6, 7, 3)), standing=Standing.LISTENER),
        replace(signed_at(SignMark(6, 7, 3), restart=NEW), key=key_of(1)),
    ],
    ids=["lost", "born", "below", "above with a lock", "listener", "of another key"],
)
def test_a_statement_explains_every_sign_state_of_before(state):
    after = applied(state)

    assert (after.key, after.standing, after.restart) == (OWN, Standing.EXPLAINED, NEW)
    assert after.mark == SignMark(5, VIEW_MAX, int(Kind.COMMIT))
    assert (after.digest, after.signature, after.committed) == (None, None, None)


def test_a_statement_is_applied_to_a_sign_state_once():
    for mark in (SignMark(5, VIEW_MAX, 3), SignMark(6, 0, 3), SignMark(9, 2, 0)):
        assert applied(signed_at(mark, restart=NEW)) is None
    listener = replace(signed_at(SignMark(6, 0, 3), restart=NEW), standing=Standing.LISTENER)

    assert applied(listener) is None


def test_applying_counts_as_a_start_that_every_older_file_is_older_than():
    note = StoreNote(stamp=Stamp(8, b"n" * 16), mark=SignMark(5, 0, 3), statements=())
    wal = WalFound(stamp=Stamp(9, b"w" * 16), entries=())

    assert applied(signed_at(SignMark(4, 0, 3)), note=note, wal=wal).stamp == Stamp(10, RANDOM)


def test_after_it_the_node_goes_on_above_the_block_with_no_lock():
    note = StoreNote(stamp=Stamp(2, b"n" * 16), mark=SignMark(5, VIEW_MAX, 3), statements=())
    state = applied(signed_at(SignMark(6, 7, 3), committed=(7, OLD_BLOCK.hash)), note=note)

    start = begin(found(state, note, restarts=frozenset({RESTART, NEW})), OWN, b"s" * 16)

    assert (start.reason, start.lock) == (None, None)
    assert start.state.mark == SignMark(5, VIEW_MAX, 3)


def test_a_store_that_does_not_know_the_statement_makes_a_listener_that_keeps_it():
    note = StoreNote(stamp=Stamp(2, b"n" * 16), mark=SignMark(5, 0, 3), statements=())
    state = signed_at(SignMark(6, 0, 3), restart=NEW)

    start = begin(found(state, note, restarts=frozenset({RESTART})), OWN, RANDOM)

    assert start.reason == f"the store does not know its restart statement {NEW.hex()[:16]}"
    assert (start.state.standing, start.state.restart) == (Standing.LISTENER, NEW)


def test_what_is_signed_under_a_statement_says_so_in_the_sign_state():
    engine = engine_of(0, head=RESTARTED)
    hear(engine, pre_prepare(NEW_BLOCK, sender=1))

    effects = validate(engine, NEW_BLOCK)

    assert [persist.state.restart for persist in only(effects, Persist)] == [NEW]
