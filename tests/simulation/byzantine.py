"""How faulty validators behave: they run the real engine and spoil what leaves it.

Spoiled messages are signed again with the validator's own key, so that they pass every check
that only looks at signatures (ByzzFuzz). Nobody can sign for another.
Source: Winter et al. 2023, "Randomized Testing of Byzantine Fault Tolerant Algorithms";
Bano et al. 2020, "Twins: BFT Systems Made Robust".
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from consensus import Engine
from consensus.messages import Kind, Position, PrePrepare, Statement, ViewChange
from consensus.wire import read_message
from primitives.block import decode_block
from primitives.crypto import Digest
from primitives.ids import Height
from tests.simulation.forge import Forge
from tests.simulation.spoiler import Spoiler
from tests.simulation.sync import Answer

if TYPE_CHECKING:
    from tests.simulation.node import Node

_PAYLOADS_KEPT = 32


class Conduct(Protocol):
    """What a faulty node does with what its engine wants to send."""

    is_reformed: bool

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Return what is sent to `target` instead of `payload`."""

    def blocks(self, answer: Answer) -> Answer:
        """Return what is answered to a block sync request instead of `answer`."""


class Twin:
    """Changes nothing: two correct engines with one key are fault enough."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.is_reformed = False
        self._forge = Forge(node)
        self._spoiler = Spoiler(self._forge)

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send as it is."""
        return [payload]

    def blocks(self, answer: Answer) -> Answer:
        """Lie in block sync now and then: every block or certificate is spoilt a little."""
        if self.is_reformed or not answer or not self.node.world.chance(0.5):
            return answer
        self.node.world.counts["sync_lie"] += 1
        return tuple(self._spoiler.spoil_decided(block, proof) for block, proof in answer)


class Silent(Twin):
    """Says nothing at all."""

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send nothing."""
        return [payload] if self.is_reformed else []

    def blocks(self, answer: Answer) -> Answer:
        """Answer nothing."""
        return answer if self.is_reformed else ()


class Selective(Twin):
    """Talks to some only, and changes its mind about whom."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._shunned: list[int] = []

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send to whom it likes at the moment."""
        world, nodes = self.node.world, self.node.network.nodes
        if world.chance(0.05):
            count = world.rng.randint(0, len(nodes))
            self._shunned = world.rng.sample(range(len(nodes)), count)
        return [payload] if self.is_reformed or target.index not in self._shunned else []


class Mutator(Twin):
    """Spoils one message in a few, in one small way."""

    probability = 0.25

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._sent: list[bytes] = []

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send the payload, or a spoiled or an old one."""
        world = self.node.world
        self._forge.learn(payload)
        self._sent = [*self._sent[-_PAYLOADS_KEPT:], payload]
        if self.is_reformed or not world.chance(self.probability):
            return [payload]
        world.counts["mutation"] += 1
        if world.chance(0.1):
            return [payload, world.rng.choice(self._sent)]
        if world.chance(0.05):
            return [self._spoiler.damage(payload)]
        spoiled = self._spoiler.spoil(read_message(payload))
        world.trace.say(world.now_us, self.node.name, f"   !! spoils a message to {target.name}")
        return [spoiled, payload] if world.chance(0.3) else [spoiled]


class Equivocator(Twin):
    """Proposes two blocks, and votes for both: one to each half of the others."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._other: dict[bytes, bytes] = {}  # proposal -> the rival proposal
        self._pairs: dict[Digest, Digest] = {}

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send one story to even nodes and another to odd ones."""
        message = read_message(payload)
        if self.is_reformed or target.index % 2 == 0:
            return [payload]
        if isinstance(message, PrePrepare) and message.statement.sender == self.node.key:
            if payload not in self._other:
                self._other[payload] = self._second(message)
            return self._both_sometimes(self._other[payload], payload)
        if isinstance(message, Statement) and message.content in self._pairs:
            self.node.world.counts["equivocation"] += 1
            other = self._forge.signed(message, content=self._pairs[message.block_hash])
            return self._both_sometimes(other.encode(), payload)
        return [payload]

    def _both_sometimes(self, rival: bytes, payload: bytes) -> list[bytes]:
        return [rival, payload] if self.node.world.chance(0.2) else [rival]

    def _second(self, message: PrePrepare) -> bytes:
        block = self._forge.rival_or_same(decode_block(message.block))
        self._pairs[message.statement.block_hash] = block.hash
        statement = self._forge.signed(message.statement, content=block.hash)
        self.node.world.counts["equivocation"] += 1
        return replace(message, statement=statement, block=block.encode()).encode()


class Miscertifier(Twin):
    """Proposes good blocks with a false certificate of their parent: the same to everybody."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._false: dict[bytes, bytes] = {}  # proposal -> the false one

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send the false proposal instead of its own."""
        message = read_message(payload)
        is_own = isinstance(message, PrePrepare) and message.statement.sender == self.node.key
        if self.is_reformed or not is_own:
            return [payload]
        if payload not in self._false:
            self._false[payload] = self._miscertified(message)
        return [self._false[payload]]

    def _miscertified(self, message: PrePrepare) -> bytes:
        self.node.world.counts["false_last_certificate"] += 1
        block = self._spoiler.with_bad_last_certificate(decode_block(message.block))
        statement = self._forge.signed(message.statement, content=block.hash)
        return replace(message, statement=statement, block=block.encode()).encode()


class Usurper(Twin):
    """Hides what was prepared, claims what was not, and proposes its own block in every view."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._stories: dict[bytes, bytes] = {}

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send the false story instead of the true one, mostly; Commits to few."""
        message, world = read_message(payload), self.node.world
        if self.is_reformed:
            return [payload]
        if isinstance(message, Statement) and message.kind is Kind.COMMIT:
            return [payload] if world.chance(0.4) else []
        if isinstance(message, Statement) and self._is_next(message):
            if payload not in self._stories:
                self._stories[payload] = self._forge.propose_early(message)
            return [payload, self._stories[payload]]
        if isinstance(message, PrePrepare | ViewChange) and self._is_own(message):
            if payload not in self._stories:
                self._stories[payload] = self._story(message)
            return [self._stories[payload]]
        return [payload]

    def _is_own(self, message: PrePrepare | ViewChange) -> bool:
        return message.statement.sender == self.node.key

    def _is_next(self, vote: Statement) -> bool:
        """Whether this node proposes in the next view of a height that is still open."""
        if vote.height != self.node.ledger.height + 1:
            return False
        order = self.node.ledger.head().order
        return order[(vote.view + 1) % len(order)] == self.node.key

    def _story(self, message: PrePrepare | ViewChange) -> bytes:
        world = self.node.world
        if message.statement.view == 0 or world.chance(0.3):
            return message.encode()
        world.counts["usurpation"] += 1
        if isinstance(message, PrePrepare):
            return self._forge.usurp(message).encode()
        return self._forge.claim_falsely(message).encode()


class Liar(Twin):
    """Follows the rules, but lies to those who ask where it is: far ahead, or at the start."""

    def __init__(self, node: "Node", height: int | None = None) -> None:
        super().__init__(node)
        self._height = height

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send another height in a Position."""
        message = read_message(payload)
        if self.is_reformed or not isinstance(message, Position):
            return [payload]
        self.node.world.counts["position_lie"] += 1
        height = self._height or self.node.world.rng.choice((1, 10**15))
        return [replace(message, height=Height(height), is_listening=False).encode()]


def be_reckless(engine: Engine) -> None:
    """Let a faulty node's engine sign on whatever it is shown of its own key."""
    right = engine._replica.right
    if right.reason is not None:
        right.reason, right.falls, right.is_heard = None, 0, True


_CONDUCTS: dict[str, type[Twin]] = {
    "twin": Twin,
    "silent": Silent,
    "selective": Selective,
    "mutator": Mutator,
    "equivocator": Equivocator,
    "usurper": Usurper,
    "liar": Liar,
    "miscertifier": Miscertifier,
}


def make_conduct(kind: str, node: "Node") -> Conduct:
    """Return the conduct of that name for `node`."""
    return _CONDUCTS[kind](node)
