"""Asks a second node for the same chain: which one is behind, and whether they differ."""

from dataclasses import dataclass

from client.light import LightClient
from client.rpc import RpcClient
from genesis.following import Proven

_BEHIND_BLOCKS_MIN = 2  # one block less is a moment's difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Two nodes have one chain; `stale` names the one that is behind, None when neither is."""

    second: str  # the address of the second node
    height: int  # of the block that both were compared at
    stale: str | None
    behind_blocks: int
    behind_ms: int  # of block time

    @property
    def warning(self) -> str | None:
        """What to tell a user, None when nothing."""
        if self.stale is None:
            return None
        return f"{self.stale} is {self.behind_blocks} blocks ({self.behind_ms} ms) behind"


async def second_opinion(light: LightClient, first: RpcClient, second: RpcClient) -> Opinion:
    """Compare the last blocks of two nodes, both verified, at the lower one's height.

    Raises:
        ForkProven: both have certified headers there, and they differ.
        RpcRefused, NodeUnreachable, BadAnswer, BadCertificate: a node does not prove its own.
    """
    heads = [await light.header(node, "latest") for node in (first, second)]
    (lower, low_node), (higher, high_node) = sorted(
        zip(heads, (first, second), strict=True), key=lambda pair: pair[0].header.height
    )
    same = await _at(light, higher, high_node, lower.header.height)
    if same.header.hash != lower.header.hash:
        raise light.fork(lower, same)
    behind = higher.header.height - lower.header.height
    return Opinion(
        second=second.urls[0],
        height=lower.header.height,
        stale=low_node.urls[0] if behind >= _BEHIND_BLOCKS_MIN else None,
        behind_blocks=behind,
        behind_ms=higher.header.time_ms - lower.header.time_ms,
    )


async def _at(light: LightClient, head: Proven, node: RpcClient, height: int) -> Proven:
    return head if head.header.height == height else await light.header(node, height)
