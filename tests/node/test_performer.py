"""Effects are performed in order, and what block sync did first is not done again."""

import asyncio
from dataclasses import dataclass, field

import pytest

from consensus.effects import (
    Broadcast,
    Decide,
    Persist,
    SignMark,
    SignRecord,
    StartTimer,
    ValidateBlock,
)
from consensus.events import BlockValidated
from node.observe import NodeMetrics
from node.performer import Performer, PerformerCalls, PerformerParts
from node.ports import CommittedHead
from node.timers import Timers
from primitives.block import Block
from primitives.errors import LocalFault
from tests.builders import block, certificate, header, keys, validators

NOW_MS = 1_800_000_000_000


@dataclass
class Recorder:
    """Stands at every port of the performer and writes down what is done, in order."""

    height: int = 4
    done: list[object] = field(default_factory=list)
    prepared: list[object] = field(default_factory=list)
    sign_fault: Exception | None = None

    def head(self) -> CommittedHead:
        committed = header(height=self.height)
        return CommittedHead(
            header=committed,
            block_hash=committed.hash,
            certificate=None,
            validators=validators(4),
            decided_by=validators(4),
            restart=committed.restart,
        )

    def validate(self, _block) -> str | None:
        self.done.append("validated")
        return None

    def commit(self, committed, _certificate):
        self.done.append(("stored", committed.height))
        return committed

    def start_height(self, _height: int) -> None:
        pass

    def append(self, height: int, _entry: bytes) -> None:
        self.done.append(("wal", height))

    def record(self, record: SignRecord) -> None:
        if self.sign_fault is not None:
            raise self.sign_fault
        self.done.append(("signed", record.mark))

    def broadcast(self, _channel, payload: bytes) -> None:
        self.done.append(("sent", payload))

    async def prepare(self, transactions) -> None:
        self.prepared.append(transactions)

    def answer(self, event) -> None:
        self.done.append(event)

    def told(self, *said) -> None:
        self.done.append(said)


def performer_of(recorder: Recorder) -> Performer:
    parts = PerformerParts(
        ledger=recorder,
        wal=recorder,
        sign_state=recorder,
        pool=[],
        transport=recorder,
        own_key=keys(4)[0].public_key,
        metrics=NodeMetrics(),
        heartbeat_ms=1_000,
        block_transactions_max=10,
        prepare=recorder.prepare,
        fetch_blocks=recorder.told,
        committed=recorder.told,
        evidence_seen=recorder.told,
        halted=recorder.told,
        now_ms=lambda: NOW_MS,
    )
    calls = PerformerCalls(answer=recorder.answer, committed=recorder.told, halt=recorder.told)
    return Performer(parts, calls, Timers(recorder.answer))


def a_persist(height: int = 5) -> Persist:
    mark = SignMark(height, 0, 2)
    record = SignRecord(mark=mark, digest=bytes(32), signature=bytes(64))
    return Persist(height=height, entry=b"prepare", record=record)


async def perform(performer: Performer, *effects) -> None:
    try:
        for effect in effects:
            await performer.perform(effect)
    finally:
        performer.close()


async def test_nothing_is_sent_before_log_and_sign_state_are_written():
    recorder = Recorder()

    await perform(performer_of(recorder), a_persist(), Broadcast(b"prepare"))

    assert recorder.done == [("wal", 5), ("signed", SignMark(5, 0, 2)), ("sent", b"prepare")]


async def test_when_the_sign_state_refuses_nothing_is_sent():
    recorder = Recorder(sign_fault=LocalFault("asked to sign at a lower mark"))

    with pytest.raises(LocalFault):
        await perform(performer_of(recorder), a_persist(), Broadcast(b"prepare"))

    assert recorder.done == [("wal", 5)]


async def test_a_block_that_sync_committed_first_is_neither_judged_nor_stored_again():
    recorder = Recorder(height=5)
    decided = block(5)
    proof = certificate(decided, keys(4))

    await perform(
        performer_of(recorder),
        ValidateBlock(block=decided, view=0, is_fresh=False),
        Decide(decided, proof),
    )

    assert recorder.done == []


@pytest.mark.parametrize(("drift_ms", "is_taken"), [(2_000, True), (2_001, False), (-2_001, False)])
async def test_a_fresh_block_is_refused_beyond_two_seconds_from_the_own_clock(drift_ms, is_taken):
    recorder = Recorder()
    fresh = Block(header(5, time_ms=NOW_MS + drift_ms), ())

    await perform(performer_of(recorder), ValidateBlock(block=fresh, view=0, is_fresh=True))

    answer = recorder.done[-1]
    assert isinstance(answer, BlockValidated)
    assert (answer.difference is None) == is_taken


async def test_a_block_proposed_again_is_not_held_against_the_clock():
    recorder = Recorder()
    old = Block(header(5, time_ms=NOW_MS - 60_000), ())

    await perform(performer_of(recorder), ValidateBlock(block=old, view=1, is_fresh=False))

    assert recorder.done == ["validated", BlockValidated(old.height, old.hash, None)]


async def test_costly_checks_of_a_block_are_done_before_it_is_executed():
    recorder = Recorder()
    block = Block(header(5, time_ms=NOW_MS), (b"one", b"two"))

    await perform(performer_of(recorder), ValidateBlock(block=block, view=0, is_fresh=True))

    assert recorder.prepared == [(b"one", b"two")]


async def test_a_timer_started_again_fires_once_with_its_last_token():
    recorder = Recorder()
    performer = performer_of(recorder)

    await perform(performer, StartTimer("view", 1, 0), StartTimer("view", 2, 0))
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)
    await asyncio.sleep(0)

    assert [fired.token for fired in recorder.done] == [2]
