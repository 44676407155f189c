"""I8: all nodes hold the same bytes of every block, and what is in it proves its parent.

Reckoned here again, bit by bit, so that a check that is wrong in the engine cannot hide it.
"""

from typing import TYPE_CHECKING

from primitives.block import Block, Header
from primitives.certificate import SEAL_TAG, UncheckedCertificate, seal_bytes
from primitives.crypto import Digest, digest
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster
    from tests.simulation.node import Node
    from tests.simulation.sets import Sets


class BodyChecks:
    """Raises Violation at the first block that differs, or that does not prove its parent."""

    def __init__(self, cluster: "Cluster", sets: "Sets") -> None:
        self._cluster, self._sets = cluster, sets
        # (restart, height) -> digest, who had it first
        self._bodies: dict[tuple[Digest, int], tuple[Digest, str]] = {}

    def on_decided(self, node: "Node", block: Block) -> None:
        """A node decides a block upon its chain."""
        whole = digest("sim-body", block.encode())
        place = (block.header.restart, block.height)
        first, who = self._bodies.setdefault(place, (whole, node.name))
        if first != whole:
            raise Violation(f"{node.name} holds other bytes of block {block.height} than {who}")
        parent = node.ledger.tip if block.height == node.ledger.height + 1 else None
        if parent is not None:
            fault = self._fault(block.last_certificate, parent)
            if fault is not None:
                raise Violation(f"{node.name}: last certificate in block {block.height}: {fault}")

    def _fault(self, last: UncheckedCertificate | None, parent: Header) -> str | None:
        height, block_hash = parent.height, parent.hash
        if height == 0 or last is None:
            return None if height == 0 and last is None else "there or missing at the wrong height"
        if (last.height, last.block_hash) != (height, block_hash):
            return f"of block {last.height}, the parent is {height}"
        members = self._sets.at(height).members
        bits = int.from_bytes(last.signers, "little")
        signers = [member for place, member in enumerate(members) if bits >> place & 1]
        if bits >> len(members) or len(last.signers) != -(-len(members) // 8):
            return "bits of another set"
        if not self._sets.quorum(height) <= len(signers) == len(last.signatures):
            return f"{len(signers)} signers, {len(last.signatures)} signatures"
        sealed = (last.height, last.view, last.block_hash)
        signed = seal_bytes(parent.chain_id, parent.restart, *sealed)
        for member, seal in zip(signers, last.signatures, strict=True):
            if not self._cluster.keys.verify(member.public_key, SEAL_TAG, signed, seal):
                return f"the seal of {member.name} does not verify"
        return None
