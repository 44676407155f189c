"""What restart statements make of decisions: the one exception to "acknowledged is never lost"."""

from typing import TYPE_CHECKING

from primitives.block import Block
from primitives.crypto import Digest

if TYPE_CHECKING:
    from tests.simulation.node import Node

Decision = tuple[Digest, str]  # a block, and who decided it first


class RestartChecks:
    """Keeps apart what is decided and what is void."""

    def __init__(self) -> None:
        self.decided: dict[int, Decision] = {}  # by height
        # Decided above a statement's block and not under it, by restart and height.
        self.void: dict[tuple[Digest, int], Decision] = {}
        self._signed: list[tuple[int, Digest]] = []  # (above which height, in force before)

    def first_decision(self, node: "Node", block: Block) -> Decision:
        """Return what was decided first at the block's height, by those of its restart."""
        restart, mine = block.header.restart, (block.hash, node.name)
        for height, before in self._signed:
            if block.height > height and restart == before:
                return self.void.setdefault((restart, block.height), mine)
        return self.decided.setdefault(block.height, mine)

    def on_signed(self, height: int, before: Digest) -> None:
        """Two thirds of the agencies sign: blocks above `height` under `before` are void."""
        self._signed.append((height, before))
        for above in [each for each in self.decided if each > height]:
            self.void[(before, above)] = self.decided.pop(above)
