"""A steady load of signed payments by several clients, for as long as a run lasts."""

import asyncio
from collections.abc import Iterable, Sequence

from client.access import RpcSettings
from client.contract import Actor
from client.follow import Follower
from client.load import Loader, sign_transfers
from primitives.ids import Address

PER_SECOND = 40.0
CLIENTS = 10
FUNDS_SATANG = 10_000_000
_PART_S = 1.0
_ANSWER_S = 3.0


class Payments:
    """Signs and sends while the block lasts; knows what each holder must have at the end."""

    def __init__(self, urls: Sequence[str], follower: Follower, holders: Sequence[Actor]) -> None:
        settings = RpcSettings(connect_timeout_s=1.0, answer_timeout_s=_ANSWER_S)
        self._loader = Loader(urls, follower, settings)
        self._follower = follower
        self._holders = holders
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._moves: dict[bytes, tuple[Address, Address, int]] = {}

    async def __aenter__(self) -> "Payments":
        await self._loader.__aenter__()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._loader.__aexit__()

    @property
    def sent(self) -> int:
        """How many payments were handed over."""
        return len(self._loader.sent.due_at)

    async def finish(self) -> None:
        """Send no more; return when what is being sent is taken or refused."""
        self._is_over.set()
        if self._task is not None:
            await self._task

    def balances(self, committed: Iterable[bytes]) -> dict[Address, int]:
        """Return what each holder has once these payments took effect, each once."""
        balances = {holder.address: FUNDS_SATANG for holder in self._holders}
        for identifier in committed:
            sender, receiver, satang = self._moves[identifier]
            balances[sender] -= satang
            balances[receiver] += satang
        return balances

    def is_ours(self, transaction_id: bytes) -> bool:
        """Whether this load signed the transaction."""
        return transaction_id in self._moves

    async def _run(self) -> None:
        addresses = [holder.address for holder in self._holders]
        async with asyncio.TaskGroup() as group:
            while not self._is_over.is_set():
                part = sign_transfers(self._holders, addresses, int(PER_SECOND * _PART_S))
                for transfer in part:
                    to, satang, _memo = transfer.body.args
                    self._moves[transfer.transaction_id] = (transfer.body.sender, to, satang)
                group.create_task(self._loader.at_rate(part, PER_SECOND))
                await asyncio.sleep(_PART_S)
