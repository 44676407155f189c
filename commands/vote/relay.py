"""`sapha vote relay`: a relay on the loopback; see client.relay.pool for its limits."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from client.access import RpcSettings
from client.answers import text_field
from client.hpke import SealingKey
from client.relay.address import RelayAddress, read_address
from client.relay.carrier import Carrier
from client.relay.door import DoorPlace
from client.relay.key_file import RelayKeys, load_key_file, make_key_file, renew_key_file
from client.relay.mailbox import Mailbox
from client.relay.pool import Pool, RelayPolicy
from client.relay.server import RelayParts, RelayServer
from client.voting.ballot_kind import BALLOTS
from commands.nodes import authorities, open_rpc
from commands.output import emit, say


async def relay(  # noqa: PLR0913 - each is an option of the command
    *,
    port: int,
    batch: int,
    hold: int,
    relay_key: Path | None,
    carry: list[RelayAddress] | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Open letters, hold back the ballots in them, and send them on mixed."""
    if relay_key is None:
        say("the relay's key is for this run alone; for one that lasts: sapha vote relay-key")
    keys = RelayKeys(SealingKey.generate()) if relay_key is None else load_key_file(relay_key)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_rpc(rpc))
        chain_id = text_field(await client.call("chain_getStatus"), "chain_id")
        policy = RelayPolicy(
            chain_id=chain_id, kinds=(BALLOTS,), batch_min=batch, hold_ms_max=hold * 1000
        )
        carrier = Carrier(carry or (), RpcSettings(tls=authorities()))
        parts = RelayParts(
            mailbox=Mailbox(keys.current, keys.retired),
            pool=Pool(policy),
            carrier=await stack.enter_async_context(carrier),
        )
        server = RelayServer(client, parts, DoorPlace(port=port))
        await server.start()
        try:
            address = str(server.address)
            text = f"relay of {chain_id} at {address}; put TLS before it that logs no addresses"
            emit({"url": address, "carries": len(carry or ())}, text, as_json=as_json)
            await server.run()
        except asyncio.CancelledError:
            await server.stop()
            raise


def relay_key(file: Path, *, renew: bool, as_json: bool) -> None:
    """Make a relay's key, or put a fresh one in its place."""
    keys = renew_key_file(file) if renew else make_key_file(file)
    key = "0x" + keys.current.public.hex()
    text = f"{file}: the relay's address is that of its host, and then #{key}"
    emit({"file": str(file), "key": key, "retired": len(keys.retired)}, text, as_json=as_json)


def carried_address(text: str) -> RelayAddress:
    """Return the address of a relay to carry for. Raises BadRelayAddress."""
    return read_address(text)
