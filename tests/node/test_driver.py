"""The driver steps on while a proposal's costly checks run, and bounds the bytes of each peer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from consensus import Engine, WorkWaiting
from consensus.events import RESTART_TAG_BYTES, TimerFired, tag_of
from consensus.messages import Kind
from node.driver import PEER_EVENT_BYTES_MAX, Driver, KeyChange
from node.observe.metrics import NodeMetrics
from node.performer import PerformerParts
from node.ports import CommittedHead
from node.room import DiskRoom
from primitives.crypto import PublicKey
from primitives.limits import BLOCK_TIME_DRIFT_MS_MAX, FRAME_BYTES_MAX
from tests.builders import header, validators
from tests.consensus.builders import (
    block_on,
    engine_of,
    genesis_head,
    key_of,
    pre_prepare,
    prepare,
)

HEAD = genesis_head(4)
BLOCK = block_on(HEAD, proposer=1, transactions=(b"a ballot",))


@dataclass
class World:
    """Everything around one driver: the checks of ballots end when a test says so."""

    now_ms: int = BLOCK.header.time_ms
    is_costly: bool = True
    checks: asyncio.Future[None] | None = None
    done: list[tuple[str, object]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, what: str, value: object = None) -> None:
        self.done.append((what, value))
        self.changed.set()

    def of(self, what: str) -> list[object]:
        return [value for name, value in self.done if name == what]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    def head(self) -> CommittedHead:
        genesis = header(height=0)
        return CommittedHead(
            header=genesis,
            block_hash=genesis.hash,
            certificate=None,
            validators=validators(4),
            decided_by=None,
            restart=genesis.restart,
        )

    def validating(self, block):
        self.note("executed", block.hash)
        yield

    def start_height(self, height: int) -> None:
        pass

    def append(self, _height: int, entry: bytes) -> None:
        self.done.append(("written", entry))

    def write_lock(self, _lock) -> None:
        pass

    def write(self, state) -> None:
        self.done.append(("signed", state.mark))

    def broadcast(self, _channel, payload: bytes) -> None:
        self.note("broadcast", payload)

    def send(self, peer: PublicKey, _channel, payload: bytes) -> bool:
        self.note("sent", (peer, payload))
        return True

    def penalise(self, peer: PublicKey, _reason: str) -> None:
        self.note("blamed", peer)

    def prepare(self, _raws) -> Awaitable[None] | None:
        if not self.is_costly:
            return None
        self.checks = asyncio.get_running_loop().create_future()
        self.note("asked")
        return self.checks

    def ignore(self, *_said) -> None:
        pass


def driver_of(world: World, engine: Engine, key_change: KeyChange | None = None) -> Driver:
    parts = PerformerParts(
        ledger=world,
        wal=world,
        sign_state=world,
        pool=[],
        transport=world,
        own_key=lambda: key_of(0),
        ask_signer=lambda _effect: None,
        metrics=NodeMetrics(),
        heartbeat_ms=3_600_000,
        block_transactions_max=10,
        prepare=world.prepare,
        room=DiskRoom(),
        fetch_blocks=world.ignore,
        committed=world.ignore,
        evidence_seen=world.ignore,
        halted=world.ignore,
        now_ms=lambda: world.now_ms,
    )
    return Driver(engine, parts, key_change)


@pytest.fixture
async def world():
    return World()


@pytest.fixture
async def driver(world):
    """A running driver of amber (0), one of four validators."""
    made = driver_of(world, engine_of(0))
    running = asyncio.create_task(made.run(()))
    yield made
    running.cancel()
    await asyncio.wait([running])


def framed(message: bytes) -> bytes:
    """The message as it comes from a peer under the same restart."""
    return tag_of(HEAD.restart) + message


def prepares(world: World) -> list[bytes]:
    return [said for said in world.of("broadcast") if said[RESTART_TAG_BYTES + 1] == Kind.PREPARE]


async def propose(world: World, driver: Driver) -> None:
    driver.on_message(key_of(1), framed(pre_prepare(BLOCK, sender=1).encode()))
    await world.until(lambda: bool(world.of("asked")))


async def test_votes_timers_and_peers_are_stepped_while_ballots_are_checked(world, driver):
    await propose(world, driver)

    driver.on_message(key_of(2), framed(prepare(BLOCK, 2).encode()))
    driver.on_connected(key_of(3))
    await world.until(lambda: bool(world.of("sent")))

    assert driver.engine.status().prepares == 1
    assert world.of("executed") == []
    world.checks.set_result(None)
    await world.until(lambda: bool(prepares(world)))
    assert world.of("executed") == [BLOCK.hash]


async def test_a_vote_after_checks_is_still_written_before_it_is_sent(world, driver):
    await propose(world, driver)

    world.checks.set_result(None)
    await world.until(lambda: bool(prepares(world)))

    names = [name for name, _ in world.done]
    assert names.index("executed") < names.index("written") < names.index("signed")
    assert names.index("signed") < names.index("broadcast")


async def test_a_block_without_costly_calls_is_executed_in_the_step_that_takes_it(world, driver):
    world.is_costly = False

    driver.on_message(key_of(1), framed(pre_prepare(BLOCK, sender=1).encode()))
    await world.until(lambda: bool(prepares(world)))

    assert world.of("executed") == [BLOCK.hash]


async def test_a_proposal_is_held_against_the_clock_at_its_arrival_not_after_the_checks(
    world, driver
):
    await propose(world, driver)

    world.now_ms += 10 * BLOCK_TIME_DRIFT_MS_MAX
    world.checks.set_result(None)
    await world.until(lambda: bool(world.of("executed")))

    assert world.of("blamed") == []


async def test_what_breaks_in_a_check_stops_the_driver(world):
    made = driver_of(world, engine_of(0))
    running = asyncio.create_task(made.run(()))
    await propose(world, made)

    world.checks.set_exception(OSError("a thread broke"))

    with pytest.raises(OSError, match="a thread broke"):
        await asyncio.wait_for(running, 10)


async def test_of_one_peer_a_bounded_number_of_bytes_waits_and_the_newest_is_dropped(world):
    made = driver_of(world, engine_of(0))
    fits = PEER_EVENT_BYTES_MAX // FRAME_BYTES_MAX
    for _ in range(fits + 3):
        made.on_message(key_of(1), framed(bytes(FRAME_BYTES_MAX)))
    made.on_message(key_of(2), framed(bytes(FRAME_BYTES_MAX)))

    running = asyncio.create_task(made.run(()))
    await world.until(lambda: key_of(2) in world.of("blamed"))

    assert world.of("blamed") == [key_of(1)] * fits + [key_of(2)]
    made.on_message(key_of(1), framed(bytes(FRAME_BYTES_MAX)))
    made.give(WorkWaiting())
    await world.until(lambda: len(world.of("blamed")) == fits + 2)
    running.cancel()
    await asyncio.wait([running])


class OtherKey:
    """This node gets the key of another seat as soon as the test says so."""

    def __init__(self, engine: Engine, first=()) -> None:
        self.engine, self.first = engine, first
        self.is_due = False

    def begin(self):
        self.is_due = False
        return self.engine, self.first


async def test_another_key_begins_a_new_engine_and_takes_what_waits_from_others(world):
    change = OtherKey(engine_of(2))
    before = engine_of(0)
    made = driver_of(world, before, change)
    made.give(TimerFired("view", 1))  # of the old engine: void
    made.on_message(key_of(1), framed(pre_prepare(BLOCK, sender=1).encode()))
    change.is_due = True

    running = asyncio.create_task(made.run(()))
    await world.until(lambda: bool(world.of("asked")))
    running.cancel()
    await asyncio.wait([running])

    assert made.engine is change.engine
    assert made.engine.status().view == 0
    assert before.status().step == "idle"
