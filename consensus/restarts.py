"""R2.9: peers that go on under another restart statement, or that do not know ours yet.

What they sign does not verify here and ours not there, and nobody is to blame for it: it counts
for nothing, and not against them. A block of theirs at the open height may carry the statement
that is missing here, so it is fetched; whether it does is the ledger's to check.
"""

from consensus.catch_up import answer_behind, fetch_next
from consensus.events import tag_of
from consensus.messages import (
    Decided,
    EvidenceMessage,
    Message,
    Position,
    PositionQuestion,
    Statement,
    StatusMessage,
)
from consensus.replica import NO_HEIGHT, Replica
from consensus.say_again import may_answer
from primitives.crypto import PublicKey
from primitives.ids import Height

_POSITIONS = (PositionQuestion, Position)


def note_restart(replica: Replica, peer: PublicKey, restart: bytes | None) -> None:
    """Remember under which restart a peer works; it is the session's word and proves nothing."""
    if restart is not None:
        replica.restart_tags[peer] = restart


def is_elsewhere(replica: Replica, restart: bytes | None, message: Message) -> bool:
    """Return whether a message comes from under another restart than that of the open height.

    Questions and answers of where a node is (R2.5) are taken all the same.
    """
    if restart is None or isinstance(message, _POSITIONS):
        return False
    return restart != tag_of(replica.state.restart)


def on_message_elsewhere(replica: Replica, peer: PublicKey, message: Message) -> None:
    """Take nothing of the message but how far the peer is."""
    state, height = replica.state, _height_of(message)
    if height > state.height and not state.is_decided:
        fetch_next(replica, peer, height)
    elif NO_HEIGHT < height < state.height and may_answer(replica, peer, replica.answered):
        answer_behind(replica, peer, height)


def _height_of(message: Message) -> Height:
    """Return the height that the sender works on, 0 when the message does not say."""
    if isinstance(message, EvidenceMessage | PositionQuestion | Position):
        return NO_HEIGHT
    if isinstance(message, Decided):
        return Height(message.height + 1)
    if isinstance(message, StatusMessage | Statement):
        return message.height
    return message.statement.height
