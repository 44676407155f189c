"""Brings what this node holds in line with what the ledger names, block by block.

Fetches what it must keep, settles and announces what was uploaded here, erases what the ledger
says is erased, and throws away uploads that no transaction names in time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from node.blobs.errors import BlobFault
from node.blobs.fetching import Fetcher
from node.blobs.peers import MemberNames, PeerOrder
from node.blobs.policy import CONTRACT, FIRST, BlobPolicy
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.strangers import StrangersRoom
from node.blobs.wire import Have
from node.blobs.wrapping import WrapsDesk
from node.ports import CommittedBlock
from p2p.gated_log import GatedLog
from p2p.ports import Channel, Transport
from primitives.blob_documents import Erasure, ErasureReceipt
from primitives.crypto import Digest
from primitives.errors import LocalFault

_log = logging.getLogger("sapha.blobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperParts:
    """What the keeper works with."""

    store: BlobStore
    policy: BlobPolicy
    transport: Transport
    members: MemberNames
    fetcher: Fetcher
    order: PeerOrder
    wraps: WrapsDesk
    strangers: StrangersRoom
    settings: BlobSettings
    chain_id: str
    receipt: Callable[[Erasure], Awaitable[ErasureReceipt]]
    now_ms: Callable[[], int]


class Keeper:
    """One task, woken by blocks and by the clock."""

    def __init__(self, parts: KeeperParts) -> None:
        self._parts = parts
        self._seen = FIRST
        self._wake = asyncio.Event()
        self._log = GatedLog(_log)

    def on_committed(self, block: CommittedBlock) -> None:
        """Look at what a block changed, soon."""
        events = (event for receipt in block.receipts for event in receipt.events)
        if any(event.contract == CONTRACT for event in events):
            self._wake.set()

    async def run(self) -> None:
        """Keep in line until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except LocalFault as fault:  # our disk: content waits, the ledger goes on
                self._log.write(logging.ERROR, "contents_not_in_line", {}, reason=fault)
            try:
                async with asyncio.timeout(self._parts.settings.sweep_s):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def catch_up(self) -> None:
        """Do all that is due. Raises StoreFailed, StoreFull."""
        await self._read_feed()
        await self._expire()

    async def erase(self, content: Digest) -> bytes:
        """Erase a content that the ledger says is erased; return the receipt."""
        self._parts.fetcher.forget(content)
        kept = await self._parts.store.receipt(content)
        if kept is not None:
            return kept
        made = await self._receipt(content)
        return await self._parts.store.erase(content, lambda: made)

    def on_have(self, peer_name: str, content: Digest) -> bool:
        """Take an announcement; return whether its content is wanted here."""
        hosts = self._parts.policy.content_hosts(content)
        held = self._parts.store.held(content)
        if held is not None and peer_name in hosts:
            held.is_passed_on = True
        is_here = held is not None and held.is_complete
        if self._parts.members.own in hosts and not is_here:
            return True  # and fetched once the announcement is noted
        return not hosts  # perhaps of a block that is not here yet

    async def _read_feed(self) -> None:
        policy, page = self._parts.policy, self._parts.settings.page
        while rows := policy.contents_since(self._seen, page):
            for row in rows:
                await self._consider(row.content)
                self._seen = row
            await asyncio.sleep(0)
            if len(rows) < page:
                return

    async def _consider(self, content: Digest) -> None:
        """Act on a content that is named, has other hosts, or is erased."""
        parts = self._parts
        parts.strangers.end(content)
        held = parts.store.held(content)
        if parts.policy.is_erased(content):
            if held is not None:
                await self.erase(content)
            return
        is_complete = held is not None and held.is_complete
        was_put_here = held is not None and held.uploader is not None
        if parts.members.own in parts.policy.content_hosts(content):
            if not is_complete:
                parts.fetcher.want(content)
            await parts.store.settle(content)
        if is_complete and was_put_here:
            await self.announce(content)

    async def announce(self, content: Digest) -> None:
        """Tell the hosts of a content that all of it is here, with the wraps made here."""
        parts = self._parts
        have = Have(content).encode()
        for peer in parts.order.connected(parts.policy.content_hosts(content)):
            parts.transport.send(peer, Channel.BLOBS, have)
        for document in await parts.store.wraps(content):
            try:
                parts.wraps.pass_on(document, parts.order, parts.transport)
            except BlobFault as fault:
                name = content.hex()[:16]
                self._log.write(
                    logging.WARNING, "wraps_not_passed_on", {}, content=name, reason=fault
                )

    async def _expire(self) -> None:
        """Drop uploads whose time is up: on no ledger, or where a host has them by now."""
        parts, now_ms = self._parts, self._parts.now_ms()
        for content, held in parts.store.index.pending():
            age_s = (now_ms - held.since_ms) / 1000
            is_stranger = content in parts.strangers
            bounds = parts.settings
            if age_s < (bounds.strangers_s_max if is_stranger else bounds.pending_s_max):
                continue
            parts.strangers.end(content)
            hosts = parts.policy.content_hosts(content)
            if parts.members.own in hosts:
                await parts.store.settle(content)
            elif not hosts or held.is_passed_on or age_s > parts.settings.relay_s_max:
                await parts.store.drop(content)

    async def _receipt(self, content: Digest) -> bytes:
        parts = self._parts
        erasure = Erasure(
            chain_id=parts.chain_id,
            content=content,
            node=parts.members.own,
            erased_at_ms=parts.now_ms(),
        )
        return (await parts.receipt(erasure)).encode()
