"""What lies on a key's disk and what it says of who may sign. Types of rules R2.1 to R2.10.

Pure: the files are `node.store`'s, the rules over them are `consensus.recovery`'s. The bytes of
sign-state, lock file and store note are canonical msgpack arrays, read strictly:

    sign-state = [key, standing, [start, random], mark, digest, signature, committed, restart]
    lock       = [[start, random], height, view, block_hash, [[public_key, signature], ...], block]
    note       = [key or None, [start, random] or None, mark, [statement, ...]]
    mark       = [height, view, kind]

Source: docs/protocol.md#who-may-sign.
"""

from dataclasses import dataclass
from enum import IntEnum

from consensus.messages import Claim, Kind, Signatures, SignMark, Statement
from consensus.wire import HEIGHT_MAX, STATEMENT_BYTES_MAX, VIEW_MAX, signatures_from_value
from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
)
from primitives.ids import Height, View
from primitives.limits import FRAME_BYTES_MAX, VALIDATORS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, uint_of

STAMP_RANDOM_BYTES = 16
SIGN_STATE_BYTES_MAX = 512
LOCK_BYTES_MAX = 2 * FRAME_BYTES_MAX
NOTE_BYTES_MAX = 128 + VALIDATORS_MAX * (STATEMENT_BYTES_MAX + 3)
NOTHING_SIGNED = SignMark(0, 0, 0)


class Standing(IntEnum):
    """Whether a key may sign. Only BORN and EXPLAINED may (R2.1)."""

    BORN = 0  # this key has signed nothing; `member new` writes it, and the first signature ends it
    EXPLAINED = 1  # all that was signed is known
    LISTENER = 2  # something signed may not be known (R2.6)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One start of a node: its number (0: born, never started) and 16 random bytes (R2.2)."""

    start: int
    random: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignState:
    """The content of the sign-state file: who may sign, above what, and what was signed last.

    `digest` and `signature` are of the content signed at `mark`; None where nothing was or where
    it is not known (a listener's mark). `committed` is the (view, block hash) of the last Commit
    at `mark.height`, None when there was none: with the WAL lost it is claimed (R2.4).
    `restart` is the restart statement, or the genesis, under which the key last signed or which
    was last applied to it (R2.9); None before the first.
    """

    key: PublicKey
    standing: Standing
    stamp: Stamp
    mark: SignMark
    digest: Digest | None = None
    signature: Signature | None = None
    committed: Claim | None = None
    restart: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The content of the lock file beside the sign-state: what the last Commit was said upon.

    `stamp` is that of the start which wrote it: with a newer one than the sign-state's, the
    sign-state is older than this file (R2.2).
    """

    stamp: Stamp
    height: Height
    view: View
    block_hash: Digest
    prepares: Signatures
    block: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WalFound:
    """A readable WAL: its stamp and its entries of all heights that it keeps, in order."""

    stamp: Stamp | None
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreNote:
    """What the batch of every committed block stores beside the block (R2.2, R2.5).

    `stamp` and `mark` are those that the sign-state of `key` held durably then: to another key of
    the node, before or after a rotation, they say nothing (S4). `statements` are encoded, at most
    one a validator: the highest that each was seen to sign at or below the block's height.
    """

    stamp: Stamp | None
    mark: SignMark
    statements: tuple[bytes, ...]
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies on the disk at a start; None: absent. `unreadable` says why a sign-state is not.

    `restarts` are the genesis and the restart statements that the store knows, applied ones too;
    None when the caller does not say. `signer` is the sign-state of the process that holds the
    key, where there is one.
    """

    sign_state: SignState | None
    unreadable: str | None
    lock: Lock | None
    wal: WalFound | None
    store: StoreNote | None
    restarts: frozenset[Digest] | None = None
    signer: SignState | None = None


def born(key: PublicKey) -> SignState:
    """Return the sign-state of a new key: it has signed nothing and was never started."""
    stamp = Stamp(start=0, random=bytes(STAMP_RANDOM_BYTES))
    return SignState(key=key, standing=Standing.BORN, stamp=stamp, mark=NOTHING_SIGNED)


def signed_state(
    before: SignState, statement: Statement, *, signed: Digest, restart: Digest
) -> SignState:
    """Return the sign-state after `statement`, of whose bytes `signed` is the digest."""
    committed = before.committed if before.mark.height == statement.height else None
    if statement.kind is Kind.COMMIT:
        committed = (statement.view, statement.block_hash)
    return SignState(
        key=statement.sender,
        standing=Standing.EXPLAINED,
        stamp=before.stamp,
        mark=statement.mark,
        digest=signed,
        signature=statement.signature,
        committed=committed,
        restart=restart,
    )


def encode_sign_state(state: SignState) -> bytes:
    """Return the bytes of a sign-state, at most `SIGN_STATE_BYTES_MAX`."""
    return encode(
        (
            state.key,
            int(state.standing),
            _stamp_value(state.stamp),
            _mark_value(state.mark),
            state.digest,
            state.signature,
            state.committed,
            state.restart,
        )
    )


def read_sign_state(data: bytes) -> SignState:
    """Return the sign-state that `data` encodes. Raises Rejected; names the field."""
    fields = fields_of(decode(data, bytes_max=SIGN_STATE_BYTES_MAX), name="sign_state", count=8)
    key, standing, stamp, mark, digest, signature, committed, restart = fields
    return SignState(
        key=PublicKey(bytes_of(key, name="key", length=PUBLIC_KEY_BYTES)),
        standing=Standing(uint_of(standing, name="standing", value_max=max(Standing))),
        stamp=_stamp(stamp),
        mark=_mark(mark),
        digest=None if digest is None else _digest(digest, "digest"),
        signature=None if signature is None else _signature(signature),
        committed=None if committed is None else _claim(committed),
        restart=None if restart is None else _digest(restart, "restart"),
    )


def encode_lock(lock: Lock) -> bytes:
    """Return the bytes of a lock file, at most `LOCK_BYTES_MAX`."""
    return encode(
        (
            _stamp_value(lock.stamp),
            lock.height,
            lock.view,
            lock.block_hash,
            lock.prepares,
            lock.block,
        )
    )


def read_lock(data: bytes) -> Lock:
    """Return the lock that `data` encodes. Raises Rejected; names the field."""
    fields = fields_of(decode(data, bytes_max=LOCK_BYTES_MAX), name="lock", count=6)
    stamp, height, view, block_hash, prepares, block = fields
    return Lock(
        stamp=_stamp(stamp),
        height=Height(uint_of(height, name="height", value_max=HEIGHT_MAX)),
        view=View(uint_of(view, name="view", value_max=VIEW_MAX)),
        block_hash=_digest(block_hash, "block_hash"),
        prepares=signatures_from_value(prepares, name="prepares"),
        block=blob_of(block, name="block", length_max=FRAME_BYTES_MAX),
    )


def encode_note(note: StoreNote) -> bytes:
    """Return the bytes of a store note, at most `NOTE_BYTES_MAX`."""
    stamp = None if note.stamp is None else _stamp_value(note.stamp)
    return encode((note.key, stamp, _mark_value(note.mark), note.statements))


def read_note(data: bytes) -> StoreNote:
    """Return the note that `data` encodes. Raises Rejected; names the field."""
    fields = fields_of(decode(data, bytes_max=NOTE_BYTES_MAX), name="note", count=4)
    key, stamp, mark, statements = fields
    return StoreNote(
        key=None if key is None else PublicKey(bytes_of(key, name="key", length=PUBLIC_KEY_BYTES)),
        stamp=None if stamp is None else _stamp(stamp),
        mark=_mark(mark),
        statements=tuple(
            blob_of(item, name="statements", length_max=STATEMENT_BYTES_MAX)
            for item in array_of(statements, name="statements", count_max=VALIDATORS_MAX)
        ),
    )


def _stamp_value(stamp: Stamp) -> Value:
    return (stamp.start, stamp.random)


def _stamp(value: Value) -> Stamp:
    fields = fields_of(value, name="stamp", count=2)
    return Stamp(
        start=uint_of(fields[0], name="start"),
        random=bytes_of(fields[1], name="random", length=STAMP_RANDOM_BYTES),
    )


def _mark_value(mark: SignMark) -> Value:
    return (mark.height, mark.view, mark.kind)


def _mark(value: Value) -> SignMark:
    fields = fields_of(value, name="mark", count=3)
    return SignMark(
        uint_of(fields[0], name="height", value_max=HEIGHT_MAX),
        uint_of(fields[1], name="view", value_max=VIEW_MAX),
        uint_of(fields[2], name="kind", value_max=int(Kind.COMMIT)),
    )


def _claim(value: Value) -> Claim:
    fields = fields_of(value, name="committed", count=2)
    return (
        View(uint_of(fields[0], name="view", value_max=VIEW_MAX)),
        _digest(fields[1], "committed"),
    )


def _digest(value: Value, name: str) -> Digest:
    return Digest(bytes_of(value, name=name, length=DIGEST_BYTES))


def _signature(value: Value) -> Signature:
    return Signature(bytes_of(value, name="signature", length=SIGNATURE_BYTES))
