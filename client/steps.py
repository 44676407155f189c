"""Steps of a light client in a file, for others who follow the chain from the genesis so far."""

from client.answers import bytes_from_hex
from client.errors import BadAnswer
from client.light import LightClient
from genesis.following import RESTART, SET, Step


def read_step(kind: object, proof: object) -> Step:
    """Return the step of a kind with a proof in hex, unverified. Raises BadAnswer."""
    if kind not in (SET, RESTART):
        raise BadAnswer(f"{kind!r:.40} is no kind of step from the genesis")
    return Step(str(kind), bytes_from_hex(proof, "proof"))


def take_step(light: LightClient, step: Step) -> None:
    """Let a light client learn a step; a known one is fine. Raises as its methods."""
    take = light.take_set_change if step.kind == SET else light.take_restarts
    take(step.proof)
