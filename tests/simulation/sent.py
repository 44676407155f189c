"""What sound nodes may send: durable, never two things at one mark, and built on what q said.

Reckoned over all lives of a key: I1 one content a mark, I2 rising marks, I3 every Commit claimed.
A node whose files were put back as R2.7 names counts as faulty from then on.
"""

from typing import TYPE_CHECKING

from consensus.guard import NOTHING_SIGNED
from consensus.messages import (
    TAGS,
    Content,
    Kind,
    Message,
    PrePrepare,
    SignMark,
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
    from tests.simulation.sets import Sets

_Life = tuple[PublicKey, Digest]  # a key under one restart statement


class SentChecks:
    """Raises Violation at the first message that an honest node must not send."""

    def __init__(self, cluster: "Cluster", sets: "Sets") -> None:
        self.cluster = cluster
        self.view_changes = 0
        self.losses = 0  # how often files were lost
        self.conflicts: set[PublicKey] = set()  # keys that said two things at one mark
        self._sets = sets
        # All by key and restart: what was signed under another statement counts for nothing.
        self._sent: dict[tuple[_Life, SignMark], bytes] = {}
        self._last: dict[_Life, SignMark] = {}  # the highest mark that each key has sent
        self._commits: dict[tuple[_Life, int], SignMark] = {}  # the highest of each height
        self._known: dict[_Life, set[SignMark]] = {}  # every mark that each key has sent
        self._messages: dict[bytes, Message] = {}
        self._locks: dict[Digest, Locks] = {}

    def on_sent(self, node: Node, payload: bytes) -> None:
        """A node sends: what it signed is durable, and does not contradict what it sent before."""
        if not node.is_honest:
            return
        message = self.read(payload)
        if message is None:
            raise Violation(f"{node.name} sends an unreadable message")
        statement = message if isinstance(message, Statement) else None
        if isinstance(message, PrePrepare | ViewChange):
            statement = message.statement
            if statement.sender == node.key and node.is_sound:
                self._check_claims(node, message)
        if statement is not None and statement.sender == node.key:
            self._check_statement(node, statement)

    def read(self, payload: bytes) -> Message | None:
        """Return the message, None if it is none; each is read once."""
        if payload not in self._messages:
            try:
                self._messages[payload] = read_message(payload)
            except Rejected:
                return None
        return self._messages[payload]

    def _check_statement(self, node: Node, statement: Statement) -> None:
        mark = statement.mark
        signed = self.signed(node, statement)
        life = (node.key, node.ledger.restart_of(statement.height))
        first = self._sent.setdefault((life, mark), signed)
        if first != signed:
            self.conflicts.add(node.key)
            self.cluster.world.counts["conflict"] += 1
        if not node.is_sound:
            return
        if first != signed:
            raise Violation(f"{node.name} sends two different {statement.kind.name} at {mark}")
        if signed not in _signed_at(node, statement.sender, mark):
            raise Violation(f"{node.name} sends {statement.kind.name} before it is durable: {mark}")
        if mark > self._last.get(life, NOTHING_SIGNED):
            self._last[life] = mark
            self._check_first(node, statement, life)
        elif mark not in self._known.setdefault(life, set()):
            raise Violation(f"{node.name} sends {mark} after {self._last[life]}")
        self._known.setdefault(life, set()).add(mark)

    def _check_first(self, node: Node, statement: Statement, life: _Life) -> None:
        """Check a statement that is sent for the first time."""
        place = (life, statement.height)
        if statement.kind is Kind.VIEW_CHANGE:
            self._check_view(node, statement)
            committed = self._commits.get(place)
            claimed = -1 if statement.claim is None else statement.claim[0]
            if committed is not None and claimed < committed.view:
                raise Violation(f"{node.name} asks for {statement.mark} and hides {committed}")
            return
        if statement.kind is Kind.COMMIT:
            self._commits[place] = statement.mark
            self._check_prepared(node, statement.height, statement.view, statement.block_hash)
        elif statement.kind is Kind.PREPARE and statement.view > 0:
            self._check_joined(node, statement)
        if statement.kind is not Kind.PRE_PREPARE:
            locks = self._locks.setdefault(life[1], Locks())
            quorum, faulty = self._sets.quorum(statement.height), self._faulty(statement.height)
            fault = locks.add(statement, quorum=quorum, faulty=faulty)
            if fault is not None:
                raise Violation(f"{node.name}: {fault}")

    def signed(self, node: Node, statement: Statement) -> Digest:
        """Return the digest of what a statement signs under the restart of `node`."""
        return self._signed(node, statement.kind, statement.mark, statement.content)

    def _signed(self, node: Node, kind: Kind, mark: SignMark, content: Content) -> Digest:
        height, view = Height(mark.height), View(mark.view)
        restart = node.ledger.restart_of(height)
        signed = signed_bytes(self.cluster.genesis.chain_id, restart, height, view, content)
        return digest(TAGS[kind], signed)

    def _faulty(self, height: int) -> frozenset[PublicKey]:
        """The keys of the height's set that may sign anything."""
        keys = (key for node in self.cluster.nodes if not node.is_sound for key in node.disks)
        validators = self._sets.at(height)
        return frozenset(key for key in keys if key in validators)

    def _sound_keys(self, height: int) -> list[tuple[Node, PublicKey]]:
        """The keys of the height's set that sound nodes hold, each with its node."""
        validators = self._sets.at(height)
        sound = (node for node in self.cluster.nodes if node.is_sound)
        return [(node, key) for node in sound for key in node.disks if key in validators]

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
        signed = self._signed(node, Kind.PREPARE, mark, block_hash)
        count = sum(signed in _signed_at(*one, mark) for one in self._sound_keys(height))
        if count + len(self._faulty(height)) < self._sets.quorum(height):
            raise Violation(f"{node.name} builds on {mark}, with {count} honest prepares in all")

    def _check_joined(self, node: Node, prepare: Statement) -> None:
        """Rule 2: a view above 0 has a proposal only after q validators asked for the view."""
        mark = SignMark(prepare.height, prepare.view, int(Kind.VIEW_CHANGE))
        height = prepare.height
        count = sum(bool(_signed_at(*one, mark)) for one in self._sound_keys(height))
        if count + len(self._faulty(height)) < self._sets.quorum(height):
            raise Violation(f"{node.name} prepares in {mark}, which {count} honest asked for")

    def _check_view(self, node: Node, statement: Statement) -> None:
        """No runaway: even the highest view needs a timeout for each view below it.

        But for a view that is left at once because the WAL of it was lost (R2.4).
        """
        self.view_changes += 1
        left_us = self.cluster.world.now_us
        first_ms = node.config.first_timeout_ms_min
        for view in range(statement.view - self.losses):
            left_us -= node.config.view_timeout_ms(View(view), first_ms) * MS
        if left_us < 0:
            raise Violation(f"{node.name} asks for view {statement.view} faster than timeouts run")


def _signed_at(node: Node, key: PublicKey, mark: SignMark) -> set[Digest]:
    """Return what is durably signed at a mark by one of a node's keys, there or by its signer."""
    signed = node.disks[key].signed.get(mark, set())
    if node.link is None or node.link.signer.key != key:
        return signed
    return signed | node.link.signer.signed.get(mark, set())
