"""The whole state of one engine, and the few acts that every rule needs: emit, persist, timers."""

from collections.abc import Callable, Collection
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
    StartTimer,
)
from consensus.events import Head, tag_of
from consensus.future import FutureMessages
from consensus.guard import Lock, signed_state
from consensus.messages import (
    TAGS,
    Content,
    Kind,
    Misdeed,
    SignMark,
    Statement,
    signed_bytes,
)
from consensus.pace import Pace
from consensus.right import SigningRight
from consensus.state import HeightState
from primitives.crypto import Digest, PublicKey, Signature
from primitives.ids import Height, View

VIEW_TIMER = "view"
RESEND_TIMER = "resend"
ANSWER_TIMER = "answer"
POSITION_TIMER = "position"
NO_HEIGHT = Height(0)
_PEERS_MAX = 256


@dataclass(frozen=True, slots=True)
class LastDecided:
    """What answers a peer that is one height behind; `block` is None after a restart."""

    height: Height
    block: bytes | None
    certificate: bytes
    block_hash: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A statement of the current view that is still to be signed.

    `form` gives the message bytes and the WAL entry of the signed one, and `then` goes on with it;
    a Commit brings the `lock` that it is said upon.
    """

    kind: Kind
    content: Content
    form: Callable[[Statement], tuple[bytes, bytes]]
    then: Callable[[Statement], None]
    lock: Lock | None = None


@dataclass(slots=True)
class Replica:
    """Everything an engine remembers.

    `claims` are the heights that members say they work on, `claimed` the one that f + 1 validators
    of the open height claim or exceed; `answered` the peers answered since that timer started;
    `restart_tags` tell under which restart each peer sent its last message (R2.9), by its session;
    `head_seals` the verified seals of the head in the view of its certificate. `evidence` waits
    for a block, oldest first; of it `evidence_offered` went into the last request for a block.
    `drafts` are what is being signed elsewhere, of the current view.
    `now_ms` is the monotonic time of the current step.
    """

    config: EngineConfig
    head: Head
    state: HeightState
    right: SigningRight
    halted: str | None = None
    last_decided: LastDecided | None = None
    head_seals: dict[PublicKey, Signature] = field(default_factory=dict)
    future: FutureMessages = field(default_factory=FutureMessages)
    claims: dict[PublicKey, Height] = field(default_factory=dict)
    peer_views: dict[PublicKey, View] = field(default_factory=dict)
    restart_tags: dict[PublicKey, bytes] = field(default_factory=dict)
    claimed: Height = NO_HEIGHT
    fetched_up_to: Height = NO_HEIGHT
    answered: set[PublicKey] = field(default_factory=set)
    evidence: dict[Misdeed, bytes] = field(default_factory=dict)
    evidence_offered: tuple[bytes, ...] = ()
    drafts: dict[SignMark, Draft] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    next_token: int = 1
    now_ms: int = 0
    pace: Pace = field(default_factory=Pace)

    @property
    def own_key(self) -> PublicKey | None:
        """This node's validator key."""
        return self.config.own_key

    @property
    def is_voter(self) -> bool:
        """Whether this node is a validator of the open height, with its key at hand."""
        config, own_key = self.config, self.own_key
        if config.sign is None and not config.is_signed_elsewhere:
            return False
        return own_key is not None and own_key in self.state.validators

    @property
    def may_sign(self) -> bool:
        """Whether this node may sign at the open height (R2.1, R2.5)."""
        right, state = self.right, self.state
        return (
            right.reason is None
            and right.is_heard
            and self.claimed <= state.height
            and state.certificate is None
            and self.is_voter
            and self.halted is None
        )

    def may_say(self, kind: Kind) -> bool:
        """Whether this node may sign a statement of `kind` in the current view."""
        state = self.state
        return self.may_sign and SignMark(state.height, state.view, int(kind)) > self.right.floor

    def emit(self, effect: Effect) -> None:
        """Add an effect after those already there."""
        self.effects.append(effect)

    def broadcast(self, payload: bytes) -> None:
        """Send to every other member."""
        self.emit(Broadcast(payload, tag_of(self.state.restart)))

    def send(self, peer: PublicKey, payload: bytes) -> None:
        """Send to one peer."""
        self.emit(Send(peer, payload, tag_of(self.state.restart)))

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
        """Return whether the signature is the sender's; the caller checks membership before."""
        head, height = self.head, statement.height
        is_past = head.certificate is not None and height <= head.height
        restart = head.certificate.restart if is_past and head.certificate else self.state.restart
        signed = signed_bytes(
            self.config.chain_id, restart, height, statement.view, statement.content
        )
        return self.config.verify(
            statement.sender, TAGS[statement.kind], signed, statement.signature
        )

    def record(
        self, statement: Statement, signed: Digest, *, entry: bytes | None, lock: Lock | None
    ) -> None:
        """Persist an own statement, of which `signed` is the digest, as the last one signed."""
        right = self.right
        right.state = signed_state(
            right.state, statement, signed=signed, restart=self.state.restart
        )
        right.floor = max(right.floor, statement.mark)
        right.remember(statement)
        self.emit(Persist(height=statement.height, entry=entry, lock=lock, state=right.state))


def has_room(by_peer: Collection[PublicKey]) -> bool:
    """Return whether one more member that is no validator of the open height may be noted."""
    return len(by_peer) < _PEERS_MAX
