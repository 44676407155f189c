"""A network under load, phase by phase: at rest, with as much as fits, at a fixed rate.

Each phase says what was committed on every validator and what the validators used meanwhile.
The network may be of another engine: `LoadedNetwork` says how its nodes are asked.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median

from client.contract import Actor
from client.follow import Follower
from client.load import Loader, Measured, sign_transfers
from client.node import NodeMaker, SaphaNode
from commands.output import CheckFailed
from commands.processes import Network
from commands.usage import disk_bytes, processor_s, resident_mb
from primitives.crypto import SigningKey, verify

WARM_UP_S = 3.0
_PRESIGNED_TX_S_MAX = 5_000  # more than fit
_WINDOW = 6_000
_SETTLE_S = 60.0
_CALIBRATE_ROUNDS = 15
_CALIBRATE_CHECKS = 400
_BODY_BYTES = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedNetwork:
    """Validators, who pays on them, and how many signatures of transactions they have verified."""

    network: Network
    urls: Sequence[str]
    holders: Sequence[Actor]
    signatures_checked: Callable[[], Awaitable[int]]  # by all validators since their start
    node_of: NodeMaker = SaphaNode

    @property
    def count(self) -> int:
        """How many validators."""
        return len(self.network.validators)

    @asynccontextmanager
    async def loading(self) -> AsyncIterator[tuple[Follower, Loader]]:
        """Follow the blocks that come from now on, with a loader that sends to all nodes."""
        first = self.node_of(self.urls[0], None)
        await first.open()
        try:
            height = await first.height()
        finally:
            await first.close()
        async with (
            Follower(self.urls, from_height=height, node_of=self.node_of) as follower,
            Loader(self.urls, follower, node_of=self.node_of) as loader,
        ):
            yield follower, loader


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What a validator uses while nothing is sent."""

    cores: float
    resident_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What came of as many transfers as fit; figures are of a transaction and validator.

    `measured` leaves out the warm-up; processor time, checks and disk are of the whole phase.
    """

    measured: Measured
    committed: int
    processor_us: float
    signatures_checked: float
    disk_bytes: float
    resident_mb: float
    generator_cores: float

    def signature_share(self, verify_us: float) -> float:
        """Return the part of the processor time that checks of `verify_us` each are."""
        if self.processor_us <= 0:
            return 0.0
        return self.signatures_checked * verify_us / self.processor_us


async def rest(loaded: LoadedNetwork, seconds: float) -> Rest:
    """Wait, with nothing asked of any node; return what a validator used."""
    before, began = processor_s(loaded.network), time.monotonic()
    await asyncio.sleep(seconds)
    used_s = processor_s(loaded.network) - before
    return Rest(
        cores=used_s / (time.monotonic() - began) / loaded.count,
        resident_mb=resident_mb(loaded.network),
    )


async def saturate(loaded: LoadedNetwork, seconds: float) -> Saturation:
    """Send as many transfers as fit into the warm-up and the time after it.

    Raises:
        CheckFailed: validators differ, or what they acknowledged is in no block.
    """
    addresses = [holder.address for holder in loaded.holders]
    count = int(_PRESIGNED_TX_S_MAX * (seconds + WARM_UP_S))
    transfers = await asyncio.to_thread(sign_transfers, loaded.holders, addresses, count)
    disk, checked = disk_bytes(loaded.network), await loaded.signatures_checked()
    async with loaded.loading() as (follower, loader):
        used_s, own_s = processor_s(loaded.network), time.process_time()
        started = time.monotonic()
        await loader.saturate(transfers, window=_WINDOW, seconds=seconds + WARM_UP_S)
        ended = time.monotonic()
        own_s = time.process_time() - own_s
        await settle(loader, follower)
        used_s = processor_s(loaded.network) - used_s
        measured = loader.measure(started + WARM_UP_S, ended)
        committed = len(follower.committed_everywhere())
    shares = max(1, committed) * loaded.count
    return Saturation(
        measured=measured,
        committed=committed,
        processor_us=used_s * 1e6 / shares,
        signatures_checked=(await loaded.signatures_checked() - checked) / shares,
        disk_bytes=(disk_bytes(loaded.network) - disk) / shares,
        resident_mb=resident_mb(loaded.network),
        generator_cores=own_s / (ended - started),
    )


async def pace(loaded: LoadedNetwork, rate: float, seconds: float) -> Measured:
    """Send at a fixed rate; return what was committed after a warm-up. Raises as `saturate`."""
    addresses = [holder.address for holder in loaded.holders]
    count = int(rate * (seconds + WARM_UP_S))
    transfers = await asyncio.to_thread(sign_transfers, loaded.holders, addresses, count)
    async with loaded.loading() as (follower, loader):
        began = time.monotonic() + WARM_UP_S
        await loader.at_rate(transfers, rate)
        await settle(loader, follower)
        return loader.measure(began, time.monotonic())


async def settle(loader: Loader, follower: Follower) -> None:
    """Wait until all that was acknowledged is on every validator. Raises CheckFailed."""
    is_settled = await loader.settle(_SETTLE_S)
    if follower.differences:
        raise CheckFailed("; ".join(follower.differences))
    if not is_settled:
        raise CheckFailed(f"acknowledged transactions are missing after {_SETTLE_S} s")


def calibrate() -> float:
    """Return the microseconds of processor time of one signature check, every core checking.

    All cores at once, because a core alone may run faster than it does when the others work too.
    """
    cores = core_count()
    with get_context("spawn").Pool(cores) as pool:
        return median(pool.map(_verify_us, range(cores), chunksize=1))


def core_count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _verify_us(_core: int) -> float:
    key = SigningKey(os.urandom(32))
    data = os.urandom(_BODY_BYTES)
    signature = key.sign("tx", data)
    rounds = []
    for _ in range(_CALIBRATE_ROUNDS):
        began = time.process_time()
        for _ in range(_CALIBRATE_CHECKS):
            verify(key.public_key, "tx", data, signature)
        rounds.append((time.process_time() - began) / _CALIBRATE_CHECKS)
    return median(rounds) * 1e6
