"""A node's own files at start: its identity among the members, and its data directory.

Owns opening them in the right order and refusing what does not belong together.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from consensus.guard import (
    STAMP_RANDOM_BYTES,
    Found,
    SignState,
    StoreNote,
    encode_note,
    read_note,
)
from consensus.recovery import Start, begin
from genesis.code import check_code
from genesis.errors import GenesisUnreadable
from genesis.schema import Genesis, GenesisMember
from genesis.verify import load_genesis, load_member
from node.adopting import settle_joined
from node.config import STORE, NodeConfig
from node.execution.restarts import Pending
from node.ledger import LedgerOverStore, LedgerSettings, init_ledger, open_ledger
from node.mempool import Journal, Replay, open_journal
from node.observe.disk import Files
from node.pending import pending_of
from node.secret_files import check_private, read_secret
from node.setup import ANCHOR, MEMBER_FILE
from node.store.faults import StoreMissing, damaged_store, disk_faults
from node.store.kv import require_closed
from node.store.opening import DATABASE, HEAD_MARK, NodeStore, has_store
from node.store.sign_state import STATE, SignStateFiles, held
from node.store.wal import Wal
from node.store_settings import store_settings_of
from p2p.ports import Member
from p2p.tls import Identity
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey
from primitives.errors import LocalFault, Rejected

log = logging.getLogger("sapha.node")

ROLLBACK = "store.rollback"
WAL = "wal"
JOURNAL = "journal"
BLOBS = "blobs"
_PORT_MAX = 65_535
_NOTHING_APPLIED = Pending()


class BadKey(LocalFault):
    """The validator key cannot be used."""


class NotAMember(LocalFault):
    """The genesis has no member of this node's name and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """Who this node is: its key, its member record, its network.

    `key` is None where a signer holds it.
    """

    public_key: PublicKey
    key: SigningKey | None
    member: GenesisMember
    genesis: Genesis


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFiles:
    """Everything on disk, open and checked; `noted` is the key that the store was written under."""

    ledger: LedgerOverStore
    wal: Wal
    sign_state: SignStateFiles
    start: Start
    journal: Journal
    waiting: Replay
    noted: PublicKey | None

    def close(self) -> None:
        """Release every file, in the reverse order of opening."""
        self.journal.close()
        self.ledger.close()
        self.wal.close()
        self.sign_state.close()


def read_self(config: NodeConfig) -> Self:
    """Return who this node is.

    Raises:
        LocalFault: a file is missing or wrong, the code differs from the genesis, or the key is
            not that of the member of this name; names what and where.
    """
    genesis = installed_genesis(config)
    check_code(genesis, is_founding=not has_store(config.data_dir / STORE))
    key = None if config.has_signer else read_key(config.path(config.node.key))
    member = own_record(config, genesis, None if key is None else key.public_key)
    if key is not None and member.public_key != key.public_key:
        raise NotAMember(f"{config.node.key} is not the key of member {member.name}")
    return Self(public_key=member.public_key, key=key, member=member, genesis=genesis)


def own_record(config: NodeConfig, genesis: Genesis, key: PublicKey | None) -> GenesisMember:
    """Return what this node is: a member of the genesis, or of its own member file.

    The file counts where the genesis has nobody of this name, or somebody with another key; and
    where a signer holds the key and `key` is None, for it goes with a key that was changed.

    Raises:
        NotAMember: neither names this node.
        GenesisFault: the member file is wrong, or was changed.
    """
    name = config.node.name
    listed = next((member for member in genesis.members if member.name == name), None)
    path = config.directory / MEMBER_FILE
    if (listed is None or listed.public_key != key) and path.exists():
        own = load_member(path)
        if own.name == name and (key is None or own.public_key == key):
            return own
    if listed is None:
        raise NotAMember(f"the genesis has no member named {name!r}")
    return listed


def installed_genesis(config: NodeConfig) -> Genesis:
    """Return the genesis in the node's directory.

    Raises:
        GenesisFault: there is none, then it says how one is installed; or it cannot be used.
    """
    path = config.path(config.node.genesis)
    if not path.exists():
        mend = f"sapha network verify genesis.json --expect 0x... --install {config.directory}"
        raise GenesisUnreadable(str(path), f"no genesis is installed here; install it: {mend}")
    return load_genesis(path)


def read_key(path: Path) -> SigningKey:
    """Return the Ed25519 key whose 32-byte seed the file holds in hex.

    Raises:
        SecretFault: the file cannot be read, or others than its owner can.
        BadKey: it holds no seed.
    """
    return key_of(read_secret(path), str(path))


def key_of(text: str, place: str) -> SigningKey:
    """Return the key whose 32-byte seed `text` holds in hex. Raises BadKey naming `place`."""
    try:
        seed = bytes.fromhex(text.strip())
    except ValueError as error:
        raise BadKey(f"{place}: is not {SEED_BYTES} bytes in hex") from error
    if len(seed) != SEED_BYTES:
        raise BadKey(f"{place}: has {len(seed)} bytes, a key has {SEED_BYTES}")
    return SigningKey(seed)


def identity_of(config: NodeConfig, own: Self) -> Identity:
    """Return who this node is to its peers. Raises SecretFault."""
    check_private(config.path(config.p2p.private_key))
    return Identity(
        name=own.member.name,
        certificate_path=config.path(config.p2p.certificate),
        key_path=config.path(config.p2p.private_key),
        anchor_path=config.path(config.p2p.certificate).with_name(ANCHOR),
    )


def members_of(config: NodeConfig, genesis: Genesis) -> tuple[Member, ...]:
    """Return the members of the genesis, with this node's own address overrides."""
    return tuple(placed(config, member_record(member)) for member in genesis.members)


def member_record(member: GenesisMember) -> Member:
    """Return a member of the genesis as the transport knows it."""
    return Member(
        public_key=member.public_key,
        name=member.name,
        host=member.host,
        port=member.port,
        certificate_der=member.certificate_der,
    )


def placed(config: NodeConfig, member: Member) -> Member:
    """Return a member at the address that this node's configuration gives it, if it does.

    Raises:
        LocalFault: that is no address.
    """
    override = config.p2p.peers.get(member.name)
    if override is None:
        return member
    host, _, port = override.rpartition(":")
    if not host or not port.isdecimal() or not 1 <= int(port) <= _PORT_MAX:
        raise LocalFault(f"p2p.peers.{member.name}: {override!r} is not host:port")
    return replace(member, host=host, port=int(port))


def open_files(
    config: NodeConfig,
    own: Self,
    fsync_seconds: Callable[[float], None],
    signer: SignState | None = None,
) -> OpenFiles:
    """Open everything on disk, decide who may sign (R2.2), and write this start's stamp.

    Where there is no store an empty one is made: what was lost with it shows in the others.
    The stamp goes to sign-state, store and WAL, in this order, before anything is signed.
    `fsync_seconds` is given the duration of the journal's fsyncs; `signer` is the sign-state of
    the process that holds the key, where there is one.

    Raises:
        LocalFault: what is damaged, locked or of another network, and what to do.
    """
    data = config.data_dir
    with disk_faults(data, "make"):
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as opened:
        sign_state = SignStateFiles(config.sign_state_dir)
        opened.callback(sign_state.close)
        ledger = open_or_make_ledger(config, own.genesis, pending_of(data))
        opened.callback(ledger.close)
        wal = Wal(data / WAL, rewrite_bytes=config.store.wal_bytes_min)
        opened.callback(wal.close)
        if wal.dropped_tail_bytes:
            tail = {"bytes": wal.dropped_tail_bytes, "path": wal.path}
            log.warning("torn_wal_tail_dropped", extra=tail)
        noted = _noted(ledger.store)
        start = _begin(sign_state, ledger, wal, own, signer)
        journal, waiting = open_journal(
            data / JOURNAL, fsync_seconds, compact_bytes=config.mempool.journal_bytes_min
        )
        opened.pop_all()
    return OpenFiles(
        ledger=ledger,
        wal=wal,
        sign_state=sign_state,
        start=start,
        journal=journal,
        waiting=waiting,
        noted=noted,
    )


def open_or_make_ledger(
    config: NodeConfig, genesis: Genesis, pending: Pending = _NOTHING_APPLIED
) -> LedgerOverStore:
    """Open the node's ledger; an empty one is made where there is none. Raises LocalFault.

    `pending` are the restart statements that were applied to the node.
    """
    store_settings = store_settings_of(config)
    settings = LedgerSettings(store=store_settings, pending=pending)
    store = config.data_dir / STORE
    settle_joined(config)
    if not has_store(store):
        if (config.data_dir / ROLLBACK).exists():
            raise rollback_cut_off(store)
        log.info("empty_store_made", extra={"path": store})
        with disk_faults(store, "make"):
            store.mkdir(mode=0o700, exist_ok=True)
        init_ledger(genesis, store, settings=settings)
    return open_ledger(genesis, store, settings=settings)


def own_files_of(config: NodeConfig) -> tuple[Path, ...]:
    """Return the files of a running node without which it cannot start again as it is."""
    data = config.data_dir
    return (data / STORE / HEAD_MARK, data / WAL, config.sign_state_dir / STATE)


def measured_files(data: Path) -> Files:
    """Return the files of a node whose size its metrics show."""
    return Files(data=data, database=data / STORE, wal=data / WAL, journal=data / JOURNAL)


def rollback_cut_off(store: Path) -> StoreMissing:
    """Return the fault of a store that a rollback had moved away when it was killed."""
    return StoreMissing(
        f"{store} is missing: a rollback was cut off; run `sapha node rollback` again"
    )


@contextmanager
def stopped(config: NodeConfig) -> Iterator[SignStateFiles]:
    """Hold a stopped node's files for a command, by the database's own lock too.

    A running node whose `in-use` was removed still has the database open.

    Raises:
        StoreLocked: the node runs.
        StoreFailed: the disk refuses.
    """
    require_closed(config.data_dir / STORE / DATABASE)
    with held(config.sign_state_dir) as files:
        yield files


def _begin(
    sign_state: SignStateFiles,
    ledger: LedgerOverStore,
    wal: Wal,
    own: Self,
    signer: SignState | None,
) -> Start:
    """Decide from all files together who may sign, and make the decision durable."""
    store = ledger.store
    note = store.note()
    found = Found(
        sign_state=sign_state.state,
        unreadable=sign_state.unreadable,
        lock=sign_state.lock,
        wal=wal.found(),
        store=None if note is None else read_stored_note(store, note),
        restarts=ledger.head().restarts_known,
        signer=signer,
    )
    start = begin(found, own.public_key, os.urandom(STAMP_RANDOM_BYTES))
    _stamp(start, sign_state, ledger, wal)
    if start.reason is not None and own.public_key in ledger.head().validators:
        log.warning("listening_before_signing", extra={"reason": start.reason})
    return start


def _noted(store: NodeStore) -> PublicKey | None:
    note = store.note()
    return None if note is None else read_stored_note(store, note).key


def begin_key(files: OpenFiles, key: PublicKey, state: SignState | None, random: bytes) -> Start:
    """Decide of a key that takes the place of another whether it may sign, and make that durable.

    `state` says that it has signed nothing; without one it listens. `random` is of its stamp.
    """
    ledger = files.ledger
    note = ledger.store.note()
    found = Found(
        sign_state=state,
        unreadable=None,
        lock=None,
        wal=files.wal.found(),
        store=None if note is None else read_stored_note(ledger.store, note),
        restarts=ledger.head().restarts_known,
    )
    start = begin(found, key, random)
    _stamp(start, files.sign_state, ledger, files.wal)
    return start


def _stamp(start: Start, sign_state: SignStateFiles, ledger: LedgerOverStore, wal: Wal) -> None:
    """Write the stamp of a start to sign-state, store and WAL, in this order."""
    state = start.state
    sign_state.start(state)
    fresh = StoreNote(
        stamp=state.stamp, mark=state.mark, statements=start.statements, key=state.key
    )
    ledger.store.write_note(encode_note(fresh))
    wal.start(state.stamp)


def read_stored_note(store: NodeStore, note: bytes) -> StoreNote:
    """Return the note of a store. Raises StoreDamaged."""
    try:
        return read_note(note)
    except Rejected as error:
        raise damaged_store(store.database, f"its note: {error.message}") from error
