"""Effects are performed in order, and what block sync did first is not done again."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from consensus.effects import (
    Broadcast,
    Decide,
    Persist,
    StartTimer,
    ValidateBlock,
)
from consensus.events import BlockValidated
from consensus.guard import SignState
from consensus.messages import SignMark
from node.observe.metrics import NodeMetrics
from node.performer import Performer, PerformerCalls, PerformerParts
from node.ports import CommittedHead
from node.room import DiskRoom
from node.store.faults import no_room
from node.timers import Timers
from primitives.block import Block
from primitives.errors import LocalFault
from tests.builders import block, certificate, header, keys, validators
from tests.store.signing import COMMIT, lock, state

NOW_MS = 1_800_000_000_000


@dataclass
class Recorder:
    """Stands at every port of the performer and writes down what is done, in order."""

    height: int = 4
    done: list[object] = field(default_factory=list)
    prepared: list[object] = field(default_factory=list)
    sign_fault: Exception | None = None
    state: SignState | None = None
    refusals: int = 0

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

    def validating(self, _block):
        self.done.append("validated")
        yield

    def commit(self, committed, _certificate, note):
        self.refuse_for_room()
        self.done.append(("stored", committed.height, note))
        return committed

    def refuse_for_room(self) -> None:
        """Refuse as often as the test says, before anything is done."""
        if self.refusals:
            self.refusals -= 1
            raise no_room(Path("data"), "write")

    def start_height(self, _height: int) -> None:
        pass

    def append(self, height: int, _entry: bytes) -> None:
        self.refuse_for_room()
        self.done.append(("wal", height))

    def write_lock(self, lock) -> None:
        self.refuse_for_room()
        self.done.append(("locked", lock.height))

    def write(self, state: SignState) -> None:
        self.refuse_for_room()
        if self.sign_fault is not None:
            raise self.sign_fault
        self.state = state
        self.done.append(("signed", state.mark))

    def broadcast(self, _channel, payload: bytes) -> None:
        self.done.append(("sent", payload))

    def prepare(self, transactions) -> None:
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
        own_key=lambda: keys(4)[0].public_key,
        ask_signer=lambda _effect: None,
        metrics=NodeMetrics(),
        room=DiskRoom(retry_s=0),
        heartbeat_ms=1_000,
        block_transactions_max=10,
        prepare=recorder.prepare,
        fetch_blocks=recorder.told,
        committed=recorder.told,
        evidence_seen=recorder.told,
        halted=recorder.told,
        now_ms=lambda: NOW_MS,
    )
    calls = PerformerCalls(
        answer=recorder.answer,
        note=lambda: b"note",
        checked=recorder.told,
        committed=recorder.told,
        halt=recorder.told,
    )
    return Performer(parts, calls, Timers(recorder.answer))


def a_persist(height: int = 5, kind: int = 2, entry: bytes | None = b"entry") -> Persist:
    locked = lock(height) if kind == COMMIT else None
    return Persist(height=height, entry=entry, lock=locked, state=state(height, kind=kind))


async def perform(performer: Performer, *effects) -> None:
    try:
        for effect in effects:
            await performer.perform(effect)
    finally:
        performer.close()


async def test_nothing_is_sent_before_log_and_sign_state_are_written():
    recorder = Recorder()

    await perform(performer_of(recorder), a_persist(), Broadcast(b"prepare", b""))

    assert recorder.done == [
        ("wal", 5),
        ("signed", SignMark(5, 0, 2)),
        ("sent", b"prepare"),
    ]


async def test_a_commit_is_in_the_log_and_its_lock_on_disk_before_the_sign_state_says_so():
    recorder = Recorder()

    await perform(performer_of(recorder), a_persist(kind=COMMIT), Broadcast(b"commit", b""))

    expected = [
        ("wal", 5),
        ("locked", 5),
        ("signed", SignMark(5, 0, COMMIT)),
        ("sent", b"commit"),
    ]
    assert recorder.done == expected


async def test_a_change_of_standing_alone_writes_the_sign_state_only():
    recorder = Recorder()

    await perform(performer_of(recorder), a_persist(entry=None))

    assert recorder.done == [("signed", SignMark(5, 0, 2))]


@pytest.mark.parametrize("refusals", [1, 2, 5])
async def test_while_the_disk_is_full_nothing_is_sent_and_then_each_write_is_done_once(refusals):
    recorder = Recorder(refusals=refusals)

    await perform(performer_of(recorder), a_persist(kind=COMMIT), Broadcast(b"commit", b""))

    assert [done[0] for done in recorder.done] == ["wal", "locked", "signed", "sent"]


async def test_a_decided_block_waits_for_room_and_is_stored_with_the_engines_note():
    recorder = Recorder(refusals=3)
    decided = block(5)

    await perform(performer_of(recorder), Decide(decided, certificate(decided, keys(4))))

    assert recorder.done[0] == ("stored", 5, b"note")


async def test_others_go_on_between_a_commit_and_what_follows_it():
    recorder, decided = Recorder(), block(5)
    asyncio.get_running_loop().call_soon(recorder.done.append, "others")

    await perform(
        performer_of(recorder),
        Decide(decided, certificate(decided, keys(4))),
        Broadcast(b"next", b""),
    )

    stored, sent = ("stored", 5, b"note"), ("sent", b"next")
    assert [done for done in recorder.done if done in {stored, "others", sent}] == [
        stored,
        "others",
        sent,
    ]


async def test_when_the_sign_state_refuses_nothing_is_sent():
    recorder = Recorder(sign_fault=LocalFault("asked to sign at a lower mark"))

    with pytest.raises(LocalFault):
        await perform(performer_of(recorder), a_persist(), Broadcast(b"prepare", b""))

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


async def test_a_block_that_sync_commits_while_it_is_judged_is_not_answered(monkeypatch):
    monkeypatch.setattr("node.execution.slices.SLICE_S", 0.0)
    recorder = Recorder()
    block = Block(header(5, time_ms=NOW_MS), ())

    def validating(_block):
        recorder.height = 5  # block sync commits it between two slices
        yield
        recorder.done.append("went on")

    recorder.validating = validating

    await perform(performer_of(recorder), ValidateBlock(block=block, view=0, is_fresh=True))

    assert recorder.done == []


async def test_a_decided_block_is_stored_at_once_without_asking_for_its_checks_again():
    recorder = Recorder()
    decided = block(5)

    await perform(performer_of(recorder), Decide(decided, certificate(decided, keys(4))))

    assert recorder.prepared == []
    assert recorder.done[0] == ("stored", 5, b"note")


async def test_a_timer_started_again_fires_once_with_its_last_token():
    recorder = Recorder()
    performer = performer_of(recorder)

    await perform(performer, StartTimer("view", 1, 0), StartTimer("view", 2, 0))
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)
    await asyncio.sleep(0)

    assert [fired.token for fired in recorder.done] == [2]
