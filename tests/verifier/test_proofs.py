"""The verifier accepts what our provers make, and nothing that differs in one bit."""

import pytest

from client.voting.prover import Truth, encrypt, prove_claim, prove_knowledge, prove_share
from contracts.sdk.group import decode_point, multiply_base
from contracts.voting.crypto.proofs import blank_claims, sum_claim, zero_one_claim
from verifier.group import ORDER, ZERO, base, minus, plus, point, scalar, times, total_of
from verifier.proofs import is_blank_or_within, is_known, is_share, is_within, is_zero_or_one
from verifier.refusal import Refused

KEY = multiply_base(12345)
LABELS = (b"context", b"contest")


def pair_of(ciphertext):
    return ciphertext[0].encoded, ciphertext[1].encoded


def holds(check, proof):
    """Return whether a check holds; bytes that are no scalar do not."""
    try:
        return check(proof)
    except Refused:
        return False


def assert_only_this_proof_holds(check, proof):
    assert check(proof)
    for place in range(0, len(proof), 31):
        spoilt = proof[:place] + bytes([proof[place] ^ 2]) + proof[place + 1 :]
        assert not holds(check, spoilt)


@pytest.mark.parametrize("number", [0, 1])
def test_a_ciphertext_of_zero_or_one(number):
    made = encrypt(KEY, number, 77)
    proof = prove_claim(zero_one_claim(LABELS, KEY, made), KEY, Truth(number, (77,)))

    assert_only_this_proof_holds(
        lambda shown: is_zero_or_one(LABELS, KEY.encoded, pair_of(made), shown), proof
    )
    assert not is_zero_or_one((b"other", b""), KEY.encoded, pair_of(made), proof)
    assert not is_zero_or_one(LABELS, KEY.encoded, pair_of(encrypt(KEY, number, 78)), proof)


def test_two_is_not_zero_or_one():
    made = encrypt(KEY, 2, 77)
    proof = prove_claim(zero_one_claim(LABELS, KEY, made), KEY, Truth(1, (77,)))

    assert not is_zero_or_one(LABELS, KEY.encoded, pair_of(made), proof)


def test_a_sum_within_bounds():
    made = encrypt(KEY, 2, 9)
    proof = prove_claim(sum_claim(LABELS, KEY, made, (1, 3)), KEY, Truth(1, (9,)))

    assert_only_this_proof_holds(
        lambda shown: is_within(LABELS, KEY.encoded, pair_of(made), (1, 3), shown), proof
    )


def test_a_blank_or_a_sum_within_bounds():
    blank, total = encrypt(KEY, 0, 5), encrypt(KEY, 2, 6)
    first, second = blank_claims(LABELS, KEY, (blank, total), (1, 2))
    proof = prove_claim(first, KEY, Truth(0, (5,))) + prove_claim(second, KEY, Truth(2, (6,)))
    pairs = (pair_of(blank), pair_of(total))

    assert_only_this_proof_holds(
        lambda shown: is_blank_or_within(LABELS, KEY.encoded, pairs, ((1, 2), shown)), proof
    )


def test_knowledge_of_a_secret():
    public = multiply_base(99)
    labels = (*LABELS, public.encoded)
    proof = prove_knowledge("dkg-pok", labels, 99)

    assert_only_this_proof_holds(
        lambda shown: is_known("dkg-pok", labels, public.encoded, shown), proof
    )


def test_a_decryption_share():
    mask = multiply_base(31)
    share, proof = prove_share(LABELS, 4242, mask)
    key = multiply_base(4242).encoded

    assert_only_this_proof_holds(
        lambda shown: is_share(LABELS, key, (mask.encoded, share.encoded), shown), proof
    )
    assert not is_share(LABELS, key, (mask.encoded, KEY.encoded), proof)


@pytest.mark.parametrize(
    "bad",
    [
        bytes(32),
        ZERO,
        b"\xff" * 32,
        b"\xec" + b"\xff" * 30 + b"\x7f",
        bytes([1]) + bytes(30) + b"\x80",
        b"\x02" + bytes(31),
        bytes(31),
    ],
    ids=["order 4", "identity", "not canonical", "order 2", "sign bit", "off the curve", "short"],
)
def test_what_is_no_point_of_the_group_is_refused(bad):
    with pytest.raises(Refused):
        point(bad, "A")


@pytest.mark.parametrize("bad", [0, ORDER, ORDER + 5, 2**255])
def test_what_is_no_scalar_is_refused(bad):
    with pytest.raises(Refused):
        scalar(bad.to_bytes(32, "little"), "z")


def test_sums_and_multiples_are_those_of_the_group():
    assert plus(base(3), base(4)) == base(7) == total_of([base(3), base(4)])
    assert minus(base(7), base(7)) == ZERO == times(0, base(5)) == total_of([])
    assert times(3, base(5)) == base(15)
    assert decode_point(base(5)).encoded == point(base(5), "P")
