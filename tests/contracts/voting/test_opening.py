"""The opening: everything that was prepared becomes one context, or the election is void."""

from importlib import import_module

import pytest

from contracts.voting.core.messages import (
    AlreadyOpen,
    NotOpen,
    OutsideWindow,
    RollNotFrozen,
    UnknownElection,
)
from contracts.voting.crypto.transcript import (
    ElectionParts,
    election_context,
    numbered_key,
    roll_context,
)
from contracts.voting.elections.messages import OpenElection, TooFewQualified, TooFewRegistrars
from contracts.voting.roll.messages import FreezeRoll
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import registration
from tests.contracts.voting.manifests import ELECTION, NEEDED, WINDOWS
from tests.contracts.voting.world import REGISTRARS


def test_the_context_covers_roll_keys_and_ceremony():
    world = scenes.opened()

    context, key, qualified, registrars, root, ceremony, opened_at = world.ask("opening", ELECTION)

    parts = ElectionParts(
        roll=roll_context(acts.context_0(world), world.ask("election", ELECTION)[4]),
        registrars=tuple(
            tuple(
                numbered_key(number, acts.signer(number, class_id).public.encoded)
                for number in (1, 2, 3, 4)
            )
            for class_id in (0, 1)
        ),
        signatures_needed=NEEDED,
        registrar_count=4,
        qualified=tuple(numbered_key(number, one) for number, one in qualified),
        shares_needed=NEEDED,
        dkg=ceremony,
        key=key,
    )
    assert context == election_context(parts)
    assert (registrars, opened_at) == ((1, 2, 3, 4), world.ledger.block.height - 10)
    assert root == world.ask("election", ELECTION)[4]


def test_anyone_opens_an_election_that_is_ready_once():
    world = scenes.prepared_all()
    world.do("nobody", OpenElection(ELECTION))

    world.refuse("nobody", AlreadyOpen, OpenElection(ELECTION))

    assert world.ask("election", ELECTION)[3] == "open"


def test_the_roll_must_be_frozen():
    world = scenes.dealt().at(WINDOWS.keys_until_ms)

    world.refuse("commission", RollNotFrozen, OpenElection(ELECTION))


def test_a_roll_that_is_half_frozen_is_not_frozen(monkeypatch):
    monkeypatch.setattr(import_module("contracts.voting.roll.handlers"), "FREEZE_PAGE", 5)
    world = scenes.dealt().at(WINDOWS.answer_until_ms)
    world.do("commission", FreezeRoll(ELECTION))

    world.at(WINDOWS.keys_until_ms).refuse("commission", RollNotFrozen, OpenElection(ELECTION))


def test_a_registrar_that_posted_no_keys_is_left_out():
    world = scenes.register_all(scenes.frozen(), REGISTRARS[:3])

    world.do("commission", OpenElection(ELECTION))

    assert world.ask("opening", ELECTION)[3] == (1, 2, 3)


def test_too_few_registrars_with_keys_open_nothing():
    world = scenes.register_all(scenes.frozen(), REGISTRARS[:2])

    refusal = world.refuse("commission", TooFewRegistrars, OpenElection(ELECTION))

    assert dict(refusal.details) == {"count": 2, "needed": 3}
    assert world.at(WINDOWS.issue_from_ms).ask("election", ELECTION)[3] == "void"


def test_without_the_trustees_nothing_opens():
    world = scenes.register_all(scenes.freeze(scenes.enrolled()))

    world.refuse("commission", TooFewQualified, OpenElection(ELECTION))


@pytest.mark.parametrize("now", [WINDOWS.keys_until_ms - 1, WINDOWS.issue_from_ms])
def test_the_election_opens_between_ceremony_and_tokens(now):
    scenes.prepared_all().at(now).refuse("commission", OutsideWindow, OpenElection(ELECTION))


def test_what_is_not_opened_in_time_is_void():
    world = scenes.prepared_all().at(WINDOWS.issue_from_ms)

    assert world.ask("election", ELECTION)[3] == "void"
    assert world.ask("opening", ELECTION) is None


def test_nothing_is_asked_of_an_election_that_is_not_open():
    world = scenes.opened()
    request = acts.requesting(world, "a0")
    before = scenes.prepared_all().at(WINDOWS.issue_from_ms)

    before.refuse("commission", NotOpen, request)
    scenes.founded().refuse("commission", UnknownElection, request)


def test_keys_of_an_open_election_stay():
    world = scenes.opened()

    world.at(WINDOWS.keys_until_ms - 1).refuse("reg1", AlreadyOpen, registration(world, 1))
