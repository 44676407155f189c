"""Suspended relying parties, and consents to data that is released repeatedly, judged now."""

from dataclasses import replace

import pytest

from contracts.identity.consents.messages import SourceNotApproved
from contracts.identity.core.messages import (
    LevelTooHigh,
    LevelTooLow,
    NodeInactive,
    NotWhitelisted,
    WrongRole,
)
from contracts.identity.nodes.messages import (
    SetNodeLimits,
    SetNodeStatus,
    SetService,
    SetWhitelist,
)
from contracts.identity.requests.messages import AcknowledgeRequest, CancelRequest, CloseRequest
from tests.contracts.identity.scenes import (
    answer,
    confirmed,
    keeping,
    opened,
    suspend_agency,
)
from tests.contracts.identity.signing import (
    CID,
    allowing,
    consenting,
    releasing,
    releasing_again,
    reusing,
)
from tests.contracts.identity.world import World


def lasting():
    """A world where somchai kept a sign-on and consented to one release, and to others."""
    world = World()
    world.do("kbank", keeping(world, "S"))
    world.do("kbank", allowing("standing", world.now + 3600))
    asked, reply = confirmed(world, "R", services=("address",), ttl_s=3600)
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    return world, asked


RP_ENDS = {
    "its node": lambda world: world.do("etda", SetNodeStatus("rd", "suspended", "")),
    "its agency": lambda world: suspend_agency(world, "rd"),
}


@pytest.mark.parametrize("what", RP_ENDS)
def test_a_suspended_relying_party_is_neither_answered_nor_given_data(what):
    world, asked = lasting()
    other = opened(world, "Q", services=("address",), ttl_s=3600)
    reused = opened(world, "Q2", ttl_s=3600)
    late, reply = confirmed(world, "Q3", services=("address",), ttl_s=3600)

    RP_ENDS[what](world)

    error = NodeInactive if what == "its node" else WrongRole
    world.refuse("kbank", error, answer(world, other))
    world.refuse("kbank", error, answer(world, other, decision="reject"))
    world.refuse("kbank", error, reusing("S", reused))
    world.refuse("kbank", error, consenting("D", late, reply, world.now + 60))
    world.refuse("dopa", error, releasing(asked))
    world.refuse("dopa", error, releasing_again("standing", 1))
    world.refuse("kbank", error, allowing("E", world.now + 60))


def test_a_suspended_relying_party_completes_and_closes_nothing_and_may_cancel():
    world = World()
    asked, _ = confirmed(world, "R")
    done, _ = confirmed(world, "D")
    world.do("rd", AcknowledgeRequest("rd", done.req_id))
    world.do("etda", SetNodeStatus("rd", "suspended", ""))

    world.refuse("rd", NodeInactive, AcknowledgeRequest("rd", asked.req_id))
    world.refuse("rd", NodeInactive, CloseRequest("rd", done.req_id))
    world.do("rd", CancelRequest("rd", asked.req_id))


STANDING_CASES = {
    "an IAL above the IdP's": ({"ial": 300}, LevelTooHigh),
    "an AAL above the IdP's": ({"aal": 300}, LevelTooHigh),
    "an IAL below the service's": ({"ial": 130}, LevelTooLow),
    "an AAL below the service's": ({"aal": 100}, LevelTooLow),
    "a namespace that the relying party lacks": ({"namespace": "other"}, NotWhitelisted),
    "no source": ({"sources": ()}, SourceNotApproved),
    "a source twice": ({"sources": ("dopa", "dopa")}, SourceNotApproved),
    "a source of no such service": ({"sources": ("dopa", "pea")}, SourceNotApproved),
}


@pytest.mark.parametrize("case", STANDING_CASES)
def test_a_standing_consent_is_asked_what_a_request_for_the_service_would_be(case):
    changes, error = STANDING_CASES[case]
    world = World()

    world.refuse("kbank", error, allowing("C", world.now + 60, **changes))


def test_a_standing_consent_is_judged_anew_at_each_release():
    world = World()
    world.register("pea", namespaces=())
    world.do("kbank", allowing("C", world.now + 3600))
    stronger = SetService("address", 300, 210, ("dopa", "pea"))
    world.do("etda", stronger)
    world.refuse("dopa", LevelTooLow, releasing_again("C", 1))
    world.do("etda", replace(stronger, min_ial=210))
    world.refuse("pea", SourceNotApproved, releasing_again("C", 1, agency="pea"))
    world.do("etda", SetNodeLimits("kbank", 230, 100, (CID,)))
    world.refuse("dopa", LevelTooLow, releasing_again("C", 1))
    world.do("etda", SetNodeLimits("kbank", 230, 220, (CID,)))
    world.do("kbank", SetWhitelist("kbank", ("nhso",)))
    world.refuse("dopa", NotWhitelisted, releasing_again("C", 1))
    world.do("kbank", SetWhitelist("kbank", ()))

    world.do("dopa", releasing_again("C", 1))


def test_data_is_released_only_at_the_levels_that_its_service_needs_now():
    world, asked = lasting()
    world.do("etda", SetService("address", 230, 210, ("dopa",)))

    world.refuse("dopa", LevelTooLow, releasing(asked))
