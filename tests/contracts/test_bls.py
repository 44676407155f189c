"""BLS12-381's groups: one form for each element, none outside the group, no silent cuts."""

import json
from pathlib import Path

import pytest

from contracts.sdk.bls import (
    BASE_G2,
    ORDER,
    BadElement,
    BadExponent,
    add_g1,
    add_g2,
    are_pairings_equal,
    decode_exponent,
    decode_g1,
    decode_g2,
    encode_exponent,
    hash_to_g1,
    multiply_g1,
    multiply_g2,
    sum_products_g1,
)
from primitives.errors import InvariantBroken

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "bls_blind.json").read_text())
RFC_TAG = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
SOME = hash_to_g1(b"some", b"tag")


@pytest.mark.parametrize("case", VECTORS["rfc9380"], ids=lambda case: case["message"] or "empty")
def test_hashing_is_that_of_rfc_9380(case):
    found = hash_to_g1(case["message"].encode(), RFC_TAG)

    assert found.point.to_xy_bytes_be().hex() == case["x"] + case["y"]


@pytest.mark.parametrize("case", VECTORS["refused_g1"])
def test_a_form_that_is_not_the_one_of_an_element_of_g1_is_refused(case):
    with pytest.raises(BadElement):
        decode_g1(bytes.fromhex(VECTORS["refused_g1"][case]))


@pytest.mark.parametrize("case", VECTORS["refused_g2"])
def test_a_form_that_is_not_the_one_of_an_element_of_g2_is_refused(case):
    with pytest.raises(BadElement):
        decode_g2(bytes.fromhex(VECTORS["refused_g2"][case]))


def test_elements_of_a_group_decode_to_themselves():
    other = multiply_g2(7, BASE_G2)

    assert decode_g1(SOME.encoded) == SOME
    assert decode_g2(other.encoded) == other


@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_a_scalar_is_from_one_to_the_order_less_one(text):
    with pytest.raises(BadExponent):
        decode_exponent(bytes.fromhex(text))
    with pytest.raises(BadExponent):
        decode_exponent(encode_exponent(5)[1:])

    assert decode_exponent(encode_exponent(ORDER - 1)) == ORDER - 1


def test_lists_that_are_empty_or_of_different_lengths_raise():
    for scalars, elements in (([], []), ([1], []), ([1, 2], [SOME]), ([1], [SOME, SOME])):
        with pytest.raises(InvariantBroken):
            sum_products_g1(scalars, elements)
    with pytest.raises(InvariantBroken):
        add_g1([])
    with pytest.raises(InvariantBroken):
        add_g2([])


def test_the_identity_never_comes_out():
    for make in (
        lambda: multiply_g1(0, SOME),
        lambda: multiply_g1(ORDER, SOME),
        lambda: multiply_g2(0, BASE_G2),
        lambda: add_g1([SOME, multiply_g1(ORDER - 1, SOME)]),
        lambda: add_g2([BASE_G2, multiply_g2(ORDER - 1, BASE_G2)]),
        lambda: sum_products_g1([1, ORDER - 1], [SOME, SOME]),
    ):
        with pytest.raises(BadElement):
            make()


def test_pairings_agree_when_the_exponents_do():
    left = (multiply_g1(6, SOME), BASE_G2)

    assert are_pairings_equal(left, (multiply_g1(2, SOME), multiply_g2(3, BASE_G2)))
    assert not are_pairings_equal(left, (multiply_g1(2, SOME), multiply_g2(4, BASE_G2)))
    assert sum_products_g1([2, 4], [SOME, SOME]) == left[0]
