"""Asks peers for blobs and wraps."""

from functools import partial

from node.blobs.errors import BlobFault
from node.blobs.settings import BlobSettings
from node.blobs.wire import Answer, Get
from node.exchange.questions import Line, NoAnswer, Questions
from p2p.ports import Channel, Transport
from primitives.crypto import Digest, PublicKey


class PeerQuestions:
    """Questions for contents; `questions` takes what comes back."""

    def __init__(self, transport: Transport, settings: BlobSettings) -> None:
        unasked = partial(BlobFault, "sent a blob that nobody asked for")
        line = Line(Channel.BLOBS, settings.answer_s_max, unasked)
        self.questions: Questions[Answer] = Questions(transport, line)

    async def ask(
        self, peer: PublicKey, content: Digest, index: int | None
    ) -> bytes | tuple[bytes, ...]:
        """Return a blob, or with index None the wraps documents. Not yet checked.

        Raises:
            NoAnswer: it is gone, late, has none, or answers something else.
        """

        def question(number: int) -> Get:
            return Get(number, content, index)

        answer = await self.questions.ask(peer, question, "blob")
        if answer.found is None:
            raise NoAnswer("does not have it", is_fault=False)
        if isinstance(answer.found, tuple) is not (index is None):
            raise NoAnswer("answers something else than was asked", is_fault=True)
        return answer.found
