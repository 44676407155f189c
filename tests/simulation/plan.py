"""What one seed does: how many validators, how bad the world is, which faults, for how long."""

from dataclasses import dataclass, replace
from random import Random

from primitives.validators import faults_max
from tests.simulation.world import MS, SECOND

NEMESES = (
    "partition",
    "one_way",
    "flapping",
    "isolate_proposer",
    "swizzle_clog",
    "crash",
    "crash_mid_step",
    "crash_many",
    "slow_disk",
    "clock_step",
    "retwin",
    "lose_files",
    "crash_in_start",
    "clone",
)
CHANGING = "change_seats"  # drawn by `draw_changing_plan` only
_CHANCE = {"clone": 0.1}  # it excuses a key from all promises
BYZANTINE = (
    *("twin", "mutator", "equivocator", "usurper", "miscertifier"),
    *("silent", "selective", "liar"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All settings of one run. The defaults are a calm world."""

    validators: int = 4
    byzantine: tuple[str, ...] = ()  # the kind of each faulty validator
    is_ed25519: bool = False
    timeout_base_ms: int = 1000
    timeout_cap_ms: int = 6000
    latency_us: tuple[int, int] = (1 * MS, 8 * MS)
    straggler: float = 0.0  # probability that a message takes up to straggler_us
    straggler_us: int = 400 * MS
    drop: float = 0.0
    duplicate: float = 0.0
    disk_us: tuple[int, int] = (200, 3 * MS)
    execution_us: tuple[int, int] = (100, 4 * MS)
    is_blocking: bool = True  # the driver waits while it executes; else as while costly checks run
    work_gap_us: int = 100 * MS  # between a commit and the next waiting transaction
    clock_skew_ms: int = 200
    nemeses: tuple[str, ...] = ()
    nemesis_gap_us: int = 600 * MS
    start_gap_us: int = 0  # nodes start this far apart
    fault_heights: int = 12  # faults end at this height ...
    fault_us_min: int = 2 * SECOND  # ... but not before this
    fault_us_max: int = 15 * SECOND  # ... and not after this
    is_reliable_after: bool = True  # no Byzantine behaviour after faults end
    careless: int = 0  # honest validators that may lose files, in any way (they count to f)
    observers: int = 0  # nodes that follow and never sign
    spares: int = 0  # nodes that follow until they are given a seat
    down_after: int = 0  # validators that stay down after faults end
    signers: int = 0  # honest validators whose key is in a signer
    heights_after: int = 10

    @property
    def liveness_us(self) -> int:
        """Simulated time for `heights_after` heights after faults end: 20 timeouts and one cap.

        The cap covers a view timer that was already running when the faults ended.
        """
        return (20 * self.timeout_base_ms + self.timeout_cap_ms) * MS


def draw_plan(rng: Random) -> Plan:
    """Return the plan of a seed."""
    validators = rng.choices((4, 5, 7, 10, 1), (62, 12, 15, 6, 5))[0]
    faulty = faults_max(validators)
    byzantine = tuple(rng.choice(BYZANTINE) for _ in range(rng.randint(0, faulty)))
    careless = rng.randint(0, faulty - len(byzantine))
    nemeses = tuple(name for name in NEMESES if rng.random() < _CHANCE.get(name, 0.45))
    return Plan(
        validators=validators,
        byzantine=byzantine,
        is_ed25519=rng.random() < 0.05,
        latency_us=rng.choice(((1 * MS, 8 * MS), (1 * MS, 60 * MS), (20 * MS, 150 * MS))),
        straggler=rng.choice((0.0, 0.01, 0.1)),
        drop=rng.choice((0.0, 0.0, 0.02, 0.1, 0.25)),
        duplicate=rng.choice((0.0, 0.05, 0.3)),
        disk_us=rng.choice(((200, 3 * MS), (1 * MS, 30 * MS), (5 * MS, 120 * MS))),
        is_blocking=rng.random() < 0.7,
        work_gap_us=rng.choice((0, 50 * MS, 200 * MS)),
        clock_skew_ms=rng.choice((0, 200, 800)),
        nemeses=nemeses,
        nemesis_gap_us=rng.choice((150, 400, 1000)) * MS,
        start_gap_us=rng.choice((0, 0, 300 * MS)),
        fault_heights=rng.choice((10, 20, 30)) if validators <= 5 else 8,
        fault_us_max=rng.choice((6, 12, 25)) * SECOND,
        is_reliable_after=rng.random() < 0.5,
        careless=careless,
        observers=rng.choice((0, 0, 0, 1)),
        down_after=rng.randint(0, faulty - len(byzantine) - careless),
        signers=validators if rng.random() < 0.1 else rng.choice((0, 0, 0, 1, 2)),
    )


def draw_changing_plan(rng: Random) -> Plan:
    """Return the plan of a seed with seats given, taken away, given back, rotated and robbed."""
    plan = draw_plan(rng)
    validators = max(plan.validators, 4)
    few = rng.choice((2, 4, 5))
    kinds = tuple(name for name in plan.nemeses if rng.random() < 0.6)
    is_robbed = plan.byzantine and rng.random() < 0.4  # a thief has its key
    return replace(
        plan,
        validators=validators,
        byzantine=("twin", *plan.byzantine[1:]) if is_robbed else plan.byzantine,
        spares=rng.choice((1, 2, 3)),
        nemeses=(*kinds, *((CHANGING,) * few)),
        fault_heights=2 * plan.fault_heights,
    )
