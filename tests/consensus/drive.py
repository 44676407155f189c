"""Short words for step tests: give an engine one thing, look at what it does."""

from typing import TypeVar

from consensus import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Broadcast,
    Effect,
    Engine,
    Persist,
    Received,
    ReportFault,
    Send,
    StartTimer,
    TimerFired,
    ValidateBlock,
)
from consensus.messages import Kind, Message
from consensus.wire import read_message
from primitives.block import Block
from primitives.certificate import Certificate
from tests.consensus.builders import certificate_of, head_after, key_of

E = TypeVar("E")


def only(effects: tuple[Effect, ...], kind: type[E]) -> list[E]:
    """The effects of one kind, in order."""
    return [effect for effect in effects if isinstance(effect, kind)]


def said(effects: tuple[Effect, ...]) -> list[Message]:
    """The messages broadcast, read."""
    return [read_message(effect.payload) for effect in only(effects, Broadcast)]


def kinds(effects: tuple[Effect, ...]) -> list[Kind]:
    """The kinds of messages broadcast, in order."""
    return [Kind(effect.payload[1]) for effect in only(effects, Broadcast)]


def sent(effects: tuple[Effect, ...]) -> list[Message]:
    """The messages sent to one peer, read."""
    return [read_message(effect.payload) for effect in only(effects, Send)]


def reasons(effects: tuple[Effect, ...]) -> list[str]:
    return [effect.reason for effect in only(effects, ReportFault)]


def hear(engine: Engine, message, *, peer: int | None = None) -> tuple[Effect, ...]:
    """Give a message as from its sender, or from `peer`."""
    if peer is None:
        statement = getattr(message, "statement", message)
        return engine.step(Received(statement.sender, message.encode()))
    return engine.step(Received(key_of(peer), message.encode()))


def hear_all(engine: Engine, messages) -> tuple[Effect, ...]:
    return tuple(effect for message in messages for effect in hear(engine, message))


def validate(engine: Engine, block: Block, difference: str | None = None) -> tuple[Effect, ...]:
    return engine.step(BlockValidated(block.height, block.hash, difference))


def built(engine: Engine, block: Block, view: int = 0) -> tuple[Effect, ...]:
    return engine.step(BlockBuilt(block.height, view, block))


def committed(
    engine: Engine, block: Block, count: int = 4, certificate: Certificate | None = None
) -> tuple[Effect, ...]:
    """Commit a block; unless told otherwise, one that all others have sealed."""
    others = [i for i in range(count) if key_of(i) != engine._replica.own_key]
    certificate = certificate or certificate_of(block, senders=others, count=count)
    return engine.step(BlockCommitted(head_after(block, certificate, count)))


def timer(effects: tuple[Effect, ...], name: str) -> StartTimer:
    """The last start of the named timer."""
    return [t for t in only(effects, StartTimer) if t.name == name][-1]


def fire(engine: Engine, started: StartTimer) -> tuple[Effect, ...]:
    return engine.step(TimerFired(started.name, started.token))


def validated_blocks(effects: tuple[Effect, ...]) -> list[Block]:
    return [effect.block for effect in only(effects, ValidateBlock)]


def persisted_kinds(effects: tuple[Effect, ...]) -> list[Kind]:
    """The kinds of what was signed, in order."""
    return [Kind(effect.state.mark.kind) for effect in only(effects, Persist)]
