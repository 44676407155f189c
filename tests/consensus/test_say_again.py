"""Rule 9: saying it again, pushing what peers lack, answering those who are behind.

Height 1, four validators (q = 3, f = 1); the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    Broadcast,
    PeerConnected,
    Received,
    Send,
    WorkWaiting,
)
from consensus.messages import Decided, Kind, StatusMessage
from consensus.wire import read_message
from primitives.crypto import PublicKey
from tests.consensus.builders import (
    block_on,
    commit,
    engine_of,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    view_change,
)
from tests.consensus.decided import BLOCK, CERTIFICATE, DECIDED, HEAD, OTHER, decided_engine, status
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


def test_rule_9_a_height_in_which_nothing_moves_sends_a_status():
    engine = engine_of(0)
    opened = engine.step(WorkWaiting())

    effects = fire(engine, timer(opened, "resend"))

    assert [type(m) for m in said(effects)] == [StatusMessage]
    assert timer(effects, "resend").delay_ms == 1000


def test_rule_9_a_height_that_moves_stays_quiet():
    engine = engine_of(0)
    opened = engine.step(WorkWaiting())
    hear(engine, prepare(BLOCK, 2))

    effects = fire(engine, timer(opened, "resend"))

    assert kinds(effects) == []
    assert timer(effects, "resend").delay_ms == 1000


def test_rule_9_the_status_says_which_votes_are_in_hand():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [commit(BLOCK, 2), view_change(1, 1, 3)])

    effects = engine.step(PeerConnected(key_of(2)))

    assert sent(effects)[-2] == StatusMessage(
        1, 0, BLOCK.hash, None, b"\x01", ((0, b"\x04"),), b"\x00"
    )


def test_rule_9_a_peer_gets_the_proposal_and_the_votes_it_lacks():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, 1), commit(BLOCK, 2)])

    effects = hear(engine, status(prepares=b"\x02", commits=((0, b"\x00"),)), peer=3)

    assert sent(effects) == [pre_prepare(BLOCK, sender=1), prepare(BLOCK, 0), commit(BLOCK, 2)]
    assert [e.peer for e in only(effects, Send)] == [key_of(3)] * 3


def test_rule_9_a_peer_that_lacks_nothing_gets_nothing():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    assert sent(hear(engine, status(accepted=BLOCK.hash, prepares=b"\x01"), peer=3)) == []


def test_rule_9_a_peer_in_a_lower_view_is_brought_to_ours():
    engine = engine_of(0)
    changes = [view_change(1, 1, i) for i in (1, 2, 3)]
    hear_all(engine, changes)
    fresh = block_on(HEAD, proposer=2)
    hear(engine, pre_prepare(fresh, sender=2, view=1, changes=changes))

    effects = hear(engine, status(), peer=3)

    found = [m.statement.kind for m in sent(effects)]
    assert found == [Kind.PRE_PREPARE] + [Kind.VIEW_CHANGE] * 4


def test_rule_9_a_peer_in_a_higher_view_gets_older_commits():
    engine = engine_of(0)
    hear(engine, commit(BLOCK, 2))

    effects = hear(engine, status(view=3), peer=3)

    assert sent(effects) == [commit(BLOCK, 2)]


def test_rule_9_a_peer_that_wants_the_decided_block_gets_it():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))

    effects = hear(engine, status(accepted=BLOCK.hash, wanted=BLOCK.hash), peer=3)

    assert sent(effects) == [Decided(1, BLOCK.encode(), None)]
    assert sent(hear(engine, status(accepted=BLOCK.hash, wanted=OTHER.hash), peer=2)) == []


def test_rule_9_a_peer_at_a_height_whose_certificate_is_known_gets_the_certificate():
    engine = engine_of(0)
    hear(engine, replace(DECIDED, block=None), peer=1)

    effects = hear(engine, status(), peer=3)

    assert sent(effects) == [replace(DECIDED, block=None)]


def test_rule_9_the_last_height_is_answered_with_decided():
    engine = decided_engine()

    assert sent(hear(engine, status(), peer=3)) == [DECIDED]


def test_rule_9_the_decided_height_is_answered_before_it_is_committed():
    engine = engine_of(0)
    hear(engine, DECIDED, peer=1)
    validate(engine, BLOCK)

    assert sent(hear(engine, status(), peer=3)) == [DECIDED]
    assert sent(hear(engine, view_change(1, 1, 2))) == [DECIDED]


@pytest.mark.parametrize("message", [view_change(1, 1, 3), pre_prepare(BLOCK, sender=1)])
def test_rule_9_wishes_and_proposals_of_a_decided_height_are_answered(message):
    engine = decided_engine()

    assert sent(hear(engine, message, peer=3)) == [DECIDED]
    assert hear(engine, message, peer=3) == ()


def test_rule_9_late_votes_of_a_decided_height_are_normal():
    engine = decided_engine()

    assert hear_all(engine, [prepare(BLOCK, 3), commit(BLOCK, 3)]) == ()


def test_rule_9_a_peer_is_answered_at_most_once_a_second():
    engine = decided_engine()
    first = hear(engine, status(), peer=3)
    second = hear(engine, status(), peer=3)
    other = hear(engine, status(), peer=2)
    fire(engine, timer(first, "answer"))

    third = hear(engine, status(), peer=3)

    assert second == ()
    assert sent(other) == sent(third) == [DECIDED]


def test_rule_9_a_peer_far_behind_learns_where_we_stand():
    engine = decided_engine()
    committed(engine, block_on(head_after(BLOCK, CERTIFICATE), proposer=2))

    effects = hear(engine, status(1), peer=3)

    assert [(type(m), m.height) for m in sent(effects)] == [(StatusMessage, 3)]


def test_rule_9_a_restarted_node_answers_with_the_certificate_of_its_head():
    engine = engine_of(0, head=head_after(BLOCK, CERTIFICATE))

    effects = hear(engine, status(1), peer=3)

    assert sent(effects) == [replace(DECIDED, block=None)]


def test_rule_9_a_peer_that_reconnects_gets_own_latest_messages_and_the_status():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)
    hear_all(engine, [prepare(BLOCK, 1), prepare(BLOCK, 2)])

    effects = engine.step(PeerConnected(key_of(3)))

    found = [read_message(e.payload) for e in only(effects, Send)]
    assert found[:2] == [prepare(BLOCK, 0), commit(BLOCK, 0)]
    assert isinstance(found[2], StatusMessage)
    assert only(effects, Broadcast) == []


@pytest.mark.parametrize(
    ("message", "is_open"),
    [
        (status(), False),
        (status(view=1), True),
        (status(accepted=BLOCK.hash), True),
        (status(prepares=b"\x01"), True),
        (status(view_changes=b"\x01"), True),
        (status(commits=((0, b"\x01"),)), True),
    ],
)
def test_rule_9_a_status_opens_the_height_if_its_sender_is_at_work(message, is_open):
    engine = engine_of(0)

    hear(engine, message, peer=2)

    assert (engine.status().step != "idle") is is_open
    assert engine.status().peer_views == (("coral", message.view),)


def test_rule_9_the_resend_timer_stops_with_the_reason_for_it():
    engine = engine_of(0)
    first = hear(engine, status(2), peer=1) + hear(engine, status(2), peer=2)
    committed(engine, BLOCK)

    assert fire(engine, timer(first, "resend")) == ()


def test_messages_for_the_next_height_are_bounded_for_each_peer():
    engine = engine_of(0)
    head = head_after(BLOCK, CERTIFICATE)
    big = block_on(head, proposer=2, transactions=(b"x" * 60_000,) * 16)

    for index in range(300):
        hear(engine, prepare(block_on(head, proposer=2, time_ms=index + 9000), 3))
    for index in range(4):
        proposal = pre_prepare(replace_time(big, index), sender=2)
        hear(engine, proposal)
    for peer in range(1, 240):
        hear(engine, prepare(big, 3), peer=peer)
    for peer in range(300):
        key = PublicKey(peer.to_bytes(32, "big"))
        engine.step(Received(key, prepare(big, 3).encode()))

    taken = engine._replica.future.take()
    assert len([1 for peer, _ in taken if peer == key_of(3)]) == 256
    assert len([1 for peer, _ in taken if peer == key_of(2)]) <= 3
    assert len({peer for peer, _ in taken}) == 256


def replace_time(block, index):
    return type(block)(
        replace(block.header, time_ms=block.header.time_ms + index), block.transactions
    )
