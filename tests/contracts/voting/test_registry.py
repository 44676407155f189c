"""Registrars' keys: their own, for the frozen roll, proven to be known, and never used before."""

from dataclasses import replace

import pytest

from client.bls_blind import SignerKey
from contracts.sdk.bls import ORDER, BadElement, BadExponent, add_g2, multiply_g2
from contracts.tools.testing import Ledger
from contracts.voting.core.messages import AlreadyOpen, OutsideWindow, RollNotFrozen
from contracts.voting.tokens.messages import (
    KeyExists,
    KeyReused,
    ProvenKey,
    UnknownRegistrar,
    UnprovenKey,
    WrongKeyCount,
)
from primitives.errors import NotAllowed
from tests.contracts.test_bls import VECTORS
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import proven_key, registration, signer
from tests.contracts.voting.manifests import ELECTION, WINDOWS


def with_first(msg, posted):
    """The registration with another key for the first class."""
    return replace(msg, keys=(posted, *msg.keys[1:]))


def test_a_registrar_posts_its_own_keys_once():
    world = scenes.frozen()
    msg = registration(world, 1)
    world.do("reg1", msg)

    world.refuse("reg1", KeyExists, registration(world, 1))

    assert world.ask("registrar_key", ELECTION, 1, 1) == msg.keys[1].key


def test_nobody_posts_another_s_keys():
    world = scenes.frozen()
    msg = registration(world, 1)

    for agency in ("reg2", "commission", "tru1", "nobody"):
        world.refuse(agency, NotAllowed, msg)
    world.refuse_as(Ledger.address("official"), NotAllowed, msg)
    world.refuse("reg1", UnknownRegistrar, replace(msg, registrar=5))


def test_a_rogue_key_that_cancels_another_s_is_refused():
    world = scenes.frozen()
    first, mine = registration(world, 1), SignerKey(77)
    world.do("reg1", first)
    victim = signer(1, 0).public
    rogue = add_g2([mine.public, multiply_g2(ORDER - 1, victim)])  # so that the sum is mine
    msg = registration(world, 2)

    for proof in (proven_key(world, 2, 0, mine).proof, first.keys[0].proof, msg.keys[0].proof):
        forged = with_first(msg, ProvenKey(rogue.encoded, proof))
        refusal = world.refuse("reg2", UnprovenKey, forged)
        assert dict(refusal.details) == {"registrar": 2, "class_id": 0}


def test_a_proof_of_another_registrar_class_or_roll_is_refused():
    world, other = scenes.frozen(), scenes.frozen()
    msg = registration(world, 1)
    strangers = (
        proven_key(world, 2, 0, signer(1, 0)).proof,
        proven_key(world, 1, 1, signer(1, 0)).proof,
        proven_key(elsewhere(other), 1, 0, signer(1, 0)).proof,
    )

    for proof in strangers:
        world.refuse("reg1", UnprovenKey, with_first(msg, ProvenKey(msg.keys[0].key, proof)))


class elsewhere:  # noqa: N801 - reads as a function
    """A world whose roll has another root."""

    def __init__(self, world):
        self._world = world

    def ask(self, query, *args):
        found = self._world.ask(query, *args)
        return (*found[:4], bytes(32), *found[5:]) if query == "election" else found


@pytest.mark.parametrize("case", VECTORS["refused_g2"])
def test_a_key_has_one_form(case):
    world = scenes.frozen()
    msg = registration(world, 1)
    data = bytes.fromhex(VECTORS["refused_g2"][case])
    if len(data) == 96:
        world.refuse("reg1", BadElement, with_first(msg, replace(msg.keys[0], key=data)))
        shifted = replace(msg.keys[0], proof=data + msg.keys[0].proof[96:])
        world.refuse("reg1", BadElement, with_first(msg, shifted))


@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_a_response_has_one_form(text):
    world = scenes.frozen()
    msg = registration(world, 1)
    proof = msg.keys[0].proof[:96] + bytes.fromhex(text)

    world.refuse("reg1", BadExponent, with_first(msg, replace(msg.keys[0], proof=proof)))


def test_no_key_serves_two_classes_registrars_or_elections():
    world = scenes.frozen()
    msg = registration(world, 1)
    twice = proven_key(world, 1, 1, signer(1, 0))
    world.refuse("reg1", KeyReused, replace(msg, keys=(msg.keys[0], twice)))
    world.do("reg1", msg)

    taken = proven_key(world, 2, 0, signer(1, 0))
    world.refuse("reg2", KeyReused, with_first(registration(world, 2), taken))


def test_there_is_a_key_for_each_class():
    world = scenes.frozen()
    msg = registration(world, 1)

    for keys in (msg.keys[:1], (*msg.keys, msg.keys[0])):
        world.refuse("reg1", WrongKeyCount, replace(msg, keys=keys))


def test_keys_are_posted_for_a_frozen_roll():
    world = scenes.dealt().at(WINDOWS.objections_until_ms)
    msg = registration(scenes.frozen(), 1)

    world.refuse("reg1", RollNotFrozen, msg)


@pytest.mark.parametrize("now", [WINDOWS.keys_until_ms, WINDOWS.issue_from_ms])
def test_no_key_comes_after_its_window_or_after_the_opening(now):
    world = scenes.frozen()
    msg = registration(world, 1)

    world.at(now).refuse("reg1", OutsideWindow, msg)
    scenes.opened().refuse("reg1", AlreadyOpen, registration(world, 1))
