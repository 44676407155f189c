"""`sapha vote relay`: a ballot relay on the loopback; see client.voting.relay for its limits."""

import asyncio

from client.answers import text_field
from client.voting.relay import Pool, RelayPolicy
from client.voting.relay_server import RelayPlace, RelayServer
from commands.nodes import open_rpc
from commands.output import emit


async def relay(*, port: int, batch: int, hold: int, rpc: list[str] | None, as_json: bool) -> None:
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
