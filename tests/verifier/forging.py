"""Records of elections, and false ones that all validators together would seal."""

from dataclasses import replace

from client.voting import record as client_record
from client.voting import record_keys
from client.voting.record import MAPS, RecordHead
from contracts.sdk.ports import BlockInfo
from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import CAST, EncryptedBallot, cast_hash
from contracts.voting.crypto.transcript import hash_of
from genesis.following import Step
from genesis.schema import show_genesis
from primitives.block import Block, Header, transactions_root_of
from primitives.codec import decode, encode
from primitives.crypto import ZERO_DIGEST
from primitives.ids import Height, address_of
from primitives.merkle import root_of
from primitives.transaction import decode_transaction, sign_body
from tests.client.builders import KEYS as VALIDATORS
from tests.client.builders import State, certify
from tests.verifier.acts import Slip
from tests.verifier.booth import GENESIS, ID, KEYS, Booth
from verifier.keys import KeyPage, KeyProof
from verifier.ledger import Network, read_network
from verifier.record import Proven, Record, state_key, verify
from verifier.replay import Entry

SUBJECT_KEYS = b"identity\0subject_keys\0"


def network() -> Network:
    """The network, as its genesis document gives it."""
    return read_network(show_genesis(GENESIS))


def record_of(booth: Booth, entries=None, **state) -> Record:
    """A sealed record of an election; with other entries or state, one that validators forged."""
    kept = booth.entries if entries is None else entries
    values = dict(booth.ledger.state.committed)
    values[state_key("log_heads", ID)] = encode((log_head(kept), len(kept)))
    for name, value in state.items():
        values[state_key(name, ID)] = value
    tree = State(values)
    header, certificate = _seal(booth.ledger.block, tree.root)
    return Record(
        genesis_hash=GENESIS.hash,
        chain_id=GENESIS.chain_id,
        election_id=ID,
        entries=tuple(kept),
        header=header,
        certificate=certificate,
        state={name: _proven(tree, state_key(name, ID)) for name in MAPS},
    )


def key_page(booth: Booth, *keys: bytes, forged: dict | None = None) -> KeyPage:
    """What identity says of keys, sealed; `forged` are subjects that validators put there."""
    values = dict(booth.ledger.state.committed)
    values |= {SUBJECT_KEYS + key: encode(sid) for key, sid in (forged or {}).items()}
    tree = State(values)
    header, certificate = _seal(booth.ledger.block, tree.root)
    proofs = []
    for key in keys:
        proven = _proven(tree, SUBJECT_KEYS + key)
        sid = None if proven.value is None else decode(proven.value, bytes_max=64)
        proofs.append(KeyProof(key, sid, proven.proof))
    return KeyPage(header, certificate, tuple(proofs))


def check(record: Record):
    """Verify a record against the network."""
    return verify(record, network())


def text_of(record: Record) -> str:
    """The file of a record, as the client writes it."""
    head = RecordHead(
        genesis_hash=record.genesis_hash,
        chain_id=record.chain_id,
        election_id=record.election_id,
        header_bytes=record.header,
        certificate=record.certificate,
        state={
            name: client_record.StateProven(one.key, one.value, one.proof)
            for name, one in record.state.items()
        },
        steps=tuple(Step(one.kind, one.proof) for one in record.steps),
    )
    entries = [client_record.Entry(one.height, one.time_ms, one.raw) for one in record.entries]
    pages = [
        record_keys.KeyPage(
            page.header,
            page.certificate,
            tuple(record_keys.KeyProof(one.key, one.sid, one.proof) for one in page.proofs),
            tuple(Step(one.kind, one.proof) for one in page.steps),
        )
        for page in record.key_pages
    ]
    return head.lines() + "".join(each.line() for each in (*entries, *pages))


def log_head(entries) -> bytes:
    """The hash over entries."""
    head = bytes(64)
    for entry in entries:
        identifier = decode_transaction(entry.raw).transaction_id
        head = hash_of("log", (head, identifier, uint(entry.height), uint(entry.time_ms)))
    return head


def place_of(entries, method: str, number: int = 0) -> int:
    """Where the entry of a method with this number stands."""
    found = [at for at, entry in enumerate(entries) if body_of(entry).method == method]
    return found[number]


def body_of(entry):
    """What an entry says."""
    return decode_transaction(entry.raw).body


def changed(entries, at: int, **fields) -> list[Entry]:
    """Entries of which one says something else, signed again by its sender."""
    body = replace(body_of(entries[at]), **fields)
    raw = sign_body(body, [KEYS[body.sender]]).raw
    return [*entries[:at], replace(entries[at], raw=raw), *entries[at + 1 :]]


def with_argument(entries, at: int, place: int, value) -> list[Entry]:
    """Entries of which one has another argument."""
    args = list(body_of(entries[at]).args)
    args[place] = value
    return changed(entries, at, args=tuple(args))


def without(entries, at: int) -> list[Entry]:
    """Entries without one."""
    return [*entries[:at], *entries[at + 1 :]]


def inserted(entries, at: int, *more: Entry) -> list[Entry]:
    """Entries with others put in, as of the block of the one before."""
    before = entries[at - 1]
    return [*entries[:at], *(replace(before, raw=one.raw) for one in more), *entries[at:]]


def altered(slip: Slip, change) -> Slip:
    """A ballot whose answers were changed, signed again by its pseudonym."""
    ballot = EncryptedBallot(
        tuple(change(list(slip.made.ballot.answers))), slip.made.ballot.signature
    )
    key = KEYS[address_of(slip.statement.voter_key)]
    signature = key.sign(CAST, cast_hash(slip.statement, ballot))
    made = replace(slip.made, ballot=replace(ballot, signature=signature))
    return replace(slip, made=made)


def _seal(block: BlockInfo, state_root):
    header = Header(
        chain_id=GENESIS.chain_id,
        height=Height(block.height),
        time_ms=block.time_ms,
        parent_hash=ZERO_DIGEST,
        transactions_root=transactions_root_of((), ()),
        receipts_root=root_of(()),
        state_root=state_root,
        validators_hash=GENESIS.validators.hash,
        next_validators_hash=GENESIS.validators.hash,
        last_certificate_hash=ZERO_DIGEST,
        app_version=1,
        proposer=VALIDATORS[0].public_key,
        restart=GENESIS.hash,
    )
    return header.encode(), certify(GENESIS, Block(header, ())).encode()


def _proven(tree: State, key: bytes) -> Proven:
    return Proven(key, tree.values.get(key), encode(tree.proof(key).to_value()))
