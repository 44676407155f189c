"""A stopped node and restart statements: its head for those who sign, and "apply" (rule R2.9).

What was applied lies in the file `restart` of the data directory, in two steps: "applying" before
anything else is changed, "applied" after the sign-state is. A node does not start in between, and
what is "applied" is never done again: the key may have signed under it since.
Source: docs/protocol.md#restart-statement.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from consensus import Found, StoreNote, restarted
from consensus.guard import STAMP_RANDOM_BYTES, encode_note
from contracts.electorate import Base, Count, check_place, count
from contracts.sdk.ports import StateView
from node.config import STORE, NodeConfig, load_config
from node.execution.overlay import Overlay
from node.execution.restarts import Pending, base_of
from node.files import WAL, Self, read_self, read_stored_note
from node.ledger import LedgerOverStore, open_ledger
from node.pending import APPLIED, APPLYING, read_pending, write_pending
from node.secret_files import private_files
from node.store.files import OsFiles
from node.store.sign_state import SignStateFiles, free_name
from node.store.wal import Wal
from primitives.crypto import Digest
from primitives.errors import LocalFault
from primitives.restart import SignedRestart


class NotApplied(LocalFault):
    """The statement cannot be applied to this node; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedNode:
    """The head of a stopped node, its state, and the agencies that have a vote in it.

    `applied` is the last statement that was applied above the head and that no block carries yet.
    """

    base: Base
    time_ms: int
    heartbeat_ms: int
    applied: Digest | None
    state: StateView
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply_restart` did; `is_new` is false when it had been done before.

    `foreign` says of signatures that were dropped whose they were to be, and why.
    """

    is_new: bool
    foreign: tuple[tuple[str, str], ...] = ()


@contextmanager
def open_stopped(directory: Path) -> Iterator[StoppedNode]:
    """Open the store of a stopped node for reading.

    Raises:
        StoreLocked: the node runs.
        LocalFault: its files are missing or damaged.
    """
    config = load_config(directory)
    genesis = read_self(config).genesis
    ledger = open_ledger(genesis, config.data_dir / STORE)
    try:
        head = ledger.head()
        _step, pending = read_pending(config.data_dir)
        found = ledger.query("governance", "member_agencies", ())
        members = tuple(str(name) for name in found) if isinstance(found, tuple) else ()
        yield StoppedNode(
            base=base_of(head),
            time_ms=head.header.time_ms,
            heartbeat_ms=genesis.parameters.heartbeat_ms,
            applied=_applied_above(pending, head.block_hash),
            state=Overlay(ledger.store.state),
            members=members,
        )
    finally:
        ledger.close()


@private_files()
def apply_restart(directory: Path, restarts: Sequence[SignedRestart], *, now_ms: int) -> Applied:
    """Make a stopped node go on above the statements' block, under the last of them.

    Raises:
        StoreLocked: the node runs.
        NotApplied: its head is another, it applied a statement that these do not name, or their
            time is over.
        RestartRefused: a statement does not hold here, or too few have signed it.
        LocalFault: files are missing or damaged, or the disk refuses.
    """
    config = load_config(directory)
    own = read_self(config)
    with ExitStack() as opened:
        sign_state = SignStateFiles(config.sign_state_dir)
        opened.callback(sign_state.close)
        ledger = open_ledger(own.genesis, config.data_dir / STORE)
        opened.callback(ledger.close)
        step, before = read_pending(config.data_dir)
        last = restarts[-1]
        is_same = bool(before.restarts) and before.restarts[-1].digest == last.digest
        if is_same and step == APPLIED:
            return Applied(is_new=False)
        _check_head(ledger, last)
        if not is_same:
            _check_names(before, restarts, ledger)
            over = overdue(last, now_ms)
            if over is not None:
                raise NotApplied(over)
        counts = _counted(ledger, restarts)
        kept = tuple(counted.signed.only(counted.agencies) for counted in counts)
        pending = Pending(kept)
        write_pending(config.data_dir, APPLYING, pending)
        if own.public_key in ledger.head().validators:
            _explain(config, own, ledger, sign_state, last)
        write_pending(config.data_dir, APPLIED, pending)
    foreign = tuple(pair for counted in counts for pair in counted.foreign)
    return Applied(is_new=True, foreign=foreign)


def unnamed(applied: Digest | None, restarts: Sequence[SignedRestart]) -> str | None:
    """Return why statements do not do at a node that applied another, None when they name it."""
    if applied is None or applied in {signed.digest for signed in restarts}:
        return None
    return (
        f"this node applied statement 0x{applied.hex()[:16]}, which this one does not name: make"
        " one that does, with --after"
    )


def overdue(signed: SignedRestart, now_ms: int) -> str | None:
    """Return why a statement is not taken any more, None while it is."""
    not_after_ms = signed.statement.not_after_ms
    if now_ms <= not_after_ms:
        return None
    return f"its time was over at {not_after_ms} ms: make another that names it with --after"


def _applied_above(pending: Pending, block_hash: Digest) -> Digest | None:
    above = pending.carried_above(block_hash)
    return above[-1].digest if above else None


def _check_head(ledger: LedgerOverStore, last: SignedRestart) -> None:
    head, statement = ledger.head(), last.statement
    height = head.header.height
    if height > statement.height:
        if head.header.restart == last.digest or last.digest in head.superseded:
            raise NotApplied(
                f"block {statement.height + 1} of this node carries the statement: nothing to apply"
            )
        raise NotApplied(
            f"this node holds certified block {height}, above {statement.height}: the statement"
            " denies it. Show it to the others before anything else. If the network already goes"
            f" on, its blocks above {statement.height} are void: sapha node rollback --to-height"
            f" {statement.height}, then apply again"
        )
    if height < statement.height:
        raise NotApplied(
            f"this node's head is {height}, below {statement.height}: start it and let it catch"
            " up, then apply"
        )


def _check_names(
    before: Pending, restarts: Sequence[SignedRestart], ledger: LedgerOverStore
) -> None:
    """Refuse statements that do not name the one which was applied here above the same block."""
    why = unnamed(_applied_above(before, ledger.head().block_hash), restarts)
    if why is not None:
        raise NotApplied(why)


def _counted(ledger: LedgerOverStore, restarts: Sequence[SignedRestart]) -> tuple[Count, ...]:
    """Return who signed each of the statements. Raises RestartRefused, NotApplied."""
    base, state = base_of(ledger.head()), Overlay(ledger.store.state)
    previous, counts = base.restart, []
    for signed in restarts:
        check_place(signed, base, previous)
        counted = count(signed, state, base.validators)
        if counted.problem is not None:
            raise NotApplied(counted.problem)
        counts.append(counted)
        previous = signed.digest
    return tuple(counts)


def _explain(
    config: NodeConfig,
    own: Self,
    ledger: LedgerOverStore,
    sign_state: SignStateFiles,
    last: SignedRestart,
) -> None:
    """Give the key its sign-state of after: WAL and lock go first, the sign-state comes last."""
    path = config.data_dir / WAL
    wal = Wal(path)
    found_wal = wal.found()
    wal.close()
    stored = ledger.store.note()
    note = None if stored is None else read_stored_note(ledger.store, stored)
    state = restarted(
        Found(
            sign_state=sign_state.state,
            unreadable=sign_state.unreadable,
            lock=sign_state.lock,
            wal=found_wal,
            store=note,
        ),
        own.public_key,
        os.urandom(STAMP_RANDOM_BYTES),
        restart=last.digest,
        height=last.statement.height,
    )
    if state is None:
        return
    if path.exists():
        files = OsFiles()
        files.rename(path, free_name(path, "void"))
        files.fsync_dir(path.parent)
    sign_state.set_lock_aside()
    ledger.store.write_note(encode_note(StoreNote(stamp=None, mark=state.mark, statements=())))
    sign_state.start(state)
