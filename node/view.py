"""The running node as its RPC server sees it, and its health checks."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consensus import Status
from consensus.turns import Turns
from contracts.sdk.errors import EndOfBlockFailed
from node.blobs import BlobRequests, Blobs
from node.certificate import certificate_finding
from node.driver import STALL_REPORT_S, Driver
from node.execution.reads import LedgerReads, hook_fault
from node.files import measured_files
from node.mempool import Admission, Journal, Pool
from node.observe import Clocks, Finding, Health, HealthReport, Signing, judge_clocks
from node.observe.readings import Readings
from node.room import DiskRoom
from node.rpc import NodeFacts, PeerView
from node.rpc.operator_results import ConsensusJson, TurnsJson
from node.rpc.values import hex_of
from node.standstill import listeners_finding, may_come_back, restarts_finding
from node.sync import Sync
from p2p.peers import PeerState
from primitives.crypto import PublicKey
from primitives.validators import faults_max

_SILENCE_FACTOR = 3
HOOK_MEND = (
    "leave the node running; two thirds of the agencies agree to suspend the hook: "
    "sapha network restart-statement"
)
SIGNER_MEND = (
    "see the signer's process and its log, and `sapha signer check` on a stopped one; the node "
    "goes on by itself once it signs"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewParts:
    """What the view reads."""

    facts: NodeFacts
    ledger: LedgerReads
    pool: Pool
    admission: Admission
    journal: Journal
    room: DiskRoom
    driver: Driver
    sync: Sync
    blobs: Blobs
    peers: Callable[[], tuple[PeerState, ...]]
    validators: Callable[[], frozenset[PublicKey]]  # that decide the next block
    data_dir: str
    own_files: tuple[Path, ...]  # without which this node could not start again as it is
    heartbeat_ms: int
    now_ms: Callable[[], int]
    certificate_days_left: Callable[[], int]
    signer_fault: Callable[[], str | None] = lambda: None
    upgrade_finding: Callable[[], Finding | None] = lambda: None
    disk_free_bytes_min: int = 256 * 1024 * 1024  # below it the node is unwell


@dataclass(slots=True)
class RunningNode:
    """Implements node.rpc.ports.NodeView."""

    parts: ViewParts
    halt_reason: str | None = None
    _health: Health = field(default_factory=Health)

    def __post_init__(self) -> None:
        self._health.add("signing", self._check_signing)
        self._health.add("peers", lambda: _peers_finding(self.parts, self.peers()))
        self._health.add("progress", lambda: _progress_finding(self.parts))
        self._health.add("listeners", lambda: _listeners_finding(self.parts))
        self._health.add("restarts", lambda: _restarts_finding(self.parts))
        self._health.add("contracts", lambda: _hook_finding(self.hook_fault()))
        self._health.add("upgrades", self.parts.upgrade_finding)
        self._health.add("clock", lambda: self.clocks().own_finding)
        self._health.add("peer clocks", lambda: self.clocks().peers_finding)
        self._health.add("disk", lambda: _disk_finding(self.parts))
        self._health.add(
            "certificate", lambda: certificate_finding(self.parts.certificate_days_left())
        )

    @property
    def facts(self) -> NodeFacts:
        """Identity, genesis and contracts."""
        return self.parts.facts

    @property
    def ledger(self) -> LedgerReads:
        """Blocks, state and queries."""
        return self.parts.ledger

    @property
    def pool(self) -> Pool:
        """The transactions that wait."""
        return self.parts.pool

    @property
    def admission(self) -> Admission:
        """The way into the mempool."""
        return self.parts.admission

    @property
    def blobs(self) -> BlobRequests:
        """The contents beside the ledger."""
        return self.parts.blobs.requests

    def is_syncing(self) -> bool:
        """Return whether the node knows that it is behind."""
        return self.parts.sync.is_catching_up

    def refusal(self) -> str | None:
        """Return why the node takes no transactions now, None if it does."""
        if self.halt_reason is not None:
            return f"this node has halted: {self.halt_reason}"
        fault = hook_fault(self.parts.ledger)
        if fault is not None:
            return str(fault)
        return self.parts.room.fault or self.parts.journal.fault

    def signing(self) -> Signing:
        """Return whether the node signs, and what it waits for if it does not."""
        status = self.parts.driver.engine.status()
        if self.halt_reason is not None:
            return Signing("halted", f"halted: {self.halt_reason}")
        if not status.is_validator:
            return Signing("observer")
        if self.parts.room.fault is not None:
            return Signing("disk-full", self.parts.room.fault)
        signer_fault = self.parts.signer_fault()
        if signer_fault is not None:
            return Signing("waiting", signer_fault)
        if status.waits_for is None or _is_catching_up(self.parts, status):
            return Signing()
        return Signing("waiting", status.waits_for)

    def peers(self) -> Sequence[PeerView]:
        """Return every other member."""
        clocks = self.clocks().peers_ms
        return [
            PeerView(
                name=peer.name,
                public_key=peer.public_key,
                host=peer.host,
                port=peer.port,
                is_connected=peer.is_connected,
                is_validator=peer.public_key in self.parts.validators(),
                connected_s=peer.connected_s,
                last_reason=peer.last_reason,
                clock_offset_ms=clocks.get(peer.name),
            )
            for peer in self.parts.peers()
        ]

    def consensus(self) -> ConsensusJson:
        """Return the engine's status and missed turns, as JSON data."""
        status = self.parts.driver.engine.status()
        return status_document(status) | {
            "turns": turns_document(self.parts.ledger.head().turns),
            "seconds_since_commit": round(self.parts.driver.seconds_since_commit, 3),
        }

    def health(self) -> HealthReport:
        """Run every health check."""
        return self._health.report()

    def clocks(self) -> Clocks:
        """Return whose clock is off, by the connected validators."""
        validators = self.parts.validators()
        offsets_ms = {
            peer.name: peer.clock_offset_ms
            for peer in self.parts.peers()
            if peer.public_key in validators and peer.clock_offset_ms is not None
        }
        is_validator = self.parts.driver.engine.status().is_validator
        return judge_clocks(offsets_ms, validators=len(validators), is_validator=is_validator)

    def readings(self) -> Readings:
        """Return what the node's metrics show of consensus, sessions and files."""
        parts = self.parts
        status = parts.driver.engine.status()
        turns = parts.ledger.head().turns
        return Readings(
            view=status.view,
            validators=len(parts.validators()),
            quorum=status.needed,
            listeners=len(status.listeners),
            is_halted=self.halt_reason is not None,
            has_signer_fault=parts.signer_fault() is not None,
            block_age_s=parts.driver.seconds_since_commit,
            heights_behind=status.behind,
            contents_bytes=parts.blobs.store.index.bytes_held,
            files=measured_files(Path(parts.data_dir)),
            missed_turns={name: turn.missed for name, turn in turns.items()},
            round_trips_s={
                peer.name: peer.round_trip_ms / 1000
                for peer in parts.peers()
                if peer.round_trip_ms is not None
            },
        )

    def _check_signing(self) -> Finding | None:
        if self.halt_reason is not None:
            return Finding(self.halt_reason, "keep the data directory, see the dump beside it")
        signing = self.signing()
        if signing.reason != "waiting":
            return None
        status = self.parts.driver.engine.status()
        seen = f"this node does not sign: {signing.waits_for}"
        if self.parts.signer_fault() is not None:
            return Finding(seen, SIGNER_MEND)
        if status.listens_until is not None:
            return Finding(seen, "leave it running while the others decide these blocks")
        if not may_come_back(status.listeners, len(self.parts.validators())):
            return Finding(seen, "see what is said of the listeners: waiting does not help")
        return Finding(
            seen,
            "see that the others run, and that no second copy of this node does; it signs by "
            "itself once they have told where they are",
        )

    def hook_fault(self) -> EndOfBlockFailed | None:
        """Return why no block can end, None when hooks pass; looked into when nothing moves."""
        probe_at_ms = self.parts.now_ms() if _is_silent(self.parts) else None
        return hook_fault(self.parts.ledger, probe_at_ms=probe_at_ms)


def _progress_finding(parts: ViewParts) -> Finding | None:
    if not _is_silent(parts):
        return None
    silence_s = parts.driver.seconds_since_commit
    missing = ", ".join(parts.driver.engine.status().missing) or "nobody's vote"
    return Finding(
        f"no block for {silence_s:.0f} s; missing: {missing}",
        "see 'sapha node doctor' on the validators that are missing",
    )


def _peers_finding(parts: ViewParts, peers: Sequence[PeerView]) -> Finding | None:
    away = [peer.name for peer in peers if peer.is_validator and not peer.is_connected]
    tolerated = faults_max(len(parts.validators()))
    if len(away) <= tolerated:
        return None
    return Finding(
        f"not connected: {', '.join(away)}; only {tolerated} may be away",
        "start those validators, or check the network between them and this node",
    )


def _listeners_finding(parts: ViewParts) -> Finding | None:
    return listeners_finding(parts.driver.engine.status().listeners, len(parts.validators()))


def _restarts_finding(parts: ViewParts) -> Finding | None:
    status, count = parts.driver.engine.status(), len(parts.validators())
    away = {peer.name for peer in parts.peers() if not peer.is_connected}
    others = {name: hex_of(tag) for name, tag in status.elsewhere if name not in away}
    stands = parts.driver.seconds_since_commit >= STALL_REPORT_S
    return restarts_finding(hex_of(status.restart), others, count, stands=stands)


def _is_silent(parts: ViewParts) -> bool:
    return parts.driver.seconds_since_commit * 1000 >= _SILENCE_FACTOR * parts.heartbeat_ms


def _is_catching_up(parts: ViewParts, status: Status) -> bool:
    """Return whether the node is only behind for now, as one that is a block late is."""
    is_late = parts.driver.seconds_since_commit >= STALL_REPORT_S
    return status.is_behind and not status.is_listening and not is_late


def _hook_finding(fault: EndOfBlockFailed | None) -> Finding | None:
    return None if fault is None else Finding(str(fault), HOOK_MEND)


def _disk_finding(parts: ViewParts) -> Finding | None:
    room = parts.room.fault or parts.journal.refused
    if room is not None:
        return Finding(room, "make room on the disk: the node goes on by itself")
    fault = parts.journal.fault
    if fault is not None:
        return Finding(fault, "mend the disk, then restart the node")
    gone = [str(path) for path in (Path(parts.data_dir), *parts.own_files) if not path.exists()]
    if gone:
        return Finding(
            f"gone under the running node: {', '.join(gone)}",
            "start no second one: stop this one, put back what was taken (a store that is lost:"
            " sapha node rebuild) and start it; without its sign-state it listens before it signs",
        )
    free = shutil.disk_usage(parts.data_dir).free
    if free >= parts.disk_free_bytes_min:
        return None
    return Finding(f"{free} bytes free on the disk of {parts.data_dir}", "make room")


def turns_document(turns: Turns) -> list[TurnsJson]:
    """Return who missed turns as JSON data: how many in a row, charged when, passed over until."""
    return [
        {"validator": name, "missed": turn.missed, "charged": turn.charged, "until": turn.until}
        for name, turn in sorted(turns.items())
    ]


def status_document(status: Status) -> ConsensusJson:
    """Return the engine's status as JSON data."""
    return {
        "height": status.height,
        "view": status.view,
        "step": status.step,
        "proposer": status.proposer,
        "passed_over": list(status.passed_over),
        "accepted": None if status.accepted is None else "0x" + status.accepted.hex(),
        "prepared_view": status.prepared_view,
        "prepares": {"have": status.prepares, "need": status.needed},
        "commits": {"have": status.commits, "need": status.needed},
        "missing": list(status.missing),
        "peer_views": dict(status.peer_views),
        "is_validator": status.is_validator,
        "is_listening": status.is_listening,
        "listeners": list(status.listeners),
        "listens_until": status.listens_until,
        "restart": hex_of(status.restart),
        "elsewhere": [
            {"validator": name, "restart": hex_of(tag)} for name, tag in status.elsewhere
        ],
        "waits_for": status.waits_for,
        "halted": status.halted,
    }
