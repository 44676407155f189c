"""The promises of consensus.md, checked at every step of every honest node."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from consensus import effects as out
from consensus.effects import SignMark
from consensus.messages import TAGS, Kind, Message, PrePrepare, Statement, ViewChange, signed_bytes
from consensus.wire import read_message
from primitives.block import Block
from primitives.certificate import Certificate, UncheckedCertificate, check_certificate
from primitives.crypto import Digest, PublicKey, digest
from primitives.errors import Rejected
from primitives.ids import Height, View
from tests.simulation.locks import Locks
from tests.simulation.node import CLOCK_DIFFERENCE, Node
from tests.simulation.world import MS, Violation

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster

_MEMORY_EVERY_STEPS = 2_000
_ITEMS_PER_VALIDATOR_MAX = 3_000


class Checks:
    """Raises Violation at the first broken promise."""

    def __init__(self, cluster: "Cluster") -> None:
        self.cluster = cluster
        self.decided: dict[int, tuple[Digest, str]] = {}  # height -> block, who decided first
        self.view_changes = 0
        self.evidence: list[tuple[str, PublicKey]] = []
        self.reports: list[tuple[str, PublicKey, str]] = []
        self._sent: dict[tuple[PublicKey, SignMark], bytes] = {}
        self._committed: dict[str, int] = {}
        self._messages: dict[bytes, Message] = {}
        self._steps = 0
        # Reckoned here again, so that an engine with a wrong quorum cannot hide it.
        count = len(cluster.validators)
        self._keys = frozenset(member.public_key for member in cluster.validators.members)
        self.quorum = (count + (count - 1) // 3) // 2 + 1
        self._faulty: int | None = None
        self._locks = Locks()

    # -- agreement -------------------------------------------------------------------------

    def on_decided(self, node: Node, block: Block, certificate: Certificate) -> None:
        """A node decides: nobody honest decided otherwise, and the certificate proves it."""
        if not node.is_honest:
            return
        first, who = self.decided.setdefault(block.height, (block.hash, node.name))
        if first != block.hash:
            raise Violation(
                f"fork at height {block.height}: {who} decided {first.hex()[:8]}, "
                f"{node.name} {block.hash.hex()[:8]}"
            )
        self._check_certificate(node, block, certificate)

    def _check_certificate(self, node: Node, block: Block, certificate: Certificate) -> None:
        named = (certificate.height, certificate.block_hash)
        if named != (block.height, block.hash):
            raise Violation(f"{node.name}: certificate of another block at height {block.height}")
        signers = self._keys.intersection(key for key, _seal in certificate.seals)
        if len(signers) < self.quorum:
            raise Violation(f"{node.name}: certificate of {len(signers)} validators")
        unchecked = UncheckedCertificate(
            certificate.height, certificate.view, certificate.block_hash, certificate.seals
        )
        try:
            check_certificate(
                unchecked,
                chain_id=self.cluster.genesis.chain_id,
                validators=self.cluster.validators,
                verify_seal=self.cluster.keys.verify,
            )
        except Rejected as error:
            raise Violation(f"{node.name}: bad certificate at {block.height}: {error}") from error

    def on_committed(self, node: Node, block: Block, certificate: Certificate) -> None:
        """A block is durable: heights rise by one, and the block is the agreed one."""
        if not node.is_honest:
            return
        self.on_decided(node, block, certificate)
        before = self._committed.get(node.name, 0)
        if block.height != before + 1:
            raise Violation(f"{node.name}: committed height {block.height} after {before}")
        self._committed[node.name] = block.height

    # -- what is sent ----------------------------------------------------------------------

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
            fault = self._locks.add(statement, needed=self.quorum - self._count_faulty())
            if fault is not None:
                raise Violation(f"{node.name}: {fault}")

    def _signed(self, kind: Kind, mark: SignMark, content: Any) -> Digest:
        chain_id = self.cluster.genesis.chain_id
        signed = signed_bytes(chain_id, mark.height, mark.view, content)  # type: ignore[arg-type]
        return digest(TAGS[kind], signed)

    def _count_faulty(self) -> int:
        if self._faulty is None:
            keys = {node.key for node in self.cluster.nodes if not node.is_honest}
            self._faulty = len(keys)
        return self._faulty

    def _check_claims(self, node: Node, message: PrePrepare | ViewChange) -> None:
        """Rules 2 and 6: what is carried into another view was prepared by q."""
        is_proposal = isinstance(message, PrePrepare)
        heads = message.justification.heads if is_proposal else (message.statement,)
        claims = [head.claim for head in heads if head.claim is not None]
        if claims:
            view, block_hash = max(claims)
            if is_proposal:
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
        if count + self._count_faulty() < self.quorum:
            raise Violation(f"{node.name} builds on {mark}, with {count} honest prepares in all")

    def _check_joined(self, node: Node, prepare: Statement) -> None:
        """Rule 2: a view above 0 has a proposal only after q validators asked for the view."""
        mark = SignMark(prepare.height, prepare.view, int(Kind.VIEW_CHANGE))
        count = sum(mark in peer.disk.history for peer in self.cluster.honest)
        if count + self._count_faulty() < self.quorum:
            raise Violation(f"{node.name} prepares in {mark}, which {count} honest asked for")

    def _check_view(self, node: Node, statement: Statement) -> None:
        """No runaway: even the highest view needs a timeout for each view below it."""
        self.view_changes += 1
        left_us = self.cluster.world.now_us
        for view in range(statement.view):
            left_us -= node.config.view_timeout_ms(View(view)) * MS
        if left_us < 0:
            raise Violation(f"{node.name} asks for view {statement.view} faster than timeouts run")

    # -- reports ---------------------------------------------------------------------------

    def on_reported(self, node: Node, report: out.ReportFault) -> None:
        """An honest node blames an honest peer only for a proposal that came late."""
        self.cluster.world.counts["fault_report"] += 1
        self.reports.append((node.name, report.peer, report.reason))
        is_late = CLOCK_DIFFERENCE in report.reason
        if node.is_honest and self._is_honest(report.peer) and not is_late:
            name = self.cluster.validators.name_of(report.peer)
            raise Violation(f"{node.name} blames the honest {name}: {report.reason}")

    def on_evidence(self, node: Node, effect: out.RecordEvidence) -> None:
        """There is no evidence against an honest validator."""
        self.cluster.world.counts["evidence"] += 1
        self.evidence.append((node.name, effect.validator))
        if node.is_honest and self._is_honest(effect.validator):
            name = self.cluster.validators.name_of(effect.validator)
            raise Violation(f"{node.name} has evidence against the honest {name}")

    def on_halt(self, node: Node, effect: out.Halt) -> None:
        """With at most f faulty, no honest node has a reason to halt."""
        if node.is_honest:
            raise Violation(f"{node.name} halts: {effect.reason}")

    def _is_honest(self, key: PublicKey) -> bool:
        return all(peer.is_honest for peer in self.cluster.network.owners(key))

    # -- memory ----------------------------------------------------------------------------

    def on_step(self, node: Node) -> None:
        """Now and then: what the engine keeps is bounded, whatever peers send."""
        self._steps += 1
        if self._steps % _MEMORY_EVERY_STEPS == 0:
            self.check_memory(node)

    def check_memory(self, node: Node) -> None:
        """Count what is reachable from the engine against a bound in n."""
        items = count_items(node.engine)
        counts = self.cluster.world.counts
        counts["items_max"] = max(counts["items_max"], items)
        bound = _ITEMS_PER_VALIDATOR_MAX * len(self.cluster.validators)
        if node.is_honest and items > bound:
            raise Violation(f"{node.name} keeps {items} items in memory, bound {bound}")

    def at_end(self) -> None:
        """Check memory of all once more."""
        for node in self.cluster.nodes:
            if node.is_up:
                self.check_memory(node)

    def describe(self, node: Node) -> str:
        """Return where a node stands, for a failure message."""
        label = node.name if node.is_honest else f"{node.name}(byzantine)"
        if node.engine is None:
            return f"{label} is down at {node.ledger.height}"
        status = node.engine.status()
        return f"{label} at {node.ledger.height}, deciding {status.height}/{status.view}"


def count_items(root: object) -> int:
    """Return how many containers' items and fields are reachable from `root`."""
    seen: set[int] = set()  # ids; membership only
    count, stack = 0, [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str | bytes | int | type) or item is None or id(item) in seen:
            continue
        seen.add(id(item))
        inner = _inside(item)
        count += len(inner)
        stack.extend(inner)
    return count


def _inside(item: object) -> list[Any]:
    if isinstance(item, Mapping):
        return [*item.keys(), *item.values()]
    if isinstance(item, list | tuple | set | frozenset):
        return list(item)
    if is_dataclass(item):
        return [getattr(item, one.name, None) for one in fields(item)]
    slots = getattr(type(item), "__slots__", None)
    if slots is not None and not callable(item):
        return [getattr(item, name, None) for name in slots]
    return list(getattr(item, "__dict__", {}).values()) if not callable(item) else []
