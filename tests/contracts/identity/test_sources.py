"""Several sources a service, their errors, and consents to data that is released repeatedly."""

from dataclasses import replace

import pytest

from contracts.identity.consents.messages import (
    ConsentOver,
    DuplicateRelease,
    RefuseData,
    ReleasesUsed,
    SourceNotApproved,
    repeated_statement,
)
from contracts.identity.core.messages import (
    BadCitizenSignature,
    DuplicateId,
    ExpiryOutOfBounds,
    OtherPairwiseKey,
    ServiceAsked,
    UnknownConsent,
    UnknownErrorCode,
    UnknownService,
    WrongRole,
)
from contracts.identity.nodes.messages import SetErrorCode, SetService, UnknownSide
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    DataMissing,
    RequestNotOpen,
)
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.identity.scenes import answer, confirmed, opened, state_of
from tests.contracts.identity.signing import (
    CHAIN,
    allowing,
    consenting,
    name_of,
    public,
    releasing,
    releasing_again,
    signed,
    stopping,
)
from tests.contracts.identity.world import World

DATA = {"services": ("address",)}


def sourced(**asked):
    """A world where rd asks for "address" of two sources of three; a consent is granted."""
    world = World()
    for source in ("pea", "mea"):
        world.register(source, namespaces=())
    world.do("etda", SetService("address", 210, 210, ("dopa", "pea", "mea")))
    wanted = ServiceAsked(**{"service": "address", "min_as": 2, "sources": ()} | asked)
    asked, reply = confirmed(world, "R", services=(wanted,))
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    return world, asked


def refusing(asked, source, error="no-record"):
    """A source's word that it releases nothing."""
    return RefuseData(source, asked.req_id, "address", error)


def test_a_request_is_complete_when_as_many_sources_as_it_asks_have_released():
    world, asked = sourced()
    complete = AcknowledgeRequest("rd", asked.req_id)
    world.do("dopa", releasing(asked))
    world.refuse("rd", DataMissing, complete)
    world.refuse("dopa", DuplicateRelease, releasing(asked))

    world.do("pea", releasing(asked, agency="pea"))
    world.do("mea", releasing(asked, agency="mea"))
    world.do("rd", complete)

    assert state_of(world, "R") == "completed"
    assert world.ask("request", asked.req_id)[5] == 1


def test_a_request_for_named_sources_takes_no_other():
    world, asked = sourced(sources=("dopa", "pea"))

    world.refuse("mea", SourceNotApproved, releasing(asked, agency="mea"))
    world.refuse("mea", SourceNotApproved, refusing(asked, "mea"))
    world.do("pea", releasing(asked, agency="pea"))

    assert world.ask("release", asked.req_id, "address", "pea")[0] == "pea"


def test_a_request_fails_when_too_few_sources_are_left():
    world, asked = sourced()
    world.do("dopa", refusing(asked, "dopa"))
    assert state_of(world, "R") == "data_pending"
    world.refuse("dopa", DuplicateRelease, releasing(asked))
    world.refuse("dopa", DuplicateRelease, refusing(asked, "dopa"))

    world.do("pea", refusing(asked, "pea", "not-available"))

    assert state_of(world, "R") == "errored"
    assert world.ask("data_refusal", asked.req_id, "address", "pea") == "not-available"
    world.refuse("mea", RequestNotOpen, releasing(asked, agency="mea"))


def test_a_source_says_why_by_a_registered_code():
    world = World()
    asked, _ = confirmed(world, "R", **DATA)
    world.refuse("dopa", UnknownErrorCode, refusing(asked, "dopa", "on-holiday"))
    world.refuse("dopa", UnknownErrorCode, refusing(asked, "dopa", "no-contact"))
    world.refuse("etda", UnknownSide, SetErrorCode("rp", "on-holiday", True))
    world.do("etda", SetErrorCode("as", "on-holiday", True))
    assert world.ask("error_code", "as", "on-holiday") is True

    world.do("dopa", refusing(asked, "dopa", "on-holiday"))
    world.do("etda", SetErrorCode("as", "on-holiday", False))

    assert state_of(world, "R") == "errored"
    other, _ = confirmed(world, "R2", **DATA)
    world.refuse("dopa", UnknownErrorCode, refusing(other, "dopa", "on-holiday"))


def test_a_source_may_refuse_before_there_is_a_consent_and_not_before_an_answer():
    world = World()
    asked = opened(world, "R", **DATA)
    world.refuse("dopa", RequestNotOpen, refusing(asked, "dopa"))
    world.do("kbank", answer(world, asked))

    world.do("dopa", refusing(asked, "dopa"))

    assert state_of(world, "R") == "errored"


def allowed():
    """A world with the standing consent "C" to two releases within an hour."""
    world = World()
    world.do("kbank", allowing("C", world.now + 3600))
    return world


def test_repeated_data_needs_no_request_and_ends_with_its_number():
    world = allowed()

    world.do("dopa", releasing_again("C", 1))
    world.refuse("dopa", DuplicateRelease, releasing_again("C", 1))
    world.refuse("dopa", ReleasesUsed, releasing_again("C", 3))
    world.do("dopa", releasing_again("C", 2))
    world.refuse("dopa", ReleasesUsed, releasing_again("C", 3))

    assert world.ask("standing_consent", name_of("C"))[4] == 2
    assert world.ask("repeated_release", name_of("C"), 2)[0] == "dopa"


def test_a_standing_consent_is_withdrawn_by_its_citizen_through_anyone_at_once():
    world = allowed()
    world.do("dopa", releasing_again("C", 1))
    world.refuse_as("anyone", OtherPairwiseKey, stopping("C", who="malee"))
    forged = signed(stopping("C"), ("identity/withdrawal", b""), "somchai-pairwise")
    world.refuse_as("anyone", BadCitizenSignature, forged)

    world.do_as("anyone", stopping("C"))

    world.refuse("dopa", ConsentOver, releasing_again("C", 2))
    world.refuse_as("anyone", ConsentOver, stopping("C"))


def test_a_standing_consent_ends_by_itself():
    world = allowed()
    world.wait(3600)

    world.refuse("dopa", ConsentOver, releasing_again("C", 1))


def test_only_an_approved_source_of_the_service_releases_again():
    world = allowed()
    world.register("pea", namespaces=())
    good = releasing_again("C", 1)
    foreign = replace(good, key=public("kbank-node"))

    world.refuse("pea", SourceNotApproved, releasing_again("C", 1, agency="pea"))
    moved = replace(good, data_commit=name_of("other"))
    world.refuse("dopa", BadCitizenSignature, moved)
    wrong = signed(foreign, repeated_statement(CHAIN, foreign), "kbank-node")
    world.refuse("dopa", BadCitizenSignature, wrong)
    world.refuse("dopa", UnknownConsent, releasing_again("D", 1))

    world.do("dopa", good)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rp": "facelab"}, WrongRole),
        ({"service": "income"}, UnknownService),
        ({"until": 1}, ExpiryOutOfBounds),
        ({"times": 0}, ArgumentOutOfBounds),
    ],
)
def test_a_wrong_standing_consent_is_refused_by_name(changes, error):
    world = World()

    world.refuse("kbank", error, allowing("C", **({"until": world.now + 60} | changes)))
    good = allowing("C", world.now + 60)
    world.refuse("kbank", BadCitizenSignature, replace(good, times=3))
    world.do("kbank", good)

    world.refuse("kbank", DuplicateId, good)
