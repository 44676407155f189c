"""The vectors of state proofs and chunks: what holds, and for each rule of a verifier one breach.

A refused proof leads to its own `state_root` by a verifier that lacks the one check: so each check
is the only thing between the vector and a false belief.
"""

from primitives.codec import Value, encode
from primitives.crypto import digest
from primitives.state_chunk import StateChunk
from tests.primitives.tree_model import EMPTY, TreeModel, binary, content

KEYS = [b"cbdc\0balances\0%d" % number for number in range(90)]
STATE = {key: b"%d" % number for number, key in enumerate(KEYS)}
STATE |= {KEYS[1]: b"", KEYS[2]: bytes(32), KEYS[3]: bytes(33), KEYS[4]: b"long" * 100}
TREE = TreeModel(STATE)
ABSENT = b"cbdc\0balances\0absent"
Entries = list[tuple[bytes, bytes]]
Rows = list[tuple[int, bytes]]


def key_hash(key: bytes) -> bytes:
    return digest("state-key", key)


def lenient_root(key: bytes, count: int, entries: Entries, rows: Rows) -> bytes:
    """Return the root to which a proof leads when nothing in it is checked."""
    node = digest("state-leaf", b"".join(k + c.ljust(33, b"\0") for k, c in entries))
    bits = binary(key_hash(key))[: 2 * len(rows)]
    for mask, joined in rows:
        rest, children = joined, []
        for place in range(3):
            children.append(rest[:32] if mask >> place & 1 else EMPTY)
            rest = rest[32:] if mask >> place & 1 else rest
        children.insert(int(bits[-2:], 2), node)
        node, bits = digest("state-inner", b"".join(children)), bits[:-2]
    return digest("state-root", bytes([2, 2, 16]) + count.to_bytes(8, "big") + node)


def breach(
    entries: Entries, rows: Rows, *, key: bytes = KEYS[0], value: bytes | None = b"0"
) -> dict:
    """Return a proof of one key, made for its own root."""
    root = lenient_root(key, 1, entries, rows)
    return vector(key, value, encode((1, tuple(entries), tuple(rows))), root)


def vector(key: bytes, value: bytes | None, proof: bytes, root: bytes = TREE.root) -> dict:
    shown = None if value is None else value.hex()
    return {"state_root": root.hex(), "key": key.hex(), "value": shown, "proof": proof.hex()}


def proof_of(key: bytes) -> bytes:
    return encode(TREE.proof(key).to_value())


def alone(*contents: bytes) -> Entries:
    """Return entries of the first keys with these contents, in order."""
    return sorted((key_hash(key), held) for key, held in zip(KEYS, contents, strict=False))


def refused() -> dict[str, dict]:
    """Return by its reason each vector that a verifier must refuse."""
    mine = [(key_hash(KEYS[0]), content(b"0"))]
    other = digest("state-leaf", b"x")
    two = alone(content(b"0"), content(b"1"))
    whole = TREE.proof(KEYS[0])
    far = next(key for key in KEYS if binary(key_hash(key))[:2] != binary(key_hash(KEYS[0]))[:2])
    padded = alone(b"\x05abcd")
    return {
        "65 rows": breach(mine, [(0, b"")] * 65),
        "more than 8 KiB": breach(mine, [(7, other * 3)] * 100),
        "17 entries": breach(alone(content(b"0"), *[content(b"")] * 16), []),
        "a content without a length": breach(alone(b""), [], value=b""),
        "a length of 33": breach(alone(b"\x21" + bytes(32)), [], key=ABSENT, value=None),
        "fewer bytes than the length": breach(padded, [], value=b"abcd\0"),
        "more bytes than the length": breach(alone(b"\x02ab\0"), [], value=b"ab"),
        "a hash of 31 bytes": breach(alone(b"\xff" + bytes(31)), [], key=ABSENT, value=None),
        "entries that descend": breach(two[::-1], []),
        "an entry twice": breach(mine * 2, []),
        "a key hash of 33 bytes": breach([(mine[0][0] + b"\0", content(b"0"))], [], value=None),
        "an entry of another leaf": breach(
            [(key_hash(far), content(b"0"))], [(0, b"")], value=None
        ),
        "a mask of 8": breach(mine, [(8, other)]),
        "fewer siblings than the mask": breach(mine, [(7, other * 2)]),
        "more siblings than the mask": breach(mine, [(1, other * 2)]),
        "a sibling of 31 bytes": breach(mine, [(1, other[:31])]),
        "an empty sibling spelled out": breach(mine, [(1, EMPTY)]),
        "a byte left over": vector(KEYS[0], b"0", proof_of(KEYS[0]) + b"\0"),
        "four fields": vector(KEYS[0], b"0", encode((*whole_fields(whole), 0))),
        "another number of keys": vector(
            KEYS[0], b"0", encode((91, *whole_fields(whole)[1:])), TREE.root
        ),
        "a number of keys below 0": vector(KEYS[0], b"0", encode((-1, *whole_fields(whole)[1:]))),
        "another state root": vector(KEYS[0], b"0", proof_of(KEYS[0]), bytes(32)),
        "another value": vector(KEYS[0], b"00", proof_of(KEYS[0])),
        "another long value": vector(KEYS[4], b"long" * 99, proof_of(KEYS[4])),
        "absent, though it is present": vector(KEYS[0], None, proof_of(KEYS[0])),
        "present, though it is absent": vector(ABSENT, b"", proof_of(ABSENT)),
        "the leaf of another key": vector(KEYS[0], None, proof_of(far)),
        "an empty leaf": vector(KEYS[0], None, encode((len(STATE), (), tuple(whole.rows)))),
    }


def whole_fields(proof: object) -> tuple[Value, ...]:
    return tuple(proof.to_value())


def chunk(bits: str, **changes: object) -> StateChunk:
    """Return the chunk of the node that `bits` name."""
    pairs = [(k, v) for k, v in STATE.items() if binary(key_hash(k)).startswith(bits)]
    fields = {
        "count": len(STATE),
        "node": int("1" + bits, 2),
        "pairs": tuple(sorted(pairs, key=lambda pair: key_hash(pair[0]))),
        "rows": TREE.rows(bits),
    }
    return StateChunk(**(fields | changes))


def refused_chunks() -> dict[str, bytes]:
    """Return by its reason each chunk that a verifier must refuse under the state root."""
    whole = chunk("01")
    pairs = whole.pairs
    key, value = pairs[0]
    spelled = encode((len(STATE), b"\x01\x41", pairs, whole.rows))
    short = encode((len(STATE), b"\x01", pairs, whole.rows))
    deep = encode((len(STATE), b"\x41" + bytes(17), (), ((0, b""),) * 65))
    return {
        "a changed value": chunk("01", pairs=((key, value + b"!"), *pairs[1:])).encode(),
        "a missing pair": chunk("01", pairs=pairs[1:]).encode(),
        "no pair": chunk("01", pairs=()).encode(),
        "a pair twice": chunk("01", pairs=(pairs[0], *pairs)).encode(),
        "pairs out of order": chunk("01", pairs=pairs[::-1]).encode(),
        "a pair of another node": chunk("01", pairs=chunk("").pairs).encode(),
        "another node": chunk("01", node=int("110", 2)).encode(),
        "another number of keys": chunk("01", count=91).encode(),
        "a node below a leaf": chunk("011011").encode(),
        "a row too few": chunk("01", rows=()).encode(),
        "a row too many": chunk("", rows=((0, b""),)).encode(),
        "a node with bits beyond its depth": spelled,
        "a node without its bits": short,
        "a node at depth 65": deep,
        "a byte left over": whole.encode() + b"\0",
    }


def state_proofs() -> object:
    wanted = [*KEYS[:5], ABSENT]
    return {
        "state": [[key.hex(), value.hex()] for key, value in STATE.items()],
        "state_root": TREE.root.hex(),
        "empty_state_root": TreeModel({}).root.hex(),
        "proofs": [vector(key, STATE.get(key), proof_of(key)) for key in wanted],
        "refused": [{"why": why} | row for why, row in refused().items()],
        "chunks": [
            {"node": bits, "pairs": len(chunk(bits).pairs), "chunk": chunk(bits).encode().hex()}
            for bits in ("", "01", "1101")
        ],
        "refused_chunks": [
            {"why": why, "chunk": data.hex()} for why, data in refused_chunks().items()
        ],
    }
