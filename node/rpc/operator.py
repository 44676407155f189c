"""The methods node_*, for operators, and the subscriptions of a socket."""

from node.rpc.method import Caller, Method
from node.rpc.schemas import NoParams, SubscribeParams, SubscriptionParams
from node.rpc.strict_json import json_integer
from node.rpc.values import hex_of


async def get_peers(caller: Caller, _params: NoParams) -> object:
    """Return every other member and whether it is connected."""
    return [
        {
            "name": peer.name,
            "public_key": hex_of(peer.public_key),
            "connected": peer.is_connected,
            "host": peer.host,
            "port": peer.port,
            "is_validator": peer.is_validator,
            "connected_s": round(peer.connected_s, 1),
            "last_reason": peer.last_reason,
            "clock_offset_ms": None if peer.clock_offset_ms is None else _ms(peer.clock_offset_ms),
        }
        for peer in caller.view.peers()
    ]


async def get_health(caller: Caller, _params: NoParams) -> object:
    """Return which checks pass, and for each that fails what was seen and what mends it."""
    return caller.view.health().to_json()


async def get_consensus(caller: Caller, _params: NoParams) -> object:
    """Return where the engine is, whose votes are missing, and who missed turns."""
    return caller.view.consensus()


async def subscribe(caller: Caller, params: SubscribeParams) -> object:
    """Begin a subscription to blocks, an address's transactions, or contract events."""
    return caller.socket().subscribe(params)


async def unsubscribe(caller: Caller, params: SubscriptionParams) -> object:
    """End a subscription; false when there is none of this id."""
    return caller.socket().unsubscribe(params.subscription)


def _ms(offset_ms: float) -> object:
    return json_integer(round(offset_ms))


METHODS = (
    Method(
        name="node_getPeers",
        params=NoParams,
        returns="a list of name, public_key, connected, host, port, is_validator, connected_s, "
        "last_reason, clock_offset_ms",
        run=get_peers,
        is_operator_only=True,
    ),
    Method(
        name="node_getHealth",
        params=NoParams,
        returns="status, checks",
        run=get_health,
        is_operator_only=True,
    ),
    Method(
        name="node_getConsensus",
        params=NoParams,
        returns="the engine's status, and who missed turns",
        run=get_consensus,
        is_operator_only=True,
    ),
    Method(
        name="events_subscribe",
        params=SubscribeParams,
        returns="the id of the subscription; items follow as events_notify",
        run=subscribe,
    ),
    Method(
        name="events_unsubscribe",
        params=SubscriptionParams,
        returns="whether there was such a subscription",
        run=unsubscribe,
    ),
)
