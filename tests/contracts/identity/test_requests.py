"""Requests: who may ask and answer, and what a citizen's signature binds."""

from dataclasses import replace

import pytest

from contracts.identity.core.messages import (
    AuthTimeInFuture,
    BadCitizenSignature,
    BadLevel,
    BadSlug,
    DuplicateId,
    LevelTooHigh,
    LevelTooLow,
    NodeInactive,
    NotWhitelisted,
    ServiceAsked,
    Stale,
    UnknownErrorCode,
    UnknownNamespace,
    UnknownNode,
    UnknownPurpose,
    UnknownRequest,
    UnknownService,
    WrongRole,
)
from contracts.identity.core.rules import FIRST_TABLE, REQUESTS_A_MINUTE_MAX, SKEW_S
from contracts.identity.nodes.messages import (
    SetLevelTable,
    SetNodeLimits,
    SetNodeStatus,
    SetWhitelist,
)
from contracts.identity.requests.messages import (
    BadMinIdp,
    DuplicateIdp,
    DuplicateResponse,
    ErrorUnwanted,
    LevelsOutOfReach,
    Quota,
    SourcesOutOfReach,
    UnknownDecision,
    UnknownMode,
    UnlistedIdp,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed, WrongArgumentType
from tests.contracts.identity.scenes import answer, appoint, confirmed, opened, state_of
from tests.contracts.identity.scenes import suspend_agency as suspend
from tests.contracts.identity.signing import asking, name_of, public, sign_answer
from tests.contracts.identity.world import World, admin, plain

BOTH = {"idps": ("kbank", "paotang"), "min_idp": 1}

BAD_REQUESTS = {
    "min_idp 0": ({"min_idp": 0}, BadMinIdp),
    "min_idp over the list": ({"min_idp": 2}, BadMinIdp),
    "min_idp negative": ({"min_idp": -1}, ArgumentOutOfBounds),
    "an IdP twice": ({"idps": ("kbank", "kbank")}, DuplicateIdp),
    "no IdP": ({"idps": ()}, ArgumentOutOfBounds),
    "51 IdPs": ({"idps": tuple(f"idp-{i}" for i in range(51))}, ArgumentOutOfBounds),
    "levels that no listed IdP may give": ({"min_ial": 300}, LevelsOutOfReach),
    "levels that too few listed IdPs may give": (
        {"min_ial": 300, "idps": ("kbank", "paotang"), "min_idp": 2},
        LevelsOutOfReach,
    ),
    "more sources than there are": (
        {"services": (ServiceAsked("address", 2, ()),)},
        SourcesOutOfReach,
    ),
    "a source that may not release it": (
        {"services": (ServiceAsked("address", 1, ("kbank",)),)},
        SourcesOutOfReach,
    ),
    "a source twice": (
        {"services": (ServiceAsked("address", 1, ("dopa", "dopa")),)},
        SourcesOutOfReach,
    ),
    "an IdP that is no node": ({"idps": ("etda",)}, UnknownNode),
    "ttl 0": ({"ttl_s": 0}, ArgumentOutOfBounds),
    "ttl negative": ({"ttl_s": -1}, ArgumentOutOfBounds),
    "ttl under 30 s": ({"ttl_s": 29}, ArgumentOutOfBounds),
    "ttl over 24 h": ({"ttl_s": 86_401}, ArgumentOutOfBounds),
    "an unknown namespace": ({"namespace": "th.tax"}, UnknownNamespace),
    "an unknown purpose": ({"purpose": "gossip"}, UnknownPurpose),
    "an unknown service": ({"services": ("income",)}, UnknownService),
    "a service twice": ({"services": ("address", "address")}, UnknownService),
    "levels below a service's": ({"services": ("address",), "min_ial": 130}, LevelTooLow),
    "an unknown mode": ({"mode": "whatever"}, UnknownMode),
    "an unknown IAL": ({"min_ial": 215}, BadLevel),
    "an unknown AAL": ({"min_aal": 230}, BadLevel),
    "an IAL as a text": ({"min_ial": "2.3"}, WrongArgumentType),
    "an IAL as a float": ({"min_ial": 2.3}, WrongArgumentType),
    "an IAL that is no number": ({"min_aal": float("nan")}, WrongArgumentType),
    "a commitment of 31 bytes": ({"scope_commit": bytes(31)}, ArgumentOutOfBounds),
    "a commitment of 33 bytes": ({"scope_commit": bytes(33)}, ArgumentOutOfBounds),
    "a commitment in base64": ({"scope_commit": "AAAA"}, WrongArgumentType),
    "a capital letter": ({"purpose": "Tax"}, BadSlug),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_a_wrong_request_is_refused_by_name(case):
    changes, error = BAD_REQUESTS[case]
    world = World()

    world.refuse("rd", error, asking("R", **changes))

    assert world.ask("request", name_of("R")) is None


def test_a_request_is_opened_by_who_acts_for_a_relying_party():
    world = World()
    appoint(world, "rd", "nok", "identity")
    appoint(world, "rd", "lek", "cashier")

    world.do_as("nok", asking("R1"))
    world.refuse_as("lek", NotAllowed, asking("R2"))
    world.refuse_as("mallory", NotAllowed, asking("R2"))
    world.refuse("nhso", NotAllowed, asking("R2"))

    assert state_of(world, "R1") == "open"


def test_an_officer_of_a_suspended_agency_may_do_nothing():
    world = World()
    appoint(world, "rd", "nok", "identity")
    suspend(world, "rd")

    world.refuse_as("nok", NotAllowed, asking("R"))
    world.refuse("rd", NotAllowed, asking("R"))

    assert world.ask("request", name_of("R")) is None


def test_only_an_active_node_of_kind_rp_asks():
    world = World()
    world.do("etda", SetNodeStatus("rd", "suspended", "audit"))

    world.refuse("rd", NodeInactive, asking("R"))
    world.refuse("paotang", WrongRole, asking("R", agency="paotang"))
    world.refuse("etda", UnknownNode, asking("R", agency="etda"))


def test_a_request_s_name_is_used_once():
    world = World()
    opened(world, "R")

    world.refuse("rd", DuplicateId, asking("R"))
    world.refuse("nhso", DuplicateId, asking("R", agency="nhso"))


def test_whitelists_of_both_sides_and_the_namespace_are_checked_when_a_request_opens():
    world = World()
    world.do("kbank", SetWhitelist("kbank", ("nhso",)))
    world.refuse("rd", NotWhitelisted, asking("R"))
    world.do("rd", SetWhitelist("rd", ("kbank",)))
    world.refuse("rd", NotWhitelisted, asking("R", idps=("paotang",)))
    world.do("etda", SetNodeLimits("nhso", 0, 0, ()))

    world.refuse("nhso", NotWhitelisted, asking("R", agency="nhso"))


def test_a_relying_party_that_floods_is_stopped_within_a_minute_and_alone():
    world = World()
    world.wait(60 - world.now % 60)
    for index in range(REQUESTS_A_MINUTE_MAX):
        opened(world, f"R{index}")

    world.refuse("rd", Quota, asking("one more"))
    opened(world, "of another", agency="nhso")
    world.wait(60)
    opened(world, "one more")

    assert state_of(world, "one more") == "open"


def test_an_idp_answers_once():
    world = World()
    asked = opened(world, "R", idps=("kbank", "paotang"), min_idp=2)
    world.do("kbank", answer(world, asked))

    world.refuse("kbank", DuplicateResponse, answer(world, asked, handle="other"))


def test_only_a_listed_idp_answers_and_a_relying_party_never():
    world = World()
    asked = opened(world, "R")

    world.refuse("paotang", UnlistedIdp, answer(world, asked, agency="paotang"))
    world.refuse("nhso", WrongRole, answer(world, asked, agency="nhso"))
    world.refuse("rd", NotAllowed, answer(world, asked))


def test_an_idp_that_is_suspended_or_no_longer_passes_a_whitelist_does_not_answer():
    world = World()
    asked = opened(world, "R")
    world.do("rd", SetWhitelist("rd", ("paotang",)))
    world.refuse("kbank", NotWhitelisted, answer(world, asked))

    world.do("etda", SetNodeStatus("kbank", "suspended", ""))

    world.refuse("kbank", NodeInactive, answer(world, asked))


def test_a_handle_is_used_once():
    world = World()
    confirmed(world, "R1", handle="H")
    asked = opened(world, "R2")

    world.refuse("kbank", DuplicateId, answer(world, asked, handle="H"))


def test_an_answer_to_no_request_is_refused():
    world = World()

    world.refuse("kbank", UnknownRequest, answer(world, asking("R")))


BAD_ANSWERS = {
    "an IAL below the least": ({"ial": 130}, LevelTooLow),
    "an AAL below the least": ({"aal": 100}, LevelTooLow),
    "an IAL above the node's": ({"ial": 300}, LevelTooHigh),
    "an AAL above the node's": ({"aal": 300}, LevelTooHigh),
    "an IAL that does not exist": ({"ial": 225}, BadLevel),
    "an IAL as a float": ({"ial": 2.3}, WrongArgumentType),
    "an authentication too old": ({"auth_time": 1}, Stale),
    "an unknown decision": ({"decision": "maybe"}, UnknownDecision),
    "an accept with an error": ({"error": "no-contact"}, ErrorUnwanted),
    "an accept without a signature": ({"citizen_signature": None}, BadCitizenSignature),
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_a_wrong_answer_is_refused_by_name(case):
    changes, error = BAD_ANSWERS[case]
    world = World()
    asked = opened(world, "R")

    world.refuse("kbank", error, answer(world, asked, **changes))

    assert state_of(world, "R") == "open"


def test_an_authentication_lies_within_the_oldest_age_and_a_small_skew():
    world = World()
    first, second = opened(world, "R1", max_age_s=60), opened(world, "R2", max_age_s=60)
    ahead = answer(world, first, auth_time=world.now + SKEW_S + 1)
    old = answer(world, first, auth_time=world.now - 61)

    world.refuse("kbank", AuthTimeInFuture, ahead)
    world.refuse("kbank", Stale, old)
    world.do("kbank", answer(world, first, auth_time=world.now + SKEW_S))
    world.do("kbank", answer(world, second, auth_time=world.now - 60))

    assert state_of(world, "R1") == state_of(world, "R2") == "confirmed"


SWAPS = {
    "another relying party": {"agency": "nhso"},
    "another message": {"msg_hash": name_of("other message")},
    "another scope": {"scope_commit": name_of("wider scope")},
    "another request": {"req_id": name_of("other request")},
    "other data": {"services": (ServiceAsked("address", 1, ()),)},
    "other sources": {"services": (ServiceAsked("address", 1, ("dopa",)),)},
    "another retention": {"retention_days": 31},
    "another purpose": {"purpose": "login"},
    "another kind of identifier": {"namespace": "th.passport"},
    "a lower IAL": {"min_ial": 130},
    "a lower AAL": {"min_aal": 100},
    "another age": {"max_age_s": 3601},
    "another mode": {"mode": "fresh"},
    "another number of IdPs": {"min_idp": 2},
    "other IdPs": {"idps": ("paotang", "kbank")},
    "another lifetime": {"ttl_s": 601},
}


@pytest.mark.parametrize("swap", SWAPS)
def test_a_citizen_s_signature_for_another_question_is_refused(swap):
    world = World()
    asked = opened(world, "R")
    deceived = replace(asked, **SWAPS[swap])
    genuine = answer(world, deceived)

    moved = replace(genuine, req_id=asked.req_id, handle=name_of("kbank-" + asked.req_id.hex()))

    world.refuse("kbank", BadCitizenSignature, moved)


@pytest.mark.parametrize(
    "change",
    [
        {"agency": "paotang"},
        {"decision": "reject"},
        {"handle": name_of("other")},
        {"trail_tag": name_of("other")},
        {"citizen_key": public("mallory")},
        {"ial": 210},
        {"aal": 210},
        {"auth_time": 1_699_999_000},
    ],
)
def test_an_idp_changes_nothing_that_the_citizen_has_signed(change):
    world = World()
    asked = opened(world, "R", **BOTH)

    changed = replace(answer(world, asked), **change)

    world.refuse(changed.agency, BadCitizenSignature, changed)


def test_a_signature_of_another_chain_is_refused():
    world = World()
    asked = opened(world, "R")
    world.ledger.block = replace(world.ledger.block, chain_id="other-chain")

    world.refuse("kbank", BadCitizenSignature, answer(world, asked))


def test_an_error_carries_no_signature_and_says_why():
    world = World()
    asked = opened(world, "R")
    error = answer(world, asked, decision="error")

    world.refuse("kbank", UnknownErrorCode, replace(error, error=""))
    world.refuse("kbank", UnknownErrorCode, replace(error, error="no-record"))
    with_key = replace(error, citizen_key=public("x"))
    world.refuse("kbank", BadCitizenSignature, with_key)
    world.do("kbank", error)

    assert state_of(world, "R") == "errored"


def test_a_change_of_the_level_table_lowers_no_request_that_is_open():
    world = World()
    asked = opened(world, "R", min_ial=230)
    lower = tuple(level for level in FIRST_TABLE.ials if level != 230)
    table = SetLevelTable(2, lower, FIRST_TABLE.aals, (), (), world.now + 1)
    world.do("etda", table)
    world.wait(1)

    world.refuse("kbank", LevelTooLow, answer(world, asked, ial=220))
    world.refuse("kbank", BadLevel, answer(world, asked, ial=230))


@pytest.mark.parametrize("arguments", [(), (1,) * 15, (1,) * 17])
def test_an_unknown_or_missing_field_is_refused(arguments):
    world = World()
    before = dict(world.ledger.state.committed)

    with pytest.raises(Exception, match="arguments"):
        world.ledger.as_(admin("rd")).call("identity", "open_request", arguments)

    assert world.ledger.state.committed == before


def test_a_wrong_type_anywhere_in_an_answer_is_refused():
    world = World()
    asked = opened(world, "R")
    good = plain(sign_answer(answer(world, asked), asked))

    for index in range(len(good)):
        wrong = (*good[:index], 1.5, *good[index + 1 :])
        sender = world.ledger.as_(admin("kbank"))
        sender.rejects_call(WrongArgumentType, "identity", "respond", wrong)

    assert state_of(world, "R") == "open"
