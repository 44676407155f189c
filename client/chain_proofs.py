"""Proofs that a node keeps of its chain, asked for until it has no more above what is known."""

from collections.abc import Callable

from client.answers import hex_field
from client.errors import BadAnswer
from client.rpc import RpcClient


async def take_proofs(
    rpc: RpcClient, method: str, *, above: Callable[[], int], take: Callable[[bytes], None]
) -> None:
    """Ask for the proofs above what is known and take each, until a round teaches nothing.

    `above` returns the height up to which the taker knows them; `take` verifies one proof's bytes.

    Raises:
        Rejected: what `take` raises.
        BadAnswer: the node gives no list of proofs.
    """
    while True:
        known = above()
        found = await rpc.call(method, {"above": known})
        if not isinstance(found, list):
            raise BadAnswer(f"{method} gives no list")
        for item in found:
            take(hex_field(item, "proof"))
        if above() == known:
            return
