"""`sapha snapshot`: snapshots of the state in a node's directory."""

from pathlib import Path

from commands.output import emit
from commands.table import show_table
from genesis.schema import Genesis
from genesis.verify import load_genesis
from node.config import NodeConfig, load_config


def create(*, directory: Path, as_json: bool) -> None:
    """Make a snapshot of a stopped node's head; a running node makes them by itself."""
    from node.snapshotting import create_snapshot  # noqa: PLC0415 - it imports the ledger

    config, genesis = _node(directory)
    made = create_snapshot(config, genesis)
    parts = len(made.manifest.sizes)
    data = {"folder": str(made.folder), "height": made.height, "parts": parts, "bytes": made.size}
    emit(
        data,
        f"snapshot of height {made.height}: {made.size:,} bytes in {made.folder}",
        as_json=as_json,
    )


def listed(*, directory: Path, as_json: bool) -> None:
    """List the snapshots of a node, the newest first."""
    from node.snapshotting import snapshots_of  # noqa: PLC0415 - as above

    found = snapshots_of(load_config(directory)).whole()
    rows = [
        (str(one.height), "0x" + one.manifest.id.hex()[:16], f"{one.size:,}", str(one.folder))
        for one in found
    ]
    data = {
        "snapshots": [
            {
                "height": one.height,
                "id": "0x" + one.manifest.id.hex(),
                "time_ms": one.manifest.header.time_ms,
                "bytes": one.size,
                "folder": str(one.folder),
            }
            for one in found
        ]
    }
    emit(
        data, show_table(str(directory), ["height", "id", "bytes", "folder"], rows), as_json=as_json
    )


def verify(*, directory: Path, source: Path | None, height: int | None, as_json: bool) -> None:
    """Prove a snapshot from the genesis, and look at every part of it."""
    from node.snapshots import verify as verify_stored  # noqa: PLC0415 - as above
    from node.snapshotting import chosen  # noqa: PLC0415

    config, genesis = _node(directory)
    stored = chosen(config, source, height)
    keys = verify_stored(stored, genesis)
    data = {"folder": str(stored.folder), "height": stored.height, "keys": keys}
    emit(
        data,
        f"{stored.folder}: the whole state of height {stored.height}, {keys:,} keys, proved from"
        " the genesis",
        as_json=as_json,
    )


def restore(
    *,
    directory: Path,
    source: Path | None,
    height: int | None,
    remove: bool,
    as_json: bool,
) -> None:
    """Put a store made of a snapshot in the place of a stopped node's; it keeps its word."""
    from node.snapshotting import chosen, restore_snapshot  # noqa: PLC0415 - as above

    config, genesis = _node(directory)
    done = restore_snapshot(config, genesis, chosen(config, source, height), remove=remove)
    aside = None if done.aside is None else str(done.aside)
    kept = "no old store is kept" if aside is None else f"the old store is kept as {aside}"
    emit(
        {"height": done.height, "aside": aside},
        f"the store is that of height {done.height}; {kept}\n"
        f"next: sapha node start --dir {directory}; blocks above are fetched from the others",
        as_json=as_json,
    )


def _node(directory: Path) -> tuple[NodeConfig, Genesis]:
    config = load_config(directory)
    return config, load_genesis(config.path(config.node.genesis))
