"""What `sapha node` does with the directory of a stopped node."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from client.files import OWNER_MODE, write_whole
from client.sealing import is_sealed, seal, unseal
from commands.keyring import ask_password
from commands.output import emit, say
from genesis.schema import Genesis
from genesis.verify import load_genesis
from node.backups import (
    BACKUP_BYTES_MAX,
    Backup,
    encode_backup,
    make_backup,
    read_backup,
    restore_backup,
)
from node.config import NodeConfig, load_config
from node.rebuilding import rebuild_store
from node.rolling_back import roll_back
from primitives.errors import LocalFault
from primitives.ids import Height

_SAY_EVERY = 1_000  # blocks


def rebuild(*, directory: Path, remove: bool, as_json: bool) -> None:
    """Make a store of the newest snapshot, or an empty one, where the old is lost or damaged."""
    config, genesis = _node(directory)
    done = rebuild_store(config, genesis, remove=remove)
    lines = [f"not usable: {why}" for why in done.passed_over]
    of = "all blocks"
    if done.height is not None:
        lines.append(f"the store is made of the snapshot of height {done.height}")
        of = f"the blocks above {done.height}"
    lines += [
        _kept(done.aside),
        f"next: sapha node start --dir {directory}; the node fetches {of}, listens until the "
        "others have told where they are, then signs",
    ]
    data = {"aside": _shown(done.aside), "height": done.height}
    emit(data, "\n".join(lines), as_json=as_json)


def prune(*, directory: Path, as_json: bool) -> None:
    """Remove the blocks of a stopped node that its retention lets go, at once."""
    from node.prune import prune_store  # noqa: PLC0415 - only this needs it

    config, genesis = _node(directory)
    done = prune_store(config, genesis)
    text = f"blocks {done.first} to {done.head} are kept; before it was {done.first_before} on"
    data = {"first_before": done.first_before, "first": done.first, "head": done.head}
    emit(data, text, as_json=as_json)


def backup(file: Path, *, directory: Path, encrypt: bool, as_json: bool) -> None:
    """Write everything but the store, the keys included, into one file."""
    made = write_backup(file, partial(make_backup, directory), encrypt=encrypt)
    count = len(made.files) + (made.sign_state is not None)
    reader = f"can sign as {made.node}" if "key" in made.files else f"can speak as {made.node}"
    emit(
        {"file": str(file), "node": made.node, "files": count, "encrypted": encrypt},
        f"{made.node}: {count} files in {file}; whoever reads it {reader}: keep it locked away\n"
        "next: stop this machine for good before you restore it elsewhere",
        as_json=as_json,
    )


def restore(file: Path, *, directory: Path, as_json: bool) -> None:
    """Put a backup into a directory; the node listens before it signs."""
    done = restore_backup(directory, read_backup(backup_bytes(file), str(file)))
    emit(
        {
            "node": done.node,
            "written": [str(path) for path in done.written],
            "sign_state": str(done.sign_state),
        },
        f"{done.node}: {len(done.written)} files written in {directory}\n"
        "this node listens first: it may have signed more than the backup knows\n"
        "next: make sure that no other copy of this node runs, then: "
        f"sapha node start --dir {directory}",
        as_json=as_json,
    )


async def inspect(*, directory: Path, port: int | None) -> None:
    """Serve what a stopped node has stored, read-only, until Ctrl-C. Signs nothing."""
    from node.inspecting import inspect as serve  # noqa: PLC0415 - only this needs the server

    config, genesis = _node(directory)

    def serving(height: int, at: int) -> None:
        place = f"http://{config.rpc.host}:{at}"
        say(f"inspecting height={height}; read-only RPC on {place}; Ctrl-C ends it")

    await serve(config, genesis, port=port, serving=serving)


def rollback(*, to_height: int, directory: Path, remove: bool, as_json: bool) -> None:
    """Undo this node's committed blocks above a height, by executing those up to it again."""
    config, genesis = _node(directory)
    done = roll_back(config, genesis, Height(to_height), remove=remove, executed=_progress)
    began = "" if done.from_height is None else f" from height {done.from_height}"
    text = (
        f"rolled back{began} to {done.height}; {_kept(done.aside)}\n"
        f"next: sapha node start --dir {directory}; blocks above {done.height} are fetched and "
        "executed again"
    )
    data = {"from": done.from_height, "height": done.height, "aside": _shown(done.aside)}
    emit(data, text, as_json=as_json)


def write_backup(file: Path, make: Callable[[int], Backup], *, encrypt: bool) -> Backup:
    """Make a backup, write it into a new file and return it. Raises LocalFault."""
    _check_place(file)
    made = make(time.time_ns() // 1_000_000)
    data = encode_backup(made)
    if encrypt:
        data = seal(data, ask_password("Password of the backup"))
    try:
        write_whole(file, data, mode=OWNER_MODE, is_new=True)
    except OSError as error:
        raise LocalFault(f"{file}: {error.strerror}") from error
    return made


def backup_bytes(file: Path) -> bytes:
    """Return the bytes of a backup, opened with its password if it has one. Raises LocalFault."""
    data = _read(file)
    if not is_sealed(data):
        return data
    return unseal(data, ask_password("Password of the backup"), str(file))


def _check_place(file: Path) -> None:
    """Refuse a place that no backup is to be written to, before any password is asked for."""
    if not file.parent.is_dir():
        raise LocalFault(
            f"{file.parent}: no such folder; is the disk mounted? If it is, make the folder first"
        )
    if file.exists():
        dated = file.with_name(f"{file.stem}-{datetime.now(UTC):%Y-%m-%d}{file.suffix}")
        raise LocalFault(
            f"{file}: there is a file already, and no backup is written over another; give "
            f"another name, such as {dated}"
        )


def _node(directory: Path) -> tuple[NodeConfig, Genesis]:
    config = load_config(directory)
    return config, load_genesis(config.path(config.node.genesis))


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(2 * BACKUP_BYTES_MAX)
    except OSError as error:
        raise LocalFault(f"{file}: {error.strerror}") from error


def _kept(aside: Path | None) -> str:
    if aside is None:
        return "no old store is kept"
    return f"the old store is kept as {aside}; remove it when it is no longer needed"


def _shown(aside: Path | None) -> str | None:
    return None if aside is None else str(aside)


def _progress(height: Height) -> None:
    if height % _SAY_EVERY == 0:
        say(f"executed up to height {height}")
