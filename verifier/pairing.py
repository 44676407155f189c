"""Elements of BLS12-381, checked where they enter, and the pairing that compares them.

The library takes several forms of the identity and its pairing does not see points of order 3, so
bytes are looked at first. Source: docs/voting.md, tokens; RFC 9380.
"""

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from verifier.encoding import bytes_of
from verifier.refusal import Refused, require

Q = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
_P = int.from_bytes(
    bytes.fromhex(
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
        "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab"
    ),
    "big",
)
_HALF = 48
BASE = G2Point()


def element(data: object, where: str) -> G1Point:
    """Return the element of 48 bytes, in its one form and not the identity. Raises Refused."""
    encoded = bytes_of(data, where, _HALF)
    _require_form(encoded, where)
    try:
        point = G1Point.from_compressed_bytes(encoded)
    except ValueError as error:
        raise Refused(f"{where}: not an element of the group") from error
    same = point != G1Point.identity() and bytes(point.to_compressed_bytes()) == encoded
    require(same, f"{where}: not the one form of an element")
    return point


def key(data: object, where: str) -> G2Point:
    """Return the key of 96 bytes, in its one form and not the identity. Raises Refused."""
    encoded = bytes_of(data, where, 2 * _HALF)
    _require_form(encoded, where)
    try:
        point = G2Point.from_compressed_bytes(encoded)
    except ValueError as error:
        raise Refused(f"{where}: not an element of the keys' group") from error
    same = point != G2Point.identity() and bytes(point.to_compressed_bytes()) == encoded
    require(same, f"{where}: not the one form of a key")
    return point


def exponent(data: bytes, where: str) -> Scalar:
    """Return a scalar from 1 to Q - 1 of 32 big-endian bytes. Raises Refused."""
    number = int.from_bytes(bytes_of(data, where, 32), "big")
    require(0 < number < Q, f"{where}: not a scalar")
    return factor(number)


def factor(number: int) -> Scalar:
    """Return a number modulo Q as the library's scalar."""
    return Scalar.from_be_bytes((number % Q).to_bytes(32, "big"))


def mixed(numbers: list[int], points: list[G1Point]) -> G1Point:
    """Return the sum of each number times its point; as many of both, at least one."""
    require(0 < len(numbers) == len(points), "a sum of no points, or of numbers without points")
    return G1Point.multiexp_unchecked(points, [factor(number) for number in numbers])


def is_signed_by(signer: G2Point, hidden: G1Point, answer: G1Point) -> bool:
    """Whether e(answer, G2) = e(hidden, X)."""
    return bool(GT.pairing_check([answer, -hidden], [BASE, signer]))


def _require_form(encoded: bytes, where: str) -> None:
    require(encoded[0] >> 6 == 0b10, f"{where}: not marked as compressed, or the identity")
    halves = [bytes([encoded[0] & 0x1F]) + encoded[1:_HALF], encoded[_HALF:]]
    is_reduced = all(int.from_bytes(half, "big") < _P for half in halves)
    require(is_reduced, f"{where}: a coordinate is not reduced")
