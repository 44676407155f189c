"""Asks peers for blocks: one request at a time a peer, each with a deadline."""

from functools import partial

from node.exchange.questions import Line, NoAnswer, Questions
from node.sync.settings import SyncSettings
from node.sync.wire import Blocks, GetBlocks, SyncFault
from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.ids import Height


class SyncClient:
    """Questions for ranges of blocks; `questions` takes what comes back."""

    def __init__(self, transport: Transport, settings: SyncSettings) -> None:
        unasked = partial(SyncFault, "sent blocks that nobody asked for")
        line = Line(Channel.SYNC, settings.answer_s_max, unasked)
        self.questions: Questions[Blocks] = Questions(transport, line)

    async def fetch(self, peer: PublicKey, from_height: Height, blocks_max: int) -> Blocks:
        """Return the peer's answer, of at most `blocks_max` blocks.

        Raises:
            NoAnswer: it is gone, busy or late, or sent more than was asked.
        """

        def question(number: int) -> GetBlocks:
            return GetBlocks(number, from_height, blocks_max)

        answer = await self.questions.ask(peer, question, f"blocks from {from_height}")
        if len(answer.blocks) > blocks_max:
            reason = f"{len(answer.blocks)} blocks where {blocks_max} were asked"
            raise NoAnswer(reason, is_fault=True)
        return answer
