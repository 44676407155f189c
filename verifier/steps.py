"""From the genesis to a header, step by step: who decides, and which restart is in force.

Each step is believed by those before it alone, so none can be left out, moved or made up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from verifier.ledger import Network
from verifier.refusal import Refused
from verifier.restarts import take_restarts
from verifier.sets import take_set_change

STEPS: dict[str, Callable[[Network, bytes], Network]] = {
    "restart": take_restarts,
    "set": take_set_change,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A proof, of a restart statement ("restart") or of a change of who decides ("set")."""

    kind: str
    proof: bytes


def follow(network: Network, steps: Iterable[Step]) -> Network:
    """Return the network as the steps lead to it. Raises Refused, naming the first wrong one."""
    for number, step in enumerate(steps, start=1):
        try:
            network = STEPS[step.kind](network, step.proof)
        except Refused as refused:
            raise Refused(f"step {number} from the genesis: {refused}") from refused
    return network
