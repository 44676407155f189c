"""Joins by a snapshot of the peers: finds one, proves it from the genesis, fetches its parts.

A peer's word counts for nothing: the header must follow from the genesis step by step, each part
of the state is proved alone under it, and each block is the parent of the one before. Who lies is
reported and left, another is asked. What was fetched stays on disk, so that a node that was stopped
goes on where it was. Source: docs/protocol.md#snapshots.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial

from genesis.following import RESTART, SET, Follower, Step
from genesis.restarts import UnknownRestart
from genesis.sets import UnknownValidators
from node.exchange.questions import NoAnswer
from node.room import DiskRoom
from node.snapshots import (
    Place,
    ProvenSnapshot,
    SnapshotFolder,
    WholeSnapshot,
    make_store,
    prove,
)
from node.snapshots.coming import Coming
from node.snapshots.folder import SnapshotUnusable
from node.sync.client import SyncClient
from p2p.gated_log import GatedLog
from p2p.ports import Transport
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from primitives.ids import Height
from primitives.snapshot import Manifest, read_manifest

_log = logging.getLogger("sapha.sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParts:
    """Where what is fetched goes, and where a store is made of it.

    `blocks_min` is how many blocks a snapshot must be ahead, where peers have the blocks too.
    """

    folder: SnapshotFolder
    place: Place
    blocks_min: int
    room: DiskRoom = field(default_factory=DiskRoom)


@dataclass(slots=True)
class _Candidate:
    """A snapshot, with its certificate as each peer that offers it has it."""

    manifest: Manifest
    offers: dict[PublicKey, bytes] = field(default_factory=dict)


class Joining:
    """Used by catching up, in its one task."""

    def __init__(self, client: SyncClient, transport: Transport, parts: JoinParts) -> None:
        self.joined = asyncio.Event()  # set once there is a store
        self.blocks_min = parts.blocks_min
        self._client = client
        self._transport = transport
        self._parts = parts
        self._left: set[PublicKey] = set()  # peers that lied or failed, for one attempt
        self._log = GatedLog(_log)

    async def join(self, above: int) -> bool:
        """Make a store of a snapshot above a height; return whether there is one now.

        Raises:
            LocalFault: the disk refuses for another reason than room.
        """
        self._left.clear()
        candidates = await self._candidates(above)
        for candidate in candidates:
            if await self._take(candidate):
                self._parts.folder.forget_coming()
                height = candidate.manifest.header.height
                self._log.write(logging.INFO, "snapshot_joined", {}, height=height)
                self.joined.set()
                return True
        self._log.write(logging.INFO, "no_snapshot_to_join", {}, offered=len(candidates))
        return False

    async def _candidates(self, above: int) -> list[_Candidate]:
        """Return what peers offer above a height, the newest first; nothing is proved."""
        found: dict[bytes, _Candidate] = {}
        for peer in self._transport.connected():
            try:
                offer = await self._client.offer(peer)
                if offer.manifest is None:
                    continue
                manifest = read_manifest(offer.manifest)
            except NoAnswer as failure:
                self._leave(peer, failure.reason, is_fault=failure.is_fault)
            except Rejected as error:
                self._leave(peer, f"bad snapshot: {error}", is_fault=True)
            else:
                if manifest.header.height > above:
                    known = found.setdefault(manifest.id, _Candidate(manifest))
                    known.offers[peer] = offer.certificate
        return sorted(found.values(), key=lambda one: -one.manifest.header.height)

    async def _take(self, candidate: _Candidate) -> bool:
        """Fetch a candidate and make a store of it; False: nobody has it, or it is a lie."""
        proven = await self._proven(candidate)
        if proven is None:
            return False
        name = candidate.manifest.id.hex()[:16]
        coming = await asyncio.to_thread(Coming, self._parts.folder, name, proven)
        try:
            while (number := coming.next_number) is not None:
                if not await self._fetch(candidate, coming, number):
                    return False
            whole = WholeSnapshot(proven=proven, part=coming.part)
            make = partial(asyncio.to_thread, make_store, whole, self._parts.place)
            await self._parts.room.until_done(make)
        except (Rejected, SnapshotUnusable) as lie:
            for peer in candidate.offers:
                self._leave(peer, f"bad snapshot: {lie}", is_fault=True)
            self._parts.folder.forget_coming()
            return False
        return True

    async def _proven(self, candidate: _Candidate) -> ProvenSnapshot | None:
        """Return the candidate, proved by the steps that one of its peers gives."""
        follower = Follower(self._parts.place.genesis)
        for peer, certificate in list(candidate.offers.items()):
            if peer in self._left:
                continue
            try:
                while True:
                    try:
                        return prove(candidate.manifest, certificate, follower)
                    except (UnknownValidators, UnknownRestart):
                        if not await self._follow(peer, follower):
                            raise
            except NoAnswer as failure:
                self._leave(peer, failure.reason, is_fault=failure.is_fault)
            except Rejected as error:
                self._leave(peer, f"bad snapshot: {error}", is_fault=True)
        return None

    async def _follow(self, peer: PublicKey, follower: Follower) -> bool:
        """Take the next steps that a peer has; return whether anything was learned."""
        before = len(follower.steps)
        above_sets = Height(max(follower.sets.last[0] - 1, 0))
        found = await self._client.steps(peer, above_sets, follower.reigns.last.first_height)
        steps = [Step(SET, proof) for proof in found.sets]
        waiting = steps + [Step(RESTART, proof) for proof in found.restarts]
        while waiting:
            left: list[Step] = []
            for step in waiting:
                try:
                    follower.take(step)
                except (UnknownValidators, UnknownRestart):
                    left.append(step)  # one of the other kind comes before it
            if len(left) == len(waiting):
                break
            waiting = left
            await asyncio.sleep(0)
        return len(follower.steps) > before

    async def _fetch(self, candidate: _Candidate, coming: Coming, number: int) -> bool:
        """Fetch and keep one part; False: none of the peers that offer it gives it."""
        peers = [peer for peer in candidate.offers if peer not in self._left]
        for turn in range(len(peers)):
            peer = peers[(number + turn) % len(peers)]
            try:
                data = await self._client.part(peer, candidate.manifest.id, number)
                part = await asyncio.to_thread(coming.checked, number, data)
            except NoAnswer as failure:
                self._leave(peer, failure.reason, is_fault=failure.is_fault)
            except Rejected as error:
                self._leave(peer, f"bad part of a snapshot: {error}", is_fault=True)
            else:
                keep = partial(asyncio.to_thread, coming.keep, number, data)
                await self._parts.room.until_done(keep)
                await asyncio.to_thread(coming.took, number, part)
                return True
        return False

    def _leave(self, peer: PublicKey, reason: str, *, is_fault: bool) -> None:
        self._left.add(peer)
        party = {"peer": peer.hex()[:16]}
        self._log.write(logging.INFO, "snapshot_peer_left", party, reason=reason)
        if is_fault:
            self._transport.penalise(peer, reason)
