"""Restart statements in the chain: which one is in force, which a block must carry, and its proof.

`Pending` are the statements that were applied to this node and that no block of it carries yet.
Source: docs/protocol.md#restart-statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracts.electorate import Base, check_restarts
from node.execution.overlay import Overlay
from node.ports import CommittedHead
from node.store.state_store import StateStore
from primitives.block import Block, Header
from primitives.crypto import Digest
from primitives.errors import InvariantBroken, Rejected
from primitives.restart import SignedRestart, read_restarts
from primitives.restart_proof import ProvenEntry, RestartProof, read_restart_proof


@dataclass(frozen=True, slots=True)
class Pending:
    """Statements that follow one another above one block; none when nothing was applied."""

    restarts: tuple[SignedRestart, ...] = ()

    def restart_above(self, header: Header, block_hash: Digest) -> Digest:
        """Return the digest in force above a block: the last applied there, or the header's."""
        above = self.carried_above(block_hash)
        return above[-1].digest if above else header.restart

    def carried_above(self, block_hash: Digest) -> tuple[SignedRestart, ...]:
        """Return the statements that the block above this one must carry."""
        is_above = bool(self.restarts) and self.restarts[-1].statement.block_hash == block_hash
        return self.restarts if is_above else ()


def superseded_by(
    proofs: Iterable[bytes], pending: Pending, block_hash: Digest
) -> frozenset[Digest]:
    """Return the digests that were in force once and are no more.

    `proofs` are those of all blocks that carry statements; `block_hash` is the head's.
    """
    restarts = [read_restarts(read_restart_proof(proof).restarts) for proof in proofs]
    carried = {signed.statement.previous for signeds in restarts for signed in signeds}
    applied = {signed.statement.previous for signed in pending.carried_above(block_hash)}
    return frozenset(carried | applied)


def base_of(head: CommittedHead) -> Base:
    """Return the committed head as statements name it."""
    return Base(
        chain_id=head.header.chain_id,
        restart=head.header.restart,
        height=head.header.height,
        block_hash=head.block_hash,
        validators=head.validators,
    )


def unknown_restart(block: Block, head: CommittedHead) -> str | None:
    """Return what to do about a block under a statement that this node does not have, or None."""
    restart = block.header.restart
    if block.restarts or restart in {head.restart, head.header.restart}:
        return None
    return (
        f"block {block.height} follows restart statement {restart.hex()[:16]}, which no block of"
        " this node carries: the network went on above a lower block, and this node's blocks above"
        " that are void. Ask which it is, then: sapha node rollback --to-height"
    )


def restarts_difference(block: Block, head: CommittedHead, state: StateStore) -> str | None:
    """Return why `block` may not follow `head` under its restart, None when it may."""
    header = block.header
    if not block.restarts:
        if header.restart == head.restart:
            return None
        return (
            f"it is void: this node goes on above block {head.header.height} by restart"
            f" statement {head.restart.hex()[:16]}"
        )
    try:
        restarts = read_restarts(block.restarts)
        check_restarts(restarts, Overlay(state), base_of(head))
    except Rejected as error:
        return f"restarts: {error.message}"
    return _chain_difference(header, restarts, head)


def prove_restarts(block: Block, head: CommittedHead, state: StateStore) -> bytes | None:
    """Return what proves to light clients that `block` may begin; None when it carries nothing.

    `state` is still that of `head`.
    """
    if not block.restarts:
        return None
    if head.certificate is None:
        raise InvariantBroken("a restart statement above block 0")
    recorder = _Recorder(state)
    check_restarts(read_restarts(block.restarts), Overlay(recorder), base_of(head))
    entries = []
    for key in sorted(recorder.keys):
        value, path = state.prove(key)
        entries.append(ProvenEntry(key=key, value=value, proof=path))
    proof = RestartProof(
        restarts=block.restarts,
        header=head.header.encode(),
        certificate=head.certificate.encode(),
        entries=tuple(entries),
    )
    return proof.encode()


def _chain_difference(
    header: Header, restarts: Sequence[SignedRestart], head: CommittedHead
) -> str | None:
    last = restarts[-1]
    if header.restart != last.digest:
        return f"restart is {header.restart.hex()}, its last statement's is {last.digest.hex()}"
    not_after_ms = last.statement.not_after_ms
    if header.time_ms > not_after_ms:
        return f"time_ms is {header.time_ms}, its restart statement is void after {not_after_ms}"
    applied = head.restart
    known = [head.header.restart, *(signed.digest for signed in restarts)]
    if applied not in known:
        return (
            f"this node applied restart statement {applied.hex()[:16]}, which the block's"
            " statements do not name"
        )
    return None


class _Recorder:
    """Committed state that notes which single entries are read."""

    def __init__(self, state: StateStore) -> None:
        self._state = state
        self.keys: set[bytes] = set()

    def get(self, key: bytes) -> bytes | None:
        self.keys.add(key)
        return self._state.get(key)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        raise InvariantBroken(f"who signs is iterated: {prefix!r:.60}, {after!r}, {limit}")
