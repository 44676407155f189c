"""Where bytes are found: in the files of the nodes, and in the transactions of the ledger."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from client.answers import bytes_from_hex, list_field
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from scenes.complaints.bangkok import COMPLAINTS, case_id_of
from scenes.complaints.cast import City, CityStory
from scenes.complaints.texts import MARK
from scenes.kit.chain import at_heights, height_of

_PUBLIC = case_id_of(COMPLAINTS - 1)  # in transactions and in the state, not in genesis


async def check_secrecy(city: City, story: CityStory) -> None:
    """Check that no text, name or receipt is in any node's files, nor in any transaction.

    The database compresses older parts of its files; what is in it came by transactions.
    """
    needles = [text.encode() for text in {*story.secrets, MARK}]
    files = list(files_of(city.devnet))
    revealing = await asyncio.to_thread(files_with, files, needles)
    transactions = await _transactions(city.connection.rpc)
    spoken = sum(any(needle in raw for needle in needles) for raw in transactions)
    public = await asyncio.to_thread(files_with, files, [_PUBLIC])  # shows that a search finds
    story.note(
        "no text, name or receipt is in any file of any node",
        f"{len(needles)} texts; found in {len(revealing)} of {len(files)} files and in {spoken} of"
        f" {len(transactions):,} transactions; a case's id in {len(public)}",
        is_kept=not revealing and not spoken and len(public) >= len(city.devnet.validators),
    )


def files_of(devnet: Devnet) -> Iterable[Path]:
    """Return all files of all validators."""
    for node in devnet.validators:
        yield from (path for path in node.directory.rglob("*") if path.is_file())


def files_with(files: Iterable[Path], needles: Sequence[bytes]) -> list[Path]:
    """Return the files that hold any of these bytes."""
    return [path for path in files if _holds(path, needles)]


def _holds(path: Path, needles: Sequence[bytes]) -> bool:
    try:
        data = path.read_bytes()
    except FileNotFoundError:  # a node has just deleted it
        return False
    return any(needle in data for needle in needles)


async def _transactions(rpc: RpcClient) -> list[bytes]:
    """Return all transactions of the ledger as they were sent."""
    blocks = await at_heights(rpc, "chain_getBlock", range(1, await height_of(rpc) + 1))
    listed = [raw for block in blocks for raw in list_field(block, "transactions")]
    return [bytes_from_hex(raw, "transactions") for raw in listed]
