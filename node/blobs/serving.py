"""Answers members that ask for contents which they must keep."""

import logging
from collections.abc import Callable

from node.blobs.errors import BlobFault
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore
from node.blobs.wire import Answer, Get
from node.exchange.serving import Serving, ServingRules
from p2p.gated_log import GatedLog
from p2p.ports import Channel, Transport
from primitives.crypto import Digest, PublicKey
from primitives.errors import LocalFault

_log = logging.getLogger("sapha.blobs")

IsHost = Callable[[PublicKey, Digest], bool]


def blob_serving(
    store: BlobStore, transport: Transport, is_host: IsHost, settings: BlobSettings
) -> Serving[Get]:
    """Return what gives contents to those of their hosts that ask."""
    rules = ServingRules(
        name="blob",
        channel=Channel.BLOBS,
        bytes_per_s=settings.served_bytes_per_s,
        requests_per_s_max=settings.requests_per_s_max,
        waiting_max=settings.waiting_max,
        too_fast=BlobFault,
    )

    log = GatedLog(_log)

    async def answer(peer: PublicKey, request: Get) -> bytes:
        found = None
        if is_host(peer, request.content):
            try:
                found = await _found(store, request)
            except LocalFault as fault:  # of content only: ordering goes on
                name = request.content.hex()[:16]
                log.write(logging.ERROR, "content_not_read", {}, content=name, reason=fault)
        return Answer(request.request_id, found).encode()

    return Serving(transport, rules, answer)


async def _found(store: BlobStore, request: Get) -> bytes | tuple[bytes, ...] | None:
    if request.index is None:
        return tuple(await store.wraps(request.content))
    return await store.get(request.content, request.index)
