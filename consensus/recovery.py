"""A start: what the files say of who may sign (R2.1 to R2.4), and the engine that goes on.

The WAL entry of a statement is written before the lock file, and that before the sign-state. So
the WAL explains the mark of the sign-state, and is at most one entry ahead of it: that of a
signature which a crash cut off. Whatever else is found has a reason that R2.2 names.
"""

from dataclasses import dataclass, replace

from consensus.config import EngineConfig
from consensus.effects import Effect
from consensus.engine import Engine
from consensus.events import Head
from consensus.guard import (
    NOTHING_SIGNED,
    Found,
    Lock,
    SignState,
    Stamp,
    Standing,
    StoreNote,
)
from consensus.heights import last_decided_at, next_height
from consensus.messages import (
    TAGS,
    Kind,
    PrePrepare,
    Signatures,
    SignMark,
    Statement,
    ViewChange,
)
from consensus.normal_case import accept, count_own, try_decide
from consensus.recall import PreparedEntry, is_prepared_entry, read_prepared_entry
from consensus.replica import RESEND_TIMER, Replica
from consensus.right import SigningRight, show_mark
from consensus.say_again import status_payload
from consensus.signing import begin_inquiry, heed_certificate
from consensus.state import Prepared, Proposal
from consensus.views import start_view_timer
from consensus.wire import VIEW_MAX, read_message, read_statement
from primitives.block import decode_block
from primitives.crypto import Digest, PublicKey, digest
from primitives.errors import LocalFault, Rejected
from primitives.ids import Height, View


class BadWalEntry(LocalFault):
    """An entry of the consensus WAL is not one that this program writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a start may rely on (R2.1, R2.2).

    `state` carries the stamp of this start; the node writes it before anything else: sign-state,
    then store (with `Engine.note`), then WAL. `lock` is what the last Commit at the mark's height
    was said upon; `reason` says in words why this node listens, None when it does not; `entries`
    are own messages of the WAL, `statements` those of the store's note.
    """

    state: SignState
    lock: Lock | None
    reason: str | None
    entries: tuple[bytes, ...]
    statements: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    """One WAL entry, read."""

    entry: bytes
    payload: bytes
    message: Statement | PrePrepare | ViewChange
    prepared: PreparedEntry | None

    @property
    def statement(self) -> Statement:
        return self.message if isinstance(self.message, Statement) else self.message.statement


def begin(found: Found, key: PublicKey, random: bytes) -> Start:
    """Decide what the files of a start say of who may sign (R2.1, R2.2, R2.4).

    `random` are the 16 random bytes of this start's stamp.

    Raises:
        BadWalEntry: a WAL entry is not one of ours.
    """
    statements = () if found.store is None else found.store.statements
    found = replace(found, lock=_sound(found.lock), store=_note_of(found.store, key))
    state, wal = found.sign_state, found.wal
    entries = () if wal is None else wal.entries
    own = tuple(one for one in map(_read, entries) if one.statement.sender == key)
    stamp = _next_stamp(found, random)
    reason = _unexplained(found, key, own)
    if state is None or reason is not None:
        return Start(
            state=_listener(found, key, stamp, own),
            lock=None,
            reason=reason,
            entries=(),
            statements=statements,
        )
    state = _with_lock_file(replace(state, stamp=stamp), found.lock, own)
    state = _with_signer(state, found.signer)
    lock = found.lock
    return Start(
        state=state,
        lock=lock if lock is not None and lock.height == state.mark.height else None,
        reason=None,
        entries=tuple(one.entry for one in own),
        statements=statements,
    )


def restarted(
    found: Found, key: PublicKey, random: bytes, *, restart: Digest, height: Height
) -> SignState | None:
    """R2.9: return the sign-state with which `key` goes on above `height` by a restart statement.

    Every one of before gets the mark (height, highest view, Commit) and no lock, and is explained
    by the statement; with it go the WAL and the lock file. None when it was applied already: what
    was signed under it stays signed.
    """
    state = found.sign_state
    if state is not None and state.key == key and state.restart == restart:
        return None
    return SignState(
        key=key,
        standing=Standing.EXPLAINED,
        stamp=_next_stamp(found, random),
        mark=SignMark(height, VIEW_MAX, int(Kind.COMMIT)),
        restart=restart,
    )


def recover(config: EngineConfig, head: Head, start: Start) -> tuple[Engine, tuple[Effect, ...]]:
    """Return the engine that continues after a start, and the effects to perform first.

    Raises:
        BadWalEntry: a WAL entry is not one of ours.
    """
    replica = Replica(
        config=config,
        head=head,
        state=next_height(head),
        right=SigningRight.of(start.state, start.reason),
        last_decided=last_decided_at(head),
    )
    for encoded in start.statements:
        replica.right.witness(_read_statement(encoded))
    own = [_read(entry) for entry in start.entries]
    for one in own:
        replica.right.remember(one.statement)
    _raise_floor(replica)
    own = [one for one in own if one.statement.height == replica.state.height]
    for one in own:
        _restore(replica, one)
    _restore_mark(replica, start)
    if replica.state.is_open:
        _resume(replica, own, start.state.mark)
    heed_certificate(replica, head.certificate)
    if replica.right.inquiries == 0:
        begin_inquiry(replica)
    effects = tuple(replica.effects)
    replica.effects.clear()
    return Engine(replica), effects


def _note_of(note: StoreNote | None, key: PublicKey) -> StoreNote | None:
    """S4: a note that the node wrote under another key of it says nothing of this one."""
    return None if note is None or note.key not in {None, key} else note


def _next_stamp(found: Found, random: bytes) -> Stamp:
    """R2.2: one more than the highest start that any file knows."""
    parts = (found.sign_state, found.wal, found.store, found.lock)
    stamps = [part.stamp for part in parts if part is not None]
    highest = max((stamp.start for stamp in stamps if stamp is not None), default=0)
    return Stamp(start=highest + 1, random=random)


def _unexplained(found: Found, key: PublicKey, own: tuple[_Own, ...]) -> str | None:
    """Return why the sign-state does not say all that its key signed; None if it does (R2.2)."""
    state, note = found.sign_state, found.store
    if state is None:
        return found.unreadable or "there is no sign-state"
    if state.key != key:
        return f"the sign-state is of another key, {state.key.hex()[:16]}"
    if state.standing is Standing.LISTENER:
        return "it listened when it stopped"
    if state.standing is Standing.EXPLAINED and note is None:
        return "the store is lost"
    if state.restart is not None and state.restart not in (found.restarts or {state.restart}):
        return f"the store does not know its restart statement {state.restart.hex()[:16]}"
    wal_stamp = None if found.wal is None else found.wal.stamp
    lock_stamp = None if found.lock is None else found.lock.stamp
    store_stamp = None if note is None else note.stamp
    stamps = (("WAL", wal_stamp), ("store", store_stamp), ("lock file", lock_stamp))
    for name, stamp in stamps:
        if stamp is not None and _is_newer(stamp, state.stamp):
            return f"the {name} is of start {stamp.start}, the sign-state of {state.stamp.start}"
    if note is not None and note.mark > state.mark:
        return f"the store knows of {show_mark(note.mark)}, above the sign-state"
    return _ahead(state, found.lock, own)


def _is_newer(stamp: Stamp, known: Stamp) -> bool:
    """A higher start, or the same number of another life: a clone or a copy put back."""
    is_other = stamp.start == known.start and stamp.random != known.random
    return stamp.start > known.start or is_other


def _ahead(state: SignState, lock: Lock | None, own: tuple[_Own, ...]) -> str | None:
    """Return what WAL and lock file show that one cut-off signature does not explain."""
    above = {one.statement.mark for one in own if one.statement.mark > state.mark}
    if len(above) > 1:
        return f"the WAL knows of {show_mark(max(above))}, above the sign-state"
    at_mark = {one.statement.signature for one in own if one.statement.mark == state.mark}
    if state.signature is not None and at_mark - {state.signature}:
        return f"the WAL has other content than the sign-state at {show_mark(state.mark)}"
    if lock is None or _mark_of(lock) <= state.mark:
        return None
    if state.mark != SignMark(lock.height, lock.view, int(Kind.PREPARE)):
        return f"the lock file knows of {show_mark(_mark_of(lock))}, above the sign-state"
    return None


def _listener(found: Found, key: PublicKey, stamp: Stamp, own: tuple[_Own, ...]) -> SignState:
    """Return the sign-state of a listener: its mark is the highest that any file shows."""
    marks = [NOTHING_SIGNED, *(one.statement.mark for one in own)]
    restart = None
    if found.sign_state is not None and found.sign_state.key == key:
        marks.append(found.sign_state.mark)
        restart = found.sign_state.restart
    if found.store is not None:
        marks.append(found.store.mark)
    if found.lock is not None:
        marks.append(_mark_of(found.lock))
    if found.signer is not None:
        marks.append(found.signer.mark)
    return SignState(
        key=key, standing=Standing.LISTENER, stamp=stamp, mark=max(marks), restart=restart
    )


def _with_lock_file(state: SignState, lock: Lock | None, own: tuple[_Own, ...]) -> SignState:
    """R2.4: with the WAL lost, take all up to the Commit of the mark's view as signed."""
    marks = {one.statement.mark for one in own}
    committed = state.committed
    if lock is not None and _mark_of(lock) > state.mark and _mark_of(lock) not in marks:
        committed = (lock.view, lock.block_hash)
    elif state.mark == NOTHING_SIGNED or (state.signature is not None and state.mark in marks):
        return state
    mark = SignMark(state.mark.height, state.mark.view, int(Kind.COMMIT))
    return replace(state, mark=mark, digest=None, signature=None, committed=committed)


def _with_signer(state: SignState, signer: SignState | None) -> SignState:
    """R2.4: what the signer signed and this node does not know of is claimed, never said again."""
    if signer is None or signer.mark <= state.mark:
        return state
    mark = SignMark(signer.mark.height, signer.mark.view, int(Kind.COMMIT))
    committed = signer.committed
    if committed is None and state.mark.height == mark.height:
        committed = state.committed
    return replace(state, mark=mark, digest=None, signature=None, committed=committed)


def _sound(lock: Lock | None) -> Lock | None:
    """Return the lock if its block is the one that it names; else it is as good as lost."""
    if lock is None:
        return None
    try:
        return lock if decode_block(lock.block).hash == lock.block_hash else None
    except Rejected:
        return None


def _mark_of(lock: Lock) -> SignMark:
    return SignMark(lock.height, lock.view, int(Kind.COMMIT))


def _read(entry: bytes) -> _Own:
    try:
        prepared = read_prepared_entry(entry) if is_prepared_entry(entry) else None
        payload = entry if prepared is None else prepared.commit
        message = read_message(payload)
    except Rejected as error:
        raise BadWalEntry(f"WAL entry of {len(entry)} bytes: {error.message}") from error
    if not isinstance(message, Statement | PrePrepare | ViewChange):
        raise BadWalEntry(f"WAL entry of {len(entry)} bytes is no signed message")
    return _Own(entry, payload, message, prepared)


def _read_statement(encoded: bytes) -> Statement:
    try:
        return read_statement(encoded)
    except Rejected as error:
        raise BadWalEntry(f"a statement of the store's note: {error.message}") from error


def _raise_floor(replica: Replica) -> None:
    """Nothing is signed again up to the highest own mark, nor at its height if that is to come."""
    right = replica.right
    top = max([right.state.mark, *right.signed])
    right.begun = right.floor = top
    if top.height > replica.state.height:
        right.floor = SignMark(top.height, VIEW_MAX, int(Kind.COMMIT))


def _restore(replica: Replica, own: _Own) -> None:
    """Put one own message back in its place."""
    state, statement = replica.state, own.statement
    state.is_open = True
    state.view = max(state.view, statement.view)
    state.note_view(statement.sender, statement.view)
    state.sent[statement.kind] = own.payload
    if isinstance(own.message, ViewChange):
        state.view_changes.add(ViewChange(statement, own.message.prepares, None))
    else:
        count_own(replica, statement)
    if own.prepared is not None:
        _restore_prepared(replica, statement.view, own.prepared.prepares, own.prepared.block)


def _restore_prepared(replica: Replica, view: View, prepares: Signatures, encoded: bytes) -> None:
    state, block = replica.state, decode_block(encoded)
    state.prepared = Prepared(view, block.hash, prepares)
    state.add_claim(state.prepared.claim, prepares)
    state.blocks.put(block, encoded, keep=state.pinned())


def _restore_mark(replica: Replica, start: Start) -> None:
    """R2.4: go on from the view of the mark, with the lock of the lock file or the bare claim."""
    state, mark, lock = replica.state, start.state.mark, start.lock
    if start.reason is not None or mark.height != state.height or mark.view == VIEW_MAX:
        return
    state.is_open = True
    is_explained = start.state.signature is not None
    state.is_left = mark.view > 0 and state.view <= mark.view and not is_explained
    state.view = max(state.view, View(mark.view))
    if lock is not None and (state.prepared is None or state.prepared.view < lock.view):
        _restore_prepared(replica, lock.view, lock.prepares, lock.block)
    committed = start.state.committed
    if committed is not None and (state.prepared is None or state.prepared.view < committed[0]):
        state.owed = committed
        state.asked.add(committed[1])


def _resume(replica: Replica, own: list[_Own], mark: SignMark) -> None:
    """Finish a signature that the crash cut off, say everything again, and go on."""
    state = replica.state
    for one in own:
        if one.statement.mark > mark:
            signed = replica.signed_bytes(one.statement.view, one.statement.content)
            record = digest(TAGS[one.statement.kind], signed)
            replica.record(one.statement, record, entry=None, lock=_lock_of(one, replica))
    for kind in sorted(state.sent):
        replica.broadcast(state.sent[kind])
    start_view_timer(replica)
    replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    replica.broadcast(status_payload(replica))
    for one in own:
        if isinstance(one.message, PrePrepare) and one.statement.view == state.view:
            block = decode_block(one.message.block)
            accept(replica, Proposal(one.message, one.payload, block, is_fresh=False))
    for one in own:
        if one.prepared is not None:
            try_decide(replica, one.statement.view, one.statement.block_hash)


def _lock_of(own: _Own, replica: Replica) -> Lock | None:
    """Return what is in the lock file once this Commit is signed; None for other kinds."""
    if own.prepared is None:
        return None
    return Lock(
        stamp=replica.right.state.stamp,
        height=own.statement.height,
        view=own.statement.view,
        block_hash=own.statement.block_hash,
        prepares=own.prepared.prepares,
        block=own.prepared.block,
    )
