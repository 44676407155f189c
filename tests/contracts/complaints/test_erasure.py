"""Erasure: on the citizen's request, never under a legal hold, with the hosts' receipts."""

from dataclasses import replace

import pytest

from contracts.complaints.core.messages import (
    BadField,
    BadState,
    CaseErased,
    ErasureNotWanted,
    ErasureWantedBefore,
    NotErased,
    NotHolder,
    NotParticipant,
    UnknownContent,
)
from contracts.complaints.erasures.handlers import NO_COMMITMENT
from contracts.complaints.erasures.messages import (
    AlreadyHeld,
    AlreadyRecorded,
    BadReceipt,
    Erase,
    LegalHold,
    LiftHold,
    PlaceHold,
    RecordErasure,
    RequestErasure,
    erasure_statement,
)
from contracts.complaints.reviews.messages import Appeal, Confirm, Reopen
from contracts.complaints.work.messages import Accept, AddContent
from contracts.tools.testing import key_of
from primitives.errors import NotAllowed
from tests.contracts.complaints.world import World, ident, item, names_of

C = ident("c")
CHAIN = "test-chain"
PHOTO = item("photo")


@pytest.fixture
def world():
    world = World()
    world.resolved("c", contents=(PHOTO,))
    return world


@pytest.fixture
def wanted(world):
    world.do_as("anong", RequestErasure(C))
    return world


@pytest.fixture
def erased(wanted):
    wanted.do("khet", Erase(C, "khet", "pdpa-33"))
    return wanted


def receipt(agency="khet", host="khet-node", case_id=C, digest=PHOTO.digest):
    """A host's signed word that it deleted."""
    signature = key_of(host).sign(*erasure_statement(CHAIN, digest, host, 1_700_000_000_000))
    key = key_of(host).public_key
    return RecordErasure(case_id, agency, digest, host, key, 1_700_000_000_000, signature)


@pytest.mark.parametrize("agency", ["khet", "etda"])
def test_the_holder_or_a_supervisor_erases_on_request(wanted, agency):
    events = wanted.do(agency, Erase(C, agency, "pdpa-33"))

    assert names_of(events) == ["Erased"]
    assert wanted.case("c")["is_erased"]
    assert wanted.ask("is_erased", PHOTO.digest)
    assert wanted.ask("content_hosts", PHOTO.digest) == ()
    assert not wanted.ask("may_read", PHOTO.digest, wanted.ledger.address("anong"))


def test_an_erasure_takes_the_commitments_out_of_the_state(erased):
    kept = erased.named("filing", "Filing", C)

    assert (kept["commitment"], kept["fields"]) == (NO_COMMITMENT, ())


def test_hosts_find_an_erasure_in_their_feed(erased):
    erased.wait(1)
    line = erased.named("contents_since", "FeedLine", erased.height - 1, bytes(32), 10)

    assert {(one["case_id"], one["is_erased"]) for one in line} == {(C, True)}


def test_an_erased_case_lists_no_content(erased):
    assert erased.ask("contents_page", C, 0, 10) == ()
    assert erased.ask("public_view", C) is None


def test_nobody_erases_without_the_citizens_request(world):
    refusal = world.refuse("khet", ErasureNotWanted, Erase(C, "khet", "pdpa-33"))

    assert refusal.code == "ERASURE_NOT_WANTED"


def test_only_the_citizen_asks_for_erasure(world):
    assert world.refuse("khet", NotParticipant, RequestErasure(C)).code == "NOT_PARTICIPANT"


def test_erasure_is_asked_for_once(wanted):
    refusal = wanted.refuse_as("anong", ErasureWantedBefore, RequestErasure(C))

    assert refusal.code == "ERASURE_WANTED_BEFORE"


def test_others_do_not_erase(wanted):
    for agency in ("roads", "court"):
        refusal = wanted.refuse(agency, NotHolder, Erase(C, agency, "pdpa-33"))
    wanted.refuse_as("anong", NotHolder, Erase(C, "khet", "pdpa-33"))

    assert refusal.code == "NOT_HOLDER"


def test_an_open_case_is_not_erased(world):
    world.worked("d")
    world.do_as("anong", RequestErasure(ident("d")))

    refusal = world.refuse("khet", BadState, Erase(ident("d"), "khet", "pdpa-33"))

    assert dict(refusal.details)["state"] == "in-progress"


def test_a_legal_basis_is_a_code(wanted):
    refusal = wanted.refuse("khet", BadField, Erase(C, "khet", "Mrs. Anong wants it"))

    assert dict(refusal.details)["field"] == "legal_basis"


@pytest.mark.parametrize("agency", ["etda", "court"])
def test_under_a_legal_hold_nothing_is_erased(wanted, agency):
    wanted.do(agency, PlaceHold(C, agency, "evidence"))

    for by in ("khet", "etda"):
        refusal = wanted.refuse(by, LegalHold, Erase(C, by, "pdpa-33"))

    assert dict(refusal.details)["held_by"] == agency


def test_a_lifted_hold_no_longer_forbids(wanted):
    wanted.do("court", PlaceHold(C, "court", "evidence"))
    wanted.do("court", LiftHold(C, "court"))

    wanted.do("khet", Erase(C, "khet", "pdpa-33"))

    assert wanted.case("c")["is_erased"]


def test_only_who_placed_a_hold_lifts_it(world):
    world.do("court", PlaceHold(C, "court", "evidence"))

    refusal = world.refuse("etda", NotParticipant, LiftHold(C, "etda"))

    assert refusal.code == "NOT_PARTICIPANT"


def test_a_case_has_one_hold(world):
    world.do("court", PlaceHold(C, "court", "evidence"))

    assert world.refuse("etda", AlreadyHeld, PlaceHold(C, "etda", "audit"))


@pytest.mark.parametrize("message", [PlaceHold(C, "khet", "x"), LiftHold(C, "khet")])
def test_an_agency_that_is_neither_supervisor_nor_court_holds_nothing(world, message):
    assert world.refuse("khet", NotAllowed, message).code == "NOT_ALLOWED"


WRITES = [
    ("anong", AddContent(C, "", item("x"))),
    ("khet-admin", AddContent(C, "khet", item("x"))),
    ("khet-admin", Reopen(C, "khet")),
    ("anong", Reopen(C, "")),
    ("anong", Appeal(C, item("g"))),
    ("anong", Confirm(C)),
    ("anong", RequestErasure(C)),
    ("khet-admin", Erase(C, "khet", "again")),
    ("khet-admin", Accept(C)),
    ("court-admin", PlaceHold(C, "court", "late")),
]


@pytest.mark.parametrize(("who", "message"), WRITES)
def test_nothing_is_written_after_an_erasure(erased, who, message):
    assert erased.refuse_as(who, CaseErased, message).code == "CASE_ERASED"


def test_a_hosts_receipt_is_recorded_once(erased):
    erased.do("khet", receipt())
    refusal = erased.refuse("khet", AlreadyRecorded, receipt())
    erased.do("etda", receipt(agency="etda", host="dopa-node"))

    kept = erased.named("receipts_of_erasure", "ErasureReceipt", PHOTO.digest)
    assert refusal.code == "ALREADY_RECORDED"
    assert {one["host"] for one in kept} == {"khet-node", "dopa-node"}


@pytest.mark.parametrize(
    "change", [{"host": "dopa-node"}, {"erased_at_ms": 1}, {"signature": bytes(64)}]
)
def test_a_receipt_with_another_signature_is_refused(erased, change):
    assert erased.refuse("khet", BadReceipt, replace(receipt(), **change)).code == "BAD_RECEIPT"


def test_a_receipt_is_for_erased_content_of_the_case(wanted):
    wanted.refuse("khet", UnknownContent, receipt(digest=item("other").digest))
    wanted.worked("d")
    wanted.refuse("khet", UnknownContent, receipt(case_id=ident("d")))

    refusal = wanted.refuse("khet", NotErased, receipt())

    assert dict(refusal.details) == {"state": "resolved"}


def test_others_record_no_receipts(erased):
    assert erased.refuse("roads", NotHolder, receipt(agency="roads")).code == "NOT_HOLDER"
