"""The file of an election's record, and what the ledger's own state must say of its entries.

Source: docs/voting.md, record; docs/protocol.md, state.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from verifier.election import Election
from verifier.encoding import pack
from verifier.group import require_subgroup_check
from verifier.ledger import Header, Network, read_header
from verifier.refusal import Refused, Unreadable, require
from verifier.replay import CONTRACT, Entry, Replayed, replay
from verifier.restarts import follow
from verifier.state import check_state

FORMAT = 1
KIND = "sapha/election-record"
MAPS = ("log_heads", "elections", "openings", "closings", "results")
_MEMBERS = {"format", "kind", "genesis_hash", "chain_id", "election_id"}
_MEMBERS |= {"entries", "header", "certificate", "state", "restarts"}
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Proven:
    """A key of the ledger's state, its value (None: nothing), and the proof."""

    key: bytes
    value: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is public of one election, as somebody handed it over."""

    genesis_hash: bytes
    chain_id: str
    election_id: str
    entries: tuple[Entry, ...]
    header: bytes
    certificate: bytes
    state: dict[str, Proven]
    restarts: tuple[bytes, ...] = ()  # proofs of the restart statements up to the header


@dataclass(frozen=True, slots=True)
class Verified:
    """A record in which everything was checked."""

    network: Network
    header: Header
    election: Election
    replayed: Replayed


def read_record(text: str) -> Record:
    """Return the record of a document. Raises Unreadable."""
    try:
        document = json.loads(text, object_pairs_hook=_members)
        if (document["format"], document["kind"]) != (FORMAT, KIND) or set(document) != _MEMBERS:
            raise Unreadable(f"the record: not an election record of format {FORMAT}")
        return Record(
            genesis_hash=_hex(document["genesis_hash"]),
            chain_id=_text(document["chain_id"]),
            election_id=_text(document["election_id"]),
            entries=tuple(
                Entry(_number(row["height"]), _number(row["time_ms"]), _hex(row["transaction"]))
                for row in document["entries"]
            ),
            header=_hex(document["header"]),
            certificate=_hex(document["certificate"]),
            state={name: _proven(value) for name, value in document["state"].items()},
            restarts=tuple(_hex(proof) for proof in document["restarts"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"the record: cannot be read: {error!r:.200}") from error


def verify(record: Record, network: Network) -> Verified:
    """Return the record once everything in it is checked. Raises Refused."""
    require_subgroup_check()
    is_ours = (record.genesis_hash, record.chain_id) == (network.genesis_hash, network.chain_id)
    require(is_ours, f"the record is of another network than {network.chain_id}")
    network = follow(network, record.restarts)
    header = read_header(network, record.header, record.certificate)
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
    for name, value in state_of(replayed, election).items():
        is_same = record.state[name].value == value
        require(is_same, f"the ledger's {name} is not what the entries come to: {_WHY[name]}")
    for totals in election.totals:
        require(totals.holds(), f"a number of a class is above its bound: {totals.chain()}")
    stated, least = election.manifest.class_size_min, network.class_size_least
    require(stated >= least, f"groups of {stated} may be opened, the network asks for {least}")
    return Verified(network, header, election, replayed)


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
