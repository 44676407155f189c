"""Builds a fresh block: executes candidates in order until count, bytes or time run out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.sdk.ports import BlockInfo
from node.execution.executor import Base, BlockRun, Executed
from node.execution.slices import Sliced
from node.ports import BuildRequest
from primitives.errors import Rejected
from primitives.ids import TransactionId
from primitives.limits import BLOCK_EVIDENCE_MAX, BLOCK_TRANSACTIONS_BYTES_MAX
from primitives.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLimits:
    """When a block is full. The time is this node's own and no rule of the protocol."""

    transactions_max: int
    build_ms_max: int
    bytes_max: int = BLOCK_TRANSACTIONS_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The execution of the chosen candidates, and who may not be in this block and why."""

    executed: Executed
    left_out: tuple[tuple[TransactionId, Rejected], ...]


def building(
    base: Base,
    block: BlockInfo,
    *,
    request: BuildRequest,
    candidates: Sequence[Transaction],
    limits: BuildLimits,
) -> Sliced[Built]:
    """Execute what fits; the rest of the candidates waits for the next block.

    It yields after each candidate, as `executor.applying` does; what others do meanwhile takes no
    time of the block's.

    Raises:
        EndOfBlockFailed: a hook fails at the end of it.
    """
    run = BlockRun(base, block, request.proposer)
    run.begin(base.restarts)
    for item in request.evidence[:BLOCK_EVIDENCE_MAX]:
        try:
            run.add_evidence(item)
        except Rejected:
            continue  # already in a block: somebody else was faster
    left_out = []
    room, count = limits.bytes_max, 0
    used_s, resumed_s = 0.0, time.monotonic()
    for transaction in candidates:
        used_s += time.monotonic() - resumed_s
        yield
        resumed_s = time.monotonic()
        size = len(transaction.raw)
        if count >= limits.transactions_max or used_s * 1000 > limits.build_ms_max:
            break
        if size > room:
            continue
        try:
            run.add(transaction)
        except Rejected as error:
            left_out.append((transaction.transaction_id, error))
            continue
        room -= size
        count += 1
    return Built(executed=run.finish(), left_out=tuple(left_out))
