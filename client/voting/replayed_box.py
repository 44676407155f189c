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
from client.light import LightClient
from client.rpc import RpcClient
from client.voting.errors import BoxRefused
from client.voting.record import export
from contracts.voting.core.state import Closing
from genesis.schema import show_genesis
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


async def replayed_box(rpc: RpcClient, light: LightClient, election_id: str) -> ReplayedBox:
    """Return the counted box after replaying the election's whole record, which costs what it is.

    The record leads the verifier from the genesis to its header. `light` must believe that header
    too: it may remember more than a record shows, such as sets that decide no longer.

    Raises:
        BadRecord: the node leaves an entry out.
        BoxRefused: the record is not what the rules and the certified state say; names what.
    """
    with tempfile.TemporaryDirectory(prefix="sapha-record-") as folder:
        path = Path(folder) / "record.jsonl"
        with whole_file(path) as file:
            head = (await export(rpc, light.genesis, election_id, file)).head
        await light.follow_header(rpc, head.header_bytes, head.certificate)
        return await asyncio.to_thread(_box_of, path, show_genesis(light.genesis))


def _box_of(path: Path, genesis: str) -> ReplayedBox:
    try:
        with path.open("rb") as file:
            return _counted(verify(read_record(lines_of(file)), read_network(genesis)).election)
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
