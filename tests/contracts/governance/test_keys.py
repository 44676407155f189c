"""The network record: keys of nodes that rotate, in their turn, and keys that were stolen."""

from dataclasses import replace

import pytest

from contracts.governance.errors import AgencySuspended
from contracts.governance.network.errors import (
    BadNodeKey,
    KeyChangeWaits,
    NewKeyUnproven,
    NodeKeyUsed,
    NotOfNodesAgency,
    ProofTooOld,
    TooManyChanges,
    UnknownNode,
)
from contracts.governance.network.keys import KEY_TAG
from contracts.governance.network.messages import (
    NodeAdmission,
    ReportStolen,
    RotateKey,
    StolenKey,
)
from primitives.codec import encode
from primitives.crypto import SigningKey
from tests.contracts.governance.ledgers import (
    MEMBERS,
    as_admin,
    ask,
    change,
    decide,
    proposal_of,
    status,
)
from tests.contracts.governance.test_nodes import named, node_of, retirement
from tests.contracts.governance.test_seats import (
    AWAY,
    end_block,
    give_seat,
    network,
    seat,
    seated,
)

FIRST, SECOND, THIRD = (SigningKey(bytes([n]) * 32) for n in (0x31, 0x32, 0x33))


@pytest.fixture
def ledger():
    return network()


def new_key(ledger, node, key=FIRST, *, kind=RotateKey, height=None, signed_by=None, chain_id=None):
    """What gives a node this key, with the proof that somebody has it."""
    at = ledger.block.height if height is None else height
    facts = encode((chain_id or ledger.block.chain_id, node, at))
    return kind(node, key.public_key, at, (signed_by or key).sign(KEY_TAG, facts))


def rotate(ledger, node, key=FIRST):
    return as_admin(ledger, node).execute(new_key(ledger, node, key))


def report(ledger, node, key=FIRST):
    return as_admin(ledger, node).execute(new_key(ledger, node, key, kind=ReportStolen))


def key_of(ledger, node):
    return ask(ledger, "node", node)[2]


def test_an_agency_rotates_the_key_of_its_node_from_the_next_height_on(ledger):
    before = key_of(ledger, "dopa")
    rotate(ledger, "dopa")
    height, waiting = ledger.block.height, ask(ledger, "seat_changes")

    events = end_block(ledger)

    assert [entry[0] for entry in waiting] == ["dopa"]
    assert [(event.name, event.fields) for event in events] == [
        ("KeyChanged", ("dopa", FIRST.public_key, height + 1))
    ]
    assert key_of(ledger, "dopa") == FIRST.public_key != before
    assert seated(ledger) == sorted(MEMBERS)
    assert ask(ledger, "versions_page", 0, 10) == ((1, (height + 1, "dopa", "key rotated")),)


def test_r4_1_of_four_validators_one_key_changes_a_block_and_the_others_wait(ledger):
    rotate(ledger, "dopa", FIRST)
    rotate(ledger, "bot", SECOND)
    rotate(ledger, "rd", THIRD)

    counts = [sum(event.name == "KeyChanged" for event in end_block(ledger)) for _ in range(4)]

    assert counts == [1, 1, 1, 0]
    assert [key_of(ledger, name) for name in ("dopa", "bot", "rd")] == [
        key.public_key for key in (FIRST, SECOND, THIRD)
    ]


def test_a_stolen_key_is_replaced_before_all_that_waits(ledger):
    rotate(ledger, "dopa", FIRST)
    rotate(ledger, "bot", SECOND)
    report(ledger, "rd", THIRD)
    height = ledger.block.height

    events = end_block(ledger)

    assert [(event.name, event.fields) for event in events] == [
        ("KeyChanged", ("rd", THIRD.public_key, height + 1))
    ]
    assert ask(ledger, "versions_page", 0, 10) == ((1, (height + 1, "rd", "key stolen")),)
    assert [entry[0] for entry in ask(ledger, "seat_changes")] == ["dopa", "bot"]


def test_a_stolen_key_takes_the_place_of_a_rotation_of_the_same_node(ledger):
    rotate(ledger, "dopa", FIRST)

    report(ledger, "dopa", SECOND)
    events = end_block(ledger)

    assert named(events) == ["KeyChanged"]
    assert key_of(ledger, "dopa") == SECOND.public_key
    assert ask(ledger, "seat_changes") == ()


def test_a_stolen_key_is_replaced_though_as_many_changes_wait_as_may(ledger):
    for number in range(96):
        key = SigningKey(bytes([number, 1]) + bytes(30))
        decide(ledger, change(node=node_of(key, name=f"n-{number}")))
        decide(ledger, seat(f"n-{number}"))
    for number, name in enumerate(("bot", "rd", "etda", "kbank"), start=0x40):
        rotate(ledger, name, SigningKey(bytes([number]) + bytes(31)))
    as_admin(ledger, "scb").rejects(TooManyChanges, new_key(ledger, "scb", SECOND))

    report(ledger, "dopa")
    end_block(ledger)

    assert key_of(ledger, "dopa") == FIRST.public_key


def test_a_key_is_reported_stolen_by_vote_too_however_long_that_takes(ledger):
    wanted = new_key(ledger, "dopa", kind=StolenKey)
    for _ in range(1_100):
        end_block(ledger)

    decide(ledger, change(stolen=wanted))
    end_block(ledger)

    assert key_of(ledger, "dopa") == FIRST.public_key


def test_a_used_key_belongs_to_no_other_node_and_never_returns(ledger):
    rotate(ledger, "dopa", FIRST)
    end_block(ledger)
    rotate(ledger, "dopa", SECOND)
    end_block(ledger)

    for node in ("dopa", "bot"):
        for key in (FIRST, SECOND):
            as_admin(ledger, node).rejects(NodeKeyUsed, new_key(ledger, node, key))


def test_a_key_that_waits_is_taken(ledger):
    rotate(ledger, "dopa", FIRST)

    as_admin(ledger, "bot").rejects(NodeKeyUsed, new_key(ledger, "bot", FIRST))


def test_a_retired_node_does_not_come_back_with_a_key_that_it_gave_up(ledger):
    decide(ledger, change(node=node_of(FIRST)))
    as_admin(ledger, "kbank").execute(new_key(ledger, "kbank-2", SECOND))
    end_block(ledger)
    decide(ledger, retirement("kbank-2"))

    back = proposal_of(ledger, change(node=node_of(FIRST)))
    as_admin(ledger, "bot").rejects(NodeKeyUsed, back)

    decide(ledger, change(node=node_of(SECOND)))
    assert key_of(ledger, "kbank-2") == SECOND.public_key


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signed_by": SECOND}, NewKeyUnproven),
        ({"chain_id": "another-chain"}, NewKeyUnproven),
        ({"height": 2_000}, ProofTooOld),
    ],
)
def test_a_new_key_proves_itself_for_this_chain_node_and_height(ledger, changes, error):
    wanted = new_key(ledger, "dopa", **changes)

    as_admin(ledger, "dopa").rejects(error, wanted)
    as_admin(ledger, "dopa").rejects(NewKeyUnproven, replace(new_key(ledger, "bot"), node="dopa"))


def test_a_proof_is_good_for_a_thousand_blocks(ledger):
    wanted = new_key(ledger, "dopa")
    for _ in range(1_001):
        end_block(ledger)

    as_admin(ledger, "dopa").rejects(ProofTooOld, wanted)


def test_no_key_that_nobody_could_have_is_taken(ledger):
    wanted = replace(new_key(ledger, "dopa"), public_key=b"\x01" + bytes(32))

    as_admin(ledger, "dopa").rejects(BadNodeKey, wanted)


def test_only_the_agency_of_a_node_changes_its_key(ledger):
    as_admin(ledger, "bot").rejects(NotOfNodesAgency, new_key(ledger, "dopa"))
    as_admin(ledger, "bot").rejects(NotOfNodesAgency, new_key(ledger, "dopa", kind=ReportStolen))
    as_admin(ledger, "bot").rejects(UnknownNode, new_key(ledger, "nobody"))
    stolen = proposal_of(ledger, change(stolen=new_key(ledger, "nobody", kind=StolenKey)))
    as_admin(ledger, "bot").rejects(UnknownNode, stolen)

    decide(ledger, status("kbank", "suspended"))

    as_admin(ledger, "kbank").rejects(AgencySuspended, new_key(ledger, "kbank"))


def test_a_node_has_at_most_one_rotation_ahead(ledger):
    rotate(ledger, "dopa", FIRST)

    as_admin(ledger, "dopa").rejects(KeyChangeWaits, new_key(ledger, "dopa", SECOND))


def test_who_waits_for_a_seat_gets_it_with_its_new_key(ledger):
    decide(ledger, seat("kbank"))
    rotate(ledger, "kbank")
    end_block(ledger)
    assert key_of(ledger, "kbank") == FIRST.public_key
    assert [entry[0] for entry in ask(ledger, "seat_changes")] == ["kbank"]

    decide(ledger, seat("kbank", is_validator=False))
    give_seat(ledger, "kbank")

    assert "kbank" in seated(ledger)


def test_another_key_waits_for_no_seat_and_counts_as_none(ledger):
    give_seat(ledger, "kbank")
    decide(ledger, seat("dopa", is_validator=False))  # the one that four validators can spare
    rotate(ledger, "dopa")

    end_block(ledger)
    end_block(ledger)

    assert seated(ledger) == ["bot", "etda", "kbank", "rd"]
    assert key_of(ledger, "dopa") == FIRST.public_key


def test_who_is_retired_before_its_turn_gets_no_key(ledger):
    rotate(ledger, AWAY[0])
    decide(ledger, retirement(AWAY[0]))

    events = end_block(ledger)

    assert ask(ledger, "node", AWAY[0]) is None
    assert ask(ledger, "seat_changes") == ()
    assert "KeyChanged" not in named(events)


def test_an_admission_names_no_key_that_waits_for_another_node(ledger):
    rotate(ledger, "dopa", FIRST)
    wanted: NodeAdmission = node_of(FIRST)

    as_admin(ledger, "bot").rejects(NodeKeyUsed, proposal_of(ledger, change(node=wanted)))
