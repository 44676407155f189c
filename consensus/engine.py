"""The engine: one event in, effects out. Owns only the dispatch; the rules have their modules."""

from consensus.catch_up import (
    fetch_if_behind,
    on_claim,
    on_decided,
    on_late_message,
    on_peer_connected,
    on_resend_timer,
    on_status,
)
from consensus.effects import Effect
from consensus.events import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Event,
    Head,
    Received,
    SignatureReceived,
    TimerFired,
    WorkWaiting,
)
from consensus.faults import on_evidence
from consensus.guard import StoreNote
from consensus.head_seals import on_late_commit
from consensus.heights import start_height
from consensus.messages import (
    Decided,
    EvidenceMessage,
    Position,
    PositionQuestion,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
)
from consensus.normal_case import on_block_validated, on_pre_prepare, on_vote
from consensus.proposer import on_block_built, propose_if_due
from consensus.replica import ANSWER_TIMER, POSITION_TIMER, RESEND_TIMER, Replica
from consensus.restarts import is_elsewhere, note_restart, on_message_elsewhere
from consensus.say_again import may_answer, say_opened
from consensus.signing import (
    answer_question,
    ask_if_due,
    ask_position,
    ask_positions,
    come_back_if_due,
    heed,
    heed_certificate,
    take_answer,
    weigh_answers,
)
from consensus.status import Status, status_of
from consensus.view_change import (
    follow,
    on_signature,
    on_view_change,
    on_view_timeout,
    redeem,
    take_up,
)
from consensus.views import open_height
from consensus.wire import read_message
from primitives.crypto import PublicKey
from primitives.errors import Rejected

_Signed = Statement | PrePrepare | ViewChange


class Engine:
    """One replica of the agreement: pure, synchronous, and equal for equal events."""

    __slots__ = ("_replica",)

    def __init__(self, replica: Replica) -> None:
        """Continue `replica`; consensus.recovery makes it."""
        self._replica = replica

    def step(self, event: Event, now_ms: int = 0) -> tuple[Effect, ...]:
        """Take one event and return what the driver must do, in order.

        `now_ms` is the driver's monotonic time; it sets the pace of time-outs only (R3.5).

        Never raises on what a peer sent or on events that come late or twice.
        """
        replica = self._replica
        if replica.halted is not None:
            return ()
        right, height = replica.right, replica.state.height
        right.durable = right.state.mark
        replica.now_ms = now_ms
        _dispatch(replica, event)
        if replica.may_sign and not right.is_exercised and replica.state.height == height:
            take_up(replica)
        right.is_exercised = replica.may_sign
        effects = tuple(replica.effects)
        replica.effects.clear()
        return effects

    def note(self) -> StoreNote:
        """Return what the batch of the next committed block stores, by whomever it is committed.

        Its mark was durable when the last step began: the sign-state is never behind it.
        """
        right = self._replica.right
        statements = right.witnessed.values()
        return StoreNote(
            key=right.state.key,
            stamp=right.state.stamp,
            mark=right.durable,
            statements=tuple(statement.encode() for statement in statements),
        )

    def status(self) -> Status:
        """Return where this replica stands, for operators."""
        return status_of(self._replica)


def _dispatch(replica: Replica, event: Event) -> None:
    match event:
        case Received():
            _on_received(replica, event)
        case BlockBuilt():
            on_block_built(replica, event)
        case BlockValidated():
            on_block_validated(replica, event)
        case SignatureReceived():
            on_signature(replica, event)
        case BlockCommitted():
            _on_block_committed(replica, event.head)
        case WorkWaiting():
            _on_work_waiting(replica)
        case TimerFired():
            _on_timer(replica, event)
        case _:
            on_peer_connected(replica, event.peer)
            ask_position(replica, event.peer)


def _on_received(replica: Replica, event: Received) -> None:
    peer, payload = event.peer, event.payload
    try:
        message = read_message(payload)
    except Rejected as error:
        replica.fault(peer, f"a message that is malformed: {error.message}")
        return
    note_restart(replica, peer, event.restart)
    if is_elsewhere(replica, event.restart, message):
        on_message_elsewhere(replica, peer, message)
        return
    match message:
        case EvidenceMessage():
            on_evidence(replica, peer, message)
        case Decided():
            on_decided(replica, peer, message)
        case StatusMessage():
            on_status(replica, peer, message)
        case PositionQuestion():
            _on_question(replica, peer, message)
        case Position():
            _on_position(replica, peer, message)
        case _:
            _on_signed(replica, peer, message, payload)
    if replica.state.is_touched and replica.halted is None and open_height(replica):
        propose_if_due(replica)


def _on_question(replica: Replica, peer: PublicKey, question: PositionQuestion) -> None:
    """R2.5: answer, at most once a second a peer."""
    if may_answer(replica, peer, replica.right.questioned):
        replica.send(peer, answer_question(replica, peer, question).encode())


def _on_position(replica: Replica, peer: PublicKey, answer: Position) -> None:
    """R2.5: where a peer is, and what it has seen of ours."""
    if answer.statement is not None:
        heed(replica, answer.statement)
    if answer.nonce == replica.right.nonce and peer != replica.own_key:
        take_answer(replica, peer, answer)
        on_claim(replica, peer, answer.height)


def _on_signed(replica: Replica, peer: PublicKey, message: _Signed, payload: bytes) -> None:
    """Sort by height; only messages of the open height are looked into."""
    heed(replica, message)
    statement = message if isinstance(message, Statement) else message.statement
    state = replica.state
    is_wish = isinstance(message, ViewChange)
    if statement.height > state.height:
        if statement.height == state.height + 1:
            replica.future.keep(peer, payload, statement)
        on_claim(replica, peer, statement.height)
    elif statement.height < state.height or (state.is_settled and is_wish):
        if isinstance(message, Statement):
            on_late_commit(replica, peer, message)
        else:
            on_late_message(replica, peer, statement.height)
    elif statement.sender not in state.validators:
        replica.fault(peer, f"a message by {statement.sender.hex()[:16]}, not a validator")
    elif isinstance(message, PrePrepare):
        on_pre_prepare(replica, peer, message, payload)
    elif isinstance(message, ViewChange):
        on_view_change(replica, peer, message)
    else:
        on_vote(replica, peer, message)
        redeem(replica)
        follow(replica)


def _on_block_committed(replica: Replica, head: Head) -> None:
    """Move to the next height and take the messages of it that came early."""
    state = replica.state
    if head.height < state.height:
        return
    certificate = state.certificate
    is_ours = head.height == state.height
    if is_ours and certificate is not None and certificate.block_hash != head.block_hash:
        replica.halt(f"two certificates for height {head.height}")
        return
    early = replica.future.take()
    start_height(replica, head)
    heed_certificate(replica, head.certificate)
    weigh_answers(replica)
    come_back_if_due(replica)
    ask_if_due(replica)
    if replica.state.restart != state.restart:
        early = ()  # signed under the one before
    if is_ours:
        for peer, payload in early:
            _on_received(replica, Received(peer, payload))
    fetch_if_behind(replica)
    if state.work_after_decision:
        _on_work_waiting(replica)


def _on_work_waiting(replica: Replica) -> None:
    """Rule 1: there is something to decide."""
    if replica.state.is_settled:
        replica.state.work_after_decision = True
    elif open_height(replica):
        say_opened(replica)
        propose_if_due(replica)


def _on_timer(replica: Replica, event: TimerFired) -> None:
    """Act on a timer unless it was restarted or cancelled meanwhile."""
    if replica.timers.get(event.name) != event.token:
        return
    del replica.timers[event.name]
    if event.name == RESEND_TIMER:
        on_resend_timer(replica)
    elif event.name == ANSWER_TIMER:
        replica.answered.clear()
        replica.right.questioned.clear()
    elif event.name == POSITION_TIMER:
        ask_positions(replica)
    else:
        on_view_timeout(replica)
