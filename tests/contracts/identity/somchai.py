"""One citizen, somchai, whose keys are lost, stolen and recovered in tests."""

from contracts.identity.recovery.messages import FinishRecovery
from tests.contracts.identity.scenes import create, subject_of
from tests.contracts.identity.signing import name_of
from tests.contracts.identity.world import World

SOMCHAI = name_of("somchai")
FINISH = FinishRecovery(SOMCHAI)


def world_of(*others, **policy):
    """A world with somchai, registered at kbank, and others."""
    world = World()
    for who in (*others, "somchai"):
        create(world, who, **(policy if who == "somchai" else {}))
    return world


def held_keys(world):
    """The keys that somchai has now."""
    return [key for key, *_ in subject_of(world, "somchai")[5]]


def finish_after(world, seconds):
    """Let somebody finish somchai's recovery after some seconds."""
    world.wait(seconds)
    world.do_as("anyone", FINISH)
