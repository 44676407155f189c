"""Sets a node's gauges to what holds now; counters and histograms count as things happen."""

import asyncio

from node.observe.disk import DiskUse, measure
from node.observe.health import NOT_SIGNING, Finding
from node.observe.metrics import NodeMetrics, show_only
from node.observe.readings import Readings
from node.rpc.chain import PARTICIPATION_HEIGHTS
from node.rpc.ports import NodeView

EVIDENCE_MAX = 100


async def set_gauges(metrics: NodeMetrics, view: NodeView, sockets: int) -> None:
    """Show what holds now; `sockets` are the clients' open ones.

    Files are looked at in a thread.
    """
    readings = view.readings()
    disk = await asyncio.to_thread(measure, readings.files)
    metrics.sockets.set(sockets)
    metrics.contents_bytes.set(readings.contents_bytes)
    _set_disk(metrics, disk)
    _set_consensus(metrics, view, readings)
    _set_participation(metrics, view)
    _set_members(metrics, view, readings)
    _set_mempool(metrics, view)


def _set_disk(metrics: NodeMetrics, disk: DiskUse) -> None:
    metrics.database_bytes.set(disk.database)
    metrics.wal_bytes.set(disk.wal)
    metrics.journal_bytes.set(disk.journal)
    metrics.disk_free_bytes.set(disk.free)
    metrics.disk_bytes.set(disk.total)


def _set_consensus(metrics: NodeMetrics, view: NodeView, readings: Readings) -> None:
    metrics.view.set(readings.view)
    metrics.block_age.set(readings.block_age_s)
    metrics.validators.set(readings.validators)
    metrics.quorum.set(readings.quorum)
    metrics.listeners.set(readings.listeners)
    metrics.halted.set(readings.is_halted)
    metrics.signer_fault.set(readings.has_signer_fault)
    signing = view.signing()
    metrics.may_sign.set(signing.may_sign)
    show_only(metrics.not_signing, {one: one == signing.reason for one in NOT_SIGNING})
    metrics.evidence.set(len(view.ledger.evidence(after=None, limit=EVIDENCE_MAX)))
    findings = view.health().findings
    show_only(metrics.check, {name: _severity(found) for name, found in findings.items()})


def _severity(found: Finding | None) -> int:
    if found is None:
        return 0
    return 1 if found.is_warning else 2


def _set_participation(metrics: NodeMetrics, view: NodeView) -> None:
    height = view.ledger.head().header.height
    metrics.height.set(height)
    took_part = view.ledger.participation(height - PARTICIPATION_HEIGHTS, height - 1)
    show_only(metrics.signed, {one.name: one.signed for one in took_part.validators})
    before = took_part.first - 1
    unsigned = {
        one.name: took_part.last - (before if one.last_signed is None else one.last_signed)
        for one in took_part.validators
    }
    show_only(metrics.unsigned_blocks, unsigned)


def _set_members(metrics: NodeMetrics, view: NodeView, readings: Readings) -> None:
    peers = view.peers()
    metrics.peers.set(sum(peer.is_connected for peer in peers))
    connected = sum(peer.is_connected and peer.is_validator for peer in peers)
    metrics.validators_connected.set(connected)
    show_only(metrics.peer_connected, {peer.name: peer.is_connected for peer in peers})
    show_only(metrics.peer_round_trip, readings.round_trips_s)
    show_only(metrics.missed_turns, readings.missed_turns)
    metrics.syncing.set(view.is_syncing())
    metrics.heights_behind.set(readings.heights_behind)
    clocks = view.clocks()
    metrics.clock_offset.set((clocks.own_ms or 0.0) / 1000)
    offsets_s = {name: offset_ms / 1000 for name, offset_ms in clocks.peers_ms.items()}
    show_only(metrics.peer_clock_offset, offsets_s)


def _set_mempool(metrics: NodeMetrics, view: NodeView) -> None:
    pool = view.pool
    metrics.mempool_transactions.set(len(pool))
    metrics.mempool_transactions_max.set(pool.limits.transactions_max)
    metrics.mempool_bytes.set(pool.bytes_waiting)
    strangers = pool.strangers_waiting
    lanes = {"known": len(pool) - strangers, "strangers": strangers}
    show_only(metrics.mempool_lane, lanes)
