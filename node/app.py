"""The composition root: the only place that builds a node from its parts.

clients -> rpc -> admission -> pool -> driver -> engine
members <-> transport <-> driver, sync, gossip
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from consensus import EngineConfig, misdeed_of, recover
from consensus.effects import Effect
from node.blobs import BlobParts, Blobs, BlobSettings, ContractPolicy, MemberNames
from node.config import NodeConfig
from node.driver import Driver, head_of, note_of
from node.execution.prechecks import Prechecks
from node.facts import facts_of
from node.files import BLOBS, OpenFiles, Self, identity_of, own_files_of
from node.ledger import BUILD_MS_MAX
from node.membership import Membership
from node.mempool import (
    Admission,
    AdmissionParts,
    Gossip,
    GossipSettings,
    Pool,
    SignatureChecker,
    StrangerLimits,
    Strangers,
)
from node.observe.metrics import NodeMetrics
from node.performer import PerformerParts
from node.ports import CommittedBlock
from node.room import DiskRoom
from node.router import Router
from node.rpc import RpcServer
from node.serving import pool_limits, rpc_settings
from node.signer.client import SignerLink
from node.signer.place import fault_of, link_of, receipts_of, requests_of
from node.sync import Sync, SyncCallbacks, SyncSettings
from node.transaction_checks import TransactionChecks
from node.upgrades import Upgrades, upgrades_of
from node.version import release_version
from node.view import RunningNode, ViewParts
from p2p.ports import Channel
from p2p.rates import LogGate
from p2p.settings import BackoffSettings, SessionSettings, TransportSettings
from p2p.transport import TcpTransport
from primitives.blob_documents import Erasure, ErasureReceipt
from primitives.crypto import PublicKey

log = logging.getLogger("sapha.consensus")


def now_ms() -> int:
    """Return the wall clock in milliseconds; only proposals and admission look at it."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A built node: its running parts, and what to perform first."""

    files: OpenFiles
    transport: TcpTransport
    driver: Driver
    first: tuple[Effect, ...]
    link: SignerLink | None
    sync: Sync
    blobs: Blobs
    gossip: Gossip
    admission: Admission
    checks: TransactionChecks
    rpc: RpcServer
    view: RunningNode
    metrics: NodeMetrics
    upgrades: Upgrades


def build(config: NodeConfig, own: Self, files: OpenFiles, metrics: NodeMetrics) -> Node:
    """Return a node made of open files; nothing runs yet.

    Raises:
        BadIdentity: own certificate, key or member record do not belong together.
        BadWalEntry: the WAL holds what this program does not write.
    """
    metrics.build.info({"version": release_version()})
    router = Router()
    membership = Membership(config, own, files.ledger.reads.query)
    transport = _transport(config, own, router, metrics, membership)
    pool = Pool(pool_limits(config))
    gossip = Gossip(transport, pool, now_ms, GossipSettings(**config.mempool.gossip.model_dump()))
    checks = _checks(config, files, metrics)
    admission = _admission(config, files, pool, checks, gossip)
    link = link_of(config, own, files.sign_state.state, metrics)
    names = MemberNames(own.member.name, membership.keys)
    blobs = _blobs(config, files, transport, names, receipts_of(own, link))
    wiring = _Wiring(
        files=files,
        room=DiskRoom(),
        pool=pool,
        admission=admission,
        transport=transport,
        membership=membership,
        blobs=blobs,
        metrics=metrics,
        prepare=checks.prepare,
        link=link,
    )
    sync = _sync(config, files, transport, wiring)
    driver, first = _driver(own, files, wiring, sync)
    upgrades = upgrades_of(own, files.ledger.reads, admission.submit, metrics, now_ms)
    view = _view(config, own, wiring, (driver, sync, upgrades))
    rpc = RpcServer(view, rpc_settings(config), metrics)
    wiring.join(driver, view, rpc)
    pool.on_waiting, pool.on_dropped = driver.on_transactions, rpc.on_dropped
    _route(router, driver, sync, gossip, blobs)
    return Node(
        files=files,
        transport=transport,
        driver=driver,
        first=first,
        link=link,
        sync=sync,
        blobs=blobs,
        gossip=gossip,
        admission=admission,
        checks=checks,
        rpc=rpc,
        view=view,
        metrics=metrics,
        upgrades=upgrades,
    )


def _route(router: Router, driver: Driver, sync: Sync, gossip: Gossip, blobs: Blobs) -> None:
    router.routes = {
        Channel.CONSENSUS: driver.on_message,
        Channel.SYNC: sync.on_frame,
        Channel.TRANSACTIONS: gossip.on_frame,
        Channel.BLOBS: blobs.on_frame,
    }
    router.connected += [driver.on_connected, blobs.on_connected]
    router.disconnected += [sync.on_disconnected, blobs.on_disconnected]


def _transport(
    config: NodeConfig, own: Self, router: Router, metrics: NodeMetrics, membership: Membership
) -> TcpTransport:
    transport = TcpTransport(
        identity_of(config, own),
        own.genesis.chain_id,
        membership.founding,
        router,
        _transport_settings(config, metrics),
        record=membership.members,
    )
    membership.serve(transport)
    return transport


def _sync(config: NodeConfig, files: OpenFiles, transport: TcpTransport, wiring: "_Wiring") -> Sync:
    settings = SyncSettings(**config.sync.model_dump())
    return Sync(files.ledger, transport, wiring.sync_callbacks, settings)


def _checks(config: NodeConfig, files: OpenFiles, metrics: NodeMetrics) -> TransactionChecks:
    verified, counted = files.ledger.verified, metrics.signatures_checked.inc
    verified.on_checked = counted
    return TransactionChecks(
        signatures=SignatureChecker(config.node.signature_processes, counted),
        prechecks=Prechecks(files.ledger.costly, config.node.precheck_threads),
        verified=verified,
    )


def _admission(
    config: NodeConfig, files: OpenFiles, pool: Pool, checks: TransactionChecks, gossip: Gossip
) -> Admission:
    return Admission(
        AdmissionParts(
            ledger=files.ledger,
            pool=pool,
            journal=files.journal,
            signatures=checks.signatures,
            prechecks=checks.prechecks,
            offer=gossip.offer,
            now_ms=now_ms,
            strangers=Strangers(
                StrangerLimits.of(
                    per_second=config.mempool.strangers_per_second,
                    bytes_per_second=config.mempool.strangers_bytes_per_second,
                )
            ),
        )
    )


def _blobs(
    config: NodeConfig,
    files: OpenFiles,
    transport: TcpTransport,
    members: MemberNames,
    receipt: Callable[[Erasure], Awaitable[ErasureReceipt]],
) -> Blobs:
    return Blobs(
        BlobParts(
            root=config.data_dir / BLOBS,
            policy=ContractPolicy(files.ledger.reads.query, files.ledger.standing),
            transport=transport,
            members=members,
            chain_id=files.ledger.head().header.chain_id,
            receipt=receipt,
            now_ms=now_ms,
            settings=BlobSettings(**config.blobs.model_dump()),
        )
    )


@dataclass(slots=True, kw_only=True)
class _Wiring:
    """What happens after a commit or a halt; the parts that need it are built in a circle."""

    files: OpenFiles
    room: DiskRoom
    pool: Pool
    admission: Admission
    transport: TcpTransport
    membership: Membership
    blobs: Blobs
    metrics: NodeMetrics
    prepare: Callable[[Sequence[bytes]], Awaitable[None] | None]
    link: SignerLink | None
    _driver: Driver | None = None
    _view: RunningNode | None = None
    _rpc: RpcServer | None = None
    _evidence_gate: LogGate = field(default_factory=LogGate)

    def join(self, driver: Driver, view: RunningNode, rpc: RpcServer) -> None:
        """Close the circle."""
        self._driver, self._view, self._rpc = driver, view, rpc
        if self.link is not None:
            self.link.on_signature = driver.give

    @property
    def sync_callbacks(self) -> SyncCallbacks:
        """What block sync needs of the others."""
        return SyncCallbacks(
            committed=self.synced,
            halt=self.halt,
            prepare=self.prepare,
            note=self.note,
            room=self.room,
        )

    def committed(self, block: CommittedBlock) -> None:
        """Forget what is committed, tell clients, count."""
        self.pool.remove_committed(receipt.transaction_id for receipt in block.receipts)
        left_out = [self.pool.find(identifier) for identifier, _why in self.files.ledger.left_out]
        self.admission.recheck([waiting.transaction for waiting in left_out if waiting])
        self.metrics.blocks.inc()
        self.metrics.views_lost.inc(block.certificate.view)
        self.metrics.transactions.inc(len(block.block.transactions))
        failed = sum(not receipt.is_ok for receipt in block.receipts)
        self.metrics.transactions_failed.inc(failed)
        self.membership.on_committed()
        self.blobs.on_committed(block)
        if self._rpc is not None:
            self._rpc.on_committed(block)

    def synced(self, block: CommittedBlock) -> None:
        """Tell the engine's driver of a block that sync committed."""
        self.metrics.synced_blocks.inc()
        if self._driver is not None:
            self._driver.on_synced(block)

    def note(self) -> bytes:
        """Return what the batch of the next block stores for the engine."""
        return b"" if self._driver is None else note_of(self._driver.engine)

    def halt(self, reason: str) -> None:
        """Stop signing; sync saw that this node's state contradicts a certificate."""
        if self._driver is not None:
            self._driver.halt(reason)

    def halted(self, reason: str) -> None:
        """Show on every read that this node has halted."""
        if self._view is not None:
            self._view.halt_reason = reason

    def evidence_seen(self, validator: PublicKey, evidence: bytes) -> None:
        """Say that a validator contradicted itself; a block will carry the evidence."""
        if self._evidence_gate.passes(validator, time.monotonic()) is None:
            return
        misdeed, head = misdeed_of(evidence), self.files.ledger.head()
        set_then = head.history.at(misdeed.height) or head.validators
        kind = misdeed.kind.name.lower()
        place = {"kind": kind, "height": misdeed.height, "view": misdeed.view}
        log.warning("signed_twice", extra={"validator": set_then.name_of(validator), **place})


def _driver(
    own: Self, files: OpenFiles, wiring: _Wiring, sync: Sync
) -> tuple[Driver, tuple[Effect, ...]]:
    parameters = own.genesis.parameters
    config = EngineConfig(
        chain_id=own.genesis.chain_id,
        own_key=own.public_key,  # it votes at the heights whose set holds it
        sign=None if own.key is None else own.key.sign,
        is_signed_elsewhere=wiring.link is not None,
        timeout_base_ms=parameters.view_timeout_ms,
        timeout_cap_ms=parameters.view_timeout_cap_ms,
        build_ms_max=BUILD_MS_MAX,
        heartbeat_ms=parameters.heartbeat_ms,
    )
    head = head_of(files.ledger.head())
    engine, first = recover(config, head, files.start)
    parts = PerformerParts(
        ledger=files.ledger,
        wal=files.wal,
        sign_state=files.sign_state,
        room=wiring.room,
        pool=wiring.pool,
        transport=wiring.transport,
        own_key=own.public_key,
        ask_signer=requests_of(wiring.link),
        metrics=wiring.metrics,
        heartbeat_ms=parameters.heartbeat_ms,
        block_transactions_max=parameters.block_transactions_max,
        prepare=wiring.prepare,
        fetch_blocks=sync.request,
        committed=wiring.committed,
        evidence_seen=wiring.evidence_seen,
        halted=wiring.halted,
        now_ms=now_ms,
    )
    return Driver(engine, parts), first


def _view(
    config: NodeConfig, own: Self, wiring: _Wiring, running: tuple[Driver, Sync, Upgrades]
) -> RunningNode:
    driver, sync, upgrades = running
    return RunningNode(
        ViewParts(
            facts=facts_of(own.member.name, own.genesis, wiring.files.ledger.reads.contracts),
            ledger=wiring.files.ledger.reads,
            pool=wiring.pool,
            admission=wiring.admission,
            journal=wiring.files.journal,
            room=wiring.room,
            driver=driver,
            sync=sync,
            blobs=wiring.blobs,
            peers=wiring.transport.peers,
            validators=partial(_deciding, wiring.files),
            data_dir=str(config.data_dir),
            own_files=own_files_of(config),
            disk_free_bytes_min=config.store.disk_free_bytes_min,
            heartbeat_ms=own.genesis.parameters.heartbeat_ms,
            now_ms=now_ms,
            certificate_days_left=wiring.transport.certificate_days_left,
            signer_fault=fault_of(wiring.link),
            upgrade_finding=upgrades.finding,
        )
    )


def _deciding(files: OpenFiles) -> frozenset[PublicKey]:
    """Return the keys that decide the next block."""
    return frozenset(member.public_key for member in files.ledger.head().validators.members)


def _transport_settings(config: NodeConfig, metrics: NodeMetrics) -> TransportSettings:
    own = config.p2p
    return TransportSettings(
        listen_host=own.host,
        listen_port=own.port,
        handshake_s_max=own.handshake_s_max,
        half_open_max=own.half_open_max,
        half_open_per_ip_max=own.half_open_per_ip_max,
        accepts_per_s_max=own.accepts_per_s_max,
        accepts_burst=own.accepts_burst,
        handshakes_per_s_max=own.handshakes_per_s_max,
        handshakes_burst=own.handshakes_burst,
        certificate_check_s=own.certificate_check_s,
        session=SessionSettings(**own.session.model_dump()),
        backoff=BackoffSettings(**own.backoff.model_dump()),
        days_left=metrics.certificate_days_left.set,
    )
