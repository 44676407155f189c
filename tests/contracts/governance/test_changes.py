"""What the members may decide: checked when it is proposed, and again when it is executed."""

import pytest

from contracts.governance.errors import (
    AdministratorTaken,
    AgencyExists,
    BadSlug,
    LastMember,
    OneChangeWanted,
    ParameterOutOfBounds,
    RepeatedKind,
    TooManyMembers,
    Unchanged,
    UnknownAgency,
    UnknownKind,
    UnknownParameter,
    UnknownStatus,
)
from contracts.governance.messages import (
    Change,
    Execute,
    ParameterChange,
    StatusChange,
    Vote,
)
from contracts.sdk.schema import record_of
from primitives.errors import ArgumentOutOfBounds, BadText
from tests.contracts.governance.ledgers import (
    CONTRACT,
    admin,
    administrator,
    admission,
    as_admin,
    ask,
    change,
    council,
    decide,
    entry,
    kinds,
    ledger_of,
    parameter,
    proposal_of,
    propose,
    status,
    voted,
)


@pytest.fixture
def ledger():
    return council()


def test_an_admitted_agency_acts_at_once(ledger):
    events = decide(ledger, admission("ktb", "bank", "as"))

    assert events[0].fields == ("ktb", ("bank", "as"), admin("ktb"))
    assert ask(ledger, "is_administrator", admin("ktb"), "ktb") is True
    assert ask(ledger, "has_kind", "ktb", "as") is True
    assert ask(ledger, "member_agencies") == ("bot", "dopa", "etda", "rd")


def test_an_admitted_validator_agency_is_a_member(ledger):
    decide(ledger, admission("nacc", "validator"))

    assert "nacc" in ask(ledger, "member_agencies")


def test_a_suspended_agency_is_announced_and_reinstated(ledger):
    suspended = decide(ledger, status("kbank", "suspended"))

    reinstated = decide(ledger, status("kbank", "active"))

    assert suspended[0].fields == ("kbank", "suspended")
    assert reinstated[0].fields == ("kbank", "active")
    assert ask(ledger, "is_administrator", admin("kbank"), "kbank") is True


def test_kinds_are_replaced(ledger):
    events = decide(ledger, kinds("kbank", "merchant-acquirer", "validator"))

    assert (events[0].name, events[0].fields[1]) == (
        "AgencyKindsSet",
        ("merchant-acquirer", "validator"),
    )
    assert ask(ledger, "has_kind", "kbank", "bank") is False
    assert "kbank" in ask(ledger, "member_agencies")


def test_a_parameter_is_set(ledger):
    events = decide(ledger, parameter("officers-max", 5))

    assert (events[0].name, events[0].fields) == ("ParameterSet", ("officers-max", 5))
    assert ask(ledger, "parameter", "officers-max") == 5


def test_the_members_replace_an_administrator_even_of_a_suspended_agency(ledger):
    decide(ledger, status("kbank", "suspended"))

    decide(ledger, administrator("kbank", "rescuer"))
    decide(ledger, status("kbank", "active"))

    assert ask(ledger, "is_administrator", ledger.address("rescuer"), "kbank") is True
    assert ask(ledger, "agency_of", admin("kbank")) == ""


WRONG = [
    (admission("dopa", "rp", administrator=admin("new")), AgencyExists),
    (admission("ktb", "rp", administrator=admin("dopa")), AdministratorTaken),
    (admission("KTB"), BadSlug),
    (admission("-ktb"), BadSlug),
    (admission("ktb", "emperor"), UnknownKind),
    (admission("ktb", "Bank"), UnknownKind),
    (admission("ktb", "bank", "rp", "bank"), RepeatedKind),
    (status("nobody", "suspended"), UnknownAgency),
    (status("kbank", "retired"), UnknownStatus),
    (kinds("nobody", "rp"), UnknownAgency),
    (kinds("kbank", "emperor"), UnknownKind),
    (kinds("kbank", "rp", "rp"), RepeatedKind),
    (parameter("gravity", 1), UnknownParameter),
    (parameter("officers-max", 0), ParameterOutOfBounds),
    (parameter("proposal-days-max", 31), ParameterOutOfBounds),
    (administrator("nobody", "new"), UnknownAgency),
    (administrator("kbank", "dopa-admin"), AdministratorTaken),
    (change(), OneChangeWanted),
    (
        change(
            status=StatusChange("kbank", "suspended"),
            parameter=ParameterChange("officers-max", 5),
        ),
        OneChangeWanted,
    ),
]


@pytest.mark.parametrize(("wanted", "error"), WRONG)
def test_a_change_that_cannot_be_is_refused_when_proposed(ledger, wanted, error):
    refusal = as_admin(ledger, "dopa").rejects(error, proposal_of(ledger, wanted))

    assert refusal.code == error.code


def test_a_parameter_outside_its_bounds_is_told_them(ledger):
    refusal = as_admin(ledger, "dopa").rejects(
        ParameterOutOfBounds, proposal_of(ledger, parameter("proposal-days-max", 31))
    )

    assert refusal.details == (("high", 30), ("low", 1), ("value", 31))


@pytest.mark.parametrize(
    ("part", "error"),
    [
        (("k" * 33, "ท", "T", ("rp",), admin("x")), ArgumentOutOfBounds),
        (("ktb", "", "T", ("rp",), admin("x")), ArgumentOutOfBounds),
        (("ktb", "ท" * 121, "T", ("rp",), admin("x")), ArgumentOutOfBounds),
        (("ktb", "ท", "T\u202e", ("rp",), admin("x")), BadText),
        (("ktb", "ท", "T", (), admin("x")), ArgumentOutOfBounds),
        (("ktb", "ท", "T", ("rp",) * 15, admin("x")), ArgumentOutOfBounds),
        (("ktb", "ท", "T", ("rp",), b"short"), ArgumentOutOfBounds),
    ],
)
def test_an_admission_outside_its_bounds_is_refused(ledger, part, error):
    wanted = (part, *[None] * 8)
    wanted = (part, *[None] * (len(record_of(Change).names) - 1))

    refusal = as_admin(ledger, "dopa").rejects_call(
        error, CONTRACT, "propose", (wanted, 9, ledger.block.time_ms + 1)
    )

    assert refusal.details[0][0] == "field"


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (admission("ktb"), admission("ktb", administrator=admin("new")), AgencyExists),
        (admission("ktb"), admission("scb", administrator=admin("ktb")), AdministratorTaken),
        (status("kbank", "suspended"), status("kbank", "suspended"), Unchanged),
        (kinds("kbank", "rp"), kinds("kbank", "rp"), Unchanged),
        (parameter("officers-max", 5), parameter("officers-max", 5), Unchanged),
        (
            administrator("kbank", "new"),
            administrator("rd", "new"),
            AdministratorTaken,
        ),
    ],
)
def test_a_carried_change_that_has_become_impossible_is_refused(ledger, first, second, error):
    earlier, later = voted(ledger, first), voted(ledger, second)
    ledger.as_("anyone").execute(Execute(earlier))

    refusal = ledger.as_("anyone").rejects(error, Execute(later))

    assert refusal.code == error.code


@pytest.mark.parametrize("wanted", [status("dopa", "suspended"), kinds("dopa", "rp")])
def test_the_last_member_stays(wanted):
    ledger = ledger_of(entry("dopa", "validator"), entry("kbank", "bank"))
    number = propose(ledger, wanted)
    as_admin(ledger, "dopa").execute(Vote(number, True))
    ledger.next_block()

    refusal = ledger.as_("anyone").rejects(LastMember, Execute(number))

    assert refusal.code == "LAST_MEMBER"
    assert ask(ledger, "member_agencies") == ("dopa",)


def test_there_are_at_most_100_members():
    ids = [f"m{number}" for number in range(100)]
    ledger = ledger_of(*[entry(agency_id, "validator") for agency_id in ids])
    number = propose(ledger, admission("late", "validator"), by="m0")
    for agency_id in ids[:67]:
        as_admin(ledger, agency_id).execute(Vote(number, True))
    ledger.next_block()

    refusal = ledger.as_("anyone").rejects(TooManyMembers, Execute(number))

    assert refusal.code == "TOO_MANY_MEMBERS"
