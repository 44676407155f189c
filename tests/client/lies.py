"""One table of what a node may tell a light client: a life a row, the last step true or a lie.

Both light clients, Python's and TypeScript's, are told every row from the genesis on:
`python -m tests.client.lies` writes it as tests/vectors/light_client.json.
"""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from client.light import ReceiptProof
from genesis.schema import Genesis, genesis_document
from primitives.certificate import seal_bytes
from primitives.codec import encode
from primitives.crypto import SigningKey
from primitives.ids import Height, View
from tests.client.builders import (
    RECEIPT_BYTES,
    RECEIPTS,
    TIME_MS,
    Link,
    State,
    certify,
    make_chain,
    make_genesis,
    receipt_path,
)
from tests.client.changing import CHAIN, CHANGED, change_at, forged_above
from tests.client.changing import GENESIS as CHANGING
from tests.client.restarting import restart_lives
from tests.client.telling import Life, Step, Told, header, life, receipt, set_change, state
from tests.primitives.make_vectors import FOLDER

NAME = "light_client.json"
GENESIS = make_genesis()
STATE = State({b"cbdc\0balances\0" + bytes([i]): encode(i * 100) for i in range(40)})
PRESENT = b"cbdc\0balances\0" + bytes([3])
ABSENT = b"cbdc\0balances\0absent"
LINK = make_chain(GENESIS, STATE, 3)[2]
FIELDS = {
    "height": 3,
    "time_ms": 1,
    "parent_hash": b"x" * 32,
    "transactions_root": b"x" * 32,
    "receipts_root": b"x" * 32,
    "state_root": b"x" * 32,
    "validators_hash": b"x" * 32,
    "next_validators_hash": b"x" * 32,
    "last_certificate_hash": b"x" * 32,
    "app_version": 2,
    "proposer": b"\1" + b"x" * 32,
    "restart": b"x" * 32,
}


def told(link: Link, **changes: object) -> dict[str, object]:
    return header(replace(link.block.header, **changes), link.certificate.encode())


def header_lives() -> list[Life]:
    """A certified header, and the same with each field changed."""
    other = make_chain(make_genesis(time_ms=TIME_MS + 1), STATE, 2)[1]
    own = LINK.block.header.encode()
    lives = [
        life("one", "a certified header", [told(LINK)]),
        life("one", "a header of another chain", [told(other)], refused=True),
        life("one", "bytes after a header", [told(LINK) | {"header": own.hex() + "00"}], True),
        life("one", "nothing for a header", [told(LINK) | {"header": ""}], refused=True),
        life("one", "the certificate of a fork", _fork(), refused=True),
        life("one", "a lower block as the last", [told(LINK), _lower()], refused=True),
        life("one", "a lower block at its height", [told(LINK), _lower() | {"latest": False}]),
    ]
    changed = [(f"another {name}", told(LINK, **{name: value})) for name, value in FIELDS.items()]
    return lives + [life("one", why, [step], refused=True) for why, step in changed]


def _lower() -> dict[str, object]:
    return told(make_chain(GENESIS, STATE, 3)[1]) | {"latest": True}


def _fork() -> list[dict[str, object]]:
    """Two blocks of one height that the same validators sealed."""
    return [told(LINK), told(make_chain(GENESIS, State({}), 3)[2])]


def certificate_lives() -> list[Life]:
    """The certificate of the header with each part changed."""
    made = LINK.certificate.unchecked
    seals = made.signatures
    at = (made.height, made.view, made.block_hash)
    bad = {
        "too few seals": (*at, b"\x03", seals[:2]),
        "one seal repeated": (*at, made.signers, (seals[0], *seals[:-1])),
        "seals out of order": (*at, made.signers, seals[::-1]),
        "one seal false": (*at, made.signers, (*seals[:-1], bytes(64))),
        "a bit beyond the set": (*at, b"\x1f", seals),
        "a byte too many": (*at, made.signers + b"\x00", seals),
        "seals of outsiders": (*at, made.signers, _outsiders()),
        "another view": (made.height, 1, made.block_hash, made.signers, seals),
        "another height": (1, made.view, made.block_hash, made.signers, seals),
        "another block": (made.height, made.view, bytes(32), made.signers, seals),
        "four fields": (*at, made.signers),
    }
    block = LINK.block
    quorum = certify(GENESIS, block, keys_of(3)).encode()
    return [life("one", "a quorum without the last", [header(block.header, quorum)])] + [
        life("one", why, [header(block.header, encode(value))], refused=True)
        for why, value in bad.items()
    ]


def keys_of(count: int) -> tuple[SigningKey, ...]:
    return tuple(SigningKey(bytes([i + 1]) * 32) for i in range(count))


def _outsiders() -> tuple[bytes, ...]:
    block = LINK.block
    signed = seal_bytes(GENESIS.chain_id, GENESIS.hash, block.height, View(0), block.hash)
    return tuple(SigningKey(bytes([i]) * 32).sign("seal", signed) for i in range(50, 54))


def state_lives() -> list[Life]:
    """A value, an absence, and what is neither."""
    proof = STATE.proof(PRESENT)
    mask, joined = proof.rows[0]
    good, absent = encode(proof.to_value()), encode(STATE.proof(ABSENT).to_value())
    without = replace(proof, entries=proof.entries[1:])
    moved = replace(proof, rows=((mask, bytes(32) + joined[32:]),))
    other = replace(proof, entries=tuple((key, b"\x01\x00") for key, _ in proof.entries))
    twice = replace(proof, entries=proof.entries[::-1] * 2)
    bad = {
        "another value": (encode(301), good),
        "an absence of what is there": (None, good),
        "an entry left out": (encode(300), encode(without.to_value())),
        "another sibling": (encode(300), encode(moved.to_value())),
        "other contents": (encode(300), encode(other.to_value())),
        "entries in another order": (encode(300), encode(twice.to_value())),
        "no proof": (encode(300), b""),
        "an empty array": (encode(300), b"\x90"),
        "an empty tree": (encode(300), encode((0, (), ()))),
        "rows of zeros": (encode(300), encode((20, (), ((7, bytes(96)),) * 8))),
    }
    lives = [
        life("one", "a value", [told(LINK), state(PRESENT, encode(300), good)]),
        life("one", "an absence", [told(LINK), state(ABSENT, None, absent)]),
        life(
            "one",
            "a value of what is absent",
            [told(LINK), state(ABSENT, encode(1), absent)],
            refused=True,
        ),
    ]
    return lives + [
        life("one", why, [told(LINK), state(PRESENT, value, data)], refused=True)
        for why, (value, data) in bad.items()
    ]


def receipt_lives() -> list[Life]:
    """Each receipt of a block, and one with each part changed."""
    wanted = RECEIPTS[1].transaction_id
    head = (wanted, "OK", "cbdc", "")
    proofs = [
        ReceiptProof(receipt_bytes=data, index=at, count=5, path=receipt_path(at))
        for at, data in enumerate(RECEIPT_BYTES)
    ]
    bad = {
        "another's receipt": {"receipt_bytes": RECEIPT_BYTES[0]},
        "no receipt": {"receipt_bytes": b""},
        "a receipt of no block": {"receipt_bytes": encode((*head, (), ()))},
        "a message that is a number": {
            "receipt_bytes": encode((wanted, "OK", "cbdc", 5, (), ())),
        },
        "a detail that is a boolean": {"receipt_bytes": encode((*head, (("n", True),), ()))},
        "an event without fields": {"receipt_bytes": encode((*head, (), (("a", "b", 1),)))},
        "another place": {"index": 2},
        "a place beyond": {"index": 5},
        "another count": {"count": 4},
        "no count": {"count": 0},
        "no path": {"path": ()},
        "a longer path": {"path": (*receipt_path(1), bytes(32))},
        "another path": {"path": (bytes(32), *receipt_path(1)[1:])},
    }
    lives = [
        life("one", f"receipt {at}", [told(LINK), receipt(RECEIPTS[at].transaction_id, proof)])
        for at, proof in enumerate(proofs)
    ]
    return lives + [
        life("one", why, [told(LINK), receipt(wanted, replace(proofs[1], **change))], refused=True)
        for why, change in bad.items()
    ]


def set_lives() -> list[Life]:
    """Changes of validators: followed, skipped, forged, and sealed by who had left."""
    first, second = CHANGED[:2]
    step = [set_change(change_at(height).encode()) for height in CHANGED]
    last = told(CHAIN[-1])
    none = set_change(change_at(first + 1).encode())
    other = set_change(change_at(first, following=CHANGING.validators).encode())
    old = told(forged_above(first))
    lies = {
        "a header above changes not followed": [last],
        "a change skipped": [step[1]],
        "another set than the one announced": [other],
        "a block that announces no change": [step[0], none],
        "a set sealing above the change that ended it": [step[0], old],
        "a set sealing above a change that is only announced": [told(CHAIN[first]), old],
        "a past set, after all changes": [*step, told(forged_above(len(CHAIN) - 1))],
        "a past set below the last change": [*step, _past(second)],
        "cut bytes": [step[0] | {"proof": str(step[0]["proof"])[:-2]}],
    }
    truths = {
        "every change, then the last header": [*step, last],
        "a change that is known": [step[0], step[1], step[0]],
        "a header of before a change": [*step, told(CHAIN[1])],
    }
    return [life("changing", why, steps) for why, steps in truths.items()] + [
        life("changing", why, steps, refused=True) for why, steps in lies.items()
    ]


def _past(height: int) -> dict[str, object]:
    """A block that the genesis' validators seal at a height that others decided."""
    return told(forged_above(Height(height)))


def table() -> dict[str, object]:
    """Return what the file holds."""
    lives = [
        *header_lives(),
        *certificate_lives(),
        *state_lives(),
        *receipt_lives(),
        *set_lives(),
    ]
    restarting, rows = restart_lives()
    documents = {"one": GENESIS, "changing": CHANGING, "restarting": restarting}
    with TemporaryDirectory() as folder:
        ends = [
            end_of(one, documents[one.genesis], Path(folder) / f"{at}.json")
            for at, one in enumerate((*lives, *rows))
        ]
    steps: list[Step] = []
    told_lives = [
        one.to_json(steps) | {"refused": code}
        for one, code in zip((*lives, *rows), ends, strict=True)
    ]
    return {
        "genesis": {name: genesis_document(one) for name, one in documents.items()},
        "genesis_hashes": {name: "0x" + one.hash.hex() for name, one in documents.items()},
        "steps": steps,
        "lives": told_lives,
    }


def end_of(one: Life, genesis: Genesis, memory: Path) -> str | None:
    """Return the code with which the last step is refused; what is meant to hold has none.

    Raises:
        ValueError: a life does not end as it is meant to.
    """
    told = Told(genesis, memory)
    codes = [told.refusal(step) for step in one.steps]
    if any(codes[:-1]) or (codes[-1] is not None) != one.refused:
        raise ValueError(f"{one.genesis}, {one.why}: {codes}")
    return codes[-1]


def text() -> str:
    """Return the file's text."""
    return json.dumps(table(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (FOLDER / NAME).write_text(text(), encoding="utf-8")
