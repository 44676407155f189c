"""All methods by name."""

from collections.abc import Mapping

from node.rpc import blobs, chain, events, openrpc, operator, state, tx
from node.rpc.method import Caller, Method
from node.rpc.schemas import NoParams


async def discover(caller: Caller, _params: NoParams) -> object:
    """Return the OpenRPC document of this server."""
    return openrpc.document(METHODS.values(), caller.view.facts.version)


_DISCOVER = Method(
    name="rpc.discover", params=NoParams, returns="an OpenRPC document", run=discover
)

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        *chain.METHODS,
        *tx.METHODS,
        *state.METHODS,
        *events.METHODS,
        *blobs.METHODS,
        *operator.METHODS,
        _DISCOVER,
    )
}
