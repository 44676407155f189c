"""What a committed transfer costs a validator in processor time, step by step.

    python -m bench.transfer_cost [--blocks B] [--profile STEP]

Two built nodes of a network of four in one process, so that a busy machine does not blur it: one
takes transfers from clients and proposes, one gets them from the first and validates. Of four
validators each takes a quarter of the transfers from clients and proposes a quarter of the blocks,
so the sum is a quarter of what the one does and three quarters of what the other does. Left out
are votes, TLS and HTTP, which are paid by block or by batch. The sum is also shown in signature
checks, measured in turns with the steps; and in calls of functions, which no other work blurs: two
runs of one program differ by less than one in a hundred.
"""

import argparse
import cProfile
import json
import pstats
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from bench.machine import machine
from client.wallet import Wallet
from commands.devnet_files import Devnet, DevnetPlan, open_devnet
from node.app import Node, build, now_ms
from node.config import load_config
from node.files import open_files, read_self
from node.lifecycle import _runner, settle_collector
from node.observe.metrics import NodeMetrics
from node.ports import BuildRequest
from node.rpc.dispatch import answer
from node.rpc.frames import answer_frame
from node.rpc.line import Client
from node.rpc.meter import Meter
from node.rpc.method import Caller
from primitives.block import Block, decode_block
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.codec import encode
from primitives.crypto import SigningKey, verify
from primitives.ids import View
from primitives.submission import read_outcomes
from primitives.transaction import Body, Transaction

T = TypeVar("T")

TRANSFERS = 600  # a block, as saturated networks here make them
BATCH = 100
SENDERS = 500
FUNDS_SATANG = 10**7
CHECKS = 200

# What one of four validators does of each step for a transfer, on the average.
PARTS = {
    "submit": 1 / 4,
    "gossip": 3 / 4,
    "build": 1 / 4,
    "validate": 3 / 4,
    "commit": 1,
    "tell": 1 / 4,
}


@dataclass(slots=True)
class Clock:
    """Processor seconds of each step, a list entry a block; profiles of each step of the last."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    profiles: dict[str, cProfile.Profile] = field(default_factory=dict)
    is_profiling: bool = False

    async def time(self, step: str, work: Awaitable[T]) -> T:
        """Await `work` and note what it used."""
        if self.is_profiling:
            profile = self.profiles[step] = cProfile.Profile()
            with profile:
                return await work
        began = time.process_time()
        result = await work
        self.seconds.setdefault(step, []).append(time.process_time() - began)
        return result

    def microseconds(self, step: str) -> float:
        """Return a step for a transfer, of the block that other work blurred least."""
        return min(self.seconds[step]) * 1e6 / TRANSFERS

    def calls(self, step: str) -> float:
        """Return the calls of functions for a transfer."""
        return float(sum(entry.callcount for entry in self.profiles[step].getstats()) / TRANSFERS)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Processor time of a transfer, step by step.")
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--profile", choices=sorted(PARTS), default=None)
    chosen = parser.parse_args()
    print(machine())
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="sapha-bench-") as folder, _runner() as runner:
        runner.run(_measure(Path(folder), chosen.blocks, clock))
    check_us = min(clock.seconds["check"]) * 1e6 / CHECKS
    print("step       us     calls  part")
    for step, part in PARTS.items():
        print(f"{step:<9} {clock.microseconds(step):6.1f}  {clock.calls(step):6.1f}  {part:.2f}")
    total_us = sum(part * clock.microseconds(step) for step, part in PARTS.items())
    calls = sum(part * clock.calls(step) for step, part in PARTS.items())
    checks = f"{total_us / check_us:.2f} checks of {check_us:.1f} us"
    print(f"a validator: {total_us:.1f} us, {calls:.1f} calls, {checks}")
    if chosen.profile is not None:
        pstats.Stats(clock.profiles[chosen.profile]).sort_stats("tottime").print_stats(45)


async def _measure(folder: Path, blocks: int, clock: Clock) -> None:
    devnet = open_devnet(folder, DevnetPlan(validators=4, base_port=0))
    first, second = (_node(devnet, index) for index in (0, 1))
    keys = [
        SigningKey(bytes.fromhex((node.directory / "keys" / "validator.key").read_text().strip()))
        for node in devnet.validators
    ]
    settle_collector()
    wallets = [Wallet.from_seed(number.to_bytes(32, "big")) for number in range(SENDERS)]
    try:
        await _block(Round(devnet, first, second, keys), _issues(devnet, wallets), Clock())
        for number in range(blocks + 2):
            transfers = _transfers(devnet, wallets, number)
            _check(transfers, clock)
            clock.is_profiling = number > blocks
            of_round = clock if number else Clock()  # the first warms caches
            await _block(Round(devnet, first, second, keys), transfers, of_round)
    finally:
        for node in (first, second):
            node.checks.close()
            node.files.close()


@dataclass(frozen=True, slots=True)
class Round:
    """Who makes a block: the first proposes, the second validates, a quorum seals."""

    devnet: Devnet
    first: Node
    second: Node
    keys: Sequence[SigningKey]


async def _block(made: Round, transfers: Sequence[Transaction], clock: Clock) -> None:
    first, second = made.first, made.second
    frames = [encode(tuple(item.raw for item in batch)) for batch in _batches(transfers)]
    await clock.time("submit", _submit(first, frames))
    await clock.time("gossip", _gossip(second, frames, made.keys[0]))
    block, encoded = await clock.time("build", _build(first, made.keys[0]))
    if len(block.transactions) != len(transfers):
        raise SystemExit(f"a block of {len(block.transactions)}, {len(transfers)} were submitted")
    validated = await clock.time("validate", _validate(second, encoded))
    certificate = _certificate(made, block)
    await clock.time("commit", _commit(second, validated, certificate))
    await _commit(first, block, certificate)
    await clock.time("tell", _tell(first, block))


async def _submit(node: Node, frames: Sequence[bytes]) -> None:
    for frame in frames:
        caller = _caller(node)
        answered = await caller.meter.run(answer_frame(caller, frame))
        refused = [one for one in read_outcomes(answered.body, count=BATCH) if one.message]
        if refused:
            raise SystemExit(str(refused[0]))


def _caller(node: Node) -> Caller:
    return Caller(node.rpc._services, None, Meter(node.rpc.share, Client("127.0.0.1", 1)))


async def _gossip(node: Node, frames: Sequence[bytes], sender: SigningKey) -> None:
    for frame in frames:
        await node.gossip._admit_frame(sender.public_key, frame, node.admission.admit_batch)


async def _build(node: Node, key: SigningKey) -> tuple[Block, bytes]:
    ledger, pool = node.files.ledger, node.view.parts.pool
    head = ledger.head()
    request = BuildRequest(
        time_ms=max(now_ms(), head.header.time_ms + 1),
        proposer=key.public_key,
        last_certificate=None if head.certificate is None else head.certificate.unchecked,
        evidence=(),
    )
    block = ledger.build(request, pool.select(2_000, 4_000_000))
    return block, block.encode()


async def _validate(node: Node, encoded: bytes) -> Block:
    block = decode_block(encoded)
    node.checks.prechecks.prepare(block.transactions)
    difference = node.files.ledger.validate(block)
    if difference is not None:
        raise SystemExit(difference)
    return block


async def _commit(node: Node, block: Block, certificate: Certificate) -> None:
    committed = node.files.ledger.commit(block, certificate)
    node.driver._parts.committed(committed)


async def _tell(node: Node, block: Block) -> None:
    """Answer the one client that reads the block."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "chain_getBlock", "params": {"at": block.height}}
    caller = _caller(node)
    await caller.meter.run(answer(caller, json.dumps(call).encode()))


def _node(devnet: Devnet, index: int) -> Node:
    config = load_config(devnet.validators[index].directory)
    own, metrics = read_self(config), NodeMetrics()
    files = open_files(config, own, metrics.fsync_seconds.observe)
    files.ledger._limits = replace(files.ledger._limits, build_ms_max=60_000)  # whole, if profiled
    return build(config, own, files, metrics)


def _batches(transfers: Sequence[Transaction]) -> list[Sequence[Transaction]]:
    return [transfers[start : start + BATCH] for start in range(0, len(transfers), BATCH)]


def _check(transfers: Sequence[Transaction], clock: Clock) -> None:
    began = time.process_time()
    for transfer in transfers[:CHECKS]:
        ((key, signature),) = transfer.signatures
        verify(key, "tx", transfer.body_bytes, signature)
    clock.seconds.setdefault("check", []).append(time.process_time() - began)


def _certificate(made: Round, block: Block) -> Certificate:
    genesis = made.devnet.genesis
    place = (block.height, View(0), block.hash)
    signed = seal_bytes(genesis.chain_id, block.header.restart, *place)
    return assemble(
        sealed=place,
        restart=block.header.restart,
        seals={key.public_key: key.sign(SEAL_TAG, signed) for key in made.keys[:3]},
        validators=genesis.validators,
    )


def _issues(devnet: Devnet, wallets: Sequence[Wallet]) -> list[Transaction]:
    bank = devnet.central_bank
    return [
        _signed(devnet, bank, "issue", (wallet.address, FUNDS_SATANG, f"funds-{number}"))
        for number, wallet in enumerate(wallets)
    ]


def _transfers(devnet: Devnet, wallets: Sequence[Wallet], number: int) -> list[Transaction]:
    return [
        _signed(
            devnet,
            wallets[place % SENDERS],
            "transfer",
            (wallets[(place * 7 + number + 1) % SENDERS].address, 1 + place % 100, ""),
        )
        for place in range(TRANSFERS)
    ]


_nonces = iter(range(1 << 60))


def _signed(
    devnet: Devnet, wallet: Wallet, method: str, args: tuple[bytes | int | str, ...]
) -> Transaction:
    body = Body(
        chain_id=devnet.genesis.chain_id,
        sender=wallet.address,
        nonce=next(_nonces),
        expires_at_ms=now_ms() + 300_000,
        contract="cbdc",
        method=method,
        args=args,
    )
    return wallet.sign(body)


if __name__ == "__main__":
    main()
