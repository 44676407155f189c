"""After a restart: rebuild what was said at the open height from the WAL, and never unsay it.

The WAL entry is written before the sign-state, so the highest sign mark is explained by an entry
of the WAL unless the WAL was lost or the node restored from a backup. Then the node listens: it
signs nothing until the height of the mark is decided.
"""

from dataclasses import dataclass

from consensus.config import EngineConfig
from consensus.effects import Broadcast, Effect, Persist, SignRecord
from consensus.engine import Engine
from consensus.events import Head
from consensus.heights import last_decided_at, next_height
from consensus.messages import TAGS, PrePrepare, Statement, ViewChange
from consensus.normal_case import accept, count_own, try_decide
from consensus.recall import PreparedEntry, is_prepared_entry, read_prepared_entry
from consensus.replica import NOTHING_SIGNED, RESEND_TIMER, Replica
from consensus.say_again import status_payload
from consensus.state import Prepared, Proposal
from consensus.views import start_view_timer
from consensus.wire import read_message
from primitives.block import decode_block
from primitives.crypto import digest
from primitives.errors import LocalFault, Rejected
from primitives.ids import Height


class BadWalEntry(LocalFault):
    """An entry of the consensus WAL is not one that this program writes."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the disk holds: the sign-state's record and the WAL entries of the open height."""

    sign_record: SignRecord | None
    wal_entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One WAL entry, read."""

    entry: bytes
    payload: bytes
    message: Statement | PrePrepare | ViewChange
    prepared: PreparedEntry | None

    @property
    def statement(self) -> Statement:
        return self.message if isinstance(self.message, Statement) else self.message.statement


def recover(
    config: EngineConfig, head: Head, recovery: Recovery
) -> tuple[Engine, tuple[Effect, ...]]:
    """Return the engine that continues after a restart, and the effects to perform first.

    Raises:
        BadWalEntry: a WAL entry is not one of ours.
    """
    replica = Replica(
        config=config, head=head, state=next_height(head), last_decided=last_decided_at(head)
    )
    said = [one for one in map(_read, recovery.wal_entries) if _is_open(replica, one)]
    record = recovery.sign_record
    if record is not None:
        replica.mark = record.mark
        if not _is_explained(replica, record, said):
            replica.listen_until = Height(record.mark.height)
            said = []
    for one in said:
        _restore(replica, one)
    if said:
        _resume(replica, said, record)
    effects = tuple(replica.effects)
    replica.effects.clear()
    return Engine.of(replica), effects


def _read(entry: bytes) -> _Said:
    try:
        prepared = read_prepared_entry(entry) if is_prepared_entry(entry) else None
        payload = entry if prepared is None else prepared.commit
        message = read_message(payload)
    except Rejected as error:
        raise BadWalEntry(f"WAL entry of {len(entry)} bytes: {error.message}") from error
    if not isinstance(message, Statement | PrePrepare | ViewChange):
        raise BadWalEntry(f"WAL entry of {len(entry)} bytes is no signed message")
    return _Said(entry, payload, message, prepared)


def _is_open(replica: Replica, said: _Said) -> bool:
    return said.statement.height == replica.state.height


def _is_explained(replica: Replica, record: SignRecord, said: list[_Said]) -> bool:
    """Return whether the chain or the WAL accounts for the highest sign mark."""
    if record.mark.height <= replica.head.height:
        return True
    return any(
        one.statement.mark == record.mark and _record_of(replica, one.statement) == record
        for one in said
    )


def _record_of(replica: Replica, statement: Statement) -> SignRecord:
    signed = replica.signed_bytes(statement.view, statement.content)
    return SignRecord(
        mark=statement.mark,
        digest=digest(TAGS[statement.kind], signed),
        signature=statement.signature,
    )


def _restore(replica: Replica, said: _Said) -> None:
    """Put one own message back in its place."""
    state, statement = replica.state, said.statement
    state.view = max(state.view, statement.view)
    state.note_view(statement.sender, statement.view)
    state.sent[statement.kind] = said.payload
    replica.mark = max(replica.mark, statement.mark)
    if isinstance(said.message, ViewChange):
        state.view_changes.add(ViewChange(statement, said.message.prepares, None))
    else:
        count_own(replica, statement)
    if said.prepared is not None:
        block = decode_block(said.prepared.block)
        state.prepared = Prepared(statement.view, block.hash, said.prepared.prepares)
        state.add_claim(state.prepared.claim, said.prepared.prepares)
        state.blocks.put(block, said.prepared.block, keep=state.pinned())


def _resume(replica: Replica, said: list[_Said], record: SignRecord | None) -> None:
    """Finish a signature that the crash cut off, say everything again, and go on."""
    state = replica.state
    done = NOTHING_SIGNED if record is None else record.mark
    for one in said:
        if one.statement.mark > done:
            cut_off = _record_of(replica, one.statement)
            replica.emit(Persist(height=state.height, entry=one.entry, record=cut_off))
    for kind in sorted(state.sent):
        replica.emit(Broadcast(state.sent[kind]))
    state.is_open = True
    start_view_timer(replica)
    replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    replica.broadcast(status_payload(replica))
    for one in said:
        if isinstance(one.message, PrePrepare) and one.statement.view == state.view:
            block = decode_block(one.message.block)
            accept(replica, Proposal(one.message, one.payload, block, is_fresh=False))
    for one in said:
        if one.prepared is not None:
            try_decide(replica, one.statement.view, one.statement.block_hash)
