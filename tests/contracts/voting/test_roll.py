"""The roll: only whom identity attests, open to objections, then frozen under a root."""

from dataclasses import replace

import pytest

from contracts.identity.attestations.messages import SetAttestation
from contracts.identity.nodes.messages import SetNamespace, SetNodeLimits
from contracts.identity.subjects.messages import (
    SetSubjectStatus,
)
from contracts.tools.testing import Ledger
from contracts.voting.core.messages import (
    AlreadyOpen,
    Eligibility,
    OutsideWindow,
    UnknownClass,
    UnknownVoter,
)
from contracts.voting.roll import handlers as roll
from contracts.voting.roll.handlers import voter_item
from contracts.voting.roll.messages import (
    AddVoters,
    AdmitVoter,
    ClassTooSmall,
    DuplicateVoter,
    FreezeRoll,
    NotEligible,
    RollFrozen,
    RollFull,
    StrikeVoter,
    VoterEntry,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from primitives.merkle import root_of
from tests.contracts.identity.signing import CID, creation, name_of, signed_creation
from tests.contracts.voting import scenes
from tests.contracts.voting.manifests import ELECTION, WINDOWS, manifest
from tests.contracts.voting.world import DIRECTORS, VOTERS

PASSPORTS = "th.passport"
OFFICIAL = Ledger.address("official")


def adding(*names, class_id=0):
    """The message that puts citizens on the roll."""
    return AddVoters(ELECTION, tuple(VoterEntry(name_of(who), class_id) for who in names))


def eligible(world):
    """How many are on the roll, by class."""
    return tuple(one[0] for one in world.ask("reconciliation", ELECTION)[0])


def test_the_roll_names_subjects_by_references_of_this_election_only():
    world = scenes.created()

    world.do("commission", adding("a0"))

    ref = world.ask("reference", ELECTION, name_of("a0"))
    assert ref != name_of("a0")
    assert world.ask("voters_page", ELECTION, None, 10) == ((ref, (name_of("a0"), 0)),)


def test_a_person_of_two_unique_namespaces_is_one_voter():
    world = scenes.created()
    world.do("etda", SetNamespace(PASSPORTS, "dopa", True))
    world.do("etda", SetNodeLimits("kbank", 230, 220, (CID, PASSPORTS)))
    second = replace(creation("a0-abroad"), namespace=PASSPORTS)
    world.do("kbank", signed_creation(second, "a0-abroad-1"))
    world.attest("a0-abroad")
    assert world.ledger.query("identity", "is_person_unique", name_of("a0-abroad"))

    world.refuse("commission", NotEligible, adding("a0-abroad"))

    world.do("commission", adding("a0"))
    assert eligible(world) == (1, 0)


def test_a_manifest_that_names_no_namespace_asks_for_an_attestation_alone():
    world = scenes.founded()
    world.do("etda", SetNamespace(CID, "dopa", False))
    scenes.create(world, plan=manifest(eligibility=Eligibility("proofing", 210, None)))

    world.do("commission", adding("a0"))


def test_whom_identity_does_not_attest_is_refused():
    world = scenes.created()

    for who in ("suspect", "nobody-at-all"):
        world.refuse("commission", NotEligible, adding("a0", who))

    assert eligible(world) == (0, 0)


def test_a_revoked_attestation_does_not_count():
    world = scenes.created()
    world.do("kbank", SetAttestation("kbank", name_of("a0-proofing"), "revoked", ""))

    world.refuse("commission", NotEligible, adding("a0"))


def test_a_frozen_subject_is_not_entered():
    world = scenes.created()
    world.do("etda", SetSubjectStatus(name_of("a0"), "frozen", ""))

    world.refuse("commission", NotEligible, adding("a0"))


def test_a_person_who_may_have_two_subjects_is_not_entered():
    world = scenes.created()
    world.do("etda", SetNamespace(CID, "dopa", False))

    world.refuse("commission", NotEligible, adding("a0"))


def test_nobody_is_on_the_roll_twice_in_whatever_class():
    world = scenes.created()
    world.do("commission", adding("a0"))

    world.refuse("commission", DuplicateVoter, adding("a0"))
    world.refuse("commission", DuplicateVoter, adding("a0", class_id=1))
    world.refuse("commission", DuplicateVoter, adding("a1", "a1"))


def test_a_class_must_be_in_the_manifest():
    scenes.created().refuse("commission", UnknownClass, adding("a0", class_id=2))


def test_a_page_has_a_greatest_length():
    scenes.created().refuse("commission", ArgumentOutOfBounds, adding(*["a0"] * 101))


def test_a_full_page_of_voters_stays_within_the_budget_of_a_call():
    world = scenes.created()
    crowd = [f"citizen-{number}" for number in range(100)]
    for who in crowd:
        world.do("kbank", creation(who))
        for label in ("first", "second"):
            world.attest(who, label)

    world.do("commission", adding(*crowd))

    assert eligible(world) == (100, 0)


def test_the_weighted_votes_stay_countable(monkeypatch):
    monkeypatch.setattr(roll, "VOTES_MAX", 5)
    world = scenes.created()
    world.do("commission", adding("d0", class_id=1))

    world.refuse("commission", RollFull, adding("d1", class_id=1))

    assert eligible(world) == (0, 1)


def test_only_the_authority_enters_voters():
    world = scenes.created()

    for agency in ("rival", "reg1", "nobody"):
        world.refuse(agency, NotAllowed, adding("a0"))


def test_after_its_window_only_the_official_changes_the_roll():
    world = scenes.enrolled().at(WINDOWS.roll_until_ms)

    world.refuse("commission", OutsideWindow, adding("outsider"))
    world.do_as(OFFICIAL, AdmitVoter(ELECTION, name_of("outsider"), 0, "moved in time"))
    world.do_as(OFFICIAL, StrikeVoter(ELECTION, name_of("a5"), "moved away"))

    assert eligible(world) == (6, 3)


def test_the_official_s_reason_is_public():
    world = scenes.enrolled().at(WINDOWS.roll_until_ms)
    ref = world.ask("reference", ELECTION, name_of("a5"))

    events = world.do_as(OFFICIAL, StrikeVoter(ELECTION, name_of("a5"), "moved away"))

    assert (events[0].name, events[0].fields) == ("VoterStruck", (ELECTION, ref, 0, "moved away"))
    assert world.ask("voter", ELECTION, ref) is None


OBJECTIONS = {
    "admit": AdmitVoter(ELECTION, name_of("outsider"), 0, "moved"),
    "strike": StrikeVoter(ELECTION, name_of("a5"), "moved"),
}


@pytest.mark.parametrize("msg", OBJECTIONS.values(), ids=OBJECTIONS)
def test_nobody_else_decides_on_objections(msg):
    world = scenes.enrolled().at(WINDOWS.roll_until_ms)

    for agency in ("commission", "etda", "nobody"):
        world.refuse(agency, NotAllowed, msg)


@pytest.mark.parametrize("now", [WINDOWS.roll_until_ms - 1, WINDOWS.objections_until_ms])
@pytest.mark.parametrize("msg", OBJECTIONS.values(), ids=OBJECTIONS)
def test_objections_have_their_window(msg, now):
    scenes.enrolled().at(now).refuse_as(OFFICIAL, OutsideWindow, msg)


def test_the_official_admits_only_whom_identity_attests():
    world = scenes.enrolled().at(WINDOWS.roll_until_ms)

    world.refuse_as(OFFICIAL, NotEligible, AdmitVoter(ELECTION, name_of("suspect"), 0, "begs"))


def test_who_is_not_on_the_roll_cannot_be_struck():
    world = scenes.enrolled().at(WINDOWS.roll_until_ms)

    world.refuse_as(OFFICIAL, UnknownVoter, StrikeVoter(ELECTION, name_of("outsider"), "?"))


def test_the_root_is_over_all_voters_in_order_of_their_references(monkeypatch):
    monkeypatch.setattr(roll, "FREEZE_PAGE", 4)
    world = scenes.enrolled().at(WINDOWS.objections_until_ms)

    for _ in range(3):
        world.do("nobody", FreezeRoll(ELECTION))

    refs = {world.ask("reference", ELECTION, name_of(who)): 0 for who in VOTERS}
    refs |= {world.ask("reference", ELECTION, name_of(who)): 1 for who in DIRECTORS}
    leaves = [voter_item(ref, refs[ref]) for ref in sorted(refs)]
    assert world.ask("election", ELECTION)[4] == root_of(leaves)
    world.refuse("commission", RollFrozen, FreezeRoll(ELECTION))


@pytest.mark.parametrize("page", range(1, 12))
def test_the_root_does_not_depend_on_the_pages(monkeypatch, page):
    whole = scenes.enrolled().at(WINDOWS.objections_until_ms)
    whole.do("commission", FreezeRoll(ELECTION))
    monkeypatch.setattr(roll, "FREEZE_PAGE", page)
    paged = scenes.enrolled().at(WINDOWS.objections_until_ms)

    for _ in range(9 // page + 1):
        paged.do("commission", FreezeRoll(ELECTION))

    assert paged.ask("election", ELECTION)[4] == whole.ask("election", ELECTION)[4] is not None


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_class_that_would_not_hide_its_voters_is_not_frozen(left):
    founded = scenes.create(scenes.founded(), plan=manifest(class_size_min=3))
    world = scenes.enrol(founded).at(WINDOWS.roll_until_ms)
    for who in DIRECTORS[left:]:
        world.do_as(OFFICIAL, StrikeVoter(ELECTION, name_of(who), "retired"))

    refusal = world.at(WINDOWS.objections_until_ms).refuse(
        "commission", ClassTooSmall, FreezeRoll(ELECTION)
    )

    assert dict(refusal.details) == {"class_id": 1, "size": left, "least": 3}


@pytest.mark.parametrize("now", [WINDOWS.objections_until_ms - 1, WINDOWS.keys_until_ms])
def test_the_roll_is_frozen_after_the_objections_and_before_the_keys(now):
    scenes.enrolled().at(now).refuse("commission", OutsideWindow, FreezeRoll(ELECTION))


def test_the_roll_of_an_open_election_never_changes():
    world = scenes.opened()

    for msg in (adding("outsider"), FreezeRoll(ELECTION)):
        world.refuse("commission", AlreadyOpen, msg)
    for msg in OBJECTIONS.values():
        world.refuse_as(OFFICIAL, AlreadyOpen, msg)
