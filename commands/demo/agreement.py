"""Whether all validators have come to the same state."""

import asyncio
import time

from client.answers import text_field, uint_field
from client.rpc import RpcClient
from commands.demo.stage import Check
from commands.devnet_files import Devnet

_AGREE_S = 20.0
_POLL_S = 0.05


async def check_agreement(devnet: Devnet) -> Check:
    """Check that all four have one height and one state root."""
    deadline = time.monotonic() + _AGREE_S
    while True:
        heads = []
        for node in devnet.validators:
            async with RpcClient([node.url]) as rpc:
                status = await rpc.call("chain_getStatus")
            heads.append((uint_field(status, "height"), text_field(status, "state_root")))
        if len(set(heads)) == 1 or time.monotonic() > deadline:
            break
        await asyncio.sleep(_POLL_S)
    seen = ", ".join(f"{height} {root[:10]}" for height, root in sorted(set(heads)))
    return Check("one height and one state root on all four", seen, len(set(heads)) == 1)
