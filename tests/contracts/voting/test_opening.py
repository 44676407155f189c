"""The opening: everything that was prepared becomes one context, or the election is void."""

from importlib import import_module

import pytest

from contracts.voting.core.messages import AlreadyOpen, NotOpen, OutsideWindow, UnknownElection
from contracts.voting.crypto.transcript import ElectionParts, election_context, qualified_entry
from contracts.voting.elections.messages import OpenElection, RollNotFrozen, TooFewQualified
from contracts.voting.roll.messages import AddVoters, FreezeRoll, VoterEntry
from contracts.voting.tokens.messages import MissingRegistrarKey
from primitives.codec import encode
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import class_of, registration
from tests.contracts.voting.manifests import ELECTION, NEEDED, WINDOWS, founding
from tests.contracts.voting.world import DIRECTORS, REGISTRARS, VOTERS, plain


def test_the_context_covers_manifest_roll_keys_and_ceremony():
    world = scenes.opened()

    context, key, qualified, root, ceremony, opened_at = world.ask("opening", ELECTION)

    parts = ElectionParts(
        chain_id=CHAIN,
        suite=1,
        manifest=encode(plain(founding())),
        eligibility_root=world.ask("election", ELECTION)[4],
        registrars=tuple(
            registration(number, class_id).modulus for number in range(1, 5) for class_id in (0, 1)
        ),
        signatures_needed=NEEDED,
        registrar_count=4,
        qualified=tuple(qualified_entry(number, one) for number, one in qualified),
        shares_needed=NEEDED,
        dkg=ceremony,
        key=key,
    )
    assert context == election_context(parts)
    assert (root, opened_at) == (parts.eligibility_root, WINDOWS.answer_until)


def test_anyone_opens_an_election_that_is_ready_once():
    world = scenes.prepared_all()
    world.do("nobody", OpenElection(ELECTION))

    world.refuse("nobody", AlreadyOpen, OpenElection(ELECTION))

    assert world.ask("election", ELECTION)[3] == "open"


def test_the_roll_must_be_frozen():
    world = scenes.dealt().at(WINDOWS.answer_until)

    world.refuse("commission", RollNotFrozen, OpenElection(ELECTION))


def test_a_roll_that_is_half_frozen_is_not_frozen(monkeypatch):
    monkeypatch.setattr(import_module("contracts.voting.roll.handlers"), "FREEZE_PAGE", 5)
    world = scenes.dealt().at(WINDOWS.answer_until)
    world.do("commission", FreezeRoll(ELECTION))

    world.refuse("commission", RollNotFrozen, OpenElection(ELECTION))


def test_every_registrar_must_have_a_key_for_every_class():
    world = scenes.created()
    entries = [VoterEntry(name_of(who), class_of(who)) for who in (*VOTERS, *DIRECTORS)]
    world.do("commission", AddVoters(ELECTION, tuple(entries)))
    for number, agency in enumerate(REGISTRARS, start=1):
        world.do(agency, registration(number, 0))
    world.at(WINDOWS.answer_until).do("commission", FreezeRoll(ELECTION))

    world.refuse("commission", MissingRegistrarKey, OpenElection(ELECTION))


def test_without_the_trustees_nothing_opens():
    world = scenes.enrolled().at(WINDOWS.answer_until)
    world.do("commission", FreezeRoll(ELECTION))

    world.refuse("commission", TooFewQualified, OpenElection(ELECTION))


@pytest.mark.parametrize("height", [WINDOWS.answer_until - 1, WINDOWS.issue_from])
def test_the_election_opens_between_ceremony_and_tokens(height):
    scenes.prepared_all().at(height).refuse("commission", OutsideWindow, OpenElection(ELECTION))


def test_what_is_not_opened_in_time_is_void():
    world = scenes.prepared_all().at(WINDOWS.issue_from)

    assert world.ask("election", ELECTION)[3] == "void"
    assert world.ask("opening", ELECTION) is None


def test_nothing_is_asked_of_an_election_that_is_not_open():
    world = scenes.opened()
    request = acts.requesting(world, "a0")
    before = scenes.prepared_all().at(WINDOWS.issue_from)

    before.refuse("commission", NotOpen, request)
    scenes.founded().refuse("commission", UnknownElection, request)


def test_keys_of_an_open_election_stay():
    world = scenes.opened()

    world.refuse("reg1", AlreadyOpen, registration(1, 0))
