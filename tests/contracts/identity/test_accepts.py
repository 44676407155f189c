"""An accept counts while what gave it stands: its IdP, the limits of that, its key."""

import pytest

from contracts.identity.consents.messages import AcceptFallen, NoConsent
from contracts.identity.core.messages import NodeInactive
from contracts.identity.nodes.messages import SetNodeLimits, SetNodeStatus, SetWhitelist
from contracts.identity.sessions.messages import ResumePairwise, SuspendPairwise
from tests.contracts.identity.scenes import answer, confirmed, opened, state_of
from tests.contracts.identity.signing import (
    CID,
    consenting,
    name_of,
    public,
    releasing,
    withdrawing,
)
from tests.contracts.identity.world import World

BOTH = ("kbank", "paotang")


def lower_ial(world, idp="kbank"):
    world.do("etda", SetNodeLimits(idp, 130, 220, (CID,)))


def lower_aal(world, idp="kbank"):
    world.do("etda", SetNodeLimits(idp, 230, 100, (CID,)))


def suspend(world, idp="kbank"):
    world.do("etda", SetNodeStatus(idp, "suspended", ""))


def end_epoch(world, idp="kbank"):
    key = public("somchai-pairwise")
    world.do(idp, SuspendPairwise(idp, key))
    world.do(idp, ResumePairwise(idp, key))


def part(world, idp="kbank"):
    world.do(idp, SetWhitelist(idp, ("nhso",)))


FALLS = [lower_ial, lower_aal, suspend, end_epoch, part]


@pytest.mark.parametrize("fall", [lower_ial, lower_aal, part])
def test_an_idp_whose_limits_fell_since_its_accept_carries_no_consent(fall):
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))

    fall(world)

    world.refuse("kbank", AcceptFallen, consenting("C", asked, reply, world.now + 60))


def test_a_relying_party_that_lost_the_namespace_since_gets_no_consent_and_no_data():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("kbank", consenting("C", asked, reply, world.now + 60))
    late, replied = confirmed(world, "Q", services=("address",))

    world.do("etda", SetNodeLimits("rd", 0, 0, ()))

    world.refuse("dopa", NoConsent, releasing(asked))
    world.refuse("kbank", AcceptFallen, consenting("D", late, replied, world.now + 60))


def test_an_idp_that_was_suspended_since_its_accept_carries_no_consent():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))

    suspend(world)

    world.refuse("kbank", NodeInactive, consenting("C", asked, reply, world.now + 60))


@pytest.mark.parametrize("fall", FALLS)
def test_no_data_flows_once_the_accept_behind_its_consent_has_fallen(fall):
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("kbank", consenting("C", asked, reply, world.now + 60))

    fall(world)

    world.refuse("dopa", NoConsent, releasing(asked))
    assert world.ask("consent", name_of("C"))[1] == "expired"


def test_limits_that_fell_and_still_reach_what_is_asked_end_nothing():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("etda", SetNodeLimits("kbank", 210, 210, (CID,)))

    world.do("kbank", consenting("C", asked, reply, world.now + 60))
    world.do("dopa", releasing(asked))


@pytest.mark.parametrize("fall", FALLS)
def test_an_accept_that_fell_confirms_no_request_with_a_later_one(fall):
    world = World()
    asked = opened(world, "R", idps=BOTH, min_idp=2)
    world.do("kbank", answer(world, asked))
    fall(world)

    world.do("paotang", answer(world, asked, agency="paotang"))

    assert state_of(world, "R") == "errored"


def test_another_idp_confirms_in_the_place_of_one_whose_accept_fell():
    world = World()
    world.register("scb", namespaces=(CID,))
    asked = opened(world, "R", idps=(*BOTH, "scb"), min_idp=2)
    world.do("kbank", answer(world, asked))
    suspend(world)
    world.do("paotang", answer(world, asked, agency="paotang"))
    assert state_of(world, "R") == "open"

    world.do("scb", answer(world, asked, agency="scb"))

    assert state_of(world, "R") == "confirmed"


def test_an_accept_that_fell_and_stands_up_again_is_judged_by_itself_and_carries_no_consent():
    world = World()
    world.register("scb", namespaces=(CID,))
    asked = opened(world, "R", idps=(*BOTH, "scb"), min_idp=2, services=("address",))
    reply = answer(world, asked)
    world.do("kbank", reply)
    suspend(world)
    for idp in ("paotang", "scb"):
        world.do(idp, answer(world, asked, agency=idp))
    world.do("etda", SetNodeStatus("kbank", "active", ""))
    assert [counts(world, idp) for idp in (*BOTH, "scb", "rd")] == [True, True, True, False]

    lower_ial(world)

    assert world.ask("is_accepted", asked.req_id)
    assert [counts(world, idp) for idp in (*BOTH, "scb")] == [False, True, True]
    world.refuse("kbank", AcceptFallen, consenting("C", asked, reply, world.now + 60))


def counts(world, idp):
    """Whether this IdP's accept of the request R counts now."""
    return world.ask("does_accept_count", name_of("R"), idp)


@pytest.mark.parametrize("fall", FALLS)
def test_a_consent_needs_every_accept_that_its_request_needs(fall):
    world = World()
    asked = opened(world, "R", idps=BOTH, min_idp=2, services=("address",))
    reply = answer(world, asked)
    world.do("kbank", reply)
    world.do("paotang", answer(world, asked, agency="paotang"))
    fall(world, "paotang")

    world.refuse("kbank", AcceptFallen, consenting("C", asked, reply, world.now + 60))


def test_of_two_consents_that_are_granted_at_once_the_withdrawal_of_one_leaves_the_other():
    world = World()
    world.register("scb", namespaces=(CID,))
    wanted = {"idps": (*BOTH, "scb"), "min_idp": 2, "services": ("address",)}
    asked = opened(world, "R", **wanted)
    replies = {"kbank": answer(world, asked), "paotang": answer(world, asked, agency="paotang")}
    world.do("kbank", replies["kbank"])
    suspend(world)
    world.do("paotang", replies["paotang"])
    world.do("scb", answer(world, asked, agency="scb"))
    world.do("etda", SetNodeStatus("kbank", "active", ""))
    end = world.now + 60
    world.do("kbank", consenting("C1", asked, replies["kbank"], end))
    suspend(world)
    world.do("paotang", consenting("C2", asked, replies["paotang"], end, agency="paotang"))
    world.do("etda", SetNodeStatus("kbank", "active", ""))

    world.do_as("anyone", withdrawing("C2"))

    world.do("dopa", releasing(asked))
    assert world.ask("release", asked.req_id, "address", "dopa")[1] == name_of("C1")
