"""The network under test as a strike and the checks see it: machines, heights, who signs."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from client.answers import uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.follow import Follower
from client.rpc import RpcClient
from tests.chaos.healing import NoWayOut, follow_advice, last_words, own_log_entries
from tests.chaos.machine import Machine
from tests.chaos.record import Broken, Record
from tests.e2e.statements import statement_of

PATIENCE_S = 120.0  # without progress; after it a wait is in vain and the run has failed
_POLL_S = 0.1
_RETRY_MAX = 5


class Failed(Exception):
    """A promise is broken, or a wait was in vain; says which."""


class Arena:
    """What strikes act on. `pulse` runs beside them and notes when blocks come."""

    def __init__(
        self,
        machines: Sequence[Machine],
        record: Record,
        follower: Follower,
    ) -> None:
        self.machines = tuple(machines)
        self.record = record
        self.follower = follower
        self.restored: Machine | None = None  # whose whole older directory is put back (R2.7)
        self.excused: list[tuple[str, Broken]] = []  # what was signed twice in that case
        self.judged = 0  # how many of the record's finds were looked at
        self.advice: list[str] = []
        self._blocks_at = [time.monotonic()]

    @property
    def height(self) -> int:
        """The highest height that a validator was seen at."""
        return max(self.follower.heights())

    async def pulse(self) -> None:
        """Note when the network's height rises; runs until it is cancelled."""
        height = self.height
        while True:
            await self.follower.changed(_POLL_S)
            if self.height > height:
                height = self.height
                self._blocks_at.append(time.monotonic())

    def longest_stall_s(self, since: float) -> float:
        """Return the longest time without a block since a monotonic time."""
        times = [max(since, at) for at in self._blocks_at if at >= since] + [time.monotonic()]
        return max(b - a for a, b in zip([since, *times], times, strict=False))

    async def read_log(self, machine: Machine) -> None:
        """Note what a stopped node's own log says that it signed."""
        entries = await asyncio.to_thread(own_log_entries, machine)
        for entry in entries:
            self.record.take(statement_of(entry))
            await asyncio.sleep(0)

    async def until_height(self, height: int) -> None:
        """Return when a validator has committed `height`. Raises Failed."""
        await self._until(lambda: self.height, height, f"nobody commits height {height}")

    async def until_everywhere(self) -> int:
        """Return the height that every validator has once all known receipts are there."""
        wanted = max([0, *(placed.height for placed in self.follower.placed.values())])
        await self._until(
            lambda: self.follower.height_everywhere, wanted, f"not all commit height {wanted}"
        )
        return self.follower.height_everywhere

    async def until_signing(self, machines: Iterable[Machine]) -> None:
        """Return when each signs commits above what the network now has.

        A node that has ended is treated as the guide says: by the command of its last words.

        Raises:
            Failed: one does not come back, or says no way out.
        """
        target = max([self.height, *self.record.last_commit.values()])
        tries: dict[str, int] = {}
        for machine in machines:

            def signs(machine: Machine = machine) -> bool:
                return self.record.last_commit.get(machine.key, 0) > target

            await self._until_signs(machine, signs, tries)

    async def _until_signs(
        self, machine: Machine, signs: Callable[[], bool], tries: dict[str, int]
    ) -> None:
        deadline, height = time.monotonic() + PATIENCE_S, await _height_of(machine)
        while not signs():
            await self._mend_ended(tries)
            if time.monotonic() > deadline:
                reached = await _height_of(machine)
                if reached > height:  # it fetches the chain, which takes as long as the chain is
                    deadline, height = time.monotonic() + PATIENCE_S, reached
                    continue
                raise Failed(
                    f"{machine.name} signs nothing for {PATIENCE_S:.0f} s; its log ends:"
                    f" {machine.log_since_start()[-600:]}"
                )
            await asyncio.sleep(_POLL_S)

    async def _mend_ended(self, tries: dict[str, int]) -> None:
        for machine in self.machines:
            if not machine.has_ended:
                continue
            tries[machine.name] = tries.get(machine.name, 0) + 1
            if tries[machine.name] > _RETRY_MAX:
                raise Failed(f"{machine.name} ends again and again: {last_words(machine)}")
            try:
                done = await asyncio.to_thread(follow_advice, machine)
            except NoWayOut as error:
                raise Failed(str(error)) from error
            self.advice.append(f"{machine.name}: sapha node {done}")
            machine.start()

    async def _until(self, reached: Callable[[], int], wanted: int, vain: str) -> None:
        deadline, height = time.monotonic() + PATIENCE_S, reached()
        while reached() < wanted:
            if time.monotonic() > deadline:
                if reached() == height:
                    raise Failed(f"waited {PATIENCE_S:.0f} s: {vain}")
                deadline, height = time.monotonic() + PATIENCE_S, reached()
            await asyncio.sleep(_POLL_S)


async def _height_of(machine: Machine) -> int:
    """Return how far a node's own chain goes; -1 while it does not answer."""
    try:
        async with RpcClient([machine.node.url]) as rpc:
            return uint_field(await rpc.call("chain_getStatus"), "height")
    except (NodeUnreachable, RpcRefused):
        return -1
