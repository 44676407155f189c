"""What other contracts ask of governance: who acts for which agency."""

import pytest

from contracts.governance.errors import UnknownAgency, UnknownOfficer, UnknownParameter
from contracts.governance.messages import AddOfficer, RemoveOfficer, SetOfficerStatus
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.governance.ledgers import (
    MEMBERS,
    admin,
    as_admin,
    ask,
    council,
    decide,
    status,
)


@pytest.fixture
def ledger():
    return council()


def with_officer(ledger, *roles):
    as_admin(ledger, "kbank").execute(AddOfficer("kbank", ledger.address("somchai"), roles))
    return ledger.address("somchai")


def test_an_agency_of_genesis_is_active_and_known_by_its_id(ledger):
    assert ask(ledger, "agency", "kbank") == (
        "kbank",
        "หน่วยงาน",
        "Agency kbank",
        ("bank", "idp"),
        admin("kbank"),
        "active",
    )


def test_an_unknown_agency_is_refused_by_name(ledger):
    with pytest.raises(UnknownAgency):
        ask(ledger, "agency", "nobody")


def test_agencies_are_paged_in_order_of_their_ids(ledger):
    first = ask(ledger, "agencies_page", "", 2)
    rest = ask(ledger, "agencies_page", first[-1][0], 100)

    assert [agency[0] for agency in first + rest] == sorted([*MEMBERS, "kbank"])


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100_entries(ledger, limit):
    with pytest.raises(ArgumentOutOfBounds):
        ask(ledger, "agencies_page", "", limit)


def test_the_administrator_is_known_until_the_agency_is_suspended(ledger):
    before = ask(ledger, "is_administrator", admin("kbank"), "kbank")

    decide(ledger, status("kbank", "suspended"))

    assert before is True
    assert ask(ledger, "is_administrator", admin("kbank"), "kbank") is False
    assert ask(ledger, "agency_of", admin("kbank")) == "kbank"


@pytest.mark.parametrize("agency_id", ["dopa", "nobody"])
def test_one_agencys_administrator_is_not_anothers(ledger, agency_id):
    assert ask(ledger, "is_administrator", admin("kbank"), agency_id) is False


@pytest.mark.parametrize(
    ("who", "kind", "answer"),
    [("kbank", "idp", True), ("kbank", "validator", False), ("stranger", "idp", False)],
)
def test_an_administrator_administers_the_kinds_of_its_agency(ledger, who, kind, answer):
    assert ask(ledger, "administers_kind", admin(who), kind) is answer


@pytest.mark.parametrize(
    ("agency_id", "kind", "answer"),
    [("kbank", "bank", True), ("kbank", "rp", False), ("nobody", "bank", False)],
)
def test_an_agency_has_its_kinds(ledger, agency_id, kind, answer):
    assert ask(ledger, "has_kind", agency_id, kind) is answer


def test_a_suspended_agency_has_no_kind_and_nobody_administers_it(ledger):
    decide(ledger, status("kbank", "suspended"))

    assert ask(ledger, "has_kind", "kbank", "bank") is False
    assert ask(ledger, "administers_kind", admin("kbank"), "bank") is False


def test_an_account_that_administers_nothing_has_no_agency(ledger):
    assert ask(ledger, "agency_of", ledger.address("stranger")) == ""


def test_an_officer_has_its_roles_and_no_others(ledger):
    somchai = with_officer(ledger, "identity", "audit")

    assert ask(ledger, "has_role", somchai, "kbank", "identity") is True
    assert ask(ledger, "has_role", somchai, "kbank", "teller") is False
    assert ask(ledger, "has_role", somchai, "dopa", "identity") is False
    assert ask(ledger, "officer", "kbank", somchai) == (somchai, ("identity", "audit"), "active")


def test_the_administrator_has_every_role_of_its_agency_only(ledger):
    assert ask(ledger, "has_role", admin("kbank"), "kbank", "identity") is True
    assert ask(ledger, "has_role", admin("kbank"), "dopa", "identity") is False
    assert ask(ledger, "has_role", admin("kbank"), "nobody", "identity") is False


def test_an_officer_of_a_suspended_agency_has_no_role(ledger):
    somchai = with_officer(ledger, "identity")

    decide(ledger, status("kbank", "suspended"))

    assert ask(ledger, "has_role", somchai, "kbank", "identity") is False
    assert ask(ledger, "has_role", admin("kbank"), "kbank", "identity") is False


def test_an_officer_has_its_roles_again_when_the_agency_is_reinstated(ledger):
    somchai = with_officer(ledger, "identity")
    decide(ledger, status("kbank", "suspended"))

    decide(ledger, status("kbank", "active"))

    assert ask(ledger, "has_role", somchai, "kbank", "identity") is True


@pytest.mark.parametrize("way", [SetOfficerStatus, RemoveOfficer])
def test_a_suspended_or_removed_officer_has_no_role(ledger, way):
    somchai = with_officer(ledger, "identity")

    rest = ("suspended",) if way is SetOfficerStatus else ()
    as_admin(ledger, "kbank").execute(way("kbank", somchai, *rest))

    assert ask(ledger, "has_role", somchai, "kbank", "identity") is False


@pytest.mark.parametrize(("agency_id", "error"), [("kbank", UnknownOfficer), ("x", UnknownAgency)])
def test_an_unknown_officer_is_refused_by_name(ledger, agency_id, error):
    with pytest.raises(error):
        ask(ledger, "officer", agency_id, ledger.address("stranger"))


def test_officers_are_paged_by_agency_in_order_of_addresses(ledger):
    people = sorted(ledger.address(f"officer-{number}") for number in range(3))
    for officer in people:
        as_admin(ledger, "kbank").execute(AddOfficer("kbank", officer, ("teller",)))
    as_admin(ledger, "dopa").execute(AddOfficer("dopa", people[0], ("registrar",)))

    first = ask(ledger, "officers_page", "kbank", None, 2)
    rest = ask(ledger, "officers_page", "kbank", first[-1][0], 2)

    assert [officer[0] for officer in first + rest] == people


def test_a_parameter_is_its_default_until_it_is_set(ledger):
    assert ask(ledger, "parameter", "proposal-days-max") == 30


def test_an_unknown_parameter_is_refused_by_name(ledger):
    with pytest.raises(UnknownParameter):
        ask(ledger, "parameter", "gravity")


def test_the_members_are_the_active_agencies_of_kind_validator(ledger):
    decide(ledger, status("rd", "suspended"))

    assert ask(ledger, "member_agencies") == ("bot", "dopa", "etda")
