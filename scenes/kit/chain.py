"""What the validators have: heights, and answers to many questions in few requests."""

import asyncio
from collections.abc import Iterable, Sequence

from client.answers import text_field, uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.rpc import Answer, Request, RpcClient
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from primitives.limits import RPC_BATCH_MAX
from scenes.kit.story import Story

_POLL_S = 0.02
_WAIT_S = 60.0
_AGREE_S = 20.0


async def height_of(rpc: RpcClient) -> int:
    """Return the height of the last block that a node has."""
    return uint_field(await rpc.call("chain_getStatus"), "height")


async def until_height(urls: Iterable[str], height: int) -> None:
    """Wait until each node is at this height. Raises CheckFailed when one is not in a minute."""
    for url in urls:
        try:
            async with asyncio.timeout(_WAIT_S), RpcClient([url]) as rpc:
                while True:
                    if await _height_or_none(rpc) >= height:
                        break
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise CheckFailed(f"{url} is not at height {height} in a minute") from error


async def batched(rpc: RpcClient, requests: Sequence[Request]) -> list[Answer | RpcRefused]:
    """Return the answers to any number of requests, in order."""
    answers: list[Answer | RpcRefused] = []
    for start in range(0, len(requests), RPC_BATCH_MAX):
        answers += await rpc.batch(requests[start : start + RPC_BATCH_MAX])
    return answers


async def answers_to(rpc: RpcClient, requests: Sequence[Request]) -> list[Answer]:
    """Return the answers to any number of requests. Raises CheckFailed where one is refused."""
    answers: list[Answer] = []
    for request, answer in zip(requests, await batched(rpc, requests), strict=True):
        if isinstance(answer, RpcRefused):
            raise CheckFailed(f"{request.method}: {answer}")
        answers.append(answer)
    return answers


async def at_heights(rpc: RpcClient, method: str, heights: Iterable[int]) -> list[Answer]:
    """Return what a method answers at each height. Raises CheckFailed where it refuses."""
    return await answers_to(rpc, [Request(method, {"at": height}) for height in heights])


async def note_agreement(story: Story, devnet: Devnet) -> None:
    """Note whether all validators come to one height and one state root."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + _AGREE_S
    while True:
        heads = {await _head(url) for url in devnet.urls}
        if len(heads) == 1 or clock.time() > deadline:
            break
        await asyncio.sleep(_POLL_S)
    seen = ", ".join(f"{height} {root[:10]}" for height, root in sorted(heads))
    story.note("one height and one state root on all four", seen, is_kept=len(heads) == 1)


async def _height_or_none(rpc: RpcClient) -> int:
    try:
        return await height_of(rpc)
    except (NodeUnreachable, RpcRefused):
        return -1


async def _head(url: str) -> tuple[int, str]:
    async with RpcClient([url]) as rpc:
        status = await rpc.call("chain_getStatus")
    return uint_field(status, "height"), text_field(status, "state_root")
