"""The whole state of one engine, and the few acts that every rule needs: emit, sign, timers.

The order of effects is kept here: a signed message is persisted before it is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from consensus.config import EngineConfig
from consensus.effects import (
    Broadcast,
    CancelTimer,
    Effect,
    Halt,
    Persist,
    ReportFault,
    Send,
    SignMark,
    SignRecord,
    StartTimer,
)
from consensus.events import Head
from consensus.future import FutureMessages
from consensus.messages import TAGS, Content, Kind, Statement, signed_bytes
from consensus.state import HeightState
from primitives.crypto import Digest, PublicKey, digest
from primitives.ids import Height, View

VIEW_TIMER = "view"
RESEND_TIMER = "resend"
ANSWER_TIMER = "answer"
NOTHING_SIGNED = SignMark(0, 0, 0)
NO_HEIGHT = Height(0)


@dataclass(frozen=True, slots=True)
class LastDecided:
    """What answers a peer that is one height behind; `block` is None after a restart."""

    height: Height
    block: bytes | None
    certificate: bytes
    block_hash: Digest


@dataclass(slots=True)
class Replica:
    """Everything an engine remembers.

    `mark` is the highest position signed; `listen_below` is the height that must be decided
    before this node signs again (None: it may sign). `claims` are the heights that peers say
    they work on; `answered` the peers answered since the answer timer started; `restart_of_peer`
    the restart statements under which peers say that they work.
    """

    config: EngineConfig
    head: Head
    state: HeightState
    mark: SignMark = NOTHING_SIGNED
    listen_until: Height | None = None
    halted: str | None = None
    last_decided: LastDecided | None = None
    future: FutureMessages = field(default_factory=FutureMessages)
    claims: dict[PublicKey, Height] = field(default_factory=dict)
    peer_views: dict[PublicKey, View] = field(default_factory=dict)
    restart_of_peer: dict[PublicKey, Digest] = field(default_factory=dict)
    fetched_up_to: Height = NO_HEIGHT
    answered: set[PublicKey] = field(default_factory=set)
    evidence: dict[bytes, PublicKey] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    next_token: int = 1

    @property
    def own_key(self) -> PublicKey | None:
        """This node's validator key."""
        return self.config.own_key

    @property
    def may_sign(self) -> bool:
        """Whether this node is a validator of the open height and is not listening."""
        return (
            self.config.sign is not None
            and self.own_key is not None
            and self.own_key in self.state.validators
            and self.listen_until is None
            and self.halted is None
        )

    def emit(self, effect: Effect) -> None:
        """Add an effect after those already there."""
        self.effects.append(effect)

    def broadcast(self, payload: bytes) -> None:
        """Send to every other member."""
        self.emit(Broadcast(payload))

    def send(self, peer: PublicKey, payload: bytes) -> None:
        """Send to one peer."""
        self.emit(Send(peer, payload))

    def fault(self, peer: PublicKey, reason: str) -> None:
        """Report what `peer` did."""
        self.emit(ReportFault(peer, reason))

    def halt(self, reason: str) -> None:
        """Stop for good; later events do nothing."""
        self.halted = reason
        for name in tuple(self.timers):
            self.cancel_timer(name)
        self.emit(Halt(reason))

    def start_timer(self, name: str, delay_ms: int) -> None:
        """Start or restart a timer under a new token."""
        self.timers[name] = self.next_token
        self.emit(StartTimer(name, self.next_token, delay_ms))
        self.next_token += 1

    def cancel_timer(self, name: str) -> None:
        """Cancel a timer if it runs."""
        if self.timers.pop(name, None) is not None:
            self.emit(CancelTimer(name))

    def signed_bytes(self, view: View, content: Content) -> bytes:
        """Return what a statement of the open height signs."""
        state = self.state
        return signed_bytes(self.config.chain_id, state.restart, state.height, view, content)

    def verifies(self, statement: Statement) -> bool:
        """Return whether the signature is the sender's; of the open height, by a validator."""
        signed = self.signed_bytes(statement.view, statement.content)
        return self.config.verify(
            statement.sender, TAGS[statement.kind], signed, statement.signature
        )

    def say(
        self, kind: Kind, content: Content, form: Callable[[Statement], tuple[bytes, bytes]]
    ) -> Statement | None:
        """Sign, persist, then broadcast a statement in the current view; return it.

        `form` gives the message bytes and the WAL entry. Returns None, having done nothing, when
        this node may not sign, has already signed at this mark or a higher one, or a second node
        with the same key has said something else here.
        """
        sign, own_key, state = self.config.sign, self.own_key, self.state
        mark = SignMark(state.height, state.view, int(kind))
        if not self.may_sign or sign is None or own_key is None or mark <= self.mark:
            return None
        if kind is not Kind.VIEW_CHANGE:
            kept = state.votes(kind).vote_of(state.view, own_key)
            if kept is not None and kept.content != content:
                return None
        signed = self.signed_bytes(state.view, content)
        signature = sign(TAGS[kind], signed)
        statement = Statement(kind, state.height, state.view, content, own_key, signature)
        payload, entry = form(statement)
        self.mark = mark
        self.emit(
            Persist(
                height=state.height,
                entry=entry,
                record=SignRecord(
                    mark=mark, digest=digest(TAGS[kind], signed), signature=signature
                ),
            )
        )
        self.broadcast(payload)
        state.sent[kind] = payload
        return statement
