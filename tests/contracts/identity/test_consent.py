"""Consent: the citizen's own signature; data only while it is live, once, from the right source."""

from dataclasses import replace

import pytest

from contracts.identity.consents.messages import (
    ConsentExists,
    ConsentOver,
    DuplicateRelease,
    NoConsent,
    NotAccepted,
    ScopeMismatch,
    SourceNotApproved,
    WrongHandle,
)
from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    NodeInactive,
    OtherPairwiseKey,
    UnknownAnswer,
    UnknownRequest,
    WrongRole,
)
from contracts.identity.nodes.messages import SetNodeStatus, SetService
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CloseRequest,
    RequestExpired,
    RequestNotOpen,
)
from primitives.errors import NotAllowed
from tests.contracts.identity.scenes import answer, confirmed, opened, state_of
from tests.contracts.identity.signing import (
    asking,
    consenting,
    name_of,
    public,
    releasing,
    signed,
    withdrawing,
)
from tests.contracts.identity.world import World

DATA = {"services": ("address",)}


def answered(**changes):
    """A world with a confirmed request for data; also the request and the answer."""
    world = World()
    asked, reply = confirmed(world, "R", **(DATA | changes))
    return world, asked, reply


def consented(**changes):
    """The same after consent "C" of an hour."""
    world, asked, reply = answered(**changes)
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    return world, asked, reply


def test_data_is_released_under_a_live_consent_and_completes_the_request():
    world, asked, _ = consented()
    assert state_of(world, "R") == "data_pending"

    world.do("dopa", releasing(asked))
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))

    assert state_of(world, "R") == "completed"
    found = world.ask("release", asked.req_id, "address", "dopa")
    assert found[:3] == ("dopa", name_of("C"), name_of("data"))


def test_no_data_without_consent():
    world, asked, _ = answered()

    world.refuse("dopa", NoConsent, releasing(asked))


def test_no_data_after_a_withdrawal_in_the_same_block():
    world, asked, _ = consented()
    height = world.ledger.block.height

    world.do_as("anyone", withdrawing("C"))
    world.refuse("dopa", NoConsent, releasing(asked))

    assert world.ledger.block.height == height
    assert world.ask("consent", name_of("C"))[1] == "withdrawn"


def test_no_data_after_a_consent_or_the_request_has_expired():
    world, asked, reply = answered()
    world.do("kbank", consenting("C", asked, reply, world.now + 10))
    world.wait(10)
    world.refuse("dopa", NoConsent, releasing(asked))
    world.do("kbank", consenting("C2", asked, reply, world.now + 3600))
    world.wait(600)

    world.refuse("dopa", RequestExpired, releasing(asked))
    assert world.ask("consent", name_of("C"))[1] == "expired"
    assert world.ask("consent", name_of("C2"))[1] == "granted"


def test_data_of_a_service_is_released_once():
    world, asked, _ = consented()
    world.do("dopa", releasing(asked))

    world.refuse("dopa", DuplicateRelease, releasing(asked))


def test_only_an_approved_source_releases_what_was_asked_for():
    world, asked, _ = consented()
    world.do("etda", SetService("income", 210, 210, ("dopa",)))

    world.refuse("dopa", SourceNotApproved, releasing(asked, service="income"))
    world.refuse("dopa", SourceNotApproved, releasing(asked, service="unknown"))
    world.refuse("kbank", WrongRole, releasing(asked, agency="kbank"))
    world.do("etda", SetService("address", 210, 210, ()))
    world.refuse("dopa", SourceNotApproved, releasing(asked))


def test_a_release_is_signed_by_a_key_of_the_source():
    world, asked, _ = consented()
    good = releasing(asked)

    world.refuse("dopa", BadCitizenSignature, replace(good, data_commit=name_of("other")))
    world.refuse("dopa", BadCitizenSignature, releasing(asked, label="kbank-node"))
    world.refuse("rd", NotAllowed, good)
    world.do("etda", SetNodeStatus("dopa", "suspended", ""))
    world.refuse("dopa", NodeInactive, good)

    assert world.ask("release", asked.req_id, "address", "dopa") is None


def test_data_for_no_request_is_refused():
    world = World()

    world.refuse("dopa", UnknownRequest, releasing(asking("R")))


def test_a_consent_is_for_the_request_s_scope():
    world, asked, reply = answered()
    wider = consenting("C", asked, reply, world.now + 60, scope_commit=name_of("wider"))

    world.refuse("kbank", ScopeMismatch, wider)
    other = consenting("C", asked, reply, world.now + 60, services=("address", "income"))
    world.refuse("kbank", ScopeMismatch, other)
    none = consenting("C", asked, reply, world.now + 60, services=())
    world.refuse("kbank", ScopeMismatch, none)
    longer = consenting("C", asked, reply, world.now + 60, retention_days=31)
    world.refuse("kbank", ScopeMismatch, longer)

    assert world.ask("consent", name_of("C")) is None


def test_a_consent_is_of_the_citizen_who_accepted():
    world, asked, reply = answered()
    good = consenting("C", asked, reply, world.now + 60)

    other = replace(consenting("C", asked, reply, world.now + 60, who="malee"))
    world.refuse("kbank", OtherPairwiseKey, other)
    handle = consenting("C", asked, reply, world.now + 60, handle=name_of("other"))
    world.refuse("kbank", WrongHandle, handle)
    world.refuse("kbank", BadCitizenSignature, replace(good, retention_days=3650))
    world.refuse("kbank", BadCitizenSignature, replace(good, citizen_key=public("malee-pairwise")))
    world.refuse("paotang", UnknownAnswer, consenting("C", asked, reply, 1, agency="paotang"))
    world.refuse("rd", NotAllowed, good)
    forged = signed(good, ("identity/consent", b""), "somchai-pairwise")
    world.refuse("kbank", BadCitizenSignature, forged)


@pytest.mark.parametrize("seconds", [0, -1, 366 * 86_400 + 1])
def test_a_consent_ends_ahead_within_a_year(seconds):
    world, asked, reply = answered()

    late = consenting("C", asked, reply, world.now + seconds)

    world.refuse("kbank", ExpiryOutOfBounds, late)


def test_a_consent_follows_an_accepted_answer_and_not_the_end():
    world = World()
    asked = opened(world, "R", idps=("kbank", "paotang"), min_idp=2, **DATA)
    reply = answer(world, asked)
    unknown = consenting("C", asking("other"), reply, world.now + 60)
    world.refuse("kbank", UnknownRequest, unknown)
    world.refuse("kbank", UnknownAnswer, consenting("C", asked, reply, world.now + 60))
    world.do("kbank", reply)
    world.refuse("kbank", RequestNotOpen, consenting("C", asked, reply, world.now + 60))
    world.wait(600)

    world.refuse("kbank", RequestExpired, consenting("C", asked, reply, world.now + 60))


def test_a_reject_is_no_consent():
    world = World()
    asked = opened(world, "R", **DATA)
    reply = answer(world, asked, decision="reject")
    world.do("kbank", reply)

    world.refuse("kbank", NotAccepted, consenting("C", asked, reply, world.now + 60))


def test_a_request_has_one_live_consent_and_each_its_own_name():
    world, asked, reply = consented()
    second = consenting("C2", asked, reply, world.now + 60)

    world.refuse("kbank", DuplicateId, consenting("C", asked, reply, world.now + 60))
    world.refuse("kbank", ConsentExists, second)
    world.do_as("anyone", withdrawing("C"))
    world.do("kbank", second)
    world.do("dopa", releasing(asked))

    assert world.ask("release", asked.req_id, "address", "dopa")[1] == name_of("C2")


def test_a_consent_is_withdrawn_by_its_citizen_through_anyone_at_any_time_once():
    world, asked, _ = consented(services=())
    world.do("rd", AcknowledgeRequest("rd", asked.req_id))
    world.do("rd", CloseRequest("rd", asked.req_id))

    world.refuse_as("anyone", OtherPairwiseKey, withdrawing("C", who="malee"))
    assert world.ask("consent", name_of("C"))[1] == "granted"
    moved = replace(withdrawing("C9"), con_id=name_of("C"))
    world.refuse_as("anyone", BadCitizenSignature, moved)
    world.do_as("anyone", withdrawing("C"))

    world.refuse_as("anyone", ConsentOver, withdrawing("C"))
    assert state_of(world, "R") == "closed"
