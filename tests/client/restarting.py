"""A certified chain that went on by restart statements, its agencies with accounts of each kind."""

from dataclasses import replace

from genesis.schema import Genesis
from primitives.block import Header
from primitives.certificate import SEAL_TAG, assemble, seal_bytes
from primitives.codec import encode
from primitives.crypto import Digest, SigningKey
from primitives.ids import Height, View, address_of
from primitives.keys import P256Key
from primitives.restart import RestartStatement, SignedRestart
from primitives.restart_proof import ProvenEntry, RestartProof
from tests.client.builders import KEYS, Link, State, make_chain, make_genesis, make_header
from tests.client.telling import Life, Step, header, life, restarts

BLOCK = 2  # the network goes on above it
HOUR_MS = 3_600_000
STRANGER = SigningKey(b"\x63" * 32)
SINGLE = {f"agency-{i}": SigningKey(bytes([0x40 + i]) * 32) for i in (1, 3)}
P256 = {"agency-2": P256Key(b"\x42" * 32)}
THREE = (SigningKey(b"\x51" * 32), P256Key(b"\x52" * 32), SigningKey(b"\x53" * 32))
BANK = SigningKey(b"\x61" * 32)
SHARED = b"\x0a" * 20  # address of the account of agency-0: two of its three keys sign
ADMINISTRATORS = {name: address_of(key.public_key) for name, key in (SINGLE | P256).items()}
ADMINISTRATORS |= {"agency-0": SHARED}


def key_of(name: str) -> bytes:
    return b"governance\0agencies\0" + name.encode()


def account_key(address: bytes) -> bytes:
    return b"accounts\0accounts\0" + address


def agency(name: str, kind: str, administrator: bytes, status: str = "active") -> bytes:
    return encode((name, name, name, (kind,), administrator, status))


def electorate() -> dict[bytes, bytes]:
    """The state that says who signs: four agencies with a vote, and a bank without one."""
    accounts = tuple(sorted(key.public_key for key in THREE))
    voting = {
        key_of(name): agency(name, "validator", account) for name, account in ADMINISTRATORS.items()
    }
    bank = agency("bank", "central-bank", address_of(BANK.public_key))
    return {
        **voting,
        key_of("bank"): bank,
        account_key(SHARED): encode((accounts, 2)),
        b"governance\0member_count\0": encode(4),
    }


GENESIS: Genesis = make_genesis(time_ms=1_763_900_500_000)
STATE = State(electorate())
CHAIN = make_chain(GENESIS, STATE, BLOCK + 2)
ABOVE = CHAIN[BLOCK].block.header


def statement(**changes: object) -> RestartStatement:
    fields: dict = {
        "chain_id": GENESIS.chain_id,
        "previous": GENESIS.hash,
        "height": Height(BLOCK),
        "block_hash": ABOVE.hash,
        "validators": GENESIS.validators.hash,
        "reason": "a storm took three machine rooms",
        "not_after_ms": ABOVE.time_ms + HOUR_MS,
        "suspended": ("cbdc",),
    }
    return RestartStatement(**(fields | changes))


def signed(of: RestartStatement) -> SignedRestart:
    """A statement with the signatures of three agencies, one of them by two keys."""
    made = SignedRestart(of).signed_by("agency-0", THREE[:2])
    return made.signed_by("agency-1", [SINGLE["agency-1"]]).signed_by(
        "agency-2", [P256["agency-2"]]
    )


def proof_of(*made: SignedRestart, **changes: object) -> RestartProof:
    fields: dict = {
        "restarts": tuple(one.encode() for one in made),
        "header": ABOVE.encode(),
        "certificate": CHAIN[BLOCK].certificate.encode(),
        "entries": tuple(entries()),
    }
    return RestartProof(**(fields | changes))


def entries() -> list[ProvenEntry]:
    keys = [b"governance\0member_count\0", *(key_of(f"agency-{i}") for i in range(4))]
    keys += [account_key(address) for address in ADMINISTRATORS.values()]
    return [
        ProvenEntry(key=key, value=STATE.values.get(key), proof=STATE.proof(key)) for key in keys
    ]


def under(made: SignedRestart, **changes: object) -> tuple[Header, bytes]:
    """The first block under a statement, and a certificate that signs its digest."""
    base = make_header(GENESIS, CHAIN[BLOCK], STATE.root)
    found = replace(base, restart=made.digest, **changes)
    seal = seal_bytes(GENESIS.chain_id, found.restart, found.height, View(0), found.hash)
    seals = {key.public_key: key.sign(SEAL_TAG, seal) for key in KEYS}
    certificate = assemble(
        sealed=(found.height, View(0), found.hash),
        restart=Digest(found.restart),
        seals=seals,
        validators=GENESIS.validators,
    )
    return found, certificate.encode()


def told(link: Link) -> Step:
    return header(link.block.header, link.certificate.encode())


def changed_entries() -> dict[str, tuple[ProvenEntry, ...]]:
    """The entries with each left out, or with another value, in turn."""
    good = tuple(entries())
    found = {}
    for index, entry in enumerate(good[:4]):
        rest = good[:index] + good[index + 1 :]
        changed = replace(entry, value=b"\x01" if entry.value is None else None)
        found[f"entry {index} left out"] = rest
        found[f"entry {index} changed"] = (*rest, changed)
    return found


def refused_statements() -> dict[str, SignedRestart]:
    """Statements that do not hold, each for one cause."""
    good = signed(statement())
    some = good.only(["agency-0", "agency-1"])
    places = {
        "chain_id": "elsewhere",
        "height": Height(1),
        "previous": Digest(bytes(32)),
        "block_hash": Digest(bytes(32)),
        "validators": Digest(bytes(32)),
    }
    foreign = replace(good, approvals=signed(statement(reason="another")).approvals)
    return {
        **{f"another {name}": signed(statement(**{name: other})) for name, other in places.items()},
        "two of four agencies": some,
        "nobody": SignedRestart(statement()),
        "one key of two": some.signed_by("agency-2", [P256["agency-2"]]).only(
            ["agency-1", "agency-2"]
        ),
        "one of an account's two keys": SignedRestart(statement())
        .signed_by("agency-0", THREE[:1])
        .joined(good.only(["agency-1", "agency-2"]).approvals),
        "a stranger's key": some.signed_by("agency-2", [STRANGER]),
        "a stranger's key besides": good.signed_by("agency-1", [STRANGER]),
        "signatures of another statement": foreign,
    }


def restart_lives() -> tuple[Genesis, list[Life]]:
    """The genesis, and the lives of clients that are told of restarts."""
    good = signed(statement())
    second = signed(statement(previous=good.digest, reason="once more"))
    known = restarts(proof_of(good).encode())
    first = header(*under(good))
    void = told(CHAIN[BLOCK + 1])
    late = header(*under(good, time_ms=ABOVE.time_ms + HOUR_MS + 1))
    beside = restarts(proof_of(signed(statement(reason="another"))).encode())
    bank = good.signed_by("bank", [BANK])
    with_bank = (
        *entries(),
        _entry(key_of("bank")),
        _entry(account_key(address_of(BANK.public_key))),
    )
    truths = {
        "a statement, then the first block under it": [known, first],
        "a statement that is known": [known, known, first],
        "two statements at one place": [
            restarts(proof_of(good, second).encode()),
            header(*under(second)),
        ],
        "no statement at all": [restarts(proof_of().encode())],
    }
    lies = {
        "a block under a statement that is not known": [first],
        "a void block, the statement known": [known, void],
        "a first block after the statement's time": [known, late],
        "a statement below a certified block": [void, known],
        "a second statement beside the first": [known, beside],
        "an agency without a vote": [restarts(proof_of(bank, entries=with_bank).encode())],
        "an agency of which nothing is proven": [restarts(proof_of(bank).encode())],
        "statements that do not follow": [restarts(proof_of(second, good).encode())],
        "a header of another block": [restarts(proof_of(good, header=_below()).encode())],
    }
    found = [life("restarting", why, steps) for why, steps in truths.items()]
    found += [life("restarting", why, steps, refused=True) for why, steps in lies.items()]
    for why, made in refused_statements().items():
        step = restarts(proof_of(made).encode())
        found.append(life("restarting", f"a statement: {why}", [step], refused=True))
    for why, changed in changed_entries().items():
        step = restarts(proof_of(good, entries=changed).encode())
        found.append(life("restarting", f"a statement: {why}", [step], refused=True))
    return GENESIS, found


def _entry(key: bytes) -> ProvenEntry:
    return ProvenEntry(key=key, value=STATE.values.get(key), proof=STATE.proof(key))


def _below() -> bytes:
    return CHAIN[1].block.header.encode()
