"""Who files what with whom, and what refuses."""

from dataclasses import replace

import pytest

from contracts.complaints.cases.messages import NotVerified, ReceiptUsed
from contracts.complaints.core.messages import (
    AgencyInactive,
    BadField,
    BadKey,
    CaseExists,
    ContentExists,
    FilerNotAllowed,
    NotParticipant,
    UnknownCategory,
    UnknownTemplate,
)
from contracts.complaints.reviews.messages import Withdraw
from contracts.complaints.work.messages import Accept
from contracts.identity.nodes.messages import RegisterNode, SetNamespace, SetNodeStatus
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from contracts.tools.testing import Ledger, key_of
from primitives.errors import ArgumentOutOfBounds, BadText, WrongArgumentType
from tests.contracts.complaints.world import World, commit, filing, ident, item, names_of
from tests.contracts.identity.scenes import appoint, attest, create, face_match, suspend_agency
from tests.contracts.identity.signing import CID, name_of, public, recovering
from tests.contracts.identity.world import admin


@pytest.fixture
def world():
    return World()


def with_identity(world, *, ial=210):
    """Make somchai a proofed subject of identity."""
    nodes = (("dopa", (0, 0), ()), ("kbank", (230, 220), (CID,)))
    for agency, levels, namespaces in nodes:
        keys = (public(f"{agency}-node"),)
        world.do("etda", RegisterNode(agency, "state", *levels, namespaces, keys))
        world.do("etda", SetNodeStatus(agency, "active", ""))
        if agency == "dopa":
            world.do("etda", SetNamespace(CID, "dopa", True))
    create(world, "somchai")
    if ial:
        attest(world, "somchai", ial=ial)


def test_a_case_is_with_the_agency_it_is_filed_with_and_its_clocks_run(world):
    events = world.do_as("anong", filing("c", contents=(item("photo"),)))

    case = world.case("c")
    clocks = [line["clock"] for line in world.named("deadlines", "Deadline", ident("c"))]
    assert names_of(events) == ["Filed", "ContentAdded"]
    assert (case["holder"], case["state"], case["stage"]) == ("khet", "filed", "waiting")
    assert clocks == ["acceptance", "interim", "resolution"]
    assert case["left_ms"] == 21 * 86_400_000


def test_an_account_files_and_is_the_owner(world):
    world.file("c")

    assert world.case("c")["owner"] == Ledger.address("anong")
    assert world.ask("cases_of", Ledger.address("anong"), None, 10) == (ident("c"),)


def test_a_receipt_files_and_finds_its_case_again(world):
    world.file_by_receipt("c", "twelve words")

    found = world.ask("case_of_receipt", Ledger.address("twelve words"))
    assert found == ident("c")
    assert world.case("c")["filer"] == "anonymous"


def test_an_officer_files_for_a_citizen_who_keeps_the_receipt(world):
    appoint(world, "police", "sergeant", "complaints")
    key = key_of("twelve words").public_key

    world.do_as("sergeant", filing("c", agency="police", template="police-report", owner_pk=key))
    world.do_as("twelve words", Withdraw(ident("c")))

    assert (world.case("c")["filer"], world.case("c")["state"]) == ("intake", "withdrawn")


def test_a_verified_citizen_files_with_a_key_of_the_subject(world):
    with_identity(world)

    msg = filing("c", agency="police", template="police-report", sid=name_of("somchai"))
    world.do_as("somchai-1", msg)

    assert world.case("c")["filer"] == "verified"


@pytest.mark.parametrize("who", ["mallory", "anong"])
def test_a_key_that_is_not_the_subjects_is_refused(world, who):
    with_identity(world)

    world.refuse_as(who, NotVerified, filing("c", sid=name_of("somchai")))

    assert world.case("c") is None


def test_a_subject_without_proofing_is_refused(world):
    with_identity(world, ial=0)

    refusal = world.refuse_as("somchai-1", NotVerified, filing("c", sid=name_of("somchai")))

    assert refusal.code == "NOT_VERIFIED"


def test_a_frozen_subject_neither_files_nor_acts(world):
    with_identity(world)
    world.do_as("somchai-1", filing("c", sid=name_of("somchai")))
    world.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))

    world.refuse_as("somchai-1", NotVerified, filing("d", sid=name_of("somchai")))
    refusal = world.refuse_as("somchai-1", NotParticipant, Withdraw(ident("c")))

    assert refusal.code == "NOT_PARTICIPANT"


def test_while_a_recovery_holds_nobody_acts_as_the_subject(world):
    with_identity(world)
    world.do_as("somchai-1", filing("c", sid=name_of("somchai")))
    keys = (public("facelab-node"),)
    world.do("etda", RegisterNode("facelab", "state", 0, 0, (CID,), keys))
    world.do("etda", SetNodeStatus("facelab", "active", ""))
    face_match(world, "somchai", key="somchai-2")
    world.do("kbank", recovering("somchai", "somchai-2"))

    refusal = world.refuse_as("somchai-1", NotParticipant, Withdraw(ident("c")))

    assert refusal.code == "NOT_PARTICIPANT"


def test_a_duplicate_id_is_refused(world):
    world.file("c")

    refusal = world.refuse_as("boon", CaseExists, filing("c", agency="roads"))

    assert refusal.code == "CASE_EXISTS"
    assert world.case("c")["holder"] == "khet"


def test_a_receipt_is_for_one_case(world):
    world.file_by_receipt("c", "twelve words")
    key = key_of("twelve words").public_key

    refusal = world.refuse_as("twelve words", ReceiptUsed, filing("d", owner_pk=key))

    assert refusal.code == "RECEIPT_USED"


def test_a_receipts_key_sent_by_someone_else_is_refused(world):
    key = key_of("twelve words").public_key

    refusal = world.refuse_as("mallory", NotParticipant, filing("c", owner_pk=key))

    assert refusal.code == "NOT_PARTICIPANT"


@pytest.mark.parametrize(
    "key", [b"\x01" + bytes(32), b"\x01\x01" + bytes(31), b"\x02" + b"\xff" * 33]
)
def test_a_receipts_key_of_low_order_is_refused(world, key):
    refusal = world.refuse_as("anong", BadKey, filing("c", owner_pk=key))

    assert refusal.code == "BAD_KEY"


@pytest.mark.parametrize(("template", "version"), [("city-service", 2), ("city-service", 99)])
def test_a_version_that_is_not_in_force_is_refused(world, template, version):
    refusal = world.refuse_as("anong", UnknownTemplate, filing("c", version=version))

    assert dict(refusal.details)["in_force"] == 1


def test_an_unknown_template_is_refused(world):
    msg = replace(filing("c"), template="moon-rocks")

    assert world.refuse_as("anong", UnknownTemplate, msg).code == "UNKNOWN_TEMPLATE"


@pytest.mark.parametrize("agency", ["nobody", "mute", "kbank", "court"])
def test_an_agency_that_handles_no_complaints_is_refused(world, agency):
    refusal = world.refuse_as("anong", AgencyInactive, filing("c", agency=agency))

    assert dict(refusal.details)["agency"] == agency


def test_a_suspended_agency_is_refused(world):
    suspend_agency(world, "khet")

    assert world.refuse_as("anong", AgencyInactive, filing("c")).code == "AGENCY_INACTIVE"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": "13.7563"}, "area"),
        ({"area": "Chatuchak"}, "area"),
        ({"fields": ()}, "description"),
        ({"owner_pk": key_of("r").public_key, "sid": name_of("x")}, "owner_pk"),
        ({"contents": (item("a", kind="internal"),)}, "kind"),
        ({"contents": (item("a", kind="public"),)}, "kind"),
    ],
)
def test_a_field_that_may_not_be_is_named(world, changes, field):
    refusal = world.refuse_as("anong", BadField, filing("c", **changes))

    assert dict(refusal.details)["field"] == field


def test_a_category_that_the_template_does_not_have_is_named(world):
    refusal = world.refuse_as("anong", UnknownCategory, filing("c", category="theft"))

    assert dict(refusal.details) == {"category": "theft"}


def test_a_field_given_twice_is_refused(world):
    msg = filing("c")
    twice = replace(msg, fields=(*msg.fields, *msg.fields))

    assert world.refuse_as("anong", BadField, twice).code == "BAD_FIELD"


def test_a_filer_that_the_template_does_not_take_is_refused(world):
    msg = filing("c", agency="police", template="police-report")

    refusal = world.refuse_as("anong", FilerNotAllowed, msg)

    assert dict(refusal.details) == {"filer": "account"}


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("commitment", b"short", ArgumentOutOfBounds),
        ("case_id", bytes(15), ArgumentOutOfBounds),
        ("area", "e\u0301", BadText),
        ("area", "a\x07b", BadText),
        ("area", 13.7563, WrongArgumentType),
        ("area", float("nan"), WrongArgumentType),
        ("area", "a" * 33, ArgumentOutOfBounds),
        ("version", True, WrongArgumentType),
    ],
)
def test_a_field_of_another_shape_is_refused(world, field, value, error):
    msg = replace(filing("c"), **{field: value})

    refusal = world.refuse_as("anong", error, msg)

    assert field in refusal.message


@pytest.mark.parametrize("size", [0, 16 * 1024 * 1024 + 1])
def test_content_beyond_the_size_limit_is_refused(world, size):
    msg = filing("c", contents=(item("photo", size=size),))

    assert "size" in world.refuse_as("anong", ArgumentOutOfBounds, msg).message


def test_more_content_than_a_filing_takes_is_refused(world):
    msg = filing("c", contents=tuple([item(f"photo-{n}") for n in range(9)]))

    assert "contents" in world.refuse_as("anong", ArgumentOutOfBounds, msg).message


def test_content_of_a_wrong_digest_length_is_refused(world):
    photo = replace(item("photo"), digest=b"short")

    refusal = world.refuse_as("anong", ArgumentOutOfBounds, filing("c", contents=(photo,)))

    assert "digest" in refusal.message


def test_a_ciphertext_belongs_to_one_case(world):
    world.file("c", contents=(item("photo"),))

    refusal = world.refuse_as("boon", ContentExists, filing("d", contents=(item("photo"),)))

    assert refusal.code == "CONTENT_EXISTS"


def test_cases_keep_the_version_of_their_template(world):
    from contracts.complaints.templates.first_templates import CITY
    from contracts.complaints.templates.messages import SetTemplate

    world.file("c")
    slower = replace(CITY, version=2, limits=replace(CITY.limits, resolve_s=99))
    world.do("etda", SetTemplate(slower))
    world.file("d", version=2)

    assert world.case("c")["left_ms"] == 21 * 86_400_000
    assert world.case("d")["left_ms"] == 99_000


def test_the_commitment_of_the_filing_is_kept(world):
    world.file("c")

    kept = world.named("filing", "Filing", ident("c"))
    assert kept["commitment"] == commit("c")
    world.do_as(admin("khet"), Accept(ident("c")))
    assert world.named("filing", "Filing", ident("c")) == kept
