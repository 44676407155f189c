"""Who may sign, checked from outside the engine: I4, I5, I6, R2.6's way back and R2.8's alarm.

What a node was told is noted as its engine takes it, and what it signs as it is persisted.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consensus import SignMark, SignState, Standing
from consensus import effects as out
from consensus import events as to
from consensus.messages import (
    TAGS,
    Kind,
    Message,
    Position,
    PositionQuestion,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
    signed_bytes,
)
from primitives.crypto import Digest, PublicKey
from tests.simulation.losses import KEPT, LOST, Loss
from tests.simulation.node import Node
from tests.simulation.sent import SentChecks
from tests.simulation.sets import Sets
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster


@dataclass(slots=True)
class _Life:
    """What one life of a node asked, was told, and signed."""

    standing: Standing
    nonce: bytes = b""
    heard: set[PublicKey] = field(default_factory=set)
    told: dict[PublicKey, int] = field(default_factory=dict)
    claims: dict[PublicKey, int] = field(default_factory=dict)
    signed: dict[SignMark, Digest] = field(default_factory=dict)
    must_fall: str | None = None
    must_blame: PublicKey | None = None


class SigningChecks:
    """Raises Violation at the first signature that a sound node must not give."""

    def __init__(self, cluster: "Cluster", sent: SentChecks, sets: Sets) -> None:
        self.cluster, self.sent, self.sets = cluster, sent, sets
        self._lives: dict[int, _Life] = {}
        self._losses: dict[tuple[int, PublicKey], list[Loss]] = {}  # of each key of a node
        self._restarted: set[int] = set()

    def on_lost(self, node: Node, loss: Loss) -> None:
        """The files of a node that is down were lost, cut or put back."""
        for key in node.disks:
            self._losses.setdefault((node.index, key), []).append(loss)

    def on_restarted(self, node: Node) -> None:
        """A restart statement was applied to a node that is down: it explains all of before."""
        self._restarted.add(node.index)

    def on_started(self, node: Node, before: SignState | None, *, is_older: bool) -> None:
        """A node has started: it listens if it did before, or if its files do not explain all.

        `before` is the sign-state that it found; `is_older` says that another file is newer.
        """
        state, losses = node.disk.sign_state, self._losses.pop((node.index, node.key), [])
        if state is None:
            raise Violation(f"{node.name} starts without a sign-state")
        self._lives[node.index] = _Life(state.standing)
        is_listening = state.standing is Standing.LISTENER
        if node.index in self._restarted:
            self._restarted.remove(node.index)
            if is_listening:
                raise Violation(f"{node.name} listens after a restart statement was applied")
            return
        was_listening = before is not None and before.standing is Standing.LISTENER
        if not losses and was_listening and not is_listening:
            raise Violation(f"{node.name} listened before its restart, and does not now")
        if not node.is_sound:
            return
        text = "; then ".join(str(loss) for loss in losses)
        if (before is None or is_older) and not is_listening:
            raise Violation(f"{node.name} does not listen after: {text}")
        may = was_listening or any(_may_listen(loss) for loss in losses)
        if is_listening and not may:
            raise Violation(f"{node.name} listens after: {text}")

    def before_step(self, node: Node, event: to.Event) -> None:
        """Note what a node is about to be told."""
        life = self._lives.get(node.index)
        if not isinstance(event, to.Received) or life is None or not node.is_honest:
            return
        if event.payload[1:2] > bytes((int(Kind.POSITION),)):
            return
        message = self.sent.read(event.payload)
        if isinstance(message, Position | StatusMessage):
            self._note_claim(node, life, event.peer, message)
        for statement in _statements_of(message):
            if statement.sender == node.key:
                self._expect_fall(node, life, statement)
        if isinstance(message, Statement | PrePrepare | ViewChange):
            statement = message if isinstance(message, Statement) else message.statement
            self._expect_evidence(node, life, statement)

    def _note_claim(
        self, node: Node, life: _Life, peer: PublicKey, message: Position | StatusMessage
    ) -> None:
        if peer == node.key:
            return
        if isinstance(message, Position):
            if message.nonce != life.nonce:
                return
            life.heard.add(peer)
            if not message.is_listening:
                life.told.setdefault(peer, message.height)
        life.claims[peer] = max(life.claims.get(peer, 0), message.height)

    def _expect_fall(self, node: Node, life: _Life, statement: Statement) -> None:
        """R2.8: an own statement that this life cannot explain makes the node listen."""
        assert node.engine is not None
        right, state = node.engine._replica.right, node.engine._replica.state
        mark = statement.mark
        is_recent = mark.height >= state.height - 1
        is_known = life.signed.get(mark) == self.sent.signed(node, statement)
        last = max(right.state.mark, right.begun)
        is_strange = mark > last or (is_recent and mark > right.begun and not is_known)
        if is_strange and right.reason is None and self._verifies(node, statement):
            life.must_fall = f"{statement.kind.name} at {mark}"

    def _expect_evidence(self, node: Node, life: _Life, statement: Statement) -> None:
        """With both sides of a conflict in the hands of one node, it has evidence."""
        assert node.engine is not None
        state = node.engine._replica.state
        is_open = statement.height == state.height and state.certificate is None
        if not is_open or statement.sender not in state.validators:
            return
        if statement.kind is Kind.VIEW_CHANGE:
            latest = state.view_changes.latest_of(statement.sender)
            known = None if latest is None else latest.statement
        else:
            known = state.votes(statement.kind).vote_of(statement.view, statement.sender)
        is_same_place = known is not None and known.view == statement.view
        if known is None or not is_same_place or known.content == statement.content:
            return
        if self._verifies(node, statement):
            life.must_blame = statement.sender

    def after_step(self, node: Node) -> None:
        """A node that had to stop signing has; one whose files nobody touched never does."""
        life, engine = self._lives.get(node.index), node.engine
        if life is None or engine is None or not node.is_honest:
            return
        if life.must_blame is not None:
            blamed = {misdeed.validator for misdeed in engine._replica.evidence}
            if life.must_blame not in blamed:
                raise Violation(f"{node.name} has no evidence, though it heard both sides")
            life.must_blame = None
            self.cluster.world.counts["conflict_seen"] += 1
        is_listening = engine._replica.right.reason is not None
        if life.must_fall is not None:
            if not is_listening:
                raise Violation(f"{node.name} goes on though others hold its {life.must_fall}")
            life.must_fall = None
            self.cluster.world.counts["fall"] += 1
        if is_listening and node.is_sound and node not in self.cluster.careless:
            raise Violation(f"{node.name} listens: {engine.status().waits_for}")

    def on_asked(self, node: Node, payload: bytes) -> None:
        """A node asks where the others are, under a nonce."""
        message, life = self.sent.read(payload), self._lives[node.index]
        if isinstance(message, PositionQuestion) and message.nonce != life.nonce:
            life.nonce = message.nonce
            life.heard.clear()
            life.told.clear()

    def on_persist(self, node: Node, persist: out.Persist) -> None:
        """A node signs, begins to listen, or comes back."""
        life = self._lives[node.index]
        state, before = persist.state, life.standing
        life.standing = state.standing
        if state.digest is None:
            if before is Standing.LISTENER and state.standing is Standing.EXPLAINED:
                self._check_return(node, life, state)
            return
        life.signed[state.mark] = state.digest
        if not node.is_sound:
            return
        if before is Standing.LISTENER:
            raise Violation(f"{node.name} listens and signs {state.mark}")
        if persist.entry is not None:  # else it finishes what was signed before a crash
            self._check_answers(node, life, state)

    def _check_answers(self, node: Node, life: _Life, state: SignState) -> None:
        """I4 and I6."""
        height = state.mark.height
        validators, most = self.sets.at(height), self.sets.faults_max(height)
        heard = [peer for peer in life.heard if peer in validators]
        if len(heard) < self.sets.quorum(height) - 1:
            raise Violation(f"{node.name} signs {state.mark} after {len(heard)} answers")
        told = (at for peer, at in life.claims.items() if peer in validators)
        claims = sorted(told, reverse=True)
        claimed = claims[most] if len(claims) > most else 0
        if state.mark.height < claimed:
            raise Violation(f"{node.name} signs {state.mark}, but f + 1 work on {claimed}")

    def _check_return(self, node: Node, life: _Life, state: SignState) -> None:
        """R2.6: the head is past the first open height of q others; nothing below is signed.

        The head that the engine knows: block sync may have stored more meanwhile.
        """
        self.cluster.world.counts["return"] += 1
        assert node.engine is not None
        head = node.engine._replica.head.height
        deciders = self.sets.at(max(head, 1))
        told = [height for key, height in life.told.items() if key in deciders]
        past = [height for height in told if head >= height + 1]
        if len(past) < self.sets.quorum(max(head, 1)):
            raise Violation(f"{node.name} signs again past {len(past)} others at head {head}")
        if state.mark.height < head:
            raise Violation(f"{node.name} may sign below its head: {state.mark}")

    def _verifies(self, node: Node, statement: Statement) -> bool:
        place = (statement.height, statement.view)
        restart = node.ledger.restart_of(statement.height)
        chain_id = self.cluster.genesis.chain_id
        signed = signed_bytes(chain_id, restart, *place, statement.content)
        keys, tag = self.cluster.keys, TAGS[statement.kind]
        return keys.verify(statement.sender, tag, signed, statement.signature)


def _may_listen(loss: Loss) -> bool:
    """With the sign-state and the lock file intact, only the loss of the whole store may."""
    return loss.sign_state != KEPT or loss.lock != KEPT or loss.store == LOST


def _statements_of(message: Message | None) -> tuple[Statement, ...]:
    match message:
        case Statement():
            return (message,)
        case PrePrepare():
            return (message.statement, *message.justification.heads)
        case ViewChange():
            return (message.statement,)
        case Position() if message.statement is not None:
            return (message.statement,)
        case _:
            return ()
