"""The composition root: the only place that builds a node from its parts.

clients -> rpc -> admission -> pool -> driver -> engine
members <-> transport <-> driver, sync, gossip
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from consensus import recover
from consensus.effects import Effect
from node.blobs import BlobParts, Blobs, BlobSettings, ContractPolicy, MemberNames
from node.config import NodeConfig
from node.driver import Driver, head_of
from node.execution.prechecks import Prechecks
from node.facts import facts_of
from node.files import BLOBS, OpenFiles, Self, identity_of, own_files_of
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
from node.room import DiskRoom
from node.rotating import Rotation, engine_config
from node.router import Router
from node.rpc import RpcServer
from node.serving import pool_limits, rpc_settings
from node.signer.client import SignerLink
from node.signer.place import fault_of, link_of, receipts_of, requests_of
from node.snapshots.keeper import SnapshotKeeper
from node.snapshotting import snapshots_of, store_place
from node.sync import JoinParts, Shelf, Sync, SyncSettings, SyncSnapshots
from node.transaction_checks import TransactionChecks
from node.upgrades import UpgradeParts, Upgrades
from node.version import release_version
from node.view import RunningNode, ViewParts
from node.wiring import Wiring
from p2p.ports import Channel
from p2p.settings import BackoffSettings, SessionSettings, TransportSettings
from p2p.transport import TcpTransport
from primitives.blob_documents import Erasure, ErasureReceipt
from primitives.crypto import PublicKey


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
    snapshots: SnapshotKeeper
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
    ledger = files.ledger
    membership = Membership(config, own, ledger.reads.query, lambda: ledger.head().validators)
    transport = _transport(config, own, router, metrics, membership)
    pool = Pool(pool_limits(config))
    gossip = Gossip(transport, pool, now_ms, GossipSettings(**config.mempool.gossip.model_dump()))
    checks = _checks(config, files, metrics)
    admission = _admission(config, files, pool, checks, gossip)
    link = link_of(config, own, files.sign_state.state, metrics)
    names = MemberNames(own.member.name, membership.keys)
    rotation = Rotation.of(config, own, files, lambda: membership.own_key)
    blobs = _blobs(config, files, transport, names, receipts_of(rotation.used, link))
    wiring = Wiring(
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
    sync = _sync(config, own, files, transport, wiring)
    driver, first = _driver(own, wiring, sync, rotation)
    upgrades = _upgrades(own, wiring, rotation)
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
        snapshots=_keeper(config, wiring, sync),
        metrics=metrics,
        upgrades=upgrades,
    )


def _upgrades(own: Self, wiring: Wiring, rotation: Rotation) -> Upgrades:
    return Upgrades(
        UpgradeParts(
            reads=wiring.files.ledger.reads,
            name=own.member.name,
            key=lambda: rotation.used.key,
            submit=wiring.admission.submit,
            now_ms=now_ms,
            lacking=wiring.metrics.upgrades_lacking.set,
        )
    )


def _keeper(config: NodeConfig, wiring: Wiring, sync: Sync) -> SnapshotKeeper:
    store, folder = wiring.files.ledger.store, snapshots_of(config)
    keeper = SnapshotKeeper(store, folder, config.snapshots, lambda: sync.is_catching_up)
    wiring.on_commit.append(keeper.on_committed)
    return keeper


def _route(router: Router, driver: Driver, sync: Sync, gossip: Gossip, blobs: Blobs) -> None:
    router.routes = {
        Channel.CONSENSUS: driver.on_message,
        Channel.SYNC: sync.on_frame,
        Channel.TRANSACTIONS: gossip.on_frame,
        Channel.BLOBS: blobs.on_frame,
    }
    router.connected += [driver.on_connected, blobs.on_connected]
    router.disconnected += [sync.on_disconnected, blobs.on_disconnected]
    router.key_changed += [sync.on_key_changed, blobs.on_key_changed]
    router.key_changed.append(lambda _before, after: driver.on_connected(after))


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


def _sync(
    config: NodeConfig, own: Self, files: OpenFiles, transport: TcpTransport, wiring: Wiring
) -> Sync:
    settings = SyncSettings(**config.sync.model_dump())
    folder, reads = snapshots_of(config), files.ledger.reads
    shelf = Shelf(folder=folder, set_changes=reads.set_changes, restart_proofs=reads.restart_proofs)
    join = JoinParts(
        folder=folder,
        place=store_place(config, own.genesis),
        blocks_min=config.snapshots.join_above,
        room=wiring.room,
    )
    snapshots = SyncSnapshots(shelf=shelf, join=None if config.retention.archive else join)
    return Sync(files.ledger, transport, wiring.sync_callbacks, settings, snapshots)


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


def _driver(
    own: Self, wiring: Wiring, sync: Sync, rotation: Rotation
) -> tuple[Driver, tuple[Effect, ...]]:
    parameters, files, used = own.genesis.parameters, wiring.files, rotation.used
    config = engine_config(own.genesis, used, is_signed_elsewhere=wiring.link is not None)
    head = head_of(files.ledger.head())
    engine, first = recover(config, head, files.start)
    parts = PerformerParts(
        ledger=files.ledger,
        wal=files.wal,
        sign_state=files.sign_state,
        room=wiring.room,
        pool=wiring.pool,
        transport=wiring.transport,
        own_key=lambda: used.public_key,
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
    return Driver(engine, parts, None if wiring.link else rotation), first


def _view(
    config: NodeConfig, own: Self, wiring: Wiring, running: tuple[Driver, Sync, Upgrades]
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
