"""The record of an election in one file, for anyone to check without this program.

It holds every accepted transaction of the election as it was signed, a certified header, and proofs
under it of the election's log head and of what the contract says of the result. The log head is a
hash over the transactions in order, so none can be missing. Form: `to_json`.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from client.answers import (
    Answer,
    bytes_from_hex,
    field_of,
    hex_field,
    list_field,
    text_field,
    uint_field,
)
from client.contract import read_entry
from client.errors import BadAnswer, RpcRefused
from client.light import LightClient, Proven, ProvenValue
from client.rpc import Request, RpcClient
from client.state_keys import state_key
from client.voting.errors import BadRecord
from contracts.sdk.transcript import HASH_BYTES, uint
from contracts.voting.core.state import elections, log_heads
from contracts.voting.crypto.transcript import hash_of
from genesis.schema import Genesis
from primitives.block import decode_header
from primitives.errors import Rejected
from primitives.receipt import OK
from primitives.transaction import decode_transaction

FORMAT = 1
KIND = "sapha/election-record"
CONTRACT = "voting"
LOG_HEADS, ELECTIONS, RESULTS = "log_heads", "elections", "results"
# What a record proves: maps of the contract, each at the key of the election's id.
MAPS = (LOG_HEADS, ELECTIONS, "openings", "closings", RESULTS)
_BLOCKS_A_BATCH = 20
_TRIES = 5

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted transaction of the election, height and time of the block that holds it.

    The time is that which contracts saw.
    """

    height: int
    time_ms: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class StateProven:
    """A key of the state with its value (None: absent) and its proof under the header."""

    key: bytes
    value: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionRecord:
    """Everything that is public about one election."""

    genesis_hash: bytes
    chain_id: str
    election_id: str
    entries: tuple[Entry, ...]
    header_bytes: bytes
    certificate: bytes
    state: dict[str, StateProven]  # by the name of the map that the key is in
    restarts: tuple[bytes, ...] = ()  # proofs of the restart statements up to the header

    def to_json(self) -> dict[str, Any]:
        """Return the record as a document; bytes are 0x hex."""
        return {
            "format": FORMAT,
            "kind": KIND,
            "genesis_hash": "0x" + self.genesis_hash.hex(),
            "chain_id": self.chain_id,
            "election_id": self.election_id,
            "entries": [
                {
                    "height": entry.height,
                    "time_ms": entry.time_ms,
                    "transaction": "0x" + entry.raw.hex(),
                }
                for entry in self.entries
            ],
            "header": "0x" + self.header_bytes.hex(),
            "certificate": "0x" + self.certificate.hex(),
            "state": {name: _state_json(proven) for name, proven in self.state.items()},
            "restarts": ["0x" + proof.hex() for proof in self.restarts],
        }

    def check(self, light: LightClient) -> Proven:
        """Return the certified header after checking chain, proofs and that no entry is missing.

        The verifier does more: it replays the entries. This finds a damaged or partial export.

        Raises:
            BadRecord: another chain, a missing or surplus entry, a proof of another key.
            BadCertificate, BadProof, WrongChain: what is there does not prove what it should.
        """
        if (self.genesis_hash, self.chain_id) != (light.genesis.hash, light.genesis.chain_id):
            raise BadRecord("the record is of another chain than the genesis")
        for proof in self.restarts:
            light.take_restarts(proof)
        at = light.check_header(self.header_bytes, self.certificate)
        for name, proven in self.state.items():
            if proven.key != state_key(CONTRACT, name, self.election_id):
                raise BadRecord(f"the proof of {name} is of another key")
            light.check_state(at, key=proven.key, value=proven.value, proof_bytes=proven.proof)
        if LOG_HEADS not in self.state:
            raise BadRecord("the record has no proof of the log head")
        head, length = _log_head(self.state[LOG_HEADS])
        if (length, head) != (len(self.entries), log_head_of(self.entries)):
            raise BadRecord(f"{len(self.entries)} entries do not give the log head of {length}")
        return at


def log_head_of(entries: Sequence[Entry]) -> bytes:
    """Return the log head that these entries give: 64 bytes, zeros for none."""
    head = bytes(HASH_BYTES)
    for entry in entries:
        transaction_id = decode_transaction(entry.raw).transaction_id
        at = (uint(entry.height), uint(entry.time_ms))
        head = hash_of("log", (head, transaction_id, *at))
    return head


def read_record(text: str) -> ElectionRecord:
    """Return the record of a document; it is believed only after `check`. Raises BadRecord."""
    try:
        document = json.loads(text)
        if (document["format"], document["kind"]) != (FORMAT, KIND):
            raise BadRecord(f"no election record of format {FORMAT}")
        return ElectionRecord(
            genesis_hash=hex_field(document, "genesis_hash"),
            chain_id=text_field(document, "chain_id"),
            election_id=text_field(document, "election_id"),
            entries=tuple(
                Entry(
                    uint_field(row, "height"),
                    uint_field(row, "time_ms"),
                    hex_field(row, "transaction"),
                )
                for row in list_field(document, "entries")
            ),
            header_bytes=hex_field(document, "header"),
            certificate=hex_field(document, "certificate"),
            state={
                str(name): _proven(proven) for name, proven in field_of(document, "state").items()
            },
            restarts=tuple(
                bytes_from_hex(proof, "restarts") for proof in list_field(document, "restarts")
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadAnswer) as error:
        raise BadRecord("the file is no election record") from error


async def export(
    rpc: RpcClient, genesis: Genesis, election_id: str, progress: Progress | None = None
) -> ElectionRecord:
    """Return the checked record of an election; the node is trusted in nothing.

    `progress` is told the height that is read and the last one.

    Raises:
        BadRecord: the node leaves something out, or the election is not on the chain.
    """
    light = LightClient(genesis)
    keys = {name: state_key(CONTRACT, name, election_id) for name in MAPS}
    at, state = await _proofs(rpc, light, keys)
    span = (_created_at(state[ELECTIONS]), at.header.height)
    entries = [
        replace(entry, time_ms=genesis.calendar_ms(entry.time_ms))
        async for entry in _entries(rpc, election_id, span, progress)
    ]
    record = ElectionRecord(
        genesis_hash=genesis.hash,
        chain_id=genesis.chain_id,
        election_id=election_id,
        entries=tuple(entries),
        header_bytes=at.header.encode(),
        certificate=at.certificate.encode(),
        state=state,
        restarts=light.restart_proofs,
    )
    record.check(light)
    return record


async def _proofs(
    rpc: RpcClient, light: LightClient, keys: dict[str, bytes]
) -> tuple[Proven, dict[str, StateProven]]:
    """Return proofs of all keys under one header; the chain may move between the answers."""
    requests = [Request("state_getProof", {"key": "0x" + key.hex()}) for key in keys.values()]
    for _try in range(_TRIES):
        answers = await rpc.batch(requests)
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
        headers = {hex_field(answer, "header_bytes") for answer in answers}
        if len(headers) == 1:
            state = {name: _proven(a) for name, a in zip(keys, answers, strict=True)}
            certificate = hex_field(answers[0], "certificate")
            return await light.follow_header(rpc, headers.pop(), certificate), state
    raise BadAnswer("the node does not answer for one block at a time")


async def _entries(
    rpc: RpcClient, election_id: str, span: tuple[int, int], progress: Progress | None
) -> AsyncIterator[Entry]:
    first, last = span
    for start in range(first, last + 1, _BLOCKS_A_BATCH):
        heights = range(start, min(start + _BLOCKS_A_BATCH, last + 1))
        for block in await rpc.batch([Request("chain_getBlock", {"at": at}) for at in heights]):
            if isinstance(block, RpcRefused):
                raise block
            time_ms = decode_header(hex_field(block, "header_bytes")).time_ms
            for raw in _accepted(block, election_id):
                yield Entry(uint_field(block, "height"), time_ms, raw)
        if progress is not None:
            progress(heights[-1], last)


def _accepted(block: Answer, election_id: str) -> list[bytes]:
    raws = [bytes_from_hex(raw, "transaction") for raw in list_field(block, "transactions")]
    codes = [text_field(receipt, "code") for receipt in list_field(block, "receipts")]
    if len(raws) != len(codes):
        raise BadAnswer("a block has another number of receipts than of transactions")
    taken = [raw for raw, code in zip(raws, codes, strict=True) if code == OK]
    return [raw for raw in taken if _election_of(raw) == election_id]


def _election_of(raw: bytes) -> object:
    """Return the election that a transaction is about; every message of voting begins with it."""
    try:
        body = decode_transaction(raw).body
    except Rejected as error:
        raise BadAnswer("a block holds what is no transaction") from error
    return body.args[0] if body.contract == CONTRACT and body.args else None


def _log_head(proven: StateProven) -> tuple[bytes, int]:
    if proven.value is None:
        raise BadRecord("the election is not on this chain")
    found = read_entry(log_heads, proven.value)
    return found.head, found.length


def _created_at(proven: StateProven) -> int:
    """Return the height of an election's first transaction; proven by `ElectionRecord.check`."""
    if proven.value is None:
        raise BadRecord("the election is not on this chain")
    return int(read_entry(elections, proven.value).created_at)


def _proven(answer: Answer) -> StateProven:
    value = field_of(answer, "value")
    return StateProven(
        hex_field(answer, "key"),
        None if value is None else bytes_from_hex(value, "value"),
        hex_field(answer, "proof"),
    )


def _state_json(proven: StateProven) -> dict[str, Any]:
    return {
        "key": "0x" + proven.key.hex(),
        "value": None if proven.value is None else "0x" + proven.value.hex(),
        "proof": "0x" + proven.proof.hex(),
    }


def proven_value(record: ElectionRecord, name: str, light: LightClient) -> ProvenValue:
    """Return what the record proves of one map. Raises as `ElectionRecord.check`, or BadRecord."""
    at = record.check(light)
    if name not in record.state:
        raise BadRecord(f"the record proves nothing of {name}")
    found = record.state[name]
    return light.check_state(at, key=found.key, value=found.value, proof_bytes=found.proof)
