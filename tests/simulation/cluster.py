"""The whole simulated network of validators, and the two phases of a run."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from primitives.crypto import Digest
from primitives.validators import Validator, validator_set
from tests.simulation.byzantine import make_conduct
from tests.simulation.checks import Checks, describe
from tests.simulation.keys import CheapKeys, Keys, RealKeys
from tests.simulation.ledger import genesis_header
from tests.simulation.losses import Loss
from tests.simulation.nemesis import Nemesis
from tests.simulation.network import Network
from tests.simulation.node import Node
from tests.simulation.node_keys import is_elsewhere
from tests.simulation.plan import Plan, draw_changing_plan, draw_plan
from tests.simulation.sets import Changes
from tests.simulation.signer import Signer, use_signer
from tests.simulation.starting import excuse, is_barred, is_listening
from tests.simulation.world import SECOND, Violation, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run did."""

    seed: int
    plan: Plan
    trace_hash: str
    heights: int
    view_changes: int
    steps: int
    simulated_us: int
    counts: dict[str, int]
    failure: str | None


class Cluster:
    """Validators of one run. Scenarios use it directly; seeds go through `run_seed`."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.keys: Keys = RealKeys() if plan.is_ed25519 else CheapKeys()
        made = sorted(self.keys.make(world.rng) for _ in range(plan.validators))
        self.validators = validator_set(Validator(key, f"v{i}") for i, key in enumerate(made))
        self.genesis = genesis_header("sim-chain", self.validators)
        self.network = Network(world, plan)
        self.signed_restarts: set[Digest] = set()
        self.has_faults = False
        self.changes = Changes()
        self.checks = Checks(self)
        self.nodes = self.network.nodes
        for i, key in enumerate(made):
            self._add(Node(self, f"v{i}", key))
        drawn = world.rng.sample(self.nodes, len(plan.byzantine) + plan.careless)
        self.careless = drawn[len(plan.byzantine) :]
        for node in self.careless:
            node.disk.is_versioned = True
        for node, kind in zip(drawn, plan.byzantine, strict=False):
            self._corrupt(node, kind)
        for node in [node for node in self.nodes if node.is_honest][: plan.signers]:
            use_signer(node, Signer(node.key, self.keys, self.genesis.chain_id))
        for i in range(plan.observers):
            self._add(Node(self, f"observer{i}", self.keys.make(world.rng)))
        for i in range(plan.spares):
            self._add(Node(self, f"w{i}", self.keys.make(world.rng)))

    def _add(self, node: Node) -> None:
        node.skew_ms = self.world.between(-self.plan.clock_skew_ms, self.plan.clock_skew_ms)
        self.nodes.append(node)

    def clone(self, node: Node) -> Node:
        """Return a second node with the key and a copy of all files of `node`, not started.

        R2.7 names it; both count as one of the f. With one signer they say one thing all the same.
        """
        clone = Node(self, node.name + "'", node.key)
        clone.disks, clone.key, clone.is_clone = deepcopy(node.disks), node.key, True
        clone.disk = clone.disks[clone.key]
        if node.link is not None:
            use_signer(clone, node.link.signer)
        clone.ledger.chain = list(node.ledger.chain)
        clone.ledger.roll_back(node.ledger.height)
        self._add(clone)
        self.careless += [body for body in (node, clone) if body not in self.careless]
        self.checks.on_lost(clone, Loss())
        if not is_elsewhere(node):
            excuse(node)
        return clone

    def _corrupt(self, node: Node, kind: str) -> None:
        """Make the validator Byzantine; a twin is a second node with the same key."""
        bodies = [node]
        if kind == "twin":
            bodies.append(Node(self, node.name + "'", node.key))
            self._add(bodies[1])
        for body in bodies:
            body.conduct = make_conduct(kind, body)
            body.disk.is_strict = False
            self.world.counts[f"byzantine_{kind}"] += 1

    @property
    def honest(self) -> list[Node]:
        """The nodes whose promises are checked, observers too."""
        return [node for node in self.nodes if node.is_honest]

    @property
    def highest(self) -> Node:
        """The honest node with the highest committed height."""
        return max(self.honest, key=lambda node: node.ledger.height)

    @property
    def height(self) -> int:
        """The highest committed height of an honest node."""
        return self.highest.ledger.height

    def proposers(self) -> list[list[Node]]:
        """Return who proposes at the next height, by view: the nodes of each key."""
        head = self.highest.ledger.head()
        return [[n for n in self.network.owners(key) if n.key == key] for key in head.order]

    def start(self) -> None:
        """Start every node, `start_gap_us` apart; the first at once."""
        for i, node in enumerate(self.nodes):
            if i * self.plan.start_gap_us:
                self.world.after(i * self.plan.start_gap_us, node.start)
            else:
                node.start()

    def run(self, duration_us: int, until: Callable[[], bool] = lambda: False) -> bool:
        """Let `duration_us` pass, or less if `until` becomes true; return whether it did."""
        return self.world.run_until(self.world.now_us + duration_us, is_done=until)

    def run_to_height(self, height: int, *, within_us: int, who: list[Node] | None = None) -> None:
        """Run until every node of `who` (default: honest and up) is at `height`, or fail."""
        nodes = [node for node in self.honest if node.is_up] if who is None else who

        def is_there() -> bool:
            return all(node.ledger.height >= height for node in nodes)

        if not self.run(within_us, is_there):
            state = ", ".join(describe(node) for node in self.nodes)
            within_s = within_us / SECOND
            raise Violation(f"no progress: {height} not reached in {within_s:.1f} s: {state}")


def await_returns(cluster: Cluster) -> None:
    """Every listener that q others can bring back comes back (R2.6).

    Raises:
        Violation: one does not within 20 time-outs.
    """
    nodes = [node for node in cluster.careless if node.is_up and not node.is_excused]

    def is_left(node: Node) -> bool:
        others = {
            peer.key
            for peer in cluster.nodes
            if peer.key != node.key and peer.is_honest and peer.is_up and not is_listening(peer)
        }
        deciders = node.ledger.decided_by
        is_helped = sum(key in deciders for key in others) >= deciders.quorum
        is_seated = node.key in node.ledger.validators  # who has no seat has nothing to say
        return is_seated and is_listening(node) and not is_barred(node) and is_helped

    if not cluster.run(cluster.plan.liveness_us, lambda: not any(map(is_left, nodes))):
        left = ", ".join(describe(node) for node in nodes if is_left(node))
        raise Violation(f"still listening: {left}")


def run_cluster(cluster: Cluster) -> None:
    """Run both phases: faults with safety checks, then calm with a liveness demand.

    Raises:
        Violation: a promise is broken.
    """
    plan, world = cluster.plan, cluster.world
    nemesis = Nemesis(cluster)
    cluster.has_faults = True
    cluster.start()
    nemesis.start()
    cluster.run(plan.fault_us_min)
    cluster.run(plan.fault_us_max - plan.fault_us_min, lambda: cluster.height >= plan.fault_heights)
    nemesis.end()
    cluster.has_faults = False
    world.trace.say(world.now_us, "world", "faults end")
    cluster.run_to_height(cluster.height + plan.heights_after, within_us=plan.liveness_us)
    await_returns(cluster)
    cluster.checks.at_end()


def run_seed(
    seed: int,
    *,
    sink: Callable[[str], None] | None = None,
    plan: Plan | None = None,
    is_changing: bool = False,
) -> Outcome:
    """Run one seed and return what happened; a broken promise is in `failure`.

    With `is_changing` its plan lets the set of validators change.
    """
    world = World(seed, sink)
    draw = draw_changing_plan if is_changing else draw_plan
    drawn = draw(Random(world.rng.getrandbits(64))) if plan is None else plan
    world.trace.say(0, "world", str(drawn))
    cluster = Cluster(world, drawn)
    failure = None
    try:
        run_cluster(cluster)
    except Violation as violation:
        failure = str(violation)
        world.trace.say(world.now_us, "world", f"VIOLATION {failure}")
    except Exception as error:
        error.add_note(f"SEED={seed}")
        raise
    return Outcome(
        seed=seed,
        plan=drawn,
        trace_hash=world.trace.digest(),
        heights=cluster.height,
        view_changes=cluster.checks.view_changes,
        steps=world.steps,
        simulated_us=world.now_us,
        counts=dict(sorted(world.counts.items())),
        failure=failure,
    )
