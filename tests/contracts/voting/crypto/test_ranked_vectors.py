"""The published rankings verify, and the second generator follows from its rule alone."""

import json

import pytest

from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import (
    BallotStatement,
    EncryptedBallot,
    cast_hash,
    verify_ballot,
)
from contracts.voting.crypto.proofs import second_generator
from contracts.voting.crypto.transcript import hash_of
from tests.contracts.voting.crypto.make_ranked_vectors import FILE
from tests.contracts.voting.crypto.test_vectors import read

PUBLISHED = json.loads(FILE.read_text(encoding="utf-8"))
PRIME = 2**255 - 19
SQUARE_ROOT_OF_MINUS_1 = pow(2, (PRIME - 1) // 4, PRIME)
D = -121665 * pow(121666, -1, PRIME) % PRIME


def decoded(data):
    """The point that 32 bytes encode by RFC 8032 §5.1.3, as x and y; None when they encode none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * SQUARE_ROOT_OF_MINUS_1 % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else PRIME - x), y


def doubled(point):
    x, y = point
    product = D * x * x * y * y % PRIME
    return (
        2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
        (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME,
    )


@pytest.mark.parametrize("shown", PUBLISHED["second_generators"], ids=lambda one: one["point"][:8])
def test_the_second_generator_follows_from_its_rule(shown):
    election = bytes.fromhex(shown["election"])
    found = [decoded(hash_of("quad-gen", (election, uint(n)))[:32]) for n in range(shown["n"] + 1)]

    x, y = doubled(doubled(doubled(found[-1])))

    assert found[:-1] == [None] * shown["n"]
    encoded = (y | (x & 1) << 255).to_bytes(32, "little")
    assert encoded == second_generator(election).encoded == bytes.fromhex(shown["point"])


def test_some_second_generators_need_more_than_one_try():
    assert max(shown["n"] for shown in PUBLISHED["second_generators"]) > 2


def test_the_published_rankings_verify():
    stated = read(BallotStatement, PUBLISHED["statement"])
    ballot = read(EncryptedBallot, PUBLISHED["ballot"])

    verify_ballot(stated, ballot)

    assert cast_hash(stated, ballot).hex() == PUBLISHED["tracker"]
