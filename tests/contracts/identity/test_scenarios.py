"""The scenarios of NDID's own tests, as this contract plays them; docs/identity-scenarios.md."""

from dataclasses import replace

import pytest

from contracts.identity.attestations.messages import SetAttestation
from contracts.identity.core.messages import (
    BadCitizenSignature,
    KeyTaken,
    NotLinked,
    NotSubjectKey,
    NotWhitelisted,
    ServiceAsked,
    UnknownErrorCode,
)
from contracts.identity.nodes.messages import (
    SetErrorCode,
    SetNodeLimits,
    SetNodeStatus,
    SetService,
    SetWhitelist,
)
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CancelRequest,
    CloseRequest,
    DataMissing,
    DuplicateResponse,
    LevelsOutOfReach,
    RequestExpired,
    RequestNotOpen,
)
from contracts.identity.subjects.messages import LastKey
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.identity.scenes import (
    answer,
    attest,
    confirmed,
    create,
    opened,
    proofed,
    proofing,
    state_of,
    subject_of,
)
from tests.contracts.identity.signing import (
    CID,
    adding,
    asking,
    consenting,
    linking,
    name_of,
    public,
    releasing,
    revoking,
    unlinking,
)
from tests.contracts.identity.test_sources import refusing
from tests.contracts.identity.world import World

TWO = {"idps": ("kbank", "paotang")}


def consented(world, services, **changes):
    """A request for data that the citizen has accepted and consented to."""
    asked, reply = confirmed(world, "R", services=services, **changes)
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    return asked


def sources(world, *names):
    """Make agencies active nodes that may release the service "address"."""
    for name in names:
        world.register(name, namespaces=())
    world.do("etda", SetService("address", 210, 210, ("dopa", *names)))


def idps_for(world, rp, ial, aal):
    """The IdPs that may answer a request of a relying party at these levels now."""
    page = world.ask("idp_page", rp, CID, (ial, aal), "")
    return {agency for agency, may_answer in page if may_answer}


def test_a_request_that_is_closed_before_an_answer_takes_none():
    world = World()
    asked = opened(world, "R")
    world.refuse("rd", RequestNotOpen, CloseRequest("rd", asked.req_id))

    world.do("rd", CancelRequest("rd", asked.req_id))

    world.refuse("kbank", RequestNotOpen, answer(world, asked))
    assert state_of(world, "R") == "cancelled"


def test_a_request_is_closed_once():
    world = World()
    asked, _ = confirmed(world, "R")
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))
    world.do("rd", CloseRequest("rd", asked.req_id))

    world.refuse("rd", RequestNotOpen, CloseRequest("rd", asked.req_id))

    assert state_of(world, "R") == "closed"


@pytest.mark.parametrize("ttl_s", [0, 29, 86_401])
def test_a_time_out_is_neither_too_short_nor_too_long(ttl_s):
    world = World()

    world.refuse("rd", ArgumentOutOfBounds, asking("R", ttl_s=ttl_s))


def test_a_request_that_times_out_after_one_of_two_answers_is_over():
    world = World()
    asked = opened(world, "R", min_idp=2, ttl_s=60, **TWO)
    world.do("kbank", answer(world, asked))

    world.wait(60)

    assert state_of(world, "R") == "expired"
    late = answer(world, asked, agency="paotang")
    world.refuse("paotang", RequestExpired, late)


def test_an_idp_below_the_levels_is_not_qualified_to_answer():
    world = World()

    world.refuse("rd", LevelsOutOfReach, asking("R", min_ial=300))
    both = opened(world, "R", min_ial=300, **TWO)
    world.do("paotang", answer(world, both, agency="paotang", ial=300, aal=300))

    assert state_of(world, "R") == "confirmed"


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("accept", "accept", "confirmed"),
        ("accept", "reject", "conflict"),
        ("accept", "error", "errored"),
        ("error", "accept", "errored"),
    ],
)
def test_two_idps_that_must_both_answer_settle_a_request_together(first, second, state):
    world = World()
    asked = opened(world, "R", min_idp=2, **TWO)

    world.do("kbank", answer(world, asked, decision=first))
    later = answer(world, asked, agency="paotang", decision=second)
    if first == "error":
        world.refuse("paotang", RequestNotOpen, later)
    else:
        world.do("paotang", later)

    assert state_of(world, "R") == state


def test_of_several_idps_the_first_enough_accept_and_the_rest_come_late():
    world = World()
    asked = opened(world, "R", **TWO)

    world.do("paotang", answer(world, asked, agency="paotang"))

    assert state_of(world, "R") == "confirmed"
    world.refuse("kbank", RequestNotOpen, answer(world, asked))


def test_an_idp_s_error_names_a_code_of_the_list_and_another_idp_may_still_answer():
    world = World()
    asked = opened(world, "R", **TWO)
    error = answer(world, asked, decision="error")
    world.refuse("kbank", UnknownErrorCode, replace(error, error="on-strike"))
    world.do("etda", SetErrorCode("idp", "on-strike", True))

    world.do("kbank", replace(error, error="on-strike"))
    world.refuse("kbank", DuplicateResponse, answer(world, asked))
    world.do("paotang", answer(world, asked, agency="paotang"))

    assert state_of(world, "R") == "confirmed"
    assert world.ask("response", asked.req_id, "kbank")[5] == "on-strike"


def test_one_source_releases_for_one_service():
    world = World()
    asked = consented(world, ("address",))
    world.do("dopa", releasing(asked))

    world.do("rd", AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "completed"


def test_two_sources_release_for_one_service_that_wants_both():
    world = World()
    sources(world, "pea")
    asked = consented(world, (ServiceAsked("address", 2, ()),))
    world.do("dopa", releasing(asked))
    world.refuse("rd", DataMissing, AcknowledgeRequest("rd", asked.req_id))

    world.do("pea", releasing(asked, agency="pea"))
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "completed"


def test_two_sources_release_for_two_services():
    world = World()
    sources(world, "pea")
    world.do("etda", SetService("power", 210, 210, ("pea",)))
    asked = consented(world, ("address", "power"))
    world.do("dopa", releasing(asked))
    world.refuse("rd", DataMissing, AcknowledgeRequest("rd", asked.req_id))

    world.do("pea", releasing(asked, agency="pea", service="power"))
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "completed"


def test_two_idps_accept_and_one_source_releases():
    world = World()
    asked = opened(world, "R", min_idp=2, services=("address",), **TWO)
    reply = answer(world, asked)
    world.do("kbank", reply)
    world.do("paotang", answer(world, asked, agency="paotang"))
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))

    world.do("dopa", releasing(asked))
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "completed"


def test_one_source_s_error_leaves_a_request_to_the_other_and_two_fail_it():
    world = World()
    sources(world, "pea")
    asked = consented(world, ("address",))

    world.do("dopa", refusing(asked, "dopa"))
    assert state_of(world, "R") == "data_pending"
    world.do("pea", refusing(asked, "pea", "not-available"))

    assert state_of(world, "R") == "errored"


def test_data_for_a_request_that_is_over_is_refused():
    world = World()
    asked = consented(world, ("address",))
    world.do("rd", CancelRequest("rd", asked.req_id))

    world.refuse("dopa", RequestNotOpen, releasing(asked))
    world.refuse("dopa", RequestNotOpen, refusing(asked, "dopa"))

    assert world.ask("release", asked.req_id, "address", "dopa") is None


def test_a_relying_party_finds_the_idps_that_may_answer():
    world = World()
    assert idps_for(world, "rd", 210, 210) == {"kbank", "paotang"}
    assert idps_for(world, "rd", 300, 300) == {"paotang"}
    assert idps_for(world, "nobody", 210, 210) == set()

    world.do("kbank", SetWhitelist("kbank", ("nhso",)))
    world.do("etda", SetNodeStatus("paotang", "suspended", ""))

    assert idps_for(world, "rd", 210, 210) == set()
    assert idps_for(world, "nhso", 210, 210) == {"kbank"}


def test_the_idps_that_are_found_are_those_that_a_request_may_list():
    world = World()
    world.do("rd", SetWhitelist("rd", ("paotang",)))

    for idp in ("kbank", "paotang"):
        if idp in idps_for(world, "rd", 210, 210):
            world.do("rd", asking(f"R-{idp}", idps=(idp,)))
        else:
            world.refuse("rd", NotWhitelisted, asking(f"R-{idp}", idps=(idp,)))

    assert state_of(world, "R-paotang") == "open"


def test_the_idps_are_found_after_one_of_them():
    world = World()

    after = world.ask("idp_page", "rd", CID, (210, 210), "kbank")

    assert [agency for agency, may_answer in after if may_answer] == ["paotang"]


def test_an_accessor_is_added_replaced_and_the_last_one_stays():
    world = World()
    create(world, "somchai")
    world.do("kbank", adding("somchai", "somchai-2"))
    world.do("kbank", revoking("somchai", "somchai-1", seq=2, by="somchai-2"))

    world.refuse("kbank", LastKey, revoking("somchai", "somchai-2", seq=3, by="somchai-2"))
    world.refuse("kbank", NotSubjectKey, adding("somchai", "somchai-3", seq=3))
    world.refuse("kbank", KeyTaken, adding("somchai", "somchai-1", seq=3, by="somchai-2"))
    world.do("kbank", adding("somchai", "somchai-3", seq=3, by="somchai-2"))

    keys = [key for key, *_ in subject_of(world, "somchai")[5]]
    assert keys == [public("somchai-2"), public("somchai-3")]


def test_an_accessor_is_changed_through_either_of_two_idps_with_the_citizen_s_signature():
    world = World()
    create(world, "somchai")
    world.do("paotang", linking("somchai", "paotang"))
    world.do("paotang", adding("somchai", "somchai-2", seq=2, agency="paotang"))
    unsigned = replace(revoking("somchai", "somchai-2", seq=3), signature=bytes(64))

    world.refuse("kbank", BadCitizenSignature, unsigned)
    world.do("kbank", revoking("somchai", "somchai-2", seq=3))

    assert len(subject_of(world, "somchai")[5]) == 1


def test_an_answer_by_a_key_that_is_not_the_signer_s_is_refused():
    world = World()
    asked = opened(world, "R")
    reply = answer(world, asked)

    world.refuse("kbank", BadCitizenSignature, replace(reply, citizen_key=public("other")))

    assert state_of(world, "R") == "open"


@pytest.mark.parametrize("others", [(), ("paotang",)])
def test_an_association_is_revoked_and_made_again(others):
    world = World()
    proofed(world, "somchai")
    for seq, idp in enumerate(others, start=1):
        world.do(idp, linking("somchai", idp, seq=seq))
    seq = len(others)

    world.do_as("anyone", unlinking("somchai", "kbank", seq=seq + 1))
    world.refuse("kbank", NotLinked, proofing(world, "somchai", "kbank", 210, label="later"))
    world.do("kbank", linking("somchai", "kbank", seq=seq + 2))
    attest(world, "somchai", label="later")

    assert subject_of(world, "somchai")[6] == (*others, "kbank")


def test_a_person_s_ial_is_raised_and_lowered_by_new_proofings():
    world = World()
    create(world, "somchai")
    attest(world, "somchai", ial=110, label="low")
    attest(world, "somchai", ial=220, label="high")
    sid = name_of("somchai")
    assert world.ask("effective_ial", sid) == 220

    world.do("kbank", SetAttestation("kbank", name_of("high"), "superseded", ""))

    assert world.ask("effective_ial", sid) == 110


def test_an_idp_s_supported_levels_are_lowered_for_requests_from_now_on():
    world = World()
    before = opened(world, "R1", min_ial=230)
    world.do("etda", SetNodeLimits("kbank", 210, 210, (CID,)))

    world.refuse("rd", LevelsOutOfReach, asking("R2", min_ial=230))

    assert idps_for(world, "rd", 230, 210) == {"paotang"}
    assert state_of(world, "R1") == "open"
    assert before.min_ial == 230
