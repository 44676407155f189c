"""All methods by name."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache

from node.rpc import blobs, chain, events, network, openrpc, operator, state, tx
from node.rpc.document_results import OpenRpcJson
from node.rpc.method import Caller, Method
from node.rpc.schemas import NoParams


async def discover(caller: Caller, _params: NoParams) -> OpenRpcJson:
    """Return the OpenRPC document of this server."""
    return await asyncio.to_thread(_document, caller.view.facts.version)


@lru_cache(maxsize=1)
def _document(version: str) -> OpenRpcJson:
    """Made once: it takes more time than a turn."""
    return openrpc.document(METHODS.values(), version)


_DISCOVER = Method(name="rpc.discover", params=NoParams, run=discover)

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        *chain.METHODS,
        *network.METHODS,
        *tx.METHODS,
        *state.METHODS,
        *events.METHODS,
        *blobs.METHODS,
        *operator.METHODS,
        _DISCOVER,
    )
}
