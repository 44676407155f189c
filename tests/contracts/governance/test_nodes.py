"""The network record: nodes admitted and retired by vote, and what an agency does for its own."""

from dataclasses import replace

import pytest

from contracts.governance.errors import AgencySuspended, UnknownAgency
from contracts.governance.network.errors import (
    BadHost,
    BadNodeKey,
    BadNodeName,
    CertificateUnchanged,
    NodeExists,
    NodeKeyUsed,
    NotOfNodesAgency,
    NotSignedByNode,
    OnlyCertificate,
    SameAddress,
    SeatUnchanged,
    TooFewValidators,
    TwoCertificates,
    UnknownCertificate,
    UnknownNode,
)
from contracts.governance.network.messages import (
    AddCertificate,
    MoveNode,
    NodeAdmission,
    NodeRetirement,
    Ready,
    WithdrawCertificate,
)
from genesis.schema import MEMBER_TAG
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
from tests.contracts.governance.test_seats import (
    end_block,
    give_seat,
    hash_of,
    network,
    seat,
    seated,
)

NEW = SigningKey(b"\x21" * 32)
_FACTS = ("name", "public_key", "certificate", "host", "port", "is_validator")


def node_of(key=NEW, *, signed_by=None, **facts):
    """The admission of a node as its member file says it, for kbank's agency."""
    plain = {
        "name": "kbank-2",
        "public_key": key.public_key,
        "certificate": b"\x30\x01",
        "host": "10.0.0.7",
        "port": 26_656,
        "is_validator": False,
    } | facts
    signed = encode(tuple(plain[name] for name in _FACTS))
    signature = (signed_by or key).sign(MEMBER_TAG, signed)
    return NodeAdmission(agency_id="kbank", signature=signature, **plain)


def admission(*args, **facts):
    return change(node=node_of(*args, **facts))


def retirement(name):
    return change(retirement=NodeRetirement(name))


def named(events):
    return [event.name for event in events]


@pytest.fixture
def ledger():
    return network()


def test_a_node_that_no_genesis_names_is_admitted_by_vote(ledger):
    height = ledger.block.height

    events = decide(ledger, admission())

    found = (("kbank-2", "kbank", NEW.public_key, b"\x30\x01", "10.0.0.7", 26_656, False),)
    assert (ask(ledger, "node", "kbank-2")[:-2],) == found
    assert "NodeAdmitted" in named(events)
    first = ledger.block.height + 1
    assert first > height
    assert ask(ledger, "versions_page", 0, 10) == ((1, (first, "kbank-2", "admitted")),)
    assert seated(ledger) == sorted(MEMBERS)


def test_who_is_admitted_to_decide_gets_its_seat_once_it_is_ready(ledger):
    decide(ledger, admission(is_validator=True))
    for _ in range(3):
        end_block(ledger)
    before = seated(ledger)
    height = ledger.block.height - 2

    hash_ = hash_of(height)
    as_admin(ledger, "kbank").execute(Ready("kbank-2", height, hash_))
    end_block(ledger)

    assert before == sorted(MEMBERS)
    assert seated(ledger) == sorted([*MEMBERS, "kbank-2"])


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (node_of(name="kbank"), NodeExists),
        (node_of(name="-kbank"), BadNodeName),
        (node_of(name="Kbank-2"), BadNodeName),
        (node_of(host="a b"), BadHost),
        (node_of(signed_by=SigningKey(b"\x22" * 32)), NotSignedByNode),
        (replace(node_of(), port=1), NotSignedByNode),
        (replace(node_of(), certificate=b"\x30\x02"), NotSignedByNode),
        (replace(node_of(), agency_id="nobody"), UnknownAgency),
        (replace(node_of(), public_key=b"\x01" + bytes(32)), BadNodeKey),
        (replace(node_of(), public_key=b"\x02" + bytes(32)), BadNodeKey),
    ],
)
def test_an_admission_that_does_not_hold_together_is_refused(ledger, wanted, error):
    as_admin(ledger, "bot").rejects(error, proposal_of(ledger, change(node=wanted)))


def test_the_key_of_a_node_that_left_belongs_to_no_other_for_ever(ledger):
    decide(ledger, admission())
    decide(ledger, retirement("kbank-2"))

    other = proposal_of(ledger, admission(name="kbank-3"))
    as_admin(ledger, "bot").rejects(NodeKeyUsed, other)

    decide(ledger, admission())
    assert ask(ledger, "node", "kbank-2") is not None


def test_an_observer_is_retired_at_once(ledger):
    events = decide(ledger, retirement("scb"))

    assert "NodeRetired" in named(events)
    assert ask(ledger, "node", "scb") is None


def test_a_validator_is_retired_with_its_seat_when_its_turn_has_come(ledger):
    give_seat(ledger, "kbank")

    decide(ledger, retirement("dopa"))
    there = ask(ledger, "node", "dopa")
    events = end_block(ledger)

    assert there is not None
    assert named(events) == ["SeatChanged", "NodeRetired"]
    assert ask(ledger, "node", "dopa") is None
    assert seated(ledger) == ["bot", "etda", "kbank", "rd"]


def test_a_retirement_never_leaves_fewer_than_four_validators(ledger):
    wanted = proposal_of(ledger, retirement("dopa"))

    as_admin(ledger, "bot").rejects(TooFewValidators, wanted)


def test_a_retirement_that_waits_is_decided_once_and_a_seat_takes_it_back(ledger):
    give_seat(ledger, "kbank")
    give_seat(ledger, "scb")
    decide(ledger, retirement("dopa"))
    wanted, back = proposal_of(ledger, retirement("dopa")), seat("dopa")

    as_admin(ledger, "bot").rejects(SeatUnchanged, wanted)
    as_admin(ledger, "bot").rejects(UnknownNode, proposal_of(ledger, retirement("nobody")))
    assert ask(ledger, "seat_changes")[0][5] is True
    end = proposal_of(ledger, back)

    as_admin(ledger, "bot").execute(end)


def test_who_waits_for_a_seat_and_is_retired_gets_none(ledger):
    decide(ledger, seat("kbank"))
    decide(ledger, retirement("kbank"))

    end_block(ledger)

    assert ask(ledger, "seat_changes") == ()
    assert ask(ledger, "node", "kbank") is None


def test_an_agency_moves_its_own_node(ledger):
    kbank = as_admin(ledger, "kbank")

    kbank.execute(MoveNode("kbank", "node.kbank.example", 4_000))

    assert ask(ledger, "node", "kbank")[4:6] == ("node.kbank.example", 4_000)
    kbank.rejects(SameAddress, MoveNode("kbank", "node.kbank.example", 4_000))
    kbank.rejects(BadHost, MoveNode("kbank", "node kbank", 4_000))


def certificates(ledger, node):
    found = ask(ledger, "node", node)
    return found[3], found[8]


def test_an_agency_adds_a_second_certificate_to_its_node_and_withdraws_either(ledger):
    kbank, first = as_admin(ledger, "kbank"), b"\x30\x00"

    kbank.execute(AddCertificate("kbank", b"second"))
    both = certificates(ledger, "kbank")
    kbank.rejects(TwoCertificates, AddCertificate("kbank", b"third"))
    kbank.rejects(UnknownCertificate, WithdrawCertificate("kbank", b"third"))
    kbank.execute(WithdrawCertificate("kbank", first))
    left = certificates(ledger, "kbank")
    kbank.execute(AddCertificate("kbank", b"third"))
    kbank.execute(WithdrawCertificate("kbank", b"third"))

    assert both == (first, b"second")
    assert left == certificates(ledger, "kbank") == (b"second", None)
    changes = [version[1][2] for version in ask(ledger, "versions_page", 0, 10)]
    assert changes == ["certificate added", "certificate withdrawn"] * 2


def test_a_node_always_has_a_certificate_and_no_second_one_that_is_the_first(ledger):
    kbank, first = as_admin(ledger, "kbank"), b"\x30\x00"

    kbank.rejects(OnlyCertificate, WithdrawCertificate("kbank", first))
    kbank.rejects(CertificateUnchanged, AddCertificate("kbank", first))


def test_nobody_acts_for_the_node_of_another_agency_or_of_a_suspended_one(ledger):
    act = MoveNode("kbank", "10.0.0.9", 1)
    as_admin(ledger, "scb").rejects(NotOfNodesAgency, act)
    as_admin(ledger, "dopa").rejects(NotOfNodesAgency, act)
    as_admin(ledger, "dopa").rejects(NotOfNodesAgency, AddCertificate("kbank", b"second"))
    as_admin(ledger, "dopa").rejects(NotOfNodesAgency, WithdrawCertificate("kbank", b"second"))

    decide(ledger, status("kbank", "suspended"))

    as_admin(ledger, "kbank").rejects(AgencySuspended, act)
