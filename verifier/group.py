"""Points and scalars of Ed25519's prime-order group, checked where they enter.

Source: RFC 8032 section 5.1, through libsodium.
"""

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from verifier.encoding import bytes_of
from verifier.refusal import require

ORDER = (1 << 252) + 27742317777372353535851937790883648493
ZERO = bytes([1]) + bytes(31)
GENERATOR = bytes([0x58]) + bytes([0x66]) * 31


def point(data: object, what: str) -> bytes:
    """Return the 32 bytes of a point of the group that is not the identity. Raises Refused."""
    encoded = bytes_of(data, what, 32)
    is_point = encoded != ZERO and crypto_core_ed25519_is_valid_point(encoded)
    require(is_point, f"{what}: not a point of the group")
    return encoded


def scalar(data: object, what: str) -> int:
    """Return a scalar from 1 to ORDER - 1 from 32 little-endian bytes. Raises Refused."""
    number = int.from_bytes(bytes_of(data, what, 32), "little")
    require(0 < number < ORDER, f"{what}: not a scalar")
    return number


def scalars(data: object, count: int, what: str) -> list[int]:
    """Return `count` scalars from their joined bytes. Raises Refused."""
    joined = bytes_of(data, what, 32 * count)
    return [scalar(joined[32 * i : 32 * i + 32], what) for i in range(count)]


def times(number: int, element: bytes) -> bytes:
    """Return `number` times a point that `point` accepted, or the identity."""
    factor = number % ORDER
    if factor == 0 or element == ZERO:
        return ZERO
    product: bytes = crypto_scalarmult_ed25519_noclamp(factor.to_bytes(32, "little"), element)
    return product


def base(number: int) -> bytes:
    """Return `number` times the generator."""
    factor = number % ORDER
    if factor == 0:
        return ZERO
    product: bytes = crypto_scalarmult_ed25519_base_noclamp(factor.to_bytes(32, "little"))
    return product


def plus(left: bytes, right: bytes) -> bytes:
    """Return the sum of two points."""
    if ZERO in (left, right):
        return right if left == ZERO else left
    total: bytes = crypto_core_ed25519_add(left, right)
    return total


def minus(left: bytes, right: bytes) -> bytes:
    """Return the difference of two points."""
    if right == ZERO:
        return left
    difference: bytes = crypto_core_ed25519_sub(left, right)
    return difference


def require_subgroup_check() -> None:
    """Refuse a libsodium that takes points outside the group. Raises Refused.

    Source: CVE-2025-69277, fixed in the libsodium of PyNaCl 1.6.2.
    """
    order_two = b"\xec" + b"\xff" * 30 + b"\x7f"
    outside = crypto_core_ed25519_add(GENERATOR, order_two)
    is_safe = not crypto_core_ed25519_is_valid_point(outside)
    require(is_safe, "this libsodium takes points outside the group: install PyNaCl >= 1.6.2")


def total_of(points: list[bytes]) -> bytes:
    """Return the sum of points; the identity for none."""
    total = ZERO
    for element in points:
        total = plus(total, element)
    return total
