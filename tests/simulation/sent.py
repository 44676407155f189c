"""What honest nodes may send: durable, never two things at one mark, and built on what q said."""

from typing import TYPE_CHECKING

from consensus.effects import SignMark
from consensus.messages import (
    TAGS,
    Content,
    Kind,
    Message,
    PrePrepare,
    Statement,
    ViewChange,
    signed_bytes,
)
from consensus.wire import read_message
from primitives.crypto import Digest, PublicKey, digest
from primitives.errors import Rejected
from primitives.ids import Height, View
from tests.simulation.locks import Locks
from tests.simulation.node import Node
from tests.simulation.world import MS, Violation

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster


class SentChecks:
    """Raises Violation at the first message that an honest node must not send."""

    def __init__(self, cluster: "Cluster", quorum: int) -> None:
        self.cluster = cluster
        self.view_changes = 0
        self._quorum = quorum
        self._faulty: int | None = None
        self._sent: dict[tuple[PublicKey, SignMark], bytes] = {}
        self._messages: dict[bytes, Message] = {}
        self._locks = Locks()

    def on_sent(self, node: Node, payload: bytes) -> None:
        """A node sends: what it signed is durable, and does not contradict what it sent before."""
        if not node.is_honest:
            return
        message = self._read(node, payload)
        if isinstance(message, PrePrepare | ViewChange):
            self._check_statement(node, message.statement)
            if message.statement.sender == node.key:
                self._check_claims(node, message)
        elif isinstance(message, Statement):
            self._check_statement(node, message)

    def _read(self, node: Node, payload: bytes) -> Message:
        message = self._messages.get(payload)
        if message is None:
            try:
                message = self._messages[payload] = read_message(payload)
            except Rejected as error:
                raise Violation(f"{node.name} sends an unreadable message: {error}") from error
        return message

    def _check_statement(self, node: Node, statement: Statement) -> None:
        if statement.sender != node.key:
            return
        mark = statement.mark
        signed = self._signed(statement.kind, mark, statement.content)
        first = self._sent.get((node.key, mark))
        if first is not None and first != signed:
            raise Violation(f"{node.name} sends two different {statement.kind.name} at {mark}")
        durable = node.disk.history.get(mark)
        if durable is None or durable.digest != signed:
            raise Violation(f"{node.name} sends {statement.kind.name} before it is durable: {mark}")
        if first is not None:
            return
        self._sent[node.key, mark] = signed
        if statement.kind is Kind.VIEW_CHANGE:
            self._check_view(node, statement)
            return
        if statement.kind is Kind.COMMIT:
            self._check_prepared(node, statement.height, statement.view, statement.block_hash)
        elif statement.kind is Kind.PREPARE and statement.view > 0:
            self._check_joined(node, statement)
        if statement.kind is not Kind.PRE_PREPARE:
            fault = self._locks.add(statement, needed=self._quorum - self._count_faulty())
            if fault is not None:
                raise Violation(f"{node.name}: {fault}")

    def _signed(self, kind: Kind, mark: SignMark, content: Content) -> Digest:
        genesis, view = self.cluster.genesis, View(mark.view)
        height = Height(mark.height)
        signed = signed_bytes(genesis.chain_id, genesis.restart, height, view, content)
        return digest(TAGS[kind], signed)

    def _count_faulty(self) -> int:
        if self._faulty is None:
            keys = {node.key for node in self.cluster.nodes if not node.is_honest}
            self._faulty = len(keys)
        return self._faulty

    def _check_claims(self, node: Node, message: PrePrepare | ViewChange) -> None:
        """Rules 2 and 6: what is carried into another view was prepared by q."""
        if isinstance(message, PrePrepare):
            claims = [head.claim for head in message.justification.heads if head.claim is not None]
        else:
            claims = [message.statement.claim] if message.statement.claim is not None else []
        if claims:
            view, block_hash = max(claims)
            if isinstance(message, PrePrepare):
                block_hash = message.statement.block_hash
            self._check_prepared(node, message.statement.height, view, block_hash)

    def _check_prepared(self, node: Node, height: Height, view: View, block_hash: Digest) -> None:
        """Rule 4: a Commit follows q Prepares; the faulty may have prepared anything."""
        mark = SignMark(height, view, int(Kind.PREPARE))
        signed = self._signed(Kind.PREPARE, mark, block_hash)
        count = sum(
            mark in peer.disk.history and peer.disk.history[mark].digest == signed
            for peer in self.cluster.honest
        )
        if count + self._count_faulty() < self._quorum:
            raise Violation(f"{node.name} builds on {mark}, with {count} honest prepares in all")

    def _check_joined(self, node: Node, prepare: Statement) -> None:
        """Rule 2: a view above 0 has a proposal only after q validators asked for the view."""
        mark = SignMark(prepare.height, prepare.view, int(Kind.VIEW_CHANGE))
        count = sum(mark in peer.disk.history for peer in self.cluster.honest)
        if count + self._count_faulty() < self._quorum:
            raise Violation(f"{node.name} prepares in {mark}, which {count} honest asked for")

    def _check_view(self, node: Node, statement: Statement) -> None:
        """No runaway: even the highest view needs a timeout for each view below it."""
        self.view_changes += 1
        left_us = self.cluster.world.now_us
        for view in range(statement.view):
            left_us -= node.config.view_timeout_ms(View(view)) * MS
        if left_us < 0:
            raise Violation(f"{node.name} asks for view {statement.view} faster than timeouts run")
