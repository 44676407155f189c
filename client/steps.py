"""What a light client learned from the genesis on, in its order, for others who follow it so far.

Each step is a proof, of restart statements or of a change of who decides; the genesis and the steps
before it are all that it takes to check one.
"""

from dataclasses import dataclass
from typing import Protocol

from client.answers import bytes_from_hex
from client.errors import BadAnswer

SET, RESTART = "set", "restart"


@dataclass(frozen=True, slots=True)
class Step:
    """A proof that a node gave, and what it proves: SET or RESTART."""

    kind: str
    proof: bytes


class StepTaker(Protocol):
    """A light client, as far as it follows steps."""

    def take_set_change(self, proof_bytes: bytes) -> None:
        """Learn one change of the set."""

    def take_restarts(self, proof_bytes: bytes) -> None:
        """Learn the restart statements of one block."""


def read_step(kind: object, proof: object) -> Step:
    """Return the step of a kind with a proof in hex, unverified. Raises BadAnswer."""
    if kind not in (SET, RESTART):
        raise BadAnswer(f"{kind!r:.40} is no kind of step from the genesis")
    return Step(str(kind), bytes_from_hex(proof, "proof"))


def take_step(light: StepTaker, step: Step) -> None:
    """Let a light client learn a step; a known one is fine. Raises as its methods."""
    take = light.take_set_change if step.kind == SET else light.take_restarts
    take(step.proof)
