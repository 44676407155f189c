"""Officers: only the administrator of an active agency adds, changes and removes them."""

import pytest

from contracts.governance.errors import (
    AdministratorTaken,
    AgencySuspended,
    BadSlug,
    NotAdministrator,
    OfficerExists,
    RepeatedRole,
    TooManyOfficers,
    Unchanged,
    UnknownAgency,
    UnknownOfficer,
    UnknownStatus,
)
from contracts.governance.messages import (
    AddOfficer,
    ChangeAdministrator,
    RemoveOfficer,
    SetOfficerStatus,
    SetRoles,
)
from primitives.errors import ArgumentOutOfBounds, BadText, WrongArgumentType
from tests.contracts.governance.ledgers import (
    CONTRACT,
    admin,
    as_admin,
    ask,
    council,
    decide,
    status,
)

SOMCHAI = council().address("somchai")
MALEE = council().address("malee")

ALL_OF_ADMINISTRATORS = [
    AddOfficer("kbank", MALEE, ("teller",)),
    SetRoles("kbank", SOMCHAI, ("teller",)),
    SetOfficerStatus("kbank", SOMCHAI, "suspended"),
    RemoveOfficer("kbank", SOMCHAI),
    ChangeAdministrator("kbank", MALEE),
]


@pytest.fixture
def ledger():
    """A ledger on which somchai is an officer of kbank."""
    ledger = council()
    as_admin(ledger, "kbank").execute(AddOfficer("kbank", SOMCHAI, ("identity",)))
    return ledger


def names(events):
    return [event.name for event in events]


def test_an_added_officer_is_active_and_announced():
    ledger = council()

    events = as_admin(ledger, "kbank").execute(AddOfficer("kbank", SOMCHAI, ("b", "a")))

    assert (events[0].name, events[0].fields) == ("OfficerAdded", ("kbank", SOMCHAI, ("b", "a")))
    assert ask(ledger, "officer", "kbank", SOMCHAI) == (SOMCHAI, ("b", "a"), "active")


def test_roles_are_replaced_and_the_status_stays(ledger):
    kbank = as_admin(ledger, "kbank")
    kbank.execute(SetOfficerStatus("kbank", SOMCHAI, "suspended"))

    events = kbank.execute(SetRoles("kbank", SOMCHAI, ("teller",)))

    assert names(events) == ["RolesSet"]
    assert ask(ledger, "officer", "kbank", SOMCHAI) == (SOMCHAI, ("teller",), "suspended")


def test_a_suspended_officer_acts_again_in_its_roles(ledger):
    kbank = as_admin(ledger, "kbank")
    kbank.execute(SetOfficerStatus("kbank", SOMCHAI, "suspended"))

    events = kbank.execute(SetOfficerStatus("kbank", SOMCHAI, "active"))

    assert events[0].fields == ("kbank", SOMCHAI, "active")
    assert ask(ledger, "has_role", SOMCHAI, "kbank", "identity") is True


def test_a_removed_officer_may_be_added_again(ledger):
    kbank = as_admin(ledger, "kbank")

    events = kbank.execute(RemoveOfficer("kbank", SOMCHAI))
    kbank.execute(AddOfficer("kbank", SOMCHAI, ("teller",)))

    assert names(events) == ["OfficerRemoved"]
    assert ask(ledger, "officer", "kbank", SOMCHAI) == (SOMCHAI, ("teller",), "active")


def test_one_account_may_serve_two_agencies(ledger):
    as_admin(ledger, "dopa").execute(AddOfficer("dopa", SOMCHAI, ("registrar",)))

    assert ask(ledger, "has_role", SOMCHAI, "dopa", "registrar") is True
    assert ask(ledger, "has_role", SOMCHAI, "kbank", "registrar") is False


@pytest.mark.parametrize("message", ALL_OF_ADMINISTRATORS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("who", ["somchai", "dopa-admin", "stranger"])
def test_nobody_but_the_administrator_touches_an_agencys_officers(ledger, message, who):
    refusal = ledger.as_(who).rejects(NotAdministrator, message)

    assert refusal.code == "NOT_ADMINISTRATOR"


def test_a_role_granted_by_a_non_administrator_is_refused(ledger):
    refusal = ledger.as_("somchai").rejects(
        NotAdministrator, SetRoles("kbank", SOMCHAI, ("identity", "teller"))
    )

    assert refusal.code == "NOT_ADMINISTRATOR"
    assert ask(ledger, "has_role", SOMCHAI, "kbank", "teller") is False


@pytest.mark.parametrize("message", ALL_OF_ADMINISTRATORS, ids=lambda m: type(m).__name__)
def test_the_administrator_of_a_suspended_agency_does_nothing(ledger, message):
    decide(ledger, status("kbank", "suspended"))

    refusal = as_admin(ledger, "kbank").rejects(AgencySuspended, message)

    assert refusal.code == "AGENCY_SUSPENDED"


def test_an_unknown_agency_has_no_officers(ledger):
    refusal = as_admin(ledger, "kbank").rejects(UnknownAgency, AddOfficer("ktb", MALEE, ("a",)))

    assert refusal.code == "UNKNOWN_AGENCY"


def test_an_officer_is_not_added_twice(ledger):
    kbank = as_admin(ledger, "kbank")
    kbank.execute(SetOfficerStatus("kbank", SOMCHAI, "suspended"))

    refusal = kbank.rejects(OfficerExists, AddOfficer("kbank", SOMCHAI, ("identity",)))

    assert refusal.code == "OFFICER_EXISTS"


@pytest.mark.parametrize(
    "message",
    [
        SetRoles("kbank", MALEE, ("teller",)),
        SetOfficerStatus("kbank", MALEE, "suspended"),
        RemoveOfficer("kbank", MALEE),
    ],
    ids=lambda m: type(m).__name__,
)
def test_who_is_no_officer_cannot_be_changed(ledger, message):
    refusal = as_admin(ledger, "kbank").rejects(UnknownOfficer, message)

    assert refusal.code == "UNKNOWN_OFFICER"


@pytest.mark.parametrize(
    "message",
    [
        SetRoles("kbank", SOMCHAI, ("identity",)),
        SetOfficerStatus("kbank", SOMCHAI, "active"),
    ],
    ids=lambda m: type(m).__name__,
)
def test_a_change_that_changes_nothing_is_refused(ledger, message):
    refusal = as_admin(ledger, "kbank").rejects(Unchanged, message)

    assert refusal.code == "UNCHANGED"


@pytest.mark.parametrize("word", ["Active", "retired", "suspended "])
def test_a_status_that_does_not_exist_is_refused(ledger, word):
    refusal = as_admin(ledger, "kbank").rejects(
        UnknownStatus, SetOfficerStatus("kbank", SOMCHAI, word)
    )

    assert refusal.code == "UNKNOWN_STATUS"


@pytest.mark.parametrize("role", ["Identity", "-a", "1a", "a b", "a_b", "บทบาท", "é"])
@pytest.mark.parametrize("kind", [AddOfficer, SetRoles])
def test_a_role_that_is_no_slug_is_refused(ledger, kind, role):
    refusal = as_admin(ledger, "kbank").rejects(BadSlug, kind("kbank", SOMCHAI, ("a", role)))

    assert refusal.code == "BAD_SLUG"


@pytest.mark.parametrize("kind", [AddOfficer, SetRoles])
def test_a_role_given_twice_is_refused(ledger, kind):
    message = kind("kbank", SOMCHAI, ("b", "a", "b"))

    refusal = as_admin(ledger, "kbank").rejects(RepeatedRole, message)

    assert refusal.code == "REPEATED_ROLE"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("kbank", MALEE, ()), ArgumentOutOfBounds),
        (("kbank", MALEE, tuple(f"r{n}" for n in range(17))), ArgumentOutOfBounds),
        (("kbank", MALEE, ("a" * 33,)), ArgumentOutOfBounds),
        (("kbank", MALEE, ("",)), ArgumentOutOfBounds),
        (("kbank", MALEE, ("a\n",)), BadText),
        (("kbank", MALEE, "a"), WrongArgumentType),
        (("kbank", MALEE, (1,)), WrongArgumentType),
        (("kbank", MALEE[:19], ("a",)), ArgumentOutOfBounds),
        (("k" * 33, MALEE, ("a",)), ArgumentOutOfBounds),
    ],
)
def test_an_officer_outside_its_bounds_is_refused(ledger, args, error):
    refusal = as_admin(ledger, "kbank").rejects_call(error, CONTRACT, "add_officer", args)

    assert refusal.code == error.code


def test_an_agency_has_at_most_as_many_officers_as_the_parameter_says():
    ledger = council(officers_max=1)
    kbank = as_admin(ledger, "kbank")
    kbank.execute(AddOfficer("kbank", SOMCHAI, ("a",)))

    refusal = kbank.rejects(TooManyOfficers, AddOfficer("kbank", MALEE, ("a",)))
    kbank.execute(RemoveOfficer("kbank", SOMCHAI))
    kbank.execute(AddOfficer("kbank", MALEE, ("a",)))

    assert refusal.details == (("most", 1),)
    assert ask(ledger, "has_role", MALEE, "kbank", "a") is True


def test_an_agency_is_handed_over_with_its_officers(ledger):
    events = as_admin(ledger, "kbank").execute(ChangeAdministrator("kbank", MALEE))

    assert (events[0].name, events[0].fields) == ("AdministratorChanged", ("kbank", MALEE))
    assert ask(ledger, "is_administrator", MALEE, "kbank") is True
    assert ask(ledger, "is_administrator", admin("kbank"), "kbank") is False
    assert ask(ledger, "agency_of", admin("kbank")) == ""
    assert ask(ledger, "has_role", SOMCHAI, "kbank", "identity") is True


@pytest.mark.parametrize("to", ["dopa-admin", "kbank-admin"])
def test_one_account_administers_one_agency(ledger, to):
    refusal = as_admin(ledger, "kbank").rejects(
        AdministratorTaken, ChangeAdministrator("kbank", ledger.address(to))
    )

    assert refusal.code == "ADMINISTRATOR_TAKEN"
