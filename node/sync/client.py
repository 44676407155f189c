"""Asks peers for blocks and snapshots: one request at a time a peer, each with a deadline."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from node.exchange.questions import Line, NoAnswer, Questions
from node.sync.settings import SyncSettings
from node.sync.wire import (
    Answer,
    Blocks,
    GetBlocks,
    GetPart,
    GetSnapshot,
    GetSteps,
    PartFound,
    PrunedBelow,
    Question,
    SnapshotOffer,
    StepsFound,
    SyncFault,
)
from p2p.ports import Channel, Transport
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height

A = TypeVar("A", bound=Answer)


class SyncClient:
    """Questions to peers; `questions` takes what comes back. All raise NoAnswer.

    That is: the peer is gone, busy or late, or answered something else than was asked.
    """

    def __init__(self, transport: Transport, settings: SyncSettings) -> None:
        unasked = partial(SyncFault, "sent blocks that nobody asked for")
        line = Line(Channel.SYNC, settings.answer_s_max, unasked)
        self.questions: Questions[Answer] = Questions(transport, line)

    async def fetch(
        self, peer: PublicKey, from_height: Height, blocks_max: int
    ) -> Blocks | PrunedBelow:
        """Return at most `blocks_max` blocks, or from where on the peer has blocks."""

        def question(number: int) -> GetBlocks:
            return GetBlocks(number, from_height, blocks_max)

        answer = await self.questions.ask(peer, question, f"blocks from {from_height}")
        if not isinstance(answer, Blocks | PrunedBelow):
            raise _of_another_kind(answer)
        if isinstance(answer, Blocks) and len(answer.blocks) > blocks_max:
            reason = f"{len(answer.blocks)} blocks where {blocks_max} were asked"
            raise NoAnswer(reason, is_fault=True)
        if isinstance(answer, PrunedBelow) and answer.first_height <= from_height:
            reason = f"keeps blocks from {answer.first_height} on and does not give {from_height}"
            raise NoAnswer(reason, is_fault=True)
        return answer

    async def offer(self, peer: PublicKey) -> SnapshotOffer:
        """Return the peer's newest snapshot."""
        return await self._ask(peer, GetSnapshot, SnapshotOffer, "snapshot")

    async def steps(
        self, peer: PublicKey, above_sets: Height, above_restarts: Height
    ) -> StepsFound:
        """Return proofs of what follows from the genesis."""

        def question(number: int) -> GetSteps:
            return GetSteps(number, above_sets, above_restarts)

        return await self._ask(peer, question, StepsFound, "steps")

    async def part(self, peer: PublicKey, snapshot: Digest, number: int) -> bytes:
        """Return the deflated bytes of a part."""

        def question(request_id: int) -> GetPart:
            return GetPart(request_id, snapshot, number)

        answer = await self._ask(peer, question, PartFound, f"part {number}")
        if answer.part is None:
            raise NoAnswer("keeps the snapshot no longer", is_fault=False)
        return answer.part

    async def _ask(
        self, peer: PublicKey, question: Callable[[int], Question], kind: type[A], what: str
    ) -> A:
        answer = await self.questions.ask(peer, question, what)
        if not isinstance(answer, kind):
            raise _of_another_kind(answer)
        return answer


def _of_another_kind(answer: Answer) -> NoAnswer:
    return NoAnswer(f"a {type(answer).__name__} to another question", is_fault=True)
