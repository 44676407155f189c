"""The record of an election in one file, for anyone to check without this program.

JSON Lines: the first line has a certified header, and proofs under it of the election's log head
and of what the contract says of the result. Steps from the genesis to that header follow, if any:
changes of who decides, restart statements. Each further line is an accepted transaction of the
election as it was signed. The log head is a hash over these in order, so none can be missing. Then
follow proofs of identity of the keys that signed requests (`record_keys`). The file is written and
read line by line, however many ballots there are.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TextIO

from client.answers import (
    Answer,
    bytes_from_hex,
    field_of,
    hex_field,
    list_field,
    text_field,
    uint_field,
)
from client.contract import ask, read_entry
from client.errors import BadAnswer, RpcRefused
from client.light import LightClient, ProvenValue
from client.rpc import Request, RpcClient
from client.state_keys import state_key
from client.steps import read_step, take_step
from client.voting.errors import BadRecord
from client.voting.record_keys import (
    KeyPage,
    KeyProof,
    pages_of,
    read_page,
    request_key,
    state_of,
)
from client.voting.record_lines import UNREADABLE, Rows
from contracts.identity.subjects.state import subject_keys
from contracts.sdk.transcript import HASH_BYTES, uint
from contracts.voting.core.messages import PAGE
from contracts.voting.core.state import LogEntry, LogHead, log_heads
from contracts.voting.crypto.transcript import hash_of
from contracts.voting.elections.stage import log_page
from genesis.following import Proven, Step
from genesis.schema import Genesis
from primitives.errors import Rejected
from primitives.transaction import decode_transaction

FORMAT = 3
KIND = "sapha/election-record"
CONTRACT = "voting"
LOG_HEADS, RESULTS = "log_heads", "results"
# What a record proves: maps of the contract, each at the key of the election's id.
MAPS = (LOG_HEADS, "elections", "openings", "closings", RESULTS)
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

    def line(self) -> str:
        """Return the line that the entry is in a record."""
        return _line(
            {
                "height": self.height,
                "time_ms": self.time_ms,
                "transaction": "0x" + self.raw.hex(),
            }
        )


@dataclass(frozen=True, slots=True)
class StateProven:
    """A key of the state with its value (None: absent) and its proof under the header."""

    key: bytes
    value: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHead:
    """Everything of a record but its entries and what follows them."""

    genesis_hash: bytes
    chain_id: str
    election_id: str
    header_bytes: bytes
    certificate: bytes
    state: dict[str, StateProven]  # by the name of the map that the key is in
    steps: tuple[Step, ...] = ()  # from the genesis to the header

    def lines(self) -> str:
        """Return the first line of a record, and those of the steps."""
        steps = [{"step": each.kind, "proof": "0x" + each.proof.hex()} for each in self.steps]
        return "".join(map(_line, [self._first(), *steps]))

    def _first(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "kind": KIND,
            "genesis_hash": "0x" + self.genesis_hash.hex(),
            "chain_id": self.chain_id,
            "election_id": self.election_id,
            "header": "0x" + self.header_bytes.hex(),
            "certificate": "0x" + self.certificate.hex(),
            "state": {name: _state_json(proven) for name, proven in self.state.items()},
        }

    def log(self) -> LogHead:
        """Return the log head that the record states. Raises BadRecord."""
        proven = self.state.get(LOG_HEADS)
        if proven is None:
            raise BadRecord("the record has no proof of the log head")
        if proven.value is None:
            raise BadRecord("the election is not on this chain")
        return read_entry(log_heads, proven.value)

    def check(self, light: LightClient) -> Proven:
        """Return the certified header after checking chain and proofs.

        Raises:
            BadRecord: another chain, a proof of another key.
            BadCertificate, BadProof, BadSetChange, WrongChain: what is there does not prove what
                it should.
        """
        if (self.genesis_hash, self.chain_id) != (light.genesis.hash, light.genesis.chain_id):
            raise BadRecord("the record is of another chain than the genesis")
        for step in self.steps:
            take_step(light, step)
        at = light.check_header(self.header_bytes, self.certificate)
        for name, proven in self.state.items():
            if proven.key != state_key(CONTRACT, name, self.election_id):
                raise BadRecord(f"the proof of {name} is of another key")
            light.check_state(at, key=proven.key, value=proven.value, proof_bytes=proven.proof)
        return at


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record that is whole: its head, the certified header, how many entries and keys follow."""

    head: RecordHead
    at: Proven
    entries: int
    keys: int


@dataclass(slots=True)
class _Log:
    """The hash over the entries so far, how many they are, and the keys that signed requests."""

    head: bytes = field(default_factory=lambda: bytes(HASH_BYTES))
    length: int = 0
    keys: list[bytes] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take the next entry. Raises BadRecord naming one that is no transaction."""
        self.length += 1
        try:
            transaction = decode_transaction(entry.raw)
        except Rejected as error:
            raise BadRecord(f"entry {self.length}: is no transaction") from error
        at = (uint(entry.height), uint(entry.time_ms))
        self.head = hash_of("log", (self.head, transaction.transaction_id, *at))
        key = request_key(transaction)
        if key is not None:
            self.keys.append(key)

    def require(self, wanted: LogHead) -> None:
        """Raise BadRecord unless this is the proven log head."""
        if self.length != wanted.length:
            raise BadRecord(f"{self.length} entries, the ledger's log head is of {wanted.length}")
        if self.head != wanted.head:
            raise BadRecord("the entries do not give the ledger's log head: one is another")


def check_record(lines: Iterable[str], light: LightClient) -> CheckedRecord:
    """Return what a record is after checking proofs, and that no entry is missing.

    The verifier does more: it replays the entries. This finds a damaged or partial export.

    Raises:
        BadRecord: a line that is none, another chain, a missing or surplus entry.
        BadCertificate, BadProof, WrongChain: what is there does not prove what it should.
    """
    head, entries, pages = read_record(lines)
    at, log, keys = head.check(light), _Log(), 0
    for entry in entries:
        log.add(entry)
    log.require(head.log())
    for page in pages:
        page.check(light)
        keys += len(page.proofs)
    return CheckedRecord(head, at, log.length, keys)


def read_record(
    lines: Iterable[str],
) -> tuple[RecordHead, Iterator[Entry], Iterator[KeyPage]]:
    """Return the head and, as they are read, the entries, and after them what is said of keys.

    All of it is believed only after `check_record`.

    Raises:
        BadRecord: a line is none of a record; while entries are read, it names the line.
    """
    following = iter(lines)
    try:
        head = _head(json.loads(next(following, "")))
    except UNREADABLE as error:
        raise BadRecord("the file is no election record") from error
    rows = Rows(following)
    head = replace(head, steps=tuple(rows.read("step", _read_step)))
    return head, rows.read("transaction", _read_entry), rows.read("keys", read_page)


def _head(document: dict[str, Any]) -> RecordHead:
    if (document["format"], document["kind"]) != (FORMAT, KIND):
        raise BadRecord(f"no election record of format {FORMAT}")
    return RecordHead(
        genesis_hash=hex_field(document, "genesis_hash"),
        chain_id=text_field(document, "chain_id"),
        election_id=text_field(document, "election_id"),
        header_bytes=hex_field(document, "header"),
        certificate=hex_field(document, "certificate"),
        state={str(name): _proven(proven) for name, proven in field_of(document, "state").items()},
    )


def _read_step(row: dict[str, Any]) -> Step:
    return read_step(field_of(row, "step"), field_of(row, "proof"))


def _read_entry(row: dict[str, Any]) -> Entry:
    at = uint_field(row, "height"), uint_field(row, "time_ms")
    return Entry(*at, hex_field(row, "transaction"))


async def export(
    rpc: RpcClient,
    genesis: Genesis,
    election_id: str,
    out: TextIO,
    progress: Progress | None = None,
) -> CheckedRecord:
    """Write the record of an election line by line, and check it; no node is trusted in anything.

    It costs what the election is: the contract keeps the ids of its transactions. `progress` is
    told how many entries are written, and of how many.

    Raises:
        BadRecord: the node leaves something out, or the election is not on the chain; what was
            written is no record then.
    """
    light = LightClient(genesis)
    keys = {name: state_key(CONTRACT, name, election_id) for name in MAPS}
    at, state = await _proofs(rpc, light, keys)
    head = RecordHead(
        genesis_hash=genesis.hash,
        chain_id=genesis.chain_id,
        election_id=election_id,
        header_bytes=at.header.encode(),
        certificate=at.certificate.encode(),
        state=state,
        steps=light.steps,
    )
    wanted, log = head.log(), _Log()
    out.write(head.lines())
    async for entry in _entries(rpc, election_id, wanted.length):
        log.add(entry)
        out.write(entry.line())
        if progress is not None:
            progress(log.length, wanted.length)
    log.require(wanted)
    async for page in _key_pages(rpc, light, log.keys):
        out.write(page.line())
    return CheckedRecord(head, head.check(light), log.length, len(set(log.keys)))


async def _key_pages(
    rpc: RpcClient, light: LightClient, keys: Iterable[bytes]
) -> AsyncIterator[KeyPage]:
    """Yield proofs of whose the keys are, each page under one header."""
    for page in pages_of(keys):
        known = len(light.steps)
        at, state = await _proofs(rpc, light, {key.hex(): state_of(key) for key in page})
        proofs = []
        for key in page:
            value = state[key.hex()].value
            sid = None if value is None else read_entry(subject_keys, value)
            proofs.append(KeyProof(key, sid, state[key.hex()].proof))
        certified = at.header.encode(), at.certificate.encode()
        made = KeyPage(*certified, tuple(proofs), light.steps[known:])
        made.check(light)
        yield made


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


async def _entries(rpc: RpcClient, election_id: str, length: int) -> AsyncIterator[Entry]:
    """Yield the entries that the contract's log names, page by page, from their blocks."""
    done = 0
    while done < length:
        page = await ask(rpc, log_page, election_id, done, min(PAGE, length - done))
        if not page:
            raise BadRecord(f"the node names {done} of the {length} entries of the log")
        for start in range(0, len(page), _BLOCKS_A_BATCH):
            part = page[start : start + _BLOCKS_A_BATCH]
            raws = await _raws(rpc, sorted({each.height for each in part}))
            for each in part:
                done += 1
                yield _entry(each, raws.get(each.transaction_id), done)


def _entry(named: LogEntry, raw: bytes | None, number: int) -> Entry:
    if raw is None:
        raise BadRecord(f"entry {number} is not in block {named.height}, where the node has it")
    return Entry(named.height, named.time_ms, raw)


async def _raws(rpc: RpcClient, heights: list[int]) -> dict[bytes, bytes]:
    """Return the transactions of these blocks by their ids."""
    found: dict[bytes, bytes] = {}
    for block in await rpc.batch([Request("chain_getBlock", {"at": at}) for at in heights]):
        if isinstance(block, RpcRefused):
            raise block
        for text in list_field(block, "transactions"):
            raw = bytes_from_hex(text, "transaction")
            try:
                found[decode_transaction(raw).transaction_id] = raw
            except Rejected as error:
                raise BadAnswer("a block holds what is no transaction") from error
    return found


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


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":")) + "\n"


def proven_value(head: RecordHead, name: str, light: LightClient) -> ProvenValue:
    """Return what the record proves of one map. Raises as `RecordHead.check`, or BadRecord."""
    at = head.check(light)
    if name not in head.state:
        raise BadRecord(f"the record proves nothing of {name}")
    found = head.state[name]
    return light.check_state(at, key=found.key, value=found.value, proof_bytes=found.proof)
