"""What happens in a node after a commit or a halt, in parts that are built in a circle."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from consensus import misdeed_of
from node.blobs import Blobs
from node.driver import Driver, note_of
from node.files import OpenFiles
from node.membership import Membership
from node.mempool import Admission, Pool
from node.observe.metrics import NodeMetrics
from node.ports import CommittedBlock
from node.room import DiskRoom
from node.rpc import RpcServer
from node.signer.client import SignerLink
from node.sync import SyncCallbacks
from node.view import RunningNode
from p2p.rates import LogGate
from p2p.transport import TcpTransport
from primitives.crypto import PublicKey

log = logging.getLogger("sapha.consensus")


@dataclass(slots=True, kw_only=True)
class Wiring:
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
    on_commit: list[Callable[[CommittedBlock], None]] = field(default_factory=list)
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
        for told in self.on_commit:
            told(block)
        if self._rpc is not None:
            self._rpc.on_committed(block)

    def synced(self, block: CommittedBlock) -> None:
        """Tell the engine's driver of a block that sync committed."""
        self.metrics.synced_blocks.inc()
        if self._driver is not None:
            self._driver.on_committed(block)

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
