"""Many transactions at once: handed to all validators, waited for on every one of them."""

from collections.abc import Sequence

from client.answers import uint_field
from client.follow import Follower
from client.load import Loader
from client.rpc import RpcClient
from commands.devnet_files import Devnet
from commands.output import CheckFailed
from primitives.receipt import OK
from primitives.transaction import Transaction

_WINDOW = 2_000
_SETTLE_S = 60.0


async def send_together(
    what: str, devnet: Devnet, transactions: Sequence[Transaction]
) -> list[str]:
    """Return the code of each transaction once every validator has it, in order.

    Raises:
        CheckFailed: some are in no block after a minute; names `what`.
    """
    async with RpcClient(devnet.urls) as rpc:
        start = uint_field(await rpc.call("chain_getStatus"), "height")
    async with (
        Follower(devnet.urls, from_height=start) as follower,
        Loader(devnet.urls, follower) as loader,
    ):
        await loader.saturate(transactions, window=_WINDOW)
        if not await loader.settle(_SETTLE_S):
            raise CheckFailed(f"{what}: not on every validator after {_SETTLE_S:.0f} s")
        refused, placed = loader.sent.refused, follower.placed
        return [
            refused[key] if key in refused else placed[key].code
            for key in (transaction.transaction_id for transaction in transactions)
        ]


async def all_together(what: str, devnet: Devnet, transactions: Sequence[Transaction]) -> None:
    """Send transactions that all have to take effect. Raises CheckFailed with their codes."""
    codes = set(await send_together(what, devnet, transactions)) - {OK}
    if codes:
        raise CheckFailed(f"{what}: {', '.join(sorted(codes))}")
