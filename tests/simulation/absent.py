"""A directed scenario: an honest proposer that f liars and a slow link make look absent (S-o)."""

from dataclasses import dataclass

from consensus.messages import Kind
from consensus.turns import NO_TURN
from primitives.crypto import PublicKey
from tests.simulation.cluster import Cluster
from tests.simulation.node import Node
from tests.simulation.scenarios import statement_of
from tests.simulation.world import MS, SECOND, Violation

_LAG_US = 1_500 * MS
_VOTES = (Kind.PREPARE, Kind.COMMIT)


@dataclass(slots=True)
class Harassment:
    """f liars and one slow link against one honest proposer.

    The liars vote for everybody's blocks but the victim's and never see those in time; the link
    from the victim to one other honest validator is slow. So a quorum is missing for the victim's
    blocks, and only for them.
    """

    cluster: Cluster
    victim: Node
    far: Node

    def __call__(self, source: Node, target: Node, payload: bytes) -> bool:
        """Return whether the message goes through; on the slow link it comes late."""
        said = statement_of(payload)
        if said is not None and not source.is_honest and said.kind in _VOTES:
            return self._proposer(said.height, said.view) != self.victim.key
        if source is self.victim and not target.is_honest:
            return said is None or said.kind is not Kind.PRE_PREPARE
        if (source, target) == (self.victim, self.far):
            network = self.cluster.network
            sent = (source, target, target.life, payload, None)
            self.cluster.world.after(_LAG_US, network._arrive, *sent)
            return False
        return True

    def _proposer(self, height: int, view: int) -> PublicKey | None:
        order, _over = self.cluster.checks.turns.get(height, ((), ()))
        return order[view % len(order)] if order else None


def harass(cluster: Cluster, heights: int) -> Node:
    """S-o: for `heights` heights one honest proposer is harassed, then no more; return it.

    Raises:
        Violation: two honest validators are passed over at one height, or the victim is not back
            within the bound of R3.3.
    """
    for node in cluster.nodes:
        if node.conduct is not None:
            node.conduct.is_reformed = True  # it does only what `Harassment` says
    victim, far = cluster.honest[:2]
    cluster.network.allows = Harassment(cluster, victim, far)
    cluster.start()
    cluster.run_to_height(heights, within_us=heights * 3 * SECOND)
    honest = {node.key for node in cluster.honest}
    for height, (_order, over) in cluster.checks.turns.items():
        if len(honest.intersection(over)) > 1:
            raise Violation(f"{len(over)} honest validators are passed over at {height}")
    cluster.network.allows = None
    _wait_back(cluster, victim)
    return victim


def _wait_back(cluster: Cluster, victim: Node) -> None:
    """The victim proposes a block that is decided, in one rotation after the longest skip."""
    n = len(cluster.validators)
    turn = cluster.honest[0].ledger.turns.get(victim.name, NO_TURN)
    if turn.until > turn.charged + min(4 * n * 2 ** (turn.missed - 2), 512 * n):
        raise Violation(f"{victim.name} is passed over until {turn.until}, charged {turn.charged}")
    height = max(turn.until, cluster.height) + n + 1
    cluster.run_to_height(height, within_us=height * SECOND)
    chain = cluster.honest[0].ledger.chain
    if all(block.header.proposer != victim.key for block, _ in chain[-n - 1 :]):
        raise Violation(f"{victim.name} is not back {n} heights after {turn.until}")
