"""Registrars' keys: their own for each class, sound, and never used before."""

import json
from dataclasses import replace
from functools import cache

import pytest

from client.voting.blind_rsa import BlindSigner
from contracts.sdk.rsa import root_challenges
from contracts.voting.core.messages import OutsideWindow, UnknownClass
from contracts.voting.tokens.messages import BadRegistrarKey, KeyExists, KeyReused, UnknownRegistrar
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import KEYS, VECTORS, registration
from tests.contracts.voting.manifests import ELECTION, WINDOWS, founding


def number_of(text):
    """384 bytes of a number in the vectors."""
    return int(text, 16).to_bytes(384, "big")


@cache
def good():
    """The registration of registrar 1 for class 0."""
    return registration(1, 0)


def of_modulus(modulus):
    """A registration of another modulus; the roots are of none."""
    return replace(good(), modulus=modulus)


def rootless():
    """A key namese group's order 65537 divides, with the best roots that its owner has."""
    p, q = (int(KEYS["rootless"][name], 16) for name in ("p", "q"))
    modulus = (p * q).to_bytes(384, "big")
    exponent = pow(65537, -1, (p - 1) // 65537 * (q - 1))
    roots = [
        pow(int.from_bytes(number, "big"), exponent, p * q).to_bytes(384, "big")
        for number in root_challenges(modulus)
    ]
    return replace(good(), modulus=modulus, proof=tuple(roots))


BAD_KEYS = {
    "small factor": lambda: of_modulus(number_of(KEYS["small_factor"])),
    "prime": lambda: of_modulus(number_of(KEYS["prime"])),
    "square": lambda: of_modulus(number_of(KEYS["square"])),
    "even": lambda: of_modulus(good().modulus[:-1] + b"\x02"),
    "of 3071 bits": lambda: of_modulus(b"\x7f" + good().modulus[1:]),
    "without roots": rootless,
    "with roots of another key": lambda: replace(good(), proof=registration(1, 1).proof),
    "with two roots in each other's place": lambda: replace(
        good(), proof=(good().proof[1], good().proof[0], *good().proof[2:])
    ),
    "with a root of the next form": lambda: replace(
        good(), proof=(bytes([255]) * 384, *good().proof[1:])
    ),
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_key_that_is_not_shown_to_be_sound_is_refused(case):
    scenes.created().refuse("reg1", BadRegistrarKey, BAD_KEYS[case]())


def test_a_proof_of_fewer_roots_is_refused():
    short = replace(good(), proof=good().proof[:7])

    scenes.created().refuse("reg1", ArgumentOutOfBounds, short)


def test_a_registrar_has_one_key_for_each_class():
    world = scenes.created()
    world.do("reg1", good())

    world.refuse("reg1", KeyExists, replace(registration(1, 1), class_id=0))

    assert world.ask("registrar_key", ELECTION, 1, 0) == good().modulus


def test_no_key_serves_two_classes_registrars_or_elections():
    world = scenes.created()
    world.do("reg1", good())
    world.do("commission", founding("other"))

    world.refuse("reg1", KeyReused, replace(good(), class_id=1))
    world.refuse("reg2", KeyReused, replace(good(), registrar=2))
    world.refuse("reg1", KeyReused, replace(good(), election_id="other"))


def test_only_the_registrar_itself_registers():
    world = scenes.created()

    for agency in ("reg2", "commission", "tru1", "nobody"):
        world.refuse(agency, NotAllowed, good())
    world.refuse("reg1", UnknownRegistrar, replace(good(), registrar=5))
    world.refuse("reg1", UnknownClass, replace(good(), class_id=2))


def test_keys_are_registered_before_tokens_are_asked_for():
    world = scenes.created().at(WINDOWS.issue_from)

    world.refuse("reg1", OutsideWindow, good())


def test_the_test_keys_are_what_they_are_said_to_be():
    found = json.loads(VECTORS.read_text())

    sizes = [BlindSigner((int(one["p"], 16), int(one["q"], 16))) for one in found["keys"]]
    assert all(key.public.modulus.bit_length() == 3072 for key in sizes)
    assert int(found["small_factor"], 16) % 65521 == 0
