"""A failing end_block hook: nothing is signed for such a block, and every node says why.

Four real engines with their drivers and ledgers, joined without sockets. The hook of `bell` fails
at the end of block 2, on every node alike.
"""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from consensus import Effect, EngineConfig, Found, begin, born, recover
from consensus.guard import STAMP_RANDOM_BYTES
from consensus.messages import Kind
from contracts.registry import CONTRACTS
from contracts.sdk import Contract
from contracts.sdk.errors import EndOfBlockFailed
from node.driver import Driver, head_of
from node.execution.reads import hook_fault
from node.mempool import Pool
from node.observe.metrics import NodeMetrics
from node.performer import PerformerParts
from node.room import DiskRoom
from node.view import HOOK_MEND, RunningNode, ViewParts
from p2p.ports import Channel
from primitives.block import last_certificate_hash_of
from tests.execution.chain import VALIDATORS, Chain, genesis

SAID = "the end_block hook of contract 'bell' failed at height 2: ValueError: rang at 2"
bell = Contract("bell", version=1)


@bell.end_block
def ring(ctx):
    """Fail at the end of block 2."""
    if ctx.height == 2:
        raise ValueError(f"rang at {ctx.height}")


@pytest.fixture(autouse=True)
def _with_bell(monkeypatch):
    monkeypatch.setattr("tests.execution.chain.CONTRACTS", {**CONTRACTS, "bell": bell})


@dataclass
class Node:
    """One validator: a real ledger, and the wires to the others."""

    number: int
    chain: Chain
    network: list["Node"]
    sent: list[bytes] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    driver: Driver | None = None
    first: tuple[Effect, ...] = ()

    @property
    def key(self):
        return VALIDATORS[self.number]

    def start(self) -> None:
        ledger = self.chain.ledger
        config = EngineConfig(
            chain_id=self.chain.genesis.chain_id,
            own_key=self.key.public_key,
            sign=self.key.sign,
            timeout_base_ms=20,
            timeout_cap_ms=40,
            resend_ms=20,
        )
        parts = PerformerParts(
            ledger=ledger,
            wal=self,
            sign_state=self,
            pool=Pool(),
            transport=self,
            own_key=lambda: self.key.public_key,
            ask_signer=lambda _effect: None,
            metrics=NodeMetrics(),
            heartbeat_ms=10,
            block_transactions_max=10,
            prepare=lambda _raws: None,
            room=DiskRoom(),
            fetch_blocks=self.ignore,
            committed=lambda done: self.heights.append(done.block.height),
            evidence_seen=self.ignore,
            halted=self.ignore,
            now_ms=lambda: self.chain.next_ms,
        )
        key = self.key.public_key
        found = Found(sign_state=born(key), unreadable=None, lock=None, wal=None, store=None)
        start = begin(found, key, bytes(STAMP_RANDOM_BYTES))
        engine, self.first = recover(config, head_of(ledger.head()), start)
        self.driver = Driver(engine, parts)

    def view(self) -> RunningNode:
        return RunningNode(
            ViewParts(
                facts=None,
                ledger=self.chain.ledger.reads,
                pool=None,
                admission=None,
                journal=SimpleNamespace(fault=None, refused=None),
                room=DiskRoom(),
                driver=self.driver,
                sync=None,
                blobs=None,
                peers=tuple,
                validators=frozenset,
                data_dir=str(self.chain.folder),
                own_files=(),
                heartbeat_ms=0,
                now_ms=lambda: self.chain.next_ms,
                certificate_days_left=lambda: 365,
            )
        )

    def broadcast(self, channel: Channel, payload: bytes) -> None:
        for other in self.network:
            if other is not self:
                self.send(other.key.public_key, channel, payload)

    def send(self, peer, _channel, payload: bytes) -> bool:
        self.sent.append(payload)
        other = next(node for node in self.network if node.key.public_key == peer)
        asyncio.get_running_loop().call_soon(other.driver.on_message, self.key.public_key, payload)
        return True

    def ignore(self, *_said) -> None: ...

    start_height = append = write = write_lock = penalise = ignore


@pytest.fixture
async def network(tmp_path):
    """Four validators that run."""
    document = genesis(names=("accounts", "bell", "cbdc", "governance"))
    made: list[Node] = []
    for number in range(4):
        made.append(Node(number, Chain(tmp_path / str(number), document=document), made))
        made[-1].start()
    running = [asyncio.create_task(node.driver.run(node.first)) for node in made]
    yield made
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    for node in made:
        node.chain.ledger.close()
    assert all(task.cancelled() for task in running)


async def until(holds) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - what the drivers do has no event
            await asyncio.sleep(0.002)


async def test_every_node_meets_the_failure_stays_up_and_says_the_same(network, caplog):
    caplog.set_level(logging.CRITICAL, "sapha.consensus")

    await until(lambda: all(hook_fault(node.chain.ledger.reads) for node in network))

    findings = [node.view().health().findings["contracts"] for node in network]
    assert {found.seen for found in findings} == {SAID}
    assert {found.mend for found in findings} == {HOOK_MEND}
    assert {node.view().refusal() for node in network} == {SAID}
    reasons = [str(record.reason) for record in caplog.records]
    assert sum(SAID in reason for reason in reasons) >= 4
    assert {node.chain.ledger.head().header.height for node in network} == {1}


async def test_nothing_is_signed_for_a_block_whose_hook_fails(network):
    await until(lambda: all(hook_fault(node.chain.ledger.reads) for node in network))

    votes = {Kind.PRE_PREPARE, Kind.PREPARE, Kind.COMMIT}
    said = [
        payload
        for node in network
        for payload in node.sent
        if payload[1] in votes and payload[2] == 2
    ]
    assert said == []


async def test_a_node_that_never_proposes_finds_out_when_nothing_moves(network):
    await until(lambda: any(hook_fault(node.chain.ledger.reads) for node in network))
    chain = network[0].chain
    chain.ledger._tip.hook_fault = None

    found = network[0].view().hook_fault()

    assert str(found) == SAID


def test_a_block_of_a_proposer_that_hides_the_failure_is_refused_by_name(tmp_path):
    chain = Chain(tmp_path, document=genesis(names=("accounts", "bell", "cbdc", "governance")))
    chain.commit()
    honest = Chain(tmp_path / "other", document=genesis())
    honest.commit()
    head = chain.ledger.head()
    block = honest.build()
    header = replace(
        block.header,
        restart=head.restart,
        chain_id=head.header.chain_id,
        parent_hash=head.block_hash,
        validators_hash=head.validators.hash,
        last_certificate_hash=last_certificate_hash_of(head.certificate.unchecked),
    )
    forged = replace(block, header=header, last_certificate=head.certificate.unchecked)

    difference = chain.ledger.validate(forged)

    assert difference == SAID
    assert str(hook_fault(chain.ledger.reads)) == SAID
    chain.ledger.close()
    honest.ledger.close()


def test_the_failure_is_over_with_the_next_block(tmp_path):
    chain = Chain(tmp_path, document=genesis(names=("accounts", "bell", "cbdc", "governance")))
    block = chain.build()
    chain.ledger._tip.hook_fault = EndOfBlockFailed("bell", 1, ValueError("a block of another"))

    chain.ledger.commit(block, chain.seal(block))

    assert hook_fault(chain.ledger.reads) is None
    chain.ledger.close()
