"""The legal period: what is over goes after it, whole, and its digest proves a copy."""

import pytest

from contracts.identity.core.messages import (
    RETENTION_DAYS_MIN,
    DuplicateId,
    UnknownRequest,
)
from contracts.identity.core.state import DISPUTES_MAX, RETENTION_DAYS
from contracts.identity.disputes.messages import ResolveDispute, TooManyDisputes
from contracts.identity.nodes.messages import SetRetention
from contracts.identity.requests.messages import (
    DisputeOpen,
    Prune,
    RequestPruned,
    StandingPruned,
    TooYoung,
    terms_digest,
)
from contracts.identity.requests.state import (
    RequestRecord,
    StandingRecord,
    record_digest,
)
from contracts.sdk.schema import record_of
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.identity.scenes import answer, confirmed, create, opened, proofed, state_of
from tests.contracts.identity.signing import (
    CHAIN,
    DAY_S,
    allowing,
    asking,
    consenting,
    disputing,
    name_of,
    public,
    releasing,
    releasing_again,
    trail_secret,
    withdrawing,
)
from tests.contracts.identity.world import World

PERIOD_S = RETENTION_DAYS * DAY_S
TTL_S = 600


def pruning(*requests, standings=()):
    return Prune(tuple(map(name_of, requests)), tuple(map(name_of, standings)))


def used():
    """A world with a request that was answered, consented to and served."""
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("kbank", consenting("C", asked, reply, world.now + 3600))
    world.do("dopa", releasing(asked))
    return world, asked, reply


def entries_about(world, *names):
    """The keys and values of the state that hold one of these."""
    world.wait(1)
    pairs = world.ledger.state.committed.items()
    return [key for key, value in pairs if any(name in key + value for name in names)]


def test_nothing_goes_before_the_legal_period_has_passed_since_its_end():
    world, _, _ = used()

    world.refuse_as("anyone", TooYoung, pruning("R"))
    world.wait(3600 + PERIOD_S - 2)
    world.refuse_as("anyone", TooYoung, pruning("R"))
    world.wait(2)

    world.do_as("anyone", pruning("R"))


def test_a_consent_that_still_runs_keeps_its_request():
    world = World()
    asked, reply = confirmed(world, "R", services=("address",))
    world.do("kbank", consenting("C", asked, reply, world.now + 300 * DAY_S))

    world.wait(TTL_S + PERIOD_S)

    world.refuse_as("anyone", TooYoung, pruning("R"))


def test_what_goes_leaves_the_digest_of_what_was_asked_alone():
    world, asked, reply = used()
    world.do_as("anyone", withdrawing("C"))
    assert len(entries_about(world, asked.req_id)) > 5
    world.wait(3600 + PERIOD_S)

    world.do_as("anyone", pruning("R"))

    left = entries_about(world, asked.req_id, reply.handle, reply.trail_tag, name_of("C"))
    assert left == [b"identity\0asked_digests\0" + asked.req_id]
    assert world.ledger.state.committed[left[0]].endswith(terms_digest(CHAIN, asked))


def test_what_went_is_as_unknown_as_what_never_was():
    world, asked, reply = used()
    world.wait(3600 + PERIOD_S)
    world.do_as("anyone", pruning("R"))

    world.refuse_as("anyone", UnknownRequest, pruning("R"))
    world.refuse("kbank", UnknownRequest, reply)
    world.refuse("dopa", UnknownRequest, releasing(asked))
    assert world.ask("request", asked.req_id) is None
    assert world.ask("trail_page", public("somchai-pairwise"), 0) == ()


def test_a_name_that_went_opens_no_second_request_so_no_old_signature_serves_again():
    world, _, _ = used()
    world.wait(3600 + PERIOD_S)
    world.do_as("anyone", pruning("R"))

    world.refuse("rd", DuplicateId, asking("R", services=("address",)))


def test_the_digest_of_what_goes_proves_a_copy_and_no_other():
    world, asked, _ = used()
    kept = record_of(RequestRecord).read(world.ask("request_record", asked.req_id))
    world.wait(3600 + PERIOD_S)

    (event,) = world.do_as("anyone", pruning("R"))

    assert event.name == RequestPruned.__name__
    assert event.fields == (asked.req_id, record_digest(CHAIN, asked.req_id, kept))
    assert event.fields[1] != record_digest("another-chain", asked.req_id, kept)
    assert kept.consents[0].con_id == name_of("C")
    assert kept.releases[0].release.data_commit == name_of("data")
    assert world.ask("request_record", asked.req_id) is None


def test_a_request_with_an_open_dispute_stays_until_it_is_settled():
    world = World()
    proofed(world, "somchai")
    asked, _ = confirmed(world, "R")
    world.do_as("anyone", disputing(asked))
    world.wait(TTL_S + PERIOD_S)

    world.refuse_as("anyone", DisputeOpen, pruning("R"))
    world.do("etda", ResolveDispute(asked.req_id, name_of("somchai"), "explained"))

    world.do_as("anyone", pruning("R"))
    assert world.ask("open_dispute", asked.req_id, name_of("somchai")) is None


def test_a_request_with_more_disputes_than_answers_is_shown_whole_and_goes_with_all_of_them():
    world = World()
    asked, _ = confirmed(world, "R")
    secret = trail_secret("somchai", asked, "kbank")
    people = [f"person-{number}" for number in range(DISPUTES_MAX + 1)]
    for who in people:
        create(world, who)
    for who in people[:-1]:
        world.do_as("anyone", disputing(asked, who=who, secret=secret))

    last = disputing(asked, who=people[-1], secret=secret)
    world.refuse_as("anyone", TooManyDisputes, last)
    kept = record_of(RequestRecord).read(world.ask("request_record", asked.req_id))
    assert len(kept.disputes) == DISPUTES_MAX
    world.wait(TTL_S + PERIOD_S)
    world.refuse_as("anyone", DisputeOpen, pruning("R"))
    for who in people[:-1]:
        world.do("etda", ResolveDispute(asked.req_id, name_of(who), ""))

    world.do_as("anyone", pruning("R"))

    assert [key for key in entries_about(world, asked.req_id) if b"dispute" in key] == []


def test_a_standing_consent_goes_with_its_releases():
    world = World()
    world.do("kbank", allowing("C", world.now + DAY_S))
    world.do("dopa", releasing_again("C", 1))
    kept = record_of(StandingRecord).read(world.ask("standing_record", name_of("C")))

    world.refuse_as("anyone", TooYoung, pruning(standings=("C",)))
    world.wait(DAY_S + PERIOD_S)
    (event,) = world.do_as("anyone", pruning(standings=("C",)))

    assert event.name == StandingPruned.__name__
    assert event.fields == (name_of("C"), record_digest(CHAIN, name_of("C"), kept))
    assert entries_about(world, name_of("C")) == []


def test_the_supervisor_sets_the_legal_period_never_below_a_year():
    world = World()
    opened(world, "R")
    with pytest.raises(ArgumentOutOfBounds):
        world.do("etda", SetRetention(RETENTION_DAYS_MIN - 1))
    world.refuse("rd", NotAllowed, SetRetention(400))

    world.do("etda", SetRetention(400))
    world.wait(TTL_S + 400 * DAY_S)
    world.do_as("anyone", pruning("R"))

    assert world.ask("retention_days") == 400


def test_one_request_that_may_not_go_keeps_all_that_were_named_with_it():
    world = World()
    opened(world, "R1")
    world.wait(TTL_S + PERIOD_S)
    opened(world, "R2")

    world.refuse_as("anyone", TooYoung, pruning("R1", "R2"))

    assert state_of(world, "R1") == "expired"


def test_requests_of_a_year_leave_a_hundred_bytes_each_after_the_period():
    """Figures by counting: of 60 sign-ons, and what is left when they went."""
    world = World()
    before = state_bytes(world)
    names = [f"R{number}" for number in range(60)]
    for name in names:
        confirmed(world, name)
    held = state_bytes(world) - before

    world.wait(TTL_S + PERIOD_S)
    for start in range(0, 60, 20):
        world.do_as("anyone", pruning(*names[start : start + 20]))
    left = state_bytes(world) - before

    assert held / 60 < 1_000
    assert left / 60 < 100


def state_bytes(world):
    """The bytes of all keys and values, without what counts quotas."""
    world.wait(1)
    pairs = world.ledger.state.committed.items()
    return sum(len(key) + len(value) for key, value in pairs if b"opened" not in key)


def test_an_answer_s_trail_goes_with_it_and_no_other():
    world = World()
    confirmed(world, "R1")
    world.wait(TTL_S + PERIOD_S)
    young = opened(world, "R2")
    world.do("kbank", answer(world, young))

    world.do_as("anyone", pruning("R1"))

    found = world.ask("trail_page", public("somchai-pairwise"), 0)
    assert [(number, entry[0]) for number, entry in found] == [(1, young.req_id)]
