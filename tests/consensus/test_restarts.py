"""R2.9: two restart statements in one network. Nobody is to blame, and nothing is mixed up."""

from dataclasses import replace

from consensus import BlockCommitted, FetchBlocks, PeerConnected, Send
from consensus.messages import Decided, EvidenceMessage, Kind, StatusMessage
from consensus.wire import read_message
from primitives.crypto import digest
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
from tests.consensus.drive import hear, hear_all, kinds, only, reasons, said, sent, validate

NEW = digest("restart", b"a statement")
HEAD = genesis_head(4)
RESTARTED = replace(HEAD, restart=NEW)
OLD_BLOCK = block_on(HEAD, proposer=1)
NEW_BLOCK = block_on(RESTARTED, proposer=1)


def status(height=1, restart=NEW):
    return replace(IDLE, height=height, restart=restart)


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
        hear(engine, status(restart=theirs.header.restart), peer=2)

        effects = hear_all(engine, [prepare(theirs, 2), commit(theirs, 2)])
        effects += hear(engine, EvidenceMessage(b"anything"), peer=2)

        assert effects == ()


def test_a_peer_that_says_our_restart_is_heard_again():
    engine = engine_of(0, head=RESTARTED)
    hear(engine, status(restart=RESTART), peer=2)
    hear(engine, status(restart=NEW), peer=2)

    effects = hear(engine, prepare(OLD_BLOCK, 2))

    assert reasons(effects) == ["the PREPARE of coral does not verify"]


def test_one_without_the_statement_fetches_the_block_that_carries_it():
    engine = engine_of(0)
    hear(engine, status(height=2), peer=2)

    effects = hear(engine_of(0), status(height=2), peer=2)

    [fetch] = only(effects, FetchBlocks)
    assert (fetch.height_known, fetch.peers) == (1, (key_of(2),))
    assert only(hear(engine, decided(NEW_BLOCK), peer=2), FetchBlocks) == []


def test_a_decided_block_of_another_restart_is_fetched_and_its_certificate_not_judged():
    engine = engine_of(0)
    hear(engine, status(height=1), peer=2)

    effects = hear(engine, decided(NEW_BLOCK), peer=2)

    assert [fetch.height_known for fetch in only(effects, FetchBlocks)] == [1]
    assert reasons(effects) == []


def test_one_behind_without_the_statement_is_answered_with_the_block():
    engine = engine_of(0, head=RESTARTED)
    certificate = certificate_of(NEW_BLOCK, senders=(1, 2, 3))
    engine.step(BlockCommitted(head_after(NEW_BLOCK, certificate)))

    effects = hear(engine, status(height=1, restart=RESTART), peer=2)

    assert [message.height for message in sent(effects)] == [1]


def test_a_block_that_puts_another_restart_in_force_is_told_to_every_peer_at_once():
    engine = engine_of(0)
    certificate = certificate_of(NEW_BLOCK, senders=(1, 2, 3))

    effects = engine.step(BlockCommitted(head_after(NEW_BLOCK, certificate)))

    [told] = [message for message in said(effects) if isinstance(message, StatusMessage)]
    assert (told.height, told.restart) == (2, NEW)


def test_a_new_session_begins_with_where_we_stand():
    engine = engine_of(0, head=RESTARTED)
    hear(engine, pre_prepare(NEW_BLOCK, sender=1))
    validate(engine, NEW_BLOCK)

    first, *rest = only(engine.step(PeerConnected(key_of(2))), Send)

    assert read_message(first.payload).restart == NEW
    assert [Kind(effect.payload[1]) for effect in rest] == [Kind.PREPARE]
