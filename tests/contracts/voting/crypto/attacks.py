"""Byte strings that attackers send in the place of points and scalars."""

from nacl.bindings import crypto_core_ed25519_add

from contracts.sdk.group import BASE, ORDER, encode_scalar, multiply_base

FIELD = 2**255 - 19
ORDER_2 = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
ORDER_4 = bytes(32)
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
IDENTITY = b"\x01" + bytes(31)


def plus(left: bytes, right: bytes) -> bytes:
    """The sum, whatever group the points are of."""
    return bytes(crypto_core_ed25519_add(left, right))


HONEST = multiply_base(9).encoded

# On the curve or not, canonical or not: none is a point of the prime-order group.
BAD_POINTS = {
    "order 2": ORDER_2,
    "order 4": ORDER_4,
    "order 4, bit 255": bytes(31) + b"\x80",
    "order 8": ORDER_8,
    "P + order 2": plus(HONEST, ORDER_2),
    "P + order 4": plus(HONEST, ORDER_4),
    "P + order 8": plus(HONEST, ORDER_8),
    "base + order 2": plus(BASE.encoded, ORDER_2),
    "ff times 32": b"\xff" * 32,
    "identity, bit 255": b"\x01" + bytes(30) + b"\x80",
    "identity, not reduced": (FIELD + 1).to_bytes(32, "little"),
    "order 4, not reduced": FIELD.to_bytes(32, "little"),
    "not on the curve": b"\x02" + bytes(31),
}
BAD_SCALARS = {
    "zero": bytes(32),
    "order": ORDER.to_bytes(32, "little"),
    "order + 1": (ORDER + 1).to_bytes(32, "little"),
    "7 + order": (ORDER + 7).to_bytes(32, "little"),
    "7 with bit 255": (7 + 2**255).to_bytes(32, "little"),
    "ff times 32": b"\xff" * 32,
    "31 bytes": encode_scalar(7)[:31],
    "33 bytes": encode_scalar(7) + b"\0",
    "nothing": b"",
}
