"""Voters whose key of identity is a passkey: what the contract takes, the verifier accepts."""

import pytest

from contracts.registry import CONTRACTS
from tests.contracts.identity.test_person_keys import added, passkey_in
from tests.contracts.voting import world as worlds
from tests.verifier import acts, booth
from tests.verifier.booth import Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.forging import check, record_of
from verifier.refusal import Refused

NAMES = ("accounts", "governance", "identity", "voting")


@pytest.fixture
def passkey(monkeypatch):
    """The passkey of voter a0, in elections that are founded from now on."""
    monkeypatch.setattr(worlds, "CONTRACTS_HERE", {name: CONTRACTS[name] for name in NAMES})
    world = worlds.World.founded()
    key = passkey_in(world)
    world.do("kbank", added(key, "a0"))
    monkeypatch.setattr(booth, "founded", lambda: world)
    return key


@pytest.fixture
def held(passkey, monkeypatch):
    """An election in which a0 asked by the passkey, to its result."""
    asked = acts.request
    monkeypatch.setattr(
        acts,
        "request",
        lambda box, who, key=None: asked(box, who, passkey if who == "a0" else key),
    )
    box = Booth(Plan((CONTESTS[0],)))
    acts.found(box)
    acts.make_keys(box)
    acts.open_box(box)
    acts.equip(box, "a0", "a1")
    acts.close(box)
    acts.cast(box, "a0", [(0,)])
    acts.cast(box, "a1", [(1,)])
    acts.count(box)
    acts.publish(box, 1, 2)
    return box


def test_an_election_with_a_voter_whose_key_is_a_passkey_is_accepted(held):
    verified = check(record_of(held))

    assert verified.replayed.election.requests.keys() == {held.ref("a0"), held.ref("a1")}


def test_an_assertion_over_something_else_is_refused(held, monkeypatch):
    monkeypatch.setattr("verifier.issuing.pack", lambda value: repr(value).encode())

    with pytest.raises(Refused, match="the voter's signature is wrong"):
        check(record_of(held))
