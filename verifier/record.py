"""The file of an election's record, and what the ledger's own state must say of its entries.

Source: docs/voting.md, record; docs/protocol.md, state.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from verifier.election import Election
from verifier.encoding import integer_of, pack, unpack_list
from verifier.group import require_subgroup_check
from verifier.keys import KeyPage, KeyProof, check_keys
from verifier.ledger import Header, Network, noted, read_header
from verifier.refusal import Refused, Unreadable, require
from verifier.replay import CONTRACT, Entry, Replayed, replay
from verifier.state import check_state
from verifier.steps import STEPS, Step, follow

FORMAT = 3
_LINE_BYTES_MAX = 4 * 1024 * 1024  # keys and steps have proofs; an entry has 131 kB at most
KIND = "sapha/election-record"
MAPS = ("log_heads", "elections", "openings", "closings", "results")
_MEMBERS = {"format", "kind", "genesis_hash", "chain_id", "election_id"}
_MEMBERS |= {"header", "certificate", "state"}
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Proven:
    """A key of the ledger's state, its value (None: nothing), and the proof."""

    key: bytes
    value: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is public of one election, as somebody handed it over.

    `steps` lead from the genesis to the header. `entries` may be read only while they are replayed,
    after the steps, so that few are held at once.
    """

    genesis_hash: bytes
    chain_id: str
    election_id: str
    entries: Iterable[Entry]
    header: bytes
    certificate: bytes
    state: dict[str, Proven]
    steps: Iterable[Step] = ()
    key_pages: Iterable[KeyPage] = ()  # may be read only after the entries


@dataclass(frozen=True, slots=True)
class Verified:
    """A record in which everything was checked.

    `proven_keys` is of how many requests the record proves that a key of their voter signed them.
    """

    network: Network
    header: Header
    election: Election
    replayed: Replayed
    proven_keys: int


def lines_of(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a file, of which none is longer than one of a record may be."""
    number = 0
    while line := file.readline(_LINE_BYTES_MAX + 1):
        number += 1
        if len(line) > _LINE_BYTES_MAX:
            raise Unreadable(f"line {number} of the record: more than {_LINE_BYTES_MAX} bytes")
        yield line.decode("ascii", "replace")


def read_record(lines: Iterable[str]) -> Record:
    """Return the record of its lines, of which one is read now and the others one by one.

    Raises:
        Unreadable: also while the entries are read, naming the line.
    """
    following = iter(lines)
    rows = _Rows(following)
    try:
        document = json.loads(next(following, ""), object_pairs_hook=_members)
        if (document["format"], document["kind"]) != (FORMAT, KIND) or set(document) != _MEMBERS:
            raise Unreadable(f"the record: not an election record of format {FORMAT}")
        return Record(
            genesis_hash=_hex(document["genesis_hash"]),
            chain_id=_text(document["chain_id"]),
            election_id=_text(document["election_id"]),
            entries=rows.read(_ENTRY, _entry),
            header=_hex(document["header"]),
            certificate=_hex(document["certificate"]),
            state={name: _proven(value) for name, value in document["state"].items()},
            steps=rows.read(_STEP, _step),
            key_pages=rows.read(_KEYS, _key_page),
        )
    except _FAULTS as error:
        raise Unreadable(f"the record: cannot be read: {error!r:.200}") from error


_FAULTS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


_Row = TypeVar("_Row")
_STEP = frozenset({"step", "proof"})
_ENTRY = frozenset({"height", "time_ms", "transaction"})
_KEYS = frozenset({"header", "certificate", "keys", "steps"})
_LATER = {_STEP: (_ENTRY, _KEYS), _ENTRY: (_KEYS,), _KEYS: ()}  # what may follow each kind


class _Rows:
    """The lines after the first: steps, then entries, then what identity says of keys, if any."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = enumerate(lines, start=2)
        self._held: tuple[int, dict[str, Any]] | None = None

    def read(
        self, members: frozenset[str], made_of: Callable[[dict[str, Any]], _Row]
    ) -> Iterator[_Row]:
        """Yield lines of one kind, told by their members, until one is of a later kind.

        Raises:
            Unreadable: names a line that is none.
        """
        while (numbered := self._take()) is not None:
            number, row = numbered
            if row.keys() in _LATER[members]:
                self._held = numbered
                return
            with _naming(number):
                if row.keys() != members:
                    raise ValueError(f"other members than {', '.join(sorted(members))}")
                made = made_of(row)
            yield made

    def _take(self) -> tuple[int, dict[str, Any]] | None:
        """Return the next line, with its number."""
        held, self._held = self._held, None
        numbered = next(self._lines, None) if held is None else None
        if numbered is None:
            return held
        with _naming(numbered[0]):
            row = json.loads(numbered[1], object_pairs_hook=_members)
            if not isinstance(row, dict):
                raise TypeError("no object")
            return numbered[0], row


@contextmanager
def _naming(number: int) -> Iterator[None]:
    try:
        yield
    except _FAULTS as error:
        raise Unreadable(f"line {number} of the record: {error!r:.200}") from error


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(_number(row["height"]), _number(row["time_ms"]), _hex(row["transaction"]))


def _step(row: dict[str, Any]) -> Step:
    kind = _text(row["step"])
    if kind not in STEPS:
        raise ValueError(f"{kind!r:.40} is no kind of step")
    return Step(kind, _hex(row["proof"]))


def _key_page(row: dict[str, Any]) -> KeyPage:
    proofs = tuple(_key_proof(*each) for each in row["keys"])
    steps = tuple(_step({"step": kind, "proof": proof}) for kind, proof in row["steps"])
    return KeyPage(_hex(row["header"]), _hex(row["certificate"]), proofs, steps)


def _key_proof(key: object, sid: object, proof: object) -> KeyProof:
    return KeyProof(_hex(key), None if sid is None else _hex(sid), _hex(proof))


def verify(record: Record, network: Network) -> Verified:
    """Return the record once everything in it is checked. Raises Refused."""
    require_subgroup_check()
    is_ours = (record.genesis_hash, record.chain_id) == (network.genesis_hash, network.chain_id)
    require(is_ours, f"the record is of another network than {network.chain_id}")
    network = follow(network, record.steps)
    header = read_header(network, record.header, record.certificate)
    network = noted(network, header)
    require(set(record.state) == set(MAPS), f"the record must prove exactly {', '.join(MAPS)}")
    for name in MAPS:
        proven = record.state[name]
        wanted = state_key(name, record.election_id)
        require(proven.key == wanted, f"proof of {name}: of another key")
        check_state(header, proven.key, proven.value, proven.proof)
    replayed = replay(network.chain_id, record.entries)
    election = replayed.election
    if election is None:
        raise Refused("the record has no entries")
    require(election.election_id == record.election_id, "the entries are of another election")
    last = replayed.height
    require(last <= header.height, f"entries of block {last} are after header {header.height}")
    stated = _stated_length(record.state["log_heads"])
    said = f"the record has {replayed.entries} entries, the ledger's log_heads {stated}: missing"
    require(replayed.entries >= stated, f"{said} from entry {replayed.entries} on")
    for name, value in state_of(replayed, election).items():
        is_same = record.state[name].value == value
        require(is_same, f"the ledger's {name} is not what the entries come to: {_WHY[name]}")
    for totals in election.totals:
        require(totals.holds(), f"a number of a class is above its bound: {totals.chain()}")
    stated, least = election.manifest.class_size_min, network.class_size_least
    require(stated >= least, f"groups of {stated} may be opened, the network asks for {least}")
    proven_keys = check_keys(network, record.key_pages, election)
    return Verified(network, header, election, replayed, proven_keys)


def _stated_length(proven: Proven) -> int:
    """Return how many entries the ledger's log has. Raises Refused."""
    require(proven.value is not None, "the ledger has no log of the election")
    return integer_of(unpack_list(proven.value or b"", "log_heads", 2)[1], "log_heads")


def state_key(name: str, election_id: str) -> bytes:
    """Return the key of the ledger's state for an election in one of the contract's maps."""
    return b"\0".join([CONTRACT.encode(), name.encode(), election_id.encode()])


def state_of(replayed: Replayed, election: Election) -> dict[str, bytes | None]:
    """Return what the ledger's state must hold for the entries, byte for byte."""
    return {
        "log_heads": pack([replayed.log_head, replayed.entries]),
        "elections": pack([election.agency, election.created_at, election.setup]),
        "openings": _opening(election),
        "closings": _closing(election),
        "results": _result(election),
    }


def _opening(election: Election) -> bytes | None:
    opening = election.opening
    if opening is None:
        return None
    qualified = [[trustee, key] for trustee, key in opening.qualified.items()]
    made = [opening.roll_root, opening.ceremony, opening.height]
    return pack([opening.context, opening.key, qualified, opening.registrars, *made])


def _closing(election: Election) -> bytes | None:
    closing = election.closing
    if closing is None:
        return None
    joined = b"".join(map(b"".join, closing.ciphertexts))
    return pack([closing.counted, closing.ballots, joined, closing.weights])


def _result(election: Election) -> bytes | None:
    result = election.result
    if result is None:
        return None
    stated = [result.counts, result.tally, election.closed().counted]
    return pack([*stated, result.trustees, result.totals, result.overissued, result.height])


_WHY = {
    "log_heads": "an entry is missing, added, changed or moved",
    "elections": "another founding",
    "openings": "another context, key, roll or ceremony",
    "closings": "other ballots were counted",
    "results": "another result",
}


def _proven(value: dict[str, Any]) -> Proven:
    if set(value) != {"key", "value", "proof"}:
        raise ValueError("a proof has other members than key, value and proof")
    held = value["value"]
    return Proven(_hex(value["key"]), None if held is None else _hex(held), _hex(value["proof"]))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member comes twice")
    return found


def _hex(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError(f"{value!r:.40} is not 0x and small hexadecimal digits")
    return bytes.fromhex(value[2:])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not text")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"{value!r:.40} is no height and no time")
    return value
