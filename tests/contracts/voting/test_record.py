"""The public record: stages, the log of accepted transactions, and what anyone may ask."""

from itertools import pairwise

import pytest

from contracts.registry import CONTRACTS
from contracts.sdk.contract import promise_of
from contracts.sdk.schema import record_of
from contracts.sdk.transcript import uint
from contracts.tools.testing import Ledger
from contracts.voting.core.messages import OutsideWindow, UnknownElection
from contracts.voting.crypto.transcript import hash_of
from contracts.voting.elections.messages import CancelElection
from contracts.voting.roll.messages import AddVoters, StrikeVoter, VoterEntry
from contracts.voting.tally.messages import CountBox
from contracts.voting.tokens.messages import BlindAnswer
from tests.contracts.identity.signing import name_of
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import cast, issue, pseudonym, sealed, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS, founding
from tests.contracts.voting.world import plain

STAGES = [
    (scenes.created, 1, "roll"),
    (scenes.created, WINDOWS.roll_until_ms, "objections"),
    (scenes.created, WINDOWS.objections_until_ms, "preparing"),
    (scenes.created, WINDOWS.issue_from_ms, "void"),
    (scenes.created, WINDOWS.decrypt_until_ms, "void"),
    (scenes.opened, WINDOWS.answer_until_ms, "open"),
    (scenes.opened, WINDOWS.issue_from_ms, "requesting"),
    (scenes.opened, WINDOWS.request_until_ms, "issuing"),
    (scenes.opened, WINDOWS.issue_until_ms, "waiting"),
    (scenes.opened, WINDOWS.cast_from_ms, "casting"),
    (scenes.voted, WINDOWS.cast_until_ms, "closed"),
    (scenes.voted, WINDOWS.decrypt_until_ms, "unrecoverable"),
    (scenes.counted, WINDOWS.cast_until_ms, "decrypting"),
    (scenes.counted, WINDOWS.decrypt_until_ms, "unrecoverable"),
    (scenes.delivered, WINDOWS.cast_until_ms, "decrypted"),
    (scenes.delivered, WINDOWS.decrypt_until_ms, "decrypted"),
    (scenes.tallied, WINDOWS.decrypt_until_ms, "tallied"),
]


@pytest.mark.parametrize(("made", "now", "stage"), STAGES, ids=range(len(STAGES)))
def test_the_stage_follows_from_the_time_alone(made, now, stage):
    world = made().at(now)

    assert world.ask("election", ELECTION)[3] == stage


def log_of(world, election_id=ELECTION):
    """The head of the log and its length."""
    return world.ask("election", election_id)[5]


def test_the_log_covers_every_accepted_transaction_in_order():
    world = scenes.founded()
    ledger, heads, lines = world.ledger, [], []
    call_of = ledger.call_of

    def noting(*call):
        made = call_of(*call)
        at = (uint(ledger.block.height), uint(ledger.block.time_ms))
        lines.append((made.transaction_id, *at))
        return made

    ledger.call_of = noting
    world.do("commission", founding())
    heads.append(log_of(world))
    world.do("commission", AddVoters(ELECTION, (VoterEntry(name_of("a0"), 0),)))
    heads.append(log_of(world))
    world.at(WINDOWS.roll_until_ms)
    world.do_as(Ledger.address("official"), StrikeVoter(ELECTION, name_of("a0"), "left"))
    heads.append(log_of(world))

    head = bytes(64)
    for length, line in enumerate(lines, start=1):
        head = hash_of("log", (head, *line))
        assert heads[length - 1] == (head, length)


def test_a_refused_transaction_is_not_in_the_log():
    world = scenes.created()
    before = log_of(world)

    late = AddVoters(ELECTION, (VoterEntry(name_of("a0"), 0),))
    world.at(WINDOWS.roll_until_ms).refuse("commission", OutsideWindow, late)

    assert log_of(world) == before


def test_every_method_of_an_election_s_life_is_logged():
    lengths = [
        log_of(stage())[1]
        for stage in (
            scenes.created,
            scenes.enrolled,
            scenes.committed,
            scenes.revealed,
            scenes.dealt,
            scenes.frozen,
            scenes.prepared_all,
            scenes.opened,
            scenes.requested,
            scenes.issued,
            scenes.voted,
            scenes.counted,
            scenes.delivered,
            scenes.tallied,
        )
    ]

    grown = [after - before for before, after in pairwise(lengths)]
    assert grown == [1, 5, 5, 5, 1, 4, 1, 7, 8, 4, 1, 3, 1]


def test_the_logs_of_two_elections_are_apart():
    world = scenes.created()
    before = log_of(world)

    world.do("commission", founding("other"))

    assert log_of(world) == before
    assert log_of(world, "other")[1] == 1


def test_the_first_field_of_every_message_is_the_election():
    for method in CONTRACTS["voting"].methods.values():
        assert method.schema.names[0] == "election_id", method.name


def test_what_a_voter_finds_of_itself():
    world = scenes.voted()
    key = pseudonym("a0").public_key

    assert world.ask("pseudonym", ELECTION, key) == (0, 2, 2, None)
    assert world.ask("ballot", ELECTION, key)[1] == 2
    assert world.ask("ballot", ELECTION, pseudonym("a2").public_key) is None
    assert world.ask("pseudonym", ELECTION, pseudonym("a2").public_key) is None


def test_the_roll_and_the_box_are_listed_in_pages():
    world = scenes.voted()

    whole = world.ask("voters_page", ELECTION, None, 200)
    first = world.ask("voters_page", ELECTION, None, 4)
    rest = world.ask("voters_page", ELECTION, first[-1][0], 200)
    ballots = world.ask("box_page", ELECTION, None, 2)

    assert first + rest == whole
    assert len(whole) == 9
    assert len(world.ask("box_page", ELECTION, ballots[-1][0], 200)) == 1
    asked = world.ask("requests_page", ELECTION, None, 3)
    assert len(world.ask("requests_page", ELECTION, asked[-1], 200)) == 4


def test_the_numbers_reconcile_at_every_stage():
    for stage in (scenes.enrolled, scenes.requested, scenes.issued, scenes.voted, scenes.tallied):
        rows, does_hold = stage().ask("reconciliation", ELECTION)

        assert does_hold
        for eligible, requested, covered, pseudonyms, counted in rows:
            assert eligible >= requested >= max(covered, pseudonyms)
            assert pseudonyms >= counted


def test_there_is_no_outcome_before_the_result():
    world = scenes.delivered()

    assert world.ask("outcome", ELECTION) == ()
    assert world.ask("result", ELECTION) is None


@pytest.mark.parametrize("query", ["election", "manifest", "trustees", "reconciliation"])
def test_an_unknown_election_is_named_so(query):
    with pytest.raises(UnknownElection):
        scenes.founded().ask(query, "nothing")


def test_what_is_not_there_is_nothing():
    world = scenes.created()

    assert world.ask("dealing", ELECTION, 1) is None
    assert world.ask("sealed_shares", ELECTION, 1) is None
    assert world.ask("closing", ELECTION) is None
    assert world.ask("answer", ELECTION, bytes(64), 1) is None


def test_swapping_two_voters_ballots_changes_no_public_check():
    """What is on the chain before the tally fits both worlds: who voted what is not in it."""
    choices = [((0,), (0,)), ((1,), (2,))]
    worlds = []
    for order in (choices, choices[::-1]):
        world = scenes.issued()
        for who, marks in zip(("a0", "a1"), order, strict=True):
            cast(world, who, *marks)
        cast(world, "a2", None, (1,))
        world.at(WINDOWS.cast_until_ms).do("commission", CountBox(ELECTION))
        worlds.append(world)

    counts = [acts.counts_with(world, (1, 2, 3)) for world in worlds]
    numbers = [world.ask("reconciliation", ELECTION) for world in worlds]
    assert counts[0] == counts[1] == ((1, 1, 1), (1, 1, 1))
    assert numbers[0] == numbers[1]


def test_a_cancelled_election_is_logged_and_stays():
    world = scenes.created()
    world.do("commission", CancelElection(ELECTION, "court order"))

    world.at(WINDOWS.cast_from_ms)

    assert log_of(world)[1] == 2
    assert world.ask("election", ELECTION)[3] == "cancelled"


def test_every_event_of_a_life_is_declared_with_the_election_first():
    for event in CONTRACTS["voting"].scope.events.values():
        assert event.names[0] == "election_id"
        assert promise_of(event.cls)


def test_a_ballot_s_event_says_nothing_of_its_content():
    world = scenes.issued()
    made = sealed(world, "a0")

    (event,) = world.do_as(sender("a0"), made.cast())

    assert event.fields == (ELECTION, made.statement.voter_key, 1, made.hash)


def test_issued_tokens_say_nothing_of_pseudonyms():
    world = scenes.requested()
    msg = issue(world, 1, "a0")

    written = plain(msg) + plain(acts.requesting(world, "a0"))

    assert pseudonym("a0").public_key not in written
    names = record_of(type(msg)).names
    assert names == ("election_id", "registrar", "class_id", "answers")
    assert record_of(BlindAnswer).names == ("voter_ref", "signature")
