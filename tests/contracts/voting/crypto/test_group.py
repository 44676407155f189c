"""The group: its laws, and every byte string that must not pass for a point or scalar."""

from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_is_valid_point

from contracts.sdk import group
from contracts.sdk.group import (
    BASE,
    IDENTITY,
    ORDER,
    BadPoint,
    BadScalar,
    Point,
    add,
    add_all,
    clear_cofactor,
    decode_point,
    decode_scalar,
    encode_scalar,
    hash_to_scalar,
    invert,
    multiply,
    multiply_base,
    subtract,
    unchecked_point,
)
from primitives.crypto import SigningKey
from primitives.errors import LocalFault
from tests.contracts.voting.crypto.attacks import BAD_POINTS, BAD_SCALARS, HONEST, ORDER_2

scalars = st.integers(min_value=1, max_value=ORDER - 1)
light = settings(max_examples=15, deadline=None)


def test_the_base_is_that_of_rfc_8032_and_has_the_order():
    seed = bytes(range(32))
    clamped = bytearray(sha512(seed).digest()[:32])
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64

    key = multiply_base(int.from_bytes(clamped, "little"))

    assert key.encoded == SigningKey(seed).public_key[1:]
    assert add(multiply(ORDER - 1, BASE), BASE) == IDENTITY


@light
@given(scalars, scalars)
def test_adding_points_adds_their_numbers(one, other):
    left, right = multiply_base(one), multiply_base(other)

    assert add(left, right) == multiply_base(one + other)
    assert subtract(left, right) == multiply_base(one - other)
    assert multiply(other, left) == multiply_base(one * other)
    assert multiply(invert(one), left) == BASE


def test_nothing_is_explicit_everywhere():
    point = multiply_base(5)

    assert multiply_base(0) == multiply(0, point) == multiply(ORDER, point) == IDENTITY
    assert multiply(5, IDENTITY) == subtract(point, point) == add_all([]) == IDENTITY
    assert add(IDENTITY, point) == add(point, IDENTITY) == subtract(point, IDENTITY) == point
    assert subtract(IDENTITY, point) == multiply_base(-5)
    assert add(point, multiply_base(-5)) == IDENTITY


@light
@given(scalars)
def test_points_and_scalars_survive_their_bytes(scalar):
    encoded = encode_scalar(scalar)

    assert decode_scalar(encoded) == scalar
    assert decode_point(multiply_base(scalar).encoded) == multiply_base(scalar)


@pytest.mark.parametrize("name", BAD_POINTS)
def test_no_bad_point_is_decoded_or_multiplied(name):
    data = BAD_POINTS[name]

    with pytest.raises(BadPoint):
        decode_point(data)
    for scalar in (1, 8, ORDER - 1):
        with pytest.raises(BadPoint):
            multiply(scalar, unchecked_point(data))


def test_the_identity_is_not_decoded():
    with pytest.raises(BadPoint):
        decode_point(IDENTITY.encoded)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_points_have_32_bytes(size):
    for decode in (decode_point, unchecked_point):
        with pytest.raises(BadPoint):
            decode((BASE.encoded * 2)[:size])


def test_adding_bytes_off_the_curve_is_refused():
    off = unchecked_point(b"\x02" + bytes(31))

    for operation in (add, subtract):
        with pytest.raises(BadPoint):
            operation(BASE, off)


@pytest.mark.parametrize("name", BAD_SCALARS)
def test_no_bad_scalar_is_decoded(name):
    with pytest.raises(BadScalar):
        decode_scalar(BAD_SCALARS[name])


def test_a_hash_is_read_little_endian_and_has_64_bytes():
    assert hash_to_scalar(b"\x07" + bytes(63)) == 7
    assert hash_to_scalar(b"\xff" * 64) == (2**512 - 1) % ORDER
    with pytest.raises(BadScalar):
        hash_to_scalar(bytes(32))


def test_zero_has_no_inverse():
    with pytest.raises(BadScalar):
        invert(ORDER)


def test_a_library_that_takes_points_of_twice_the_order_is_not_used(monkeypatch):
    monkeypatch.setattr(group, "crypto_core_ed25519_is_valid_point", lambda _data: True)

    with pytest.raises(LocalFault, match="PyNaCl"):
        group._require_subgroup_check()


def test_the_library_tells_points_of_twice_the_order():
    outside = add(BASE, Point(ORDER_2))

    assert not crypto_core_ed25519_is_valid_point(outside.encoded)


def test_eight_times_a_point_is_in_the_group_whatever_the_point_s_order():
    order_8 = BAD_POINTS["order 8"]

    assert clear_cofactor(HONEST) == clear_cofactor(BAD_POINTS["P + order 8"]) == multiply_base(72)
    assert clear_cofactor(order_8) == clear_cofactor(IDENTITY.encoded) == IDENTITY


@pytest.mark.parametrize(
    "name",
    [
        "ff times 32",
        "identity, bit 255",
        "identity, not reduced",
        "order 4, not reduced",
        "not on the curve",
    ],
)
def test_bytes_that_encode_no_point_or_not_uniquely_have_no_multiple(name):
    assert clear_cofactor(BAD_POINTS[name]) is None
    assert clear_cofactor(HONEST[:31]) is None
