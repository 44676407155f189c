"""Admission over a real ledger, and a transport that keeps what it is asked to send."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from node.execution.prechecks import Prechecks
from node.mempool import (
    Admission,
    AdmissionParts,
    Journal,
    Pool,
    PoolLimits,
    SignatureChecker,
    Strangers,
    open_journal,
)
from p2p.ports import Channel
from primitives.crypto import PublicKey
from primitives.transaction import Transaction
from tests.execution.chain import Chain


async def until(condition: Callable[[], object]) -> None:
    """Return once `condition` holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - conditions of other parts have no event
            await asyncio.sleep(0.001)


@dataclass
class RecordingTransport:
    """Keeps frames and penalties instead of sending."""

    frames: list[bytes] = field(default_factory=list)
    penalties: list[tuple[PublicKey, str]] = field(default_factory=list)

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def broadcast(self, channel: Channel, payload: bytes) -> None:
        assert channel is Channel.TRANSACTIONS
        self.frames.append(payload)

    def send(self, peer: PublicKey, channel: Channel, payload: bytes) -> bool:
        return False

    def connected(self) -> tuple[PublicKey, ...]:
        return ()

    def penalise(self, peer: PublicKey, reason: str) -> None:
        self.penalties.append((peer, reason))


class Mempool:
    """One node's mempool over `chain`; `offered` is what it offered to other members."""

    def __init__(
        self,
        chain: Chain,
        folder: Path,
        *,
        limits: PoolLimits | None = None,
        processes: int = 0,
        strangers: Strangers | None = None,
    ) -> None:
        self.chain = chain
        self.journal_path = folder / "mempool.journal"
        self.pool = Pool(limits)
        self.offered: list[Transaction] = []
        self.now_ms = chain.next_ms
        self.signatures = SignatureChecker(processes)
        self.prechecks = Prechecks(chain.ledger.costly)
        self.journal: Journal
        self.journal, self.replay = open_journal(self.journal_path)
        self.admission = Admission(
            AdmissionParts(
                ledger=chain.ledger,
                pool=self.pool,
                journal=self.journal,
                signatures=self.signatures,
                prechecks=self.prechecks,
                offer=self.offered.append,
                now_ms=lambda: self.now_ms,
                strangers=strangers or Strangers(),
            )
        )

    def commit_waiting(self):
        """Commit a block of what waits, as the node does."""
        committed = self.chain.commit(*self.pool.select(2_000, 1_000_000))
        self.pool.remove_committed([receipt.transaction_id for receipt in committed.receipts])
        self.now_ms = self.chain.next_ms
        return committed

    def close(self) -> None:
        """Release files and threads."""
        self.journal.close()
        self.signatures.close()
        self.prechecks.close()
