"""The plan of strikes, drawn purely from a seed.

A deck holds every kind once and is dealt shuffled, then a new one: whatever the seed, every kind
comes before any comes a third time. At most f = 1 of four validators suffers a loss at a time;
beside a loss another may be killed, stopped or restarted, which costs progress and no safety.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

HOLD_MS_MIN = 200
HOLD_MS_MAX = 3_000
PAUSE_MS_MAX = 1_500
COMPANION_ONE_IN = 3
BITS_MAX = 3
POSITIONS = 1 << 32


class Kind(Enum):
    """What is done to a validator, as the table of a run calls it."""

    KILL = "killed"
    STOP = "stopped for a while"
    RESTART = "restarted"
    ALL_RESTART = "all restarted"
    ALL_KILL = "all killed"
    DISK_FULL = "disk full"
    CLOCK = "clock jumped"
    FLIP_STORE = "bits flipped in the store"
    FLIP_WAL = "bits flipped in the WAL"
    FLIP_SIGN_STATE = "bits flipped in the sign-state"
    FLIP_LOCK = "bits flipped in the lock file"
    NO_STORE = "store removed"
    NO_WAL = "WAL removed"
    NO_SIGN_STATE = "sign-state removed"
    NO_DATA = "data directory removed"
    RESTORED = "machine lost, backup restored"
    OLDER_STOPPED = "older directory, copied at a stop"
    OLDER_RUNNING = "older directory, copied while running"


LOSSES = frozenset(
    {
        Kind.FLIP_STORE,
        Kind.FLIP_WAL,
        Kind.FLIP_SIGN_STATE,
        Kind.FLIP_LOCK,
        Kind.NO_STORE,
        Kind.NO_WAL,
        Kind.NO_SIGN_STATE,
        Kind.NO_DATA,
        Kind.RESTORED,
        Kind.OLDER_STOPPED,
        Kind.OLDER_RUNNING,
    }
)
WHOLE_OLDER = frozenset({Kind.OLDER_STOPPED, Kind.OLDER_RUNNING})  # the case that R2.7 names
COMPANIONS = (Kind.KILL, Kind.STOP, Kind.RESTART)
CLOCK_JUMPS_MS = (-3_600_000, -5_000, -1_000, 1_000, 5_000, 3_600_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """What happens to another validator at the same time; never a loss."""

    kind: Kind
    victim: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One strike: which, on whom, after what pause and for how long.

    `positions` say where bits flip: fractions of what there is, in 2^-32.
    """

    number: int
    kind: Kind
    victim: int
    pause_ms: int
    hold_ms: int
    clock_ms: int
    positions: tuple[int, ...]
    companion: Companion | None

    @property
    def losses(self) -> int:
        """How many validators lose something that they had written."""
        return int(self.kind in LOSSES) + int(
            self.companion is not None and self.companion.kind in LOSSES
        )


def strikes(seed: int, *, validators: int, kinds: Sequence[Kind]) -> Iterator[Strike]:
    """Yield the endless plan of `seed`; the same seed and kinds give the same plan."""
    draw = random.Random(seed)
    number = 0
    while True:
        deck = list(kinds)
        draw.shuffle(deck)
        for kind in deck:
            yield _strike(draw, number, kind, validators)
            number += 1


def _strike(draw: random.Random, number: int, kind: Kind, validators: int) -> Strike:
    victim = draw.randrange(validators)
    other = (victim + draw.randrange(1, validators)) % validators
    is_joined = draw.randrange(COMPANION_ONE_IN) == 0
    joined = Companion(kind=draw.choice(COMPANIONS), victim=other)
    return Strike(
        number=number,
        kind=kind,
        victim=victim,
        pause_ms=draw.randrange(PAUSE_MS_MAX),
        hold_ms=draw.randrange(HOLD_MS_MIN, HOLD_MS_MAX),
        clock_ms=draw.choice(CLOCK_JUMPS_MS),
        positions=tuple(draw.randrange(POSITIONS) for _ in range(draw.randint(1, BITS_MAX))),
        companion=joined if kind in LOSSES and is_joined else None,
    )
