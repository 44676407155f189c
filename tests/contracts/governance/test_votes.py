"""Proposals: who proposes and votes, when a change is carried, and when it may be done."""

import pytest

from contracts.governance.errors import (
    AgencySuspended,
    AlreadyVoted,
    BeforeItsTime,
    ExecutionTooSoon,
    ExpiryOutOfBounds,
    NotEnoughVotes,
    NotMember,
    NotProposer,
    ProposalClosed,
    ProposalExpired,
    UnknownProposal,
)
from contracts.governance.messages import ChangeAdministrator, Execute, Propose, Vote, Withdraw
from contracts.governance.rules import is_carried
from contracts.governance.state import Tally
from primitives.errors import ArgumentOutOfBounds, WrongArgumentType
from tests.contracts.governance.ledgers import (
    CONTRACT,
    DAY_MS,
    MEMBERS,
    admission,
    as_admin,
    ask,
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

NEWS = admission("ktb", "bank")
HOUR_MS = 3_600_000


@pytest.fixture
def ledger():
    return council()


def state_of(ledger, number):
    """The status of a proposal, and the votes of those who are members now."""
    _, _, _, _, _, word, *tally = ask(ledger, "proposal", number)
    return word, *tally


def run(ledger, number):
    return ledger.as_("anyone").execute(Execute(number))


def run_rejects(ledger, error, number):
    return ledger.as_("anyone").rejects(error, Execute(number))


def test_proposals_are_numbered_from_1_and_announced_with_their_change(ledger):
    first = propose(ledger, NEWS)
    message = proposal_of(ledger, parameter("officers-max", 5))

    events = as_admin(ledger, "bot").execute(message)

    assert first == 1
    assert (events[0].name, events[0].fields[:3]) == ("ProposalMade", (2, "bot", message.change))


def test_a_carried_proposal_is_executed_by_anyone(ledger):
    number = voted(ledger, NEWS)

    events = run(ledger, number)

    assert [event.name for event in events] == ["AgencyAdmitted", "ProposalExecuted"]
    assert events[1].fields == (number, 4, 4)
    assert state_of(ledger, number) == ("executed", 4, 0, 4)


def test_a_vote_is_recorded_for_the_agency_and_announced(ledger):
    number = propose(ledger, NEWS)

    events = as_admin(ledger, "rd").execute(Vote(number, False))
    as_admin(ledger, "bot").execute(Vote(number, True))

    assert (events[0].name, events[0].fields) == ("VoteCast", (number, "rd", False))
    assert ask(ledger, "votes_on", number, "", 100) == (("bot", True), ("rd", False))
    assert ask(ledger, "votes_on", number, "bot", 1) == (("rd", False),)
    assert state_of(ledger, number) == ("open", 1, 1, 4)


def test_proposing_is_not_voting(ledger):
    number = propose(ledger, NEWS)

    assert state_of(ledger, number) == ("open", 0, 0, 4)


def test_proposals_are_listed_in_order_of_their_numbers(ledger):
    numbers = [propose(ledger, NEWS) for _ in range(3)]
    as_admin(ledger, "dopa").execute(Withdraw(2))

    listed = ask(ledger, "proposals_page", 0, 2) + ask(ledger, "proposals_page", 2, 2)

    assert [line[0] for line in listed] == numbers
    assert [line[5] for line in listed] == ["open", "withdrawn", "open"]


@pytest.mark.parametrize(
    ("members", "yes", "is_carried"),
    [
        *[(1, 0, 0), (1, 1, 1), (2, 1, 0), (2, 2, 1), (3, 1, 0), (3, 2, 1), (4, 2, 0)],
        *[(4, 3, 1), (5, 3, 0), (5, 4, 1), (6, 3, 0), (6, 4, 1), (7, 4, 0), (7, 5, 1)],
    ],
)
def test_two_thirds_of_the_members_carry_a_proposal(members, yes, is_carried):
    ids = [f"m{number}" for number in range(members)]
    ledger = ledger_of(*[entry(agency_id, "validator") for agency_id in ids])
    as_admin(ledger, ids[0]).execute(proposal_of(ledger, NEWS))
    for index, agency_id in enumerate(ids):
        as_admin(ledger, agency_id).execute(Vote(1, index < yes))
    ledger.next_block()

    if is_carried:
        run(ledger, 1)
    else:
        run_rejects(ledger, NotEnoughVotes, 1)

    assert state_of(ledger, 1)[0] == ("executed" if is_carried else "open")


def test_an_executed_proposal_keeps_the_votes_that_carried_it(ledger):
    number = voted(ledger, NEWS, yes=("dopa", "bot", "rd"), no=("etda",))
    run(ledger, number)

    decide(ledger, status("rd", "suspended"))

    assert state_of(ledger, number) == ("executed", 3, 1, 4)


def test_nothing_is_carried_without_members():
    assert is_carried(Tally(0, 0, 0)) is False


def test_too_few_votes_say_how_many_there_are(ledger):
    number = voted(ledger, NEWS, yes=("dopa", "bot"), no=("rd",))

    refusal = run_rejects(ledger, NotEnoughVotes, number)

    assert refusal.details == (("members", 4), ("yes", 2))


@pytest.mark.parametrize("is_yes", [True, False])
def test_a_vote_cast_twice_is_refused(ledger, is_yes):
    number = propose(ledger, NEWS)
    as_admin(ledger, "bot").execute(Vote(number, True))

    refusal = as_admin(ledger, "bot").rejects(AlreadyVoted, Vote(number, is_yes))

    assert refusal.code == "ALREADY_VOTED"


def test_an_agency_votes_once_whoever_administers_it(ledger):
    number = propose(ledger, NEWS)
    as_admin(ledger, "bot").execute(Vote(number, True))
    as_admin(ledger, "bot").execute(ChangeAdministrator("bot", ledger.address("new")))

    refusal = ledger.as_("new").rejects(AlreadyVoted, Vote(number, True))

    assert refusal.code == "ALREADY_VOTED"
    assert state_of(ledger, number) == ("open", 1, 0, 4)


@pytest.mark.parametrize("who", ["kbank-admin", "stranger"])
def test_a_non_member_neither_votes_nor_proposes(ledger, who):
    number = propose(ledger, NEWS)

    votes = ledger.as_(who).rejects(NotMember, Vote(number, True))
    proposes = ledger.as_(who).rejects(NotMember, proposal_of(ledger, NEWS))

    assert votes.code == proposes.code == "NOT_MEMBER"


def test_a_suspended_member_neither_votes_nor_proposes(ledger):
    number = propose(ledger, NEWS)
    decide(ledger, status("bot", "suspended"))

    votes = as_admin(ledger, "bot").rejects(AgencySuspended, Vote(number, True))
    proposes = as_admin(ledger, "bot").rejects(AgencySuspended, proposal_of(ledger, NEWS))

    assert votes.code == proposes.code == "AGENCY_SUSPENDED"


def test_a_vote_counts_at_execution_only_while_its_agency_is_a_member(ledger):
    number = voted(ledger, NEWS, yes=("dopa", "bot", "rd"))
    decide(ledger, status("rd", "suspended"))
    before = state_of(ledger, number)

    decide(ledger, kinds("bot", "central-bank"))

    assert before == ("open", 2, 0, 3)
    assert state_of(ledger, number) == ("open", 1, 0, 2)
    run_rejects(ledger, NotEnoughVotes, number)


def test_a_vote_counts_again_when_its_agency_is_reinstated(ledger):
    number = voted(ledger, NEWS, yes=("dopa", "bot", "rd"))
    decide(ledger, status("rd", "suspended"))

    decide(ledger, status("rd", "active"))

    assert state_of(ledger, number) == ("open", 3, 0, 4)


def test_members_admitted_after_the_proposal_count_and_may_vote(ledger):
    number = voted(ledger, NEWS, yes=("dopa", "bot", "rd"))
    decide(ledger, admission("nacc", "validator"))
    refusal = run_rejects(ledger, NotEnoughVotes, number)

    as_admin(ledger, "nacc").execute(Vote(number, True))
    run(ledger, number)

    assert refusal.details == (("members", 5), ("yes", 3))
    assert state_of(ledger, number) == ("executed", 4, 0, 5)


def test_a_proposal_is_executed_from_its_time_on_however_many_blocks_come_before(ledger):
    number = voted(ledger, NEWS, seconds=2)
    for _ in range(999):  # a stranger makes blocks
        ledger.next_block(time_ms=1)
    now_ms = ledger.block.time_ms

    refusal = run_rejects(ledger, BeforeItsTime, number)

    assert refusal.details == (("execute_at_ms", now_ms + 1), ("now_ms", now_ms))
    ledger.next_block()
    run(ledger, number)
    assert state_of(ledger, number)[0] == "executed"


def test_a_vote_after_expiry_is_refused(ledger):
    number = propose(ledger, NEWS, ms=HOUR_MS)
    ledger.next_block(time_ms=HOUR_MS)

    refusal = as_admin(ledger, "bot").rejects(ProposalExpired, Vote(number, True))

    assert refusal.code == "PROPOSAL_EXPIRED"
    assert state_of(ledger, number)[0] == "expired"


def test_a_vote_in_the_last_millisecond_counts(ledger):
    number = propose(ledger, NEWS, ms=HOUR_MS)
    ledger.next_block(time_ms=HOUR_MS - 1)

    as_admin(ledger, "bot").execute(Vote(number, True))

    assert state_of(ledger, number) == ("open", 1, 0, 4)


def test_a_carried_proposal_is_not_executed_after_its_expiry(ledger):
    number = voted(ledger, NEWS, ms=HOUR_MS)
    ledger.next_block(time_ms=HOUR_MS)

    refusal = run_rejects(ledger, ProposalExpired, number)

    assert refusal.code == "PROPOSAL_EXPIRED"


@pytest.mark.parametrize("kind", ["vote", "execute", "withdraw"])
@pytest.mark.parametrize("way", ["executed", "withdrawn"])
def test_nothing_is_done_to_a_closed_proposal(ledger, kind, way):
    number = voted(ledger, NEWS, yes=("dopa", "bot", "rd"))
    closing = Execute(number) if way == "executed" else Withdraw(number)
    as_admin(ledger, "dopa").execute(closing)
    message = {"vote": Vote(number, True), "execute": Execute(number), "withdraw": closing}[kind]
    message = Withdraw(number) if kind == "withdraw" else message
    who = "etda" if kind == "vote" else "dopa"

    refusal = as_admin(ledger, who).rejects(ProposalClosed, message)

    assert refusal.code == "PROPOSAL_CLOSED"
    assert state_of(ledger, number)[0] == way


def test_only_the_agency_that_proposed_withdraws(ledger):
    number = propose(ledger, NEWS)

    refusals = [
        ledger.as_(who).rejects(NotProposer, Withdraw(number)) for who in ("bot-admin", "anyone")
    ]
    events = as_admin(ledger, "dopa").execute(Withdraw(number))

    assert {refusal.code for refusal in refusals} == {"NOT_PROPOSER"}
    assert (events[0].name, events[0].fields) == ("ProposalWithdrawn", (number,))


def test_a_suspended_agency_does_not_withdraw(ledger):
    number = propose(ledger, NEWS, by="bot")
    decide(ledger, status("bot", "suspended"))

    refusal = as_admin(ledger, "bot").rejects(AgencySuspended, Withdraw(number))

    assert refusal.code == "AGENCY_SUSPENDED"


def test_an_expired_proposal_is_not_withdrawn(ledger):
    number = propose(ledger, NEWS, ms=HOUR_MS)
    ledger.next_block(time_ms=HOUR_MS)

    refusal = as_admin(ledger, "dopa").rejects(ProposalExpired, Withdraw(number))

    assert refusal.code == "PROPOSAL_EXPIRED"


@pytest.mark.parametrize("message", [Vote(9, True), Execute(9), Withdraw(9)])
def test_a_proposal_that_does_not_exist_is_refused(ledger, message):
    refusal = as_admin(ledger, "dopa").rejects(UnknownProposal, message)

    assert refusal.code == "UNKNOWN_PROPOSAL"
    with pytest.raises(UnknownProposal):
        ask(ledger, "proposal", 9)


@pytest.mark.parametrize("ms", [0, -1, 30 * DAY_MS + 1])
def test_a_proposal_expires_within_30_days(ledger, ms):
    refusal = as_admin(ledger, "dopa").rejects(ExpiryOutOfBounds, proposal_of(ledger, NEWS, ms=ms))

    assert refusal.code == "EXPIRY_OUT_OF_BOUNDS"


@pytest.mark.parametrize("ms", [1, 30 * DAY_MS])
def test_the_shortest_and_the_longest_time_are_accepted(ledger, ms):
    assert propose(ledger, NEWS, ms=ms) == 1


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_proposal_is_not_executed_in_its_own_block(ledger, seconds):
    ledger.next_block()

    refusal = as_admin(ledger, "dopa").rejects(
        ExecutionTooSoon, proposal_of(ledger, NEWS, seconds=seconds)
    )

    assert refusal.details == (("soonest_ms", ledger.block.time_ms + 1_000),)


def test_members_set_the_notice_before_execution_and_the_longest_time(ledger):
    decide(ledger, parameter("execution-delay-seconds", 10))
    decide_in = {"seconds": 10}
    ledger.as_("anyone").execute(
        Execute(wait(ledger, voted(ledger, parameter("proposal-days-max", 2), **decide_in)))
    )

    dopa = as_admin(ledger, "dopa")

    dopa.rejects(ExecutionTooSoon, proposal_of(ledger, NEWS, seconds=9))
    dopa.rejects(ExpiryOutOfBounds, proposal_of(ledger, NEWS, seconds=10, ms=2 * DAY_MS + 1))
    assert propose(ledger, NEWS, seconds=10, ms=2 * DAY_MS) == 3


def wait(ledger, number):
    for _ in range(10):
        ledger.next_block()
    return number


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("vote", (0, True), ArgumentOutOfBounds),
        ("vote", (-1, True), ArgumentOutOfBounds),
        ("vote", (1, 1), WrongArgumentType),
        ("vote", (True, True), WrongArgumentType),
        ("execute", ("1",), WrongArgumentType),
        ("execute", (2**53 + 1,), ArgumentOutOfBounds),
        ("propose", (NEWS, 0, 1), ArgumentOutOfBounds),
        ("propose", (NEWS, 5, 2**53 + 1), ArgumentOutOfBounds),
        ("propose", (NEWS[:4], 5, 5), WrongArgumentType),
    ],
)
def test_a_field_of_another_type_or_size_is_refused(ledger, method, args, error):
    refusal = as_admin(ledger, "dopa").rejects_call(error, CONTRACT, method, args)

    assert refusal.code == error.code


def test_a_proposal_shows_its_change_and_its_times(ledger):
    now_ms = ledger.block.time_ms
    message = Propose(NEWS, now_ms + 5_000, now_ms + HOUR_MS)
    as_admin(ledger, "rd").execute(message)

    shown = ask(ledger, "proposal", 1)

    assert shown[:5] == (1, "rd", NEWS, message.execute_at_ms, message.expires_at_ms)


def test_every_member_of_these_tests_has_a_vote(ledger):
    assert ask(ledger, "member_agencies") == tuple(sorted(MEMBERS))
