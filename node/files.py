"""A node's own files at start: its identity among the members, and its data directory.

Owns opening them in the right order and refusing what does not belong together.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from genesis.code import check_code
from genesis.schema import Genesis, GenesisMember
from genesis.verify import load_genesis
from node.config import NodeConfig
from node.ledger import LedgerOverStore, LedgerSettings, init_ledger, open_ledger
from node.mempool import Journal, Replay, open_journal
from node.store.opening import StoreSettings, has_store
from node.store.pruning import Retention
from node.store.sign_state import SignState
from node.store.wal import Wal
from p2p.ports import Member
from p2p.tls import Identity
from primitives.crypto import SEED_BYTES, SigningKey
from primitives.errors import LocalFault

log = logging.getLogger("sapha.node")

STORE = "store"
WAL = "wal"
SIGN_STATE = "sign_state"
JOURNAL = "journal"
BLOBS = "blobs"


class BadKey(LocalFault):
    """The validator key cannot be used."""


class NotAMember(LocalFault):
    """The genesis has no member of this node's name and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """Who this node is: its key, its member record, its network."""

    key: SigningKey
    member: GenesisMember
    genesis: Genesis


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFiles:
    """Everything on disk, open and checked."""

    ledger: LedgerOverStore
    wal: Wal
    sign_state: SignState
    journal: Journal
    waiting: Replay

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
    genesis = load_genesis(config.path(config.node.genesis))
    check_code(genesis)
    key = read_key(config.path(config.node.key))
    for member in genesis.members:
        if member.name == config.node.name:
            if member.public_key != key.public_key:
                raise NotAMember(f"{config.node.key} is not the key of member {member.name}")
            return Self(key=key, member=member, genesis=genesis)
    raise NotAMember(f"the genesis has no member named {config.node.name!r}")


def read_key(path: Path) -> SigningKey:
    """Return the Ed25519 key whose 32-byte seed the file holds in hex. Raises BadKey."""
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise BadKey(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise BadKey(f"{path}: is not {SEED_BYTES} bytes in hex") from error
    if len(seed) != SEED_BYTES:
        raise BadKey(f"{path}: has {len(seed)} bytes, a key has {SEED_BYTES}")
    return SigningKey(seed)


def identity_of(config: NodeConfig, own: Self) -> Identity:
    """Return who this node is to its peers."""
    return Identity(
        public_key=own.key.public_key,
        certificate_path=config.path(config.p2p.certificate),
        key_path=config.path(config.p2p.private_key),
    )


def members_of(config: NodeConfig, genesis: Genesis) -> tuple[Member, ...]:
    """Return the members that may connect, with this node's own address overrides."""
    return tuple(
        _member_of(member, config.p2p.peers.get(member.name)) for member in genesis.members
    )


def member_record(member: GenesisMember) -> Member:
    """Return a member of the genesis as the transport knows it."""
    return Member(
        public_key=member.public_key,
        name=member.name,
        host=member.host,
        port=member.port,
        certificate_der=member.certificate_der,
    )


def open_files(config: NodeConfig, own: Self, fsync_seconds: Callable[[float], None]) -> OpenFiles:
    """Open everything on disk; a data directory that never held a node is made ready first.

    A directory that has a sign-state but no store is not made ready: it once held a node, and
    what it lost must be said. `fsync_seconds` is given the duration of the journal's fsyncs.

    Raises:
        LocalFault: what is damaged, locked, missing or of another network, and what to do.
    """
    data = config.data_dir
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = LedgerSettings(store=StoreSettings(retention=retention_of(config)))
    sign_state = SignState(data / SIGN_STATE)
    store = data / STORE
    if not has_store(store) and sign_state.load() is None:
        store.mkdir(mode=0o700, exist_ok=True)
        init_ledger(own.genesis, store, settings=settings)
    ledger = open_ledger(own.genesis, store, settings=settings)
    wal = Wal(data / WAL)
    if wal.dropped_tail_bytes:
        log.warning("torn WAL tail dropped bytes=%d path=%s", wal.dropped_tail_bytes, wal.path)
    journal, waiting = open_journal(data / JOURNAL, fsync_seconds)
    return OpenFiles(
        ledger=ledger, wal=wal, sign_state=sign_state, journal=journal, waiting=waiting
    )


def retention_of(config: NodeConfig) -> Retention:
    """Return how much to keep; the 0 of node.toml means all."""
    kept = config.retention
    return Retention(blocks=kept.blocks or None, index=kept.index or None)


def _member_of(member: GenesisMember, override: str | None) -> Member:
    host, port = member.host, member.port
    if override is not None:
        host, _, text = override.rpartition(":")
        if not host or not text.isdigit():
            raise LocalFault(f"p2p.peers.{member.name}: {override!r} is not host:port")
        port = int(text)
    return replace(member_record(member), host=host, port=port)
