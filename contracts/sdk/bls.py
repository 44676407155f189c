"""The two groups of BLS12-381 and their pairing, for contracts; the only place that binds them.

A `G1` or `G2` is in the group of prime order and not the identity: `decode_g1` and `decode_g2`
check it once, at the edge, and the bytes before the library sees them (it takes several forms of
the identity, and its pairing does not see points of order 3). Scalars are integers modulo `ORDER`.
The library lets other threads run in multi-exponentiation and pairing only.
Source: RFC 9380; the compressed form of ZCash's protocol, through py-arkworks-bls12381.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from primitives.errors import ContractError, InvariantBroken

__all__ = [
    "BASE_G2",
    "G1",
    "G1_BYTES",
    "G2",
    "G2_BYTES",
    "ORDER",
    "SCALAR_BYTES",
    "BadElement",
    "BadExponent",
    "add_g1",
    "add_g2",
    "are_pairings_equal",
    "decode_exponent",
    "decode_g1",
    "decode_g2",
    "encode_exponent",
    "hash_to_g1",
    "multiply_g1",
    "multiply_g2",
    "sum_products_g1",
    "unchecked_g1",
    "unchecked_g2",
]

G1_BYTES = 48
G2_BYTES = 96
SCALAR_BYTES = 32
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
_FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624"
    "1eabfffeb153ffffb9feffffffffaaab",
    16,
)
_COMPRESSED, _INFINITY, _FLAGS = 0x80, 0x40, 0xE0
_COORDINATE_BYTES = 48


class BadElement(ContractError):
    """The bytes are not the one form of an element of BLS12-381's groups, or the identity."""


class BadExponent(ContractError):
    """The bytes are not a scalar of BLS12-381 from 1 to the group's order less one."""


@dataclass(frozen=True, slots=True)
class G1:
    """An element of the first group, as its 48 compressed bytes: equal ones have equal bytes."""

    encoded: bytes
    point: G1Point = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class G2:
    """An element of the second group, as its 96 compressed bytes."""

    encoded: bytes
    point: G2Point = field(compare=False, repr=False)


def decode_g1(data: bytes) -> G1:
    """Return the element of 48 bytes. Raises BadElement for anything but its one form."""
    _check_form(data, G1_BYTES)
    try:
        element = _g1(G1Point.from_compressed_bytes(data))  # on the curve, in the subgroup
    except ValueError as error:
        raise BadElement from error
    if element.encoded != data:
        raise BadElement
    return element


def decode_g2(data: bytes) -> G2:
    """Return the element of 96 bytes. Raises BadElement for anything but its one form."""
    _check_form(data, G2_BYTES)
    try:
        element = _g2(G2Point.from_compressed_bytes(data))
    except ValueError as error:
        raise BadElement from error
    if element.encoded != data:
        raise BadElement
    return element


def unchecked_g1(data: bytes) -> G1:
    """Return the element of bytes that `decode_g1` accepted before they were stored."""
    return G1(data, G1Point.from_compressed_bytes_unchecked(data))


def unchecked_g2(data: bytes) -> G2:
    """Return the element of bytes that `decode_g2` accepted before they were stored."""
    return G2(data, G2Point.from_compressed_bytes_unchecked(data))


def decode_exponent(data: bytes) -> int:
    """Return the scalar of 32 big-endian bytes, from 1 to ORDER - 1. Raises BadExponent."""
    scalar = int.from_bytes(data, "big")
    if len(data) != SCALAR_BYTES or not 0 < scalar < ORDER:
        raise BadExponent
    return scalar


def encode_exponent(scalar: int) -> bytes:
    """Return `scalar` modulo ORDER as 32 big-endian bytes."""
    return (scalar % ORDER).to_bytes(SCALAR_BYTES, "big")


def hash_to_g1(message: bytes, tag: bytes) -> G1:
    """Return hash_to_curve(message, tag) of RFC 9380; the tag is a constant of the caller's code.

    Suite BLS12381G1_XMD:SHA-256_SSWU_RO_.
    """
    return _g1(G1Point.hash_to_curve(message, tag))


def multiply_g1(scalar: int, element: G1) -> G1:
    """Return `scalar` times an element. Raises BadElement when that is the identity."""
    return _g1(element.point * _scalar(scalar))


def multiply_g2(scalar: int, element: G2) -> G2:
    """Return `scalar` times an element. Raises BadElement when that is the identity."""
    return _g2(element.point * _scalar(scalar))


def add_g1(elements: Sequence[G1]) -> G1:
    """Return the sum of at least one element. Raises BadElement when it is the identity."""
    _require_some(elements)
    total = elements[0].point
    for element in elements[1:]:
        total = total + element.point
    return _g1(total)


def add_g2(elements: Sequence[G2]) -> G2:
    """Return the sum of at least one element. Raises BadElement when it is the identity."""
    _require_some(elements)
    total = elements[0].point
    for element in elements[1:]:
        total = total + element.point
    return _g2(total)


def sum_products_g1(scalars: Sequence[int], elements: Sequence[G1]) -> G1:
    """Return the sum of each scalar times its element: one multi-exponentiation.

    Raises:
        BadElement: the sum is the identity.
        InvariantBroken: the lists are empty or of different lengths.
    """
    _require_some(elements)
    _require_same(scalars, elements)
    points = [element.point for element in elements]
    return _g1(G1Point.multiexp_unchecked(points, [_scalar(scalar) for scalar in scalars]))


def are_pairings_equal(left: tuple[G1, G2], right: tuple[G1, G2]) -> bool:
    """Whether e(left) = e(right); two Miller loops and one final exponentiation."""
    ones = [left[0].point, -right[0].point]
    return bool(GT.pairing_check(ones, [left[1].point, right[1].point]))


def _check_form(data: bytes, length: int) -> None:
    """Refuse, before the library sees them, bytes that are not of the one compressed form."""
    if len(data) != length or data[0] & (_COMPRESSED | _INFINITY) != _COMPRESSED:
        raise BadElement
    first = bytes([data[0] & ~_FLAGS & 0xFF]) + data[1:_COORDINATE_BYTES]
    halves = (first, data[_COORDINATE_BYTES:])
    if not all(int.from_bytes(half, "big") < _FIELD for half in halves):
        raise BadElement


def _g1(point: G1Point) -> G1:
    if point == _NOTHING_G1:
        raise BadElement
    return G1(bytes(point.to_compressed_bytes()), point)


def _g2(point: G2Point) -> G2:
    if point == _NOTHING_G2:
        raise BadElement
    return G2(bytes(point.to_compressed_bytes()), point)


def _scalar(scalar: int) -> Scalar:
    return Scalar.from_be_bytes(encode_exponent(scalar))


def _require_some(items: Sequence[object]) -> None:
    if not items:
        raise InvariantBroken("an empty list of elements: its sum would be the identity")


def _require_same(left: Sequence[object], right: Sequence[object]) -> None:
    if len(left) != len(right):
        raise InvariantBroken(f"{len(left)} scalars for {len(right)} elements")


_NOTHING_G1, _NOTHING_G2 = G1Point.identity(), G2Point.identity()
BASE_G2 = _g2(G2Point())
