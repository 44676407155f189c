"""Builds tests/vectors/bls_blind.json: forms that decoders refuse, and one blind signature.

Run as `python -m tests.contracts.make_bls_vectors`; the vectors of RFC 9380 are kept.
"""

import json
from pathlib import Path

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from client.bls_blind import SignerKey, blind, unblind
from contracts.sdk.bls import ORDER, add_g2
from contracts.sdk.bls_blind import Purpose, hash_message

PATH = Path(__file__).parent.parent / "vectors" / "bls_blind.json"
FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624"
    "1eabfffeb153ffffb9feffffffffaaab",
    16,
)
SECRETS = (3, 5, ORDER - 1)
FACTOR = 2**200 + 7
ORDER_3 = bytes([0x80]) + bytes(47)  # the point (0, 2)


def plus_order_3(encoded: bytes) -> bytes:
    """An element, moved out of the group by the point of order 3."""
    outside = G1Point.from_compressed_bytes_unchecked(ORDER_3)
    moved = G1Point.from_compressed_bytes(encoded) + outside
    return bytes(moved.to_compressed_bytes())


def outside_g2() -> bytes:
    """A point of G2's curve that is not in the group."""
    for x in range(1000):
        data = bytes([0x80]) + bytes(93) + x.to_bytes(2, "big")
        try:
            point = G2Point.from_compressed_bytes_unchecked(data)
        except ValueError:
            continue
        if not point.is_in_subgroup():
            return data
    raise AssertionError("no such point among the first thousand")


def beyond(encoded: bytes) -> bytes:
    """The same x once more, plus the field's modulus."""
    x = int.from_bytes(encoded[:48], "big") & (2**381 - 1)
    moved = (x + FIELD) | (encoded[0] >> 5 << 381)
    return moved.to_bytes(48, "big") + encoded[48:]


def forms(double: bytes, outside: bytes) -> dict[str, str]:
    """Forms of an element of this length that are refused, by what is wrong with each."""
    rest = bytes(len(double) - 1)
    cases = {
        "infinity": bytes([0xC0]) + rest,
        "infinity with a sign": bytes([0xE0]) + rest,
        "infinity with a one": bytes([0xC0]) + rest[:-1] + b"\x01",
        "infinity bit without the first": bytes([0x40]) + rest,
        "not marked as compressed": bytes([double[0] & 0x7F]) + double[1:],
        "x plus the modulus": beyond(double),
        "one byte less": double[:-1],
        "one byte more": double + b"\0",
        "twice as long": double * 2,
        "empty": b"",
        "outside the group": outside,
    }
    return {name: data.hex() for name, data in cases.items()}


def build() -> dict[str, object]:
    """What the file says, but for the RFC's part."""
    two = Scalar(2)
    g1 = bytes((G1Point() * two).to_compressed_bytes())
    g2 = bytes((G2Point() * two).to_compressed_bytes())
    hashed = hash_message(Purpose.TOKEN, b"abc")
    signers = [SignerKey(secret) for secret in SECRETS]
    blinded = blind(hashed, FACTOR)
    answers = [signer.sign(blinded) for signer in signers]
    second_half = {"second half plus the modulus": (g2[:48] + _plus_modulus(g2[48:])).hex()}
    return {
        "refused_g1": forms(g1, ORDER_3) | {"moved by order 3": plus_order_3(g1).hex()},
        "refused_g2": forms(g2, outside_g2()) | second_half,
        "refused_scalars": [hex(number)[2:].zfill(64) for number in (0, ORDER, ORDER + 1)],
        "signature": {
            "message": b"abc".hex(),
            "purpose": Purpose.TOKEN.value.decode(),
            "hashed": hashed.encoded.hex(),
            "factor": hex(FACTOR),
            "secrets": [hex(secret) for secret in SECRETS],
            "keys": [signer.public.encoded.hex() for signer in signers],
            "blinded": blinded.encoded.hex(),
            "answers": [answer.encoded.hex() for answer in answers],
            "key": add_g2([signer.public for signer in signers]).encoded.hex(),
            "signature": unblind(answers, FACTOR).encoded.hex(),
            "proof_labels": [b"chain".hex(), b"signer".hex()],
            "proof": signers[0].prove((b"chain", b"signer")).hex(),
        },
    }


def _plus_modulus(half: bytes) -> bytes:
    return (int.from_bytes(half, "big") + FIELD).to_bytes(48, "big")


if __name__ == "__main__":
    found = json.loads(PATH.read_text()) if PATH.exists() else {}
    PATH.write_text(json.dumps({"rfc9380": found.get("rfc9380", [])} | build(), indent=1) + "\n")
