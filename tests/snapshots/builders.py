"""A chain with money, its snapshots, and ways to spoil them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from contracts.registry import CONTRACTS
from node.ledger import LedgerOverStore, open_ledger
from node.snapshots import Place, SnapshotFolder, Stored, making, moment_of
from node.store.opening import StoreSettings
from primitives.snapshot import deflate
from tests.execution.chain import ALICE, BOB, STEP_MS, Chain

WINDOW_BLOCKS = 600_000 // STEP_MS


def chain_of(folder: Path, blocks: int) -> Chain:
    """Return a chain of `blocks` blocks, each with a payment or two."""
    folder.mkdir(parents=True)
    chain = Chain(folder)
    for number in range(blocks):
        chain.commit(chain.issue(ALICE if number % 2 else BOB, 100 + number))
    return chain


def snapshot_of(chain: Chain, folder: Path, files=None) -> Stored:
    """Make a snapshot of the head in one piece and return it."""
    snapshots = SnapshotFolder(folder, files)
    moment = moment_of(chain.ledger.store)
    try:
        for _piece in making(moment, snapshots):
            pass
    finally:
        moment.kv.close()
    return snapshots.newest()


def place(chain: Chain, folder: Path, **settings) -> Place:
    """Return where a store is made of a snapshot of `chain`."""
    return Place(folder=folder, genesis=chain.genesis, settings=StoreSettings(**settings))


def opened(chain: Chain, folder: Path) -> LedgerOverStore:
    """Open the ledger over a restored store."""
    return open_ledger(chain.genesis, folder, CONTRACTS)


def spoil(stored: Stored, number: int, change: Callable[[bytes], bytes]) -> None:
    """Change the deflated bytes of one part on disk."""
    path = stored.folder / f"part-{number:05}"
    path.write_bytes(change(path.read_bytes()))


def with_manifest(stored: Stored, **changes) -> Stored:
    """Return the snapshot under a manifest with some fields changed."""
    return replace(stored, manifest=replace(stored.manifest, **changes))


def bomb(size: int) -> bytes:
    """Return few bytes that inflate to many."""
    return deflate(bytes(size))
