"""Builds the vectors of which the peer in bench/peer needs more than the protocol's own has.

`python -m tests.bench.peer_vectors` writes them: changes of the state with the root after each,
by the shape rule alone, and signatures at the edges of what a verifier may accept.
"""

import json
from hashlib import sha512
from itertools import count
from pathlib import Path

from nacl import bindings

from primitives.crypto import digest
from tests.primitives.tree_model import TreeModel

FOLDER = Path(__file__).parent.parent / "vectors"
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
IDENTITY = b"\x01" + bytes(31)
TAG, DATA = "tx", b"abc"


def state_changes() -> object:
    """Return batches of changes (None removes) with count and root after each."""
    near = _keys_that_share_bits(17, 12)
    many = [b"cbdc\x00balances\x00" + number.to_bytes(20, "big") for number in range(200)]
    batches: list[list[tuple[bytes, bytes | None]]] = [
        [(key, bytes([at])) for at, key in enumerate(many[:16])],
        [(many[16], b"\x10")],  # the leaf splits
        [(key, b"\xcd" + at.to_bytes(2, "big")) for at, key in enumerate(many)],
        [(many[3], b""), (many[4], b"v" * 32), (many[5], b"v" * 33), (many[6], b"v" * 500)],
        [(key, b"near") for key in near],  # a deep chain of inner nodes
        [(near[0], None)],  # which collapses
        [(key, None) for key in near[1:]] + [(b"absent", None)],
        [(key, None) for key in many[10:]] + [(many[0], b"other")],
        [(key, None) for key in many[:10]],  # nothing is left
    ]
    state: dict[bytes, bytes] = {}
    made: list[object] = [{"changes": [], "count": 0, "root": TreeModel(state).root.hex()}]
    for batch in batches:
        for key, value in batch:
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        changes = [[key.hex(), None if value is None else value.hex()] for key, value in batch]
        made.append({"changes": changes, "count": len(state), "root": TreeModel(state).root.hex()})
    return made


def _keys_that_share_bits(wanted: int, bits: int) -> list[bytes]:
    found: list[bytes] = []
    for number in count():
        key = b"near\x00keys\x00" + number.to_bytes(8, "big")
        if int.from_bytes(digest("state-key", key)[:4], "big") >> (32 - bits) == 0:
            found.append(key)
            if len(found) == wanted:
                break
    return found


def signatures() -> object:
    """Return signatures over H("tx", "abc") with what a validator must say of each."""
    a, r = _scalar(b"a"), _scalar(b"r")
    key, point = _base(a), _base(r)
    last = _le(r + _challenge(point, key) * a)
    mixed_point = bindings.crypto_core_ed25519_add(point, ORDER_8)
    mixed_key = bindings.crypto_core_ed25519_add(key, ORDER_8)
    unreduced = (int.from_bytes(last, "little") + GROUP_ORDER).to_bytes(32, "little")
    cases = [
        ("right", key, point, last, True),
        ("another message's", key, point, _le(r + 1), False),
        ("a scalar that is not reduced", key, point, unreduced, False),
        ("R with a part of small order", key, mixed_point, _answer(a, r, mixed_point, key), False),
        ("R is the identity", key, IDENTITY, _answer(a, 0, IDENTITY, key), False),
        ("R of order 8", key, ORDER_8, _answer(a, 0, ORDER_8, key), False),
        ("the key is the identity", IDENTITY, point, _le(r), False),
        (
            "the key is the identity, not canonical",
            b"\xee" + b"\xff" * 30 + b"\x7f",
            point,
            _le(r),
            False,
        ),
        ("the key is zero", bytes(32), point, _le(r), False),
    ]
    cases += _mixed_keys(a, r, mixed_key)
    return [
        {"why": why, "key": A.hex(), "signature": (R + s).hex(), "verifies": verifies}
        for why, A, R, s, verifies in cases
    ]


def _mixed_keys(a: int, r: int, key: bytes) -> list[tuple[str, bytes, bytes, bytes, bool]]:
    """Return one signature that the part of small order cancels in, and one that it does not."""
    made: dict[bool, tuple[str, bytes, bytes, bytes, bool]] = {}
    for more in count(1):
        point = _base(r + more)
        verifies = _challenge(point, key) % 8 == 0
        why = "a key with a part of small order, " + ("cancelled" if verifies else "left over")
        made[verifies] = (why, key, point, _answer(a, r + more, point, key), verifies)
        if len(made) == 2:
            break
    return [made[True], made[False]]


def _answer(a: int, r: int, point: bytes, key: bytes) -> bytes:
    return _le(r + _challenge(point, key) * a)


def _challenge(point: bytes, key: bytes) -> int:
    hashed = sha512(point + key + digest(TAG, DATA)).digest()
    return int.from_bytes(hashed, "little") % GROUP_ORDER


def _scalar(seed: bytes) -> int:
    return int.from_bytes(sha512(seed).digest(), "little") % GROUP_ORDER


def _base(scalar: int) -> bytes:
    point: bytes = bindings.crypto_scalarmult_ed25519_base_noclamp(_le(scalar))
    return point


def _le(scalar: int) -> bytes:
    return (scalar % GROUP_ORDER).to_bytes(32, "little")


VECTORS = {"state_changes": state_changes, "signatures": signatures}


def main() -> None:
    """Write the files."""
    for name, make in VECTORS.items():
        text = json.dumps(make(), indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
