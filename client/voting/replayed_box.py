"""The sums of a closed box as the separate verifier comes to them, from the ballots themselves.

A trustee opens these and no others. What the certified state calls the sums is compared with them:
a quorum of validators that names one voter's ballot there gets no share of it.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from client.files import whole_file
from client.rpc import RpcClient
from client.voting.errors import BoxRefused
from client.voting.record import export
from contracts.voting.core.state import Closing
from genesis.schema import Genesis, show_genesis
from verifier.election import Election
from verifier.ledger import read_network
from verifier.record import lines_of, read_record, verify
from verifier.refusal import UNFORESEEN, Refused, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedBox:
    """What all entries of an election come to, once its box is counted."""

    context: bytes  # ctx_E
    keys: Mapping[int, bytes]  # of QUAL, what shares are checked by
    closing: Closing


async def replayed_box(rpc: RpcClient, genesis: Genesis, election_id: str) -> ReplayedBox:
    """Return the counted box after replaying the election's whole record, which costs what it is.

    Raises:
        BadRecord: the node leaves an entry out.
        BoxRefused: the record is not what the rules and the certified state say; names what.
    """
    with tempfile.TemporaryDirectory(prefix="sapha-record-") as folder:
        path = Path(folder) / "record.jsonl"
        with whole_file(path) as file:
            await export(rpc, genesis, election_id, file)
        return await asyncio.to_thread(_box_of, path, show_genesis(genesis))


def _box_of(path: Path, genesis: str) -> ReplayedBox:
    try:
        with path.open("rb") as file:
            election = verify(read_record(lines_of(file)), read_network(genesis)).election
        return _counted(election)
    except (Refused, Unreadable, *UNFORESEEN) as fault:
        raise BoxRefused(f"the verifier refuses the record: {fault}") from fault


def _counted(election: Election) -> ReplayedBox:
    opening, closing = election.opened(), election.closed()
    joined = b"".join(mask + masked for mask, masked in closing.ciphertexts)
    weights = tuple(closing.weights)
    return ReplayedBox(
        context=opening.context,
        keys=opening.qualified,
        closing=Closing(closing.counted, closing.ballots, joined, weights),
    )
