"""R2.3, R2.5, R2.6, R2.8: when this node may sign, when it must stop, and how it comes back.

It asks the other validators where they are before it signs anything, stops when somebody shows a
statement of its own key that it cannot explain, and signs again when its chain is past the height
that a quorum of the *others* had open: two quorums, and any q of the others, share f + 1, so
nothing that this key ever signed is above.
"""

from dataclasses import replace

from consensus.effects import Persist
from consensus.faults import report_conflict
from consensus.guard import Standing
from consensus.messages import (
    Kind,
    Position,
    PositionQuestion,
    PrePrepare,
    SignMark,
    Statement,
    ViewChange,
)
from consensus.replica import POSITION_TIMER, VIEW_TIMER, Replica, has_room
from consensus.wire import NONCE_BYTES, VIEW_MAX
from primitives.certificate import Certificate
from primitives.crypto import PublicKey, digest
from primitives.ids import Height
from primitives.validators import ValidatorSet

_COUNTER_BYTES = 8


def begin_inquiry(replica: Replica) -> None:
    """R2.5: ask every session where it is, under a nonce that no earlier question had."""
    right = replica.right
    right.inquiries += 1
    seed = right.state.stamp.random + right.inquiries.to_bytes(_COUNTER_BYTES, "big")
    right.nonce = digest("position", seed)[:NONCE_BYTES]
    right.heard.clear()
    right.told.clear()
    weigh_answers(replica)
    ask_positions(replica)


def ask_positions(replica: Replica) -> None:
    """Ask every session, and again in a second, until nothing more is to be learnt."""
    if is_asking(replica):
        replica.broadcast(PositionQuestion(replica.right.nonce).encode())
        replica.start_timer(POSITION_TIMER, replica.config.resend_ms)


def ask_if_due(replica: Replica) -> None:
    """R2.5: ask again when a changed set leaves too few answers of its validators in hand."""
    if is_asking(replica) and POSITION_TIMER not in replica.timers:
        ask_positions(replica)


def ask_position(replica: Replica, peer: PublicKey) -> None:
    """Ask one peer whose session is new, also later in a life: it may hold what others do not."""
    if replica.is_voter and not replica.right.is_barred:
        replica.send(peer, PositionQuestion(replica.right.nonce).encode())


def is_asking(replica: Replica) -> bool:
    """Whether answers of others are still waited for."""
    right = replica.right
    if not replica.is_voter or right.is_barred:
        return False
    return right.reason is not None or not right.is_heard


def answer_question(replica: Replica, peer: PublicKey, question: PositionQuestion) -> Position:
    """Return where this node is and the highest statement of `peer` that it holds."""
    right, state = replica.right, replica.state
    return Position(
        nonce=question.nonce,
        height=Height(max(state.height, right.state.mark.height)),
        is_listening=right.reason is not None,
        statement=_highest_of(replica, peer),
    )


def take_answer(replica: Replica, peer: PublicKey, answer: Position) -> None:
    """R2.5, R2.6: count an answer to the present question; of each peer the first height."""
    right = replica.right
    is_asked = peer in replica.state.validators or peer in _deciders(replica)
    if answer.nonce != right.nonce or not (is_asked or has_room(right.heard)):
        return
    right.heard.add(peer)
    if answer.is_listening:
        right.listening[peer] = answer.height
    else:
        right.listening.pop(peer, None)
        right.told.setdefault(peer, answer.height)
    weigh_answers(replica)
    come_back_if_due(replica)


def weigh_answers(replica: Replica) -> None:
    """R2.5: note whether q - 1 other validators of the open height's set have answered."""
    validators, right = replica.state.validators, replica.right
    others = sum(peer in validators for peer in right.heard)
    right.is_heard = others >= validators.quorum - 1


def come_back_if_due(replica: Replica) -> None:
    """R2.6: sign again once the head is past the first open height of each of q others."""
    right = replica.right
    if right.reason is None or right.is_barred or not replica.is_voter:
        return
    if len(passed(replica)) < _deciders(replica).quorum:
        return
    height = max(replica.head.height, right.state.mark.height)
    mark = SignMark(height, VIEW_MAX, int(Kind.COMMIT))
    right.reason = None
    right.floor = right.begun = mark
    _write(replica, Standing.EXPLAINED, mark)


def passed(replica: Replica) -> frozenset[PublicKey]:
    """Return the validators whose first open height the head is past."""
    deciders, head = _deciders(replica), replica.head
    told = replica.right.told.items()
    return frozenset(peer for peer, height in told if peer in deciders and head.height > height)


def listens_until(replica: Replica) -> Height | None:
    """Return the block after which a listener signs (R2.6), None while too few have told."""
    deciders, right = _deciders(replica), replica.right
    if right.reason is None or right.is_barred:
        return None
    heights = sorted(height for peer, height in right.told.items() if peer in deciders)
    quorum = deciders.quorum
    return Height(heights[quorum - 1] + 1) if len(heights) >= quorum else None


def _deciders(replica: Replica) -> ValidatorSet:
    """Return the set that decided the head; at height 0 the one that decides the next."""
    decided_by = replica.head.decided_by
    return replica.state.validators if decided_by is None else decided_by


def heed(replica: Replica, message: Statement | PrePrepare | ViewChange) -> None:
    """R2.3(b), R2.8: look at own statements in what a peer sends; stop at an unexplained one."""
    if isinstance(message, PrePrepare):
        for head in message.justification.heads:
            _heed_statement(replica, head)
    statement = message if isinstance(message, Statement) else message.statement
    _heed_statement(replica, statement)


def heed_certificate(replica: Replica, certificate: Certificate | None) -> None:
    """R2.3(a): look for an own seal in a checked certificate; note those of the others."""
    if certificate is None:
        return
    for key, seal in certificate.seals:
        height, view, block_hash = certificate.height, certificate.view, certificate.block_hash
        statement = Statement(Kind.COMMIT, height, view, block_hash, key, seal)
        if key == replica.own_key:
            _heed_statement(replica, statement)
        else:
            replica.right.witness(statement)


def _heed_statement(replica: Replica, statement: Statement) -> None:
    right = replica.right
    if statement.sender != replica.own_key:
        return
    if right.reason is not None:
        if statement.mark > right.state.mark and replica.verifies(statement):
            _write(replica, Standing.LISTENER, statement.mark)
        return
    reason = right.contradiction(statement)
    if reason is None or not replica.verifies(statement):
        return
    known = right.signed.get(statement.mark)
    if known is not None:
        report_conflict(replica, known, statement)
    _fall(replica, reason, statement.mark)


def _fall(replica: Replica, reason: str, shown: SignMark) -> None:
    """Stop signing and listen: durably, so that a restart does not forget it."""
    right = replica.right
    right.reason = reason
    right.falls += 1
    replica.cancel_timer(VIEW_TIMER)
    _write(replica, Standing.LISTENER, max(right.state.mark, shown))
    begin_inquiry(replica)


def _write(replica: Replica, standing: Standing, mark: SignMark) -> None:
    """Persist a sign-state at whose mark nothing known was signed."""
    right = replica.right
    right.state = replace(
        right.state, standing=standing, mark=mark, digest=None, signature=None, committed=None
    )
    if standing is Standing.EXPLAINED:
        right.state = replace(right.state, restart=replica.state.restart)
    height = replica.state.height
    replica.emit(Persist(height=height, entry=None, lock=None, state=right.state))


def _highest_of(replica: Replica, peer: PublicKey) -> Statement | None:
    """Return the highest statement of `peer`, of the next height too; that one is checked here."""
    for statement in replica.future.statements_of(peer):
        if replica.verifies(statement):
            return statement
    return replica.right.witnessed.get(peer)
