"""Ed25519's group of prime order, written additively, for contracts; the only place that binds it.

A `Point` is in the group: `decode_point` checks it once, at the edge. `unchecked_point` skips the
check for bytes that are multiplied anyway (`multiply` refuses what is outside the group) or that
were checked before they were stored. Scalars are integers modulo `ORDER`.
Source: RFC 8032 §5.1 (curve, encoding) through libsodium.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError

from primitives.errors import ContractError, LocalFault

__all__ = [
    "BASE",
    "IDENTITY",
    "ORDER",
    "POINT_BYTES",
    "SCALAR_BYTES",
    "BadPoint",
    "BadScalar",
    "Point",
    "add",
    "add_all",
    "clear_cofactor",
    "decode_point",
    "decode_scalar",
    "encode_scalar",
    "hash_to_scalar",
    "invert",
    "multiply",
    "multiply_base",
    "subtract",
    "unchecked_point",
]

POINT_BYTES = 32
SCALAR_BYTES = 32
ORDER = 2**252 + 27742317777372353535851937790883648493
_DIGEST_BYTES = 64
_COFACTOR_DOUBLINGS = 3


class BadPoint(ContractError):
    """The bytes are not a canonical point of the prime-order group, or the identity."""


class BadScalar(ContractError):
    """The bytes are not a canonical scalar from 1 to the group's order less one."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the group, as its canonical 32 bytes: equal points have equal bytes."""

    encoded: bytes


_NOTHING = b"\x01" + bytes(31)
IDENTITY = Point(_NOTHING)
BASE = Point(b"\x58" + b"\x66" * 31)


def decode_point(data: bytes) -> Point:
    """Return the point of `data`: 32 canonical bytes, in the prime-order group, not the identity.

    Raises:
        BadPoint: anything else.
    """
    if len(data) != POINT_BYTES or data == _NOTHING:
        raise BadPoint
    if not crypto_core_ed25519_is_valid_point(data):
        raise BadPoint
    return Point(data)


def unchecked_point(data: bytes) -> Point:
    """Return a point of 32 bytes that were checked before, or that will be multiplied next.

    `multiply` by a scalar other than 0 refuses what `decode_point` would refuse, but for the
    identity, whose multiple is the identity. `add` and `subtract` check nothing.

    Raises:
        BadPoint: not 32 bytes.
    """
    if len(data) != POINT_BYTES:
        raise BadPoint
    return Point(data)


def clear_cofactor(data: bytes) -> Point | None:
    """Return 8 times the point of `data`: in the prime-order group, or the identity.

    None unless the 32 bytes are the one encoding of a point of the curve, of whatever order.
    """
    if len(data) != POINT_BYTES:
        return None
    try:
        point: bytes = crypto_core_ed25519_add(data, _NOTHING)
    except CryptoError:
        return None
    if point != data:  # encoded again it is another: not reduced, or the sign of 0
        return None
    for _ in range(_COFACTOR_DOUBLINGS):
        point = crypto_core_ed25519_add(point, point)
    return Point(point)


def decode_scalar(data: bytes) -> int:
    """Return the scalar of 32 little-endian bytes, from 1 to ORDER - 1. Raises BadScalar."""
    scalar = int.from_bytes(data, "little")
    if len(data) != SCALAR_BYTES or not 0 < scalar < ORDER:
        raise BadScalar
    return scalar


def encode_scalar(scalar: int) -> bytes:
    """Return `scalar` modulo ORDER as 32 little-endian bytes."""
    return (scalar % ORDER).to_bytes(SCALAR_BYTES, "little")


def hash_to_scalar(digest: bytes) -> int:
    """Return 64 bytes, little-endian, modulo ORDER; the bias is below 2**-250.

    Raises:
        BadScalar: not 64 bytes.
    """
    if len(digest) != _DIGEST_BYTES:
        raise BadScalar
    return int.from_bytes(digest, "little") % ORDER


def invert(scalar: int) -> int:
    """Return the scalar whose product with `scalar` is 1. Raises BadScalar for 0."""
    if scalar % ORDER == 0:
        raise BadScalar
    return pow(scalar, -1, ORDER)


def add(left: Point, right: Point) -> Point:
    """Return left + right. Raises BadPoint when unchecked bytes are not on the curve."""
    if left.encoded == _NOTHING:
        return right
    if right.encoded == _NOTHING:
        return left
    try:
        return Point(crypto_core_ed25519_add(left.encoded, right.encoded))
    except CryptoError as error:
        raise BadPoint from error


def add_all(points: Iterable[Point]) -> Point:
    """Return the sum of `points`; the identity when there are none."""
    total = IDENTITY
    for point in points:
        total = add(total, point)
    return total


def subtract(left: Point, right: Point) -> Point:
    """Return left - right. Raises BadPoint when unchecked bytes are not on the curve."""
    if right.encoded == _NOTHING:
        return left
    try:
        return Point(crypto_core_ed25519_sub(left.encoded, right.encoded))
    except CryptoError as error:
        raise BadPoint from error


def multiply(scalar: int, point: Point) -> Point:
    """Return `scalar` (modulo ORDER) times `point`; the identity when either is nothing.

    Raises:
        BadPoint: the point is not canonical or not in the prime-order group.
    """
    reduced = scalar % ORDER
    if reduced == 0 or point.encoded == _NOTHING:  # libsodium refuses both
        return IDENTITY
    try:
        product = crypto_scalarmult_ed25519_noclamp(
            reduced.to_bytes(SCALAR_BYTES, "little"), point.encoded
        )
    except CryptoError as error:
        raise BadPoint from error
    return Point(product)


def multiply_base(scalar: int) -> Point:
    """Return `scalar` (modulo ORDER) times BASE; several times faster than `multiply`."""
    reduced = scalar % ORDER
    if reduced == 0:
        return IDENTITY
    return Point(crypto_scalarmult_ed25519_base_noclamp(reduced.to_bytes(SCALAR_BYTES, "little")))


def _require_subgroup_check() -> None:
    """Refuse a libsodium that takes points of order 2 * ORDER: such a node would fork.

    Source: CVE-2025-69277, fixed in the libsodium of PyNaCl 1.6.2.
    """
    order_two = b"\xec" + b"\xff" * 30 + b"\x7f"
    outside = Point(crypto_core_ed25519_add(BASE.encoded, order_two))
    try:
        multiply(3, outside)
    except BadPoint:
        if not crypto_core_ed25519_is_valid_point(outside.encoded):
            return
    raise LocalFault("this libsodium accepts points outside the group: install PyNaCl >= 1.6.2")


_require_subgroup_check()
