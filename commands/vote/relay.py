"""`sapha vote relay`: a ballot relay on the loopback; see client.voting.relay for its limits."""

import asyncio
from typing import Annotated

import typer

from client.answers import text_field
from client.voting.relay import Pool, RelayPolicy
from client.voting.relay_server import RelayPlace, RelayServer
from commands.options import Rpc, open_rpc
from commands.output import AsJson, command, emit


@command
async def relay(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 26680,
    batch: Annotated[int, typer.Option(min=1, help="Ballots that go out together.")] = 4,
    hold: Annotated[int, typer.Option(min=1, max=240, help="Longest wait, in seconds.")] = 120,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Take ballots, hold them back, and send them on mixed. It sees voters' addresses itself."""
    async with open_rpc(rpc) as client:
        chain_id = text_field(await client.call("chain_getStatus"), "chain_id")
        policy = RelayPolicy(chain_id=chain_id, batch_min=batch, hold_ms_max=hold * 1000)
        server = RelayServer(client, Pool(policy), RelayPlace(port=port))
        await server.start()
        try:
            text = f"relay of {chain_id} at {server.url}; put TLS before it that logs no addresses"
            emit({"url": server.url}, text, as_json=as_json)
            await server.run()
        except asyncio.CancelledError:
            await server.stop()
            raise
