"""The promises of consensus.md, checked at every step of every honest node."""

from typing import TYPE_CHECKING

from consensus import effects as out
from consensus.events import Head
from consensus.messages import Kind
from primitives.block import Block
from primitives.certificate import Certificate, check_certificate
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from tests.simulation.bodies import BodyChecks
from tests.simulation.guarding import SigningChecks
from tests.simulation.losses import Loss
from tests.simulation.memory import count_items
from tests.simulation.node import Node
from tests.simulation.performing import CLOCK_DIFFERENCE
from tests.simulation.restart_checks import RestartChecks
from tests.simulation.sent import SentChecks
from tests.simulation.sets import Sets
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster

Turns = tuple[tuple[PublicKey, ...], tuple[PublicKey, ...]]

_MEMORY_EVERY_STEPS = 2_000
_ITEMS_PER_VALIDATOR_MAX = 3_000


class Checks:
    """Raises Violation at the first broken promise."""

    def __init__(self, cluster: "Cluster") -> None:
        self.cluster = cluster
        self.restarts = RestartChecks()
        self.decided = self.restarts.decided
        self.evidence: list[tuple[str, PublicKey]] = []
        self.reports: list[tuple[str, PublicKey, str]] = []
        self._committed: dict[str, int] = {}
        self.turns: dict[int, Turns] = {}  # height -> the order and who is passed over
        self._steps = 0
        self.sets = Sets(cluster.validators)
        self._sent = SentChecks(cluster, self.sets)
        self._bodies = BodyChecks(cluster, self.sets)
        self.signing = SigningChecks(cluster, self._sent, self.sets)

    @property
    def quorum(self) -> int:
        """How many of the validators decide the first height."""
        return self.sets.quorum(1)

    def on_decided(self, node: Node, block: Block, certificate: Certificate) -> None:
        """A node decides: nobody honest decided otherwise, and the certificate proves it."""
        if not node.is_honest:
            return
        first, who = self.restarts.first_decision(node, block)
        if first != block.hash:
            raise Violation(
                f"fork at height {block.height}: {who} decided {first.hex()[:8]}, "
                f"{node.name} {block.hash.hex()[:8]}"
            )
        self._check_certificate(node, block, certificate)
        self._bodies.on_decided(node, block)

    def _check_certificate(self, node: Node, block: Block, certificate: Certificate) -> None:
        named = (certificate.height, certificate.block_hash)
        if named != (block.height, block.hash):
            raise Violation(f"{node.name}: certificate of another block at height {block.height}")
        validators = self.sets.at(block.height)
        signers = {key for key, _seal in certificate.seals if key in validators}
        if len(signers) < self.sets.quorum(block.height):
            raise Violation(f"{node.name}: certificate of {len(signers)} validators")
        try:
            check_certificate(
                certificate.unchecked,
                chain_id=self.cluster.genesis.chain_id,
                restart=block.header.restart,
                validators=validators,
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

    def on_head(self, node: Node, head: Head) -> None:
        """I7, I11 and I12: all who open a height have one set and order; few are passed over."""
        if not node.is_honest:
            return
        self.sets.on_head(node, head)
        height, turns = head.height + 1, (head.order, head.passed_over)
        first = self.turns.setdefault(height, turns)
        if first != turns:
            raise Violation(f"{node.name} has another order of proposers at height {height}")
        self.cluster.world.counts["passed_over"] += bool(head.passed_over)
        if head.order != self.sets.order(height, head.passed_over):
            raise Violation(f"{node.name} has a wrong order of proposers at height {height}")
        over, most = len(head.passed_over), self.sets.faults_max(height)
        if over > most:
            raise Violation(f"{over} are passed over at {height}, at most {most}")

    @property
    def view_changes(self) -> int:
        """How many view changes honest nodes have asked for."""
        return self._sent.view_changes

    def on_sent(self, node: Node, payload: bytes) -> None:
        """A node sends: see tests.simulation.sent."""
        self._sent.on_sent(node, payload)
        if payload[1] == int(Kind.POSITION_QUESTION):
            self.signing.on_asked(node, payload)

    def on_lost(self, node: Node, loss: Loss) -> None:
        """A careless node lost files: it starts from what is left."""
        self._committed[node.name] = node.ledger.height
        self._sent.losses += 1
        self.signing.on_lost(node, loss)

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
        return all(peer.is_sound for peer in self.cluster.network.owners(key))

    def on_step(self, node: Node) -> None:
        """A node has taken an event; now and then: what the engine keeps is bounded."""
        self.signing.after_step(node)
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


def describe(node: Node) -> str:
    """Return where a node stands, for a failure message."""
    label = node.name if node.is_honest else f"{node.name}(byzantine)"
    if node.engine is None:
        return f"{label} is down at {node.ledger.height}"
    status = node.engine.status()
    return f"{label} at {node.ledger.height}, deciding {status.height}/{status.view}"
