"""What the stores of ciphertexts ask: who keeps, who may read, what is new."""

import pytest

from contracts.complaints.reviews.messages import Appeal
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    OfferTransfer,
    RejectTransfer,
    RemoveJoint,
)
from contracts.complaints.work.messages import AddContent, Resolve
from contracts.tools.testing import Ledger
from tests.contracts.complaints.world import World, ident, item
from tests.contracts.identity.scenes import appoint
from tests.contracts.identity.world import admin

C = ident("c")
PHOTO, MEMO, NOTICE = item("photo"), item("memo", kind="internal"), item("notice", kind="public")


@pytest.fixture
def world():
    world = World()
    world.worked("c", contents=(PHOTO,))
    world.do("khet", AddContent(C, "khet", MEMO))
    world.do("khet", AddContent(C, "khet", NOTICE))
    return world


def readers(world, content):
    """Who of these may read a content."""
    names = ("anong", "boon", *map(admin, ("khet", "water", "roads", "etda")))
    may = {name: world.ask("may_read", content.digest, Ledger.address(name)) for name in names}
    return {name.removesuffix("-admin") for name in names if may[name]}


def test_everybody_reads_what_is_public(world):
    assert readers(world, NOTICE) == {"anong", "boon", "khet", "water", "roads", "etda"}


def test_the_citizen_and_the_holder_read_what_is_for_participants(world):
    assert readers(world, PHOTO) == {"anong", "khet"}


def test_the_citizen_does_not_read_what_is_internal(world):
    assert readers(world, MEMO) == {"khet"}


def test_an_officer_reads_for_its_agency(world):
    appoint(world, "khet", "somsri", "complaints")

    assert world.ask("may_read", MEMO.digest, Ledger.address("somsri"))


def test_who_is_offered_a_case_reads_it_while_the_offer_is_open(world):
    world.do("khet", OfferTransfer(C, "water", "pipe"))
    during = readers(world, PHOTO)
    world.do("water", RejectTransfer(C, 1, "no-pipe"))

    assert during == {"anong", "khet", "water"}
    assert readers(world, PHOTO) == {"anong", "khet"}


def test_a_former_holder_is_given_nothing_any_more(world):
    world.do("khet", OfferTransfer(C, "water", "pipe"))
    world.do("water", AcceptTransfer(C, 1))

    assert readers(world, MEMO) == {"water"}


def test_a_joint_agency_reads_once_it_has_agreed(world):
    world.do("khet", AddJoint(C, "roads"))
    invited = readers(world, PHOTO)
    world.do("roads", AcceptJoint(C, "roads"))

    assert (invited, readers(world, PHOTO)) == ({"anong", "khet"}, {"anong", "khet", "roads"})


def test_a_supervisor_reads_what_was_appealed(world):
    world.do("khet", Resolve(C, "fixed", item("r")))
    before = readers(world, PHOTO)
    world.do_as("anong", Appeal(C, item("g")))

    assert (before, readers(world, PHOTO)) == ({"anong", "khet"}, {"anong", "khet", "etda"})


def test_the_hosts_of_all_agencies_involved_keep_content(world):
    alone = world.ask("content_hosts", PHOTO.digest)
    world.do("khet", AddJoint(C, "roads"))
    world.do("roads", AcceptJoint(C, "roads"))
    world.do("khet", OfferTransfer(C, "water", "pipe"))

    assert alone == ("khet-node", "dopa-node")
    hosts = world.ask("content_hosts", PHOTO.digest)
    assert hosts == ("khet-node", "dopa-node", "roads-node")


def test_who_leaves_a_case_finds_its_content_in_the_feed(world):
    world.do("khet", AddJoint(C, "roads"))
    world.do("roads", AcceptJoint(C, "roads"))
    world.wait(1)
    world.do("roads", RemoveJoint(C, "roads"))

    lines = world.named("contents_since", "FeedLine", world.height, bytes(32), 10)
    assert len(lines) == 3
    assert world.ask("content_hosts", PHOTO.digest) == ("khet-node", "dopa-node")


def test_unknown_content_has_no_hosts_and_no_readers(world):
    unknown = item("unknown").digest

    assert world.ask("content_hosts", unknown) == ()
    assert not world.ask("may_read", unknown, Ledger.address("anong"))
    assert not world.ask("is_erased", unknown)
    assert world.ask("content", unknown) is None


def test_a_host_that_was_away_pages_through_what_is_new(world):
    first, found = (0, bytes(32)), []
    for _ in range(4):
        page = world.named("contents_since", "FeedLine", *first, 1)
        if not page:
            break
        found += page
        first = (page[0]["height"], page[0]["digest"])

    assert {line["digest"] for line in found} == {PHOTO.digest, MEMO.digest, NOTICE.digest}
    assert len(found) == 3


def test_a_new_holder_finds_all_of_a_case_in_the_feed(world):
    world.do("khet", OfferTransfer(C, "water", "pipe"))
    world.wait(1)
    world.do("water", AcceptTransfer(C, 1))

    lines = world.named("contents_since", "FeedLine", world.height, bytes(32), 10)
    assert {line["digest"] for line in lines} == {PHOTO.digest, MEMO.digest, NOTICE.digest}


def test_content_is_described_without_being_shown(world):
    known = world.named("content", "Content", PHOTO.digest)

    assert (known["case_id"], known["kind"], known["size"]) == (C, "participant", 100)
    assert known["commitment"] == PHOTO.commitment
