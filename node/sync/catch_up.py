"""Fetches and commits decided blocks until this node has what its peers claim to have.

A claimed height proves nothing; only certificates count. A peer that lies, stalls or claims more
than it has is reported and passed over, so one honest peer is enough to finish and a liar can
neither stop nor misdirect it. Source: consensus rules "Behind"; CVE-2025-24371.
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from node.exchange.questions import NoAnswer
from node.ports import CommittedBlock, CommittedHead, Ledger
from node.room import DiskRoom
from node.sync.client import SyncClient
from node.sync.joining import Joining
from node.sync.settings import SyncSettings
from node.sync.wire import PrunedBelow, SyncFault
from p2p.gated_log import GatedLog
from p2p.ports import Transport
from primitives.block import Block, decode_block
from primitives.certificate import (
    Certificate,
    SealedBlock,
    UncheckedCertificate,
    Verify,
    check_certificate_of,
    check_last_certificate,
    read_certificate,
)
from primitives.crypto import PublicKey, verify
from primitives.errors import Rejected
from primitives.ids import Height

_log = logging.getLogger("sapha.sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCallbacks:
    """What catching up tells the node; called on the event loop and must not block it."""

    committed: Callable[[CommittedBlock], None]
    halt: Callable[[str], None]  # our own state contradicts a certificate
    verify_seal: Verify = verify
    prepare: Callable[[Sequence[bytes]], Awaitable[None] | None] = lambda _raws: None
    note: Callable[[], bytes] = bytes  # what ordering stores with the next block
    room: DiskRoom = field(default_factory=DiskRoom)


class CatchUp:
    """One loop at most; `request` starts or extends it, `run` is its task."""

    def __init__(
        self,
        ledger: Ledger,
        transport: Transport,
        callbacks: SyncCallbacks,
        settings: SyncSettings,
    ) -> None:
        self._ledger = ledger
        self._transport = transport
        self._callbacks = callbacks
        self._settings = settings
        self._target = Height(0)
        self._claims: dict[PublicKey, Height] = {}
        self._passed_over: set[PublicKey] = set()
        self._wanted = asyncio.Event()
        self._is_halted = False
        self._pruned: set[PublicKey] = set()  # peers that do not keep the next block any more
        self.client = SyncClient(transport, settings)
        self.joining: Joining | None = None
        self._idle = asyncio.Event()
        self._log = GatedLog(_log)
        self._idle.set()

    @property
    def is_running(self) -> bool:
        """Whether blocks are being fetched, or will be as soon as `run` gets to it."""
        return not self._idle.is_set()

    async def wait_idle(self) -> None:
        """Return once nothing is being fetched."""
        await self._idle.wait()

    def request(self, height_known: Height, peers: Iterable[PublicKey] = ()) -> None:
        """Catch up to `height_known`, asking `peers`, who claim to have it, first."""
        if self._is_halted or height_known <= self._head().header.height:
            return
        for peer in peers:
            self._claims[peer] = max(height_known, self._claims.get(peer, Height(0)))
        self._target = max(self._target, height_known)
        self._wanted.set()
        self._idle.clear()

    async def run(self) -> None:
        """Catch up whenever asked to, until cancelled. Raises what `Ledger.commit` raises."""
        while True:
            await self._wanted.wait()
            try:
                await self._catch_up()
            finally:
                self._wanted.clear()
                self._idle.set()
                self._target = Height(0)
                self._claims.clear()
                self._passed_over.clear()
                self._pruned.clear()

    async def _catch_up(self) -> None:
        """Ask one peer after the other until the target is reached or nobody is left to ask."""
        started_at = self._head().header.height
        if await self._joins(is_pruned=False):
            return
        peer: PublicKey | None = None
        while not self._is_halted and self._head().header.height < self._target:
            peer = self._choose_peer(peer)
            if peer is None:
                break
            await self._ask(peer)
        await self._ask_on(peer)
        height = self._head().header.height
        if height < self._target and self._pruned and not self._is_halted:
            await self._joins(is_pruned=True)
            return
        self._log.write(
            logging.INFO, "sync_ended", {}, start=started_at, end=height, claimed=self._target
        )

    async def _ask_on(self, peer: PublicKey | None) -> None:
        """Take what was decided meanwhile from who served last; an idle network says it no more."""
        height = Height(-1)
        while peer is not None and peer not in self._passed_over and not self._is_halted:
            if self._head().header.height == height:
                return
            height = self._head().header.height
            await self._ask(peer)

    async def _joins(self, *, is_pruned: bool) -> bool:
        """Join by a snapshot where that saves many blocks, or where nobody has them any more."""
        joining, height = self.joining, self._head().header.height
        if is_pruned:
            peers = len(self._pruned)
            self._log.write(
                logging.WARNING, "blocks_pruned_at_peers", {}, above=height, peers=peers
            )
            return joining is not None and await joining.join(height)
        least = 0 if joining is None else joining.blocks_min
        if joining is None or not least or self._target - height <= least:
            return False
        return await joining.join(height + least)

    def _choose_peer(self, last: PublicKey | None) -> PublicKey | None:
        """Return the peer that served us last, else one that claims to have more, else any."""
        peers = [p for p in self._transport.connected() if p not in self._passed_over]
        if last in peers:
            return last
        return max(peers, key=lambda peer: self._claims.get(peer, 0), default=None)

    async def _ask(self, peer: PublicKey) -> None:
        """Fetch and commit one range from `peer`; pass it over when that fails."""
        height = Height(self._head().header.height + 1)
        is_claimed = height <= self._target
        blocks_max = self._settings.blocks_per_request
        if is_claimed:
            blocks_max = min(blocks_max, self._target - height + 1)
        try:
            answer = await self.client.fetch(peer, height, blocks_max)
            if isinstance(answer, PrunedBelow):
                self._pruned.add(peer)
                reason = f"keeps blocks from {answer.first_height} on"
                self._pass_over(peer, reason, is_fault=False)
                return
            if answer.certificate is None and is_claimed:
                raise self._emptiness(peer, height)
            if answer.certificate is None:
                return
            last = read_certificate(answer.certificate)
            await self._take(height, answer.blocks, last)
        except NoAnswer as failure:
            self._pass_over(peer, failure.reason, is_fault=failure.is_fault)
        except (SyncFault, Rejected) as fault:
            self._pass_over(peer, f"bad block from sync: {fault}", is_fault=True)

    async def _take(
        self, first: Height, blocks: tuple[bytes, ...], last: UncheckedCertificate
    ) -> None:
        """Commit proven blocks in order. Raises SyncFault or Rejected at the first lie.

        Each is proven by the certificate in the one after it, the last by `last` (R5.2).
        """
        following = _decoded(blocks[0], first)
        for index in range(len(blocks)):
            block, proof = following, last
            if index + 1 < len(blocks):
                following = _decoded(blocks[index + 1], Height(block.height + 1))
                proof = _proof_in(following)
            checks = self._callbacks.prepare(block.transactions)
            if checks is not None:
                await checks
            head = self._head()
            if block.height == head.header.height + 1:
                commit = functools.partial(self._commit, block, self._prove(head, block, proof))
                await self._callbacks.room.until_done(commit)
            if self._is_halted:
                return
            await asyncio.sleep(0)  # ordering goes on between two blocks

    def _prove(
        self, head: CommittedHead, block: Block, unchecked: UncheckedCertificate
    ) -> Certificate:
        """Verify every seal that comes with the block: over the head, in it, and over itself.

        A block of a restart that is not known here is not above the head: a quorum's seals over it
        say that this node's last blocks are void, and `validate` what to do then (R2.9).
        """
        restart = block.header.restart
        if restart != head.restart and restart in head.superseded:
            reason = f"its block {block.height} is void since restart statement"
            raise NoAnswer(f"{reason} {head.restart.hex()[:16]}", is_fault=False)
        known = None if head.certificate is None else head.certificate.unchecked
        is_elsewhere = restart != head.restart and not block.restarts
        if not is_elsewhere and (known is None or block.last_certificate != known):
            verify_seal = self._callbacks.verify_seal
            check_last_certificate(block.last_certificate, head.sealed, verify_seal)
        sealed = SealedBlock(
            chain_id=head.header.chain_id,
            restart=restart,
            height=block.height,
            block_hash=block.hash,
            validators=head.validators,
        )
        return check_certificate_of(unchecked, sealed, self._callbacks.verify_seal)

    async def _commit(self, block: Block, certificate: Certificate) -> None:
        """Execute and commit; no await in between, so that ordering sees all or nothing."""
        if block.height <= self._head().header.height:
            return  # ordering committed it while the disk was full
        difference = self._ledger.validate(block)
        if difference is None:
            note = self._callbacks.note()
            self._callbacks.committed(self._ledger.commit(block, certificate, note))
            return
        self._is_halted = True
        reason = f"own state contradicts the certificate of block {block.height}: {difference}"
        _log.critical("sync_halted", extra={"reason": reason})
        self._callbacks.halt(reason)

    def _emptiness(self, peer: PublicKey, height: Height) -> NoAnswer:
        """An honest claim may be one too high: the peer may still be deciding that height."""
        claimed = self._claims.get(peer, Height(0))
        reason = f"claims height {claimed} but has no block {height}"
        return NoAnswer(reason, is_fault=claimed > height)

    def _pass_over(self, peer: PublicKey, reason: str, *, is_fault: bool) -> None:
        self._passed_over.add(peer)
        party = {"peer": peer.hex()[:16]}
        self._log.write(logging.INFO, "sync_peer_passed_over", party, reason=reason)
        if is_fault:
            self._transport.penalise(peer, reason)

    def _head(self) -> CommittedHead:
        return self._ledger.head()


def _decoded(data: bytes, height: Height) -> Block:
    block = decode_block(data)
    if block.height != height:
        raise SyncFault(f"block {block.height} where {height} was asked")
    return block


def _proof_in(block: Block) -> UncheckedCertificate:
    if block.last_certificate is None:
        raise SyncFault(f"block {block.height} does not prove the one before it")
    return block.last_certificate
