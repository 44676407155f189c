"""How faulty validators behave: they run the real engine and spoil what leaves it.

Spoiled messages are signed again with the validator's own key, so that they pass every check
that only looks at signatures (ByzzFuzz). Nobody can sign for another.
Source: Winter et al. 2023, "Randomized Testing of Byzantine Fault Tolerant Algorithms";
Bano et al. 2020, "Twins: BFT Systems Made Robust".
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from consensus.messages import (
    TAGS,
    Claim,
    Content,
    Decided,
    EvidenceMessage,
    Justification,
    Kind,
    Message,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
    signed_bytes,
)
from consensus.wire import read_message
from primitives.block import Block, decode_block
from primitives.certificate import UncheckedCertificate, read_certificate
from primitives.codec import encode
from primitives.crypto import Digest, Signature
from primitives.errors import Rejected
from primitives.ids import Height, View
from tests.simulation.ledger import BlockParts
from tests.simulation.sync import Answer
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.node import Node

_HASHES_KNOWN = 16
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

    def outgoing(self, target: "Node", payload: bytes) -> list[bytes]:
        """Send as it is."""
        return [payload]

    def blocks(self, answer: Answer) -> Answer:
        """Answer honestly."""
        return answer


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
        self._forge = Forge(node)
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
            return [self._forge.damage(payload)]
        spoiled = self._forge.spoil(read_message(payload))
        world.trace.say(world.now_us, self.node.name, f"   !! spoils a message to {target.name}")
        return [spoiled, payload] if world.chance(0.3) else [spoiled]

    def blocks(self, answer: Answer) -> Answer:
        """Lie in block sync now and then."""
        if self.is_reformed or not answer or not self.node.world.chance(0.5):
            return answer
        self.node.world.counts["sync_lie"] += 1
        return tuple(self._forge.spoil_decided(block, proof) for block, proof in answer)


class Equivocator(Twin):
    """Proposes two blocks, and votes for both: one to each half of the others."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._forge = Forge(node)
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


class Usurper(Twin):
    """Hides what was prepared, claims what was not, and proposes its own block in every view."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self._forge = Forge(node)
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
        next_view = View(vote.view + 1)
        proposer = self.node.cluster.validators.proposer(vote.height, next_view)
        return proposer == self.node.key and vote.height == self.node.ledger.height + 1

    def _story(self, message: PrePrepare | ViewChange) -> bytes:
        world = self.node.world
        if message.statement.view == 0 or world.chance(0.3):
            return message.encode()
        world.counts["usurpation"] += 1
        if isinstance(message, PrePrepare):
            return self._forge.usurp(message).encode()
        return self._forge.claim_falsely(message).encode()


class Forge:
    """Makes false messages under one validator's own signature."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.rng = node.world.rng
        self._hashes: list[Digest] = []
        self._stranger = node.cluster.keys.make(self.rng)  # a key that is no validator's

    def learn(self, payload: bytes) -> None:
        """Remember block hashes seen, to vote for the wrong one later."""
        message = read_message(payload)
        if isinstance(message, Statement) and message.block_hash not in self._hashes:
            self._hashes = [*self._hashes[-_HASHES_KNOWN:], message.block_hash]

    def signed(
        self,
        statement: Statement,
        *,
        kind: Kind | None = None,
        height: int | None = None,
        view: int | None = None,
        content: Content | None = None,
    ) -> Statement:
        """Return the statement with some fields changed, signed again if it is our own."""
        changed = replace(
            statement,
            kind=statement.kind if kind is None else kind,
            height=statement.height if height is None else Height(max(0, height)),
            view=statement.view if view is None else View(max(0, view)),
            content=statement.content if content is None else content,
        )
        return self.sign(changed)

    def usurp(self, message: PrePrepare) -> PrePrepare:
        """Return a proposal of another block with the best justification there is for it."""
        block = self.rival_or_same(decode_block(message.block))
        why = message.justification
        silent = tuple(head for head in why.heads if head.claim is None)
        justification = self.rng.choice(
            (why, Justification(why.heads), Justification(silent), Justification())
        )
        statement = self.signed(message.statement, content=block.hash)
        return PrePrepare(statement, block.encode(), justification)

    def propose_early(self, vote: Statement) -> bytes:
        """Return a proposal for the view after that of `vote`, for which nobody asked."""
        self.node.world.counts["usurpation"] += 1
        block = self.own_block()
        changed = replace(vote, kind=Kind.PRE_PREPARE, view=View(vote.view + 1), content=block.hash)
        return PrePrepare(self.sign(changed), block.encode(), Justification()).encode()

    def own_block(self) -> Block:
        """Return a valid block of this node's own on top of its chain."""
        return self.node.ledger.build(
            BlockParts(
                time_ms=self.node.clock_ms(),
                proposer=self.node.key,
                last_certificate_hash=Digest(self.rng.randbytes(32)),
                transactions=(self.rng.randbytes(8),),
                evidence=(),
            )
        )

    def claim_falsely(self, message: ViewChange) -> ViewChange:
        """Return a view change that hides what was prepared, or claims what nobody prepared."""
        statement = message.statement
        if self.rng.random() < 0.3 or statement.height != self.node.ledger.height + 1:
            return ViewChange(self.sign(replace(statement, content=None)), (), None)
        block = self.own_block()
        claim: Claim = (View(statement.view - 1), block.hash)
        signed = self.sign(replace(statement, content=claim))
        return ViewChange(signed, message.prepares, block.encode())

    def sign_as_stranger(self, statement: Statement) -> Statement:
        """Return the statement in the name of somebody who is no validator."""
        foreign = replace(statement, sender=self._stranger)
        data = self._signed_bytes(foreign)
        signature = self.node.cluster.keys.sign(self._stranger, TAGS[statement.kind], data)
        return replace(foreign, signature=signature)

    def _signed_bytes(self, statement: Statement) -> bytes:
        chain_id = self.node.cluster.genesis.chain_id
        return signed_bytes(chain_id, statement.height, statement.view, statement.content)

    def sign(self, statement: Statement) -> Statement:
        """Return the statement signed by this node, in its own name."""
        data = self._signed_bytes(statement)
        signature = self.node.cluster.keys.sign(self.node.key, TAGS[statement.kind], data)
        return replace(statement, sender=self.node.key, signature=signature)

    def _rival(self, block: Block) -> Block:
        """Return another valid block for the same place."""
        header = block.header
        return self.node.ledger.build(
            BlockParts(
                time_ms=header.time_ms + 1,
                proposer=header.proposer,
                last_certificate_hash=header.last_certificate_hash,
                transactions=(*block.transactions, self.rng.randbytes(8)),
                evidence=block.evidence,
            )
        )

    def damage(self, payload: bytes) -> bytes:
        """Return bytes that may not parse: cut short, one bit flipped, or noise."""
        way = self.rng.randrange(3)
        if way == 0:
            return payload[: self.rng.randrange(len(payload))]
        if way == 1:
            return self.rng.randbytes(self.rng.randrange(200))
        at = self.rng.randrange(len(payload))
        return payload[:at] + bytes((payload[at] ^ 1 << self.rng.randrange(8),)) + payload[at + 1 :]

    def spoil(self, message: Message) -> bytes:
        """Return the message with one small lie."""
        match message:
            case Statement():
                return self._vote(message).encode()
            case PrePrepare():
                return self._pre_prepare(message).encode()
            case ViewChange():
                return self._view_change(message).encode()
            case Decided():
                return self._decided(message).encode()
            case StatusMessage():
                return self._status(message).encode()
            case EvidenceMessage():
                return EvidenceMessage(self.rng.randbytes(100)).encode()
        raise Violation(f"the forge does not know {type(message).__name__}")

    def _step(self) -> int:
        return self.rng.choice((-1, 1, 1, 2, 1000))

    def _some_hash(self) -> Digest:
        return self.rng.choice([*self._hashes, Digest(self.rng.randbytes(32))])

    def _some_key(self, statement: Statement) -> Statement:
        """Claim that somebody else said it; the signature cannot be right."""
        member = self.rng.choice(self.node.cluster.validators.members)
        return replace(statement, sender=member.public_key)

    def _vote(self, vote: Statement) -> Statement:
        kinds = [Kind.PREPARE, Kind.COMMIT]
        match self.rng.randrange(7):
            case 0:
                return self.signed(vote, view=vote.view + self._step())
            case 1:
                return self.signed(vote, height=vote.height + self._step())
            case 2 | 3:
                return self.signed(vote, content=self._some_hash())
            case 4:
                return self.signed(vote, kind=self.rng.choice(kinds))
            case 5:
                return self.rng.choice((self._some_key, self.sign_as_stranger))(vote)
            case _:
                return replace(vote, signature=Signature(self.rng.randbytes(64)))

    def _pre_prepare(self, message: PrePrepare) -> PrePrepare:
        statement, why = message.statement, message.justification
        match self.rng.randrange(9):
            case 0:
                block = self._bad_block(decode_block(message.block))
            case 1 | 2:
                block = self.rival_or_same(decode_block(message.block))
            case 3:
                moved = self.signed(statement, view=statement.view + self._step())
                return replace(message, statement=moved)
            case 4:
                moved = self.signed(statement, height=statement.height + self._step())
                return replace(message, statement=moved)
            case 5:
                return replace(message, justification=Justification(why.heads[:-1], why.prepares))
            case 6:
                return replace(message, justification=Justification(why.heads, why.prepares[:-1]))
            case 7:
                return replace(message, justification=Justification(why.heads, ()))
            case _:
                return replace(message, justification=Justification())
        return replace(
            message, statement=self.signed(statement, content=block.hash), block=block.encode()
        )

    def rival_or_same(self, block: Block) -> Block:
        fits = block.height == self.node.ledger.height + 1
        return self._rival(block) if fits else block

    def _bad_block(self, block: Block) -> Block:
        wrong = Digest(self.rng.randbytes(32))
        changes: list[dict[str, object]] = [
            {"state_root": wrong},
            {"parent_hash": wrong},
            {"validators_hash": wrong},
            {"last_certificate_hash": wrong},
            {"time_ms": block.header.time_ms + 3_600_000},
            {"time_ms": max(0, block.header.time_ms - 3_600_000)},
            {"proposer": self.rng.choice(self.node.cluster.validators.members).public_key},
            {"height": Height(block.height + 1)},
        ]
        header = replace(block.header, **self.rng.choice(changes))  # type: ignore[arg-type]
        return Block(header, block.transactions, block.evidence)

    def _view_change(self, message: ViewChange) -> ViewChange:
        statement = message.statement
        match self.rng.randrange(7):
            case 0:  # hide what was prepared
                return ViewChange(self.sign(replace(statement, content=None)), (), None)
            case 1:
                moved = self.signed(statement, view=statement.view + self._step())
                return replace(message, statement=moved)
            case 2:
                return replace(message, prepares=message.prepares[:-1])
            case 3:
                return replace(message, block=None)
            case 4:  # claim what nobody prepared
                claim: Claim = (View(max(0, statement.view - 1)), self._some_hash())
                return replace(message, statement=self.signed(statement, content=claim))
            case 5:
                return replace(message, statement=self._some_key(statement))
            case _:
                moved = self.signed(statement, height=statement.height + self._step())
                return replace(message, statement=moved)

    def _decided(self, message: Decided) -> Decided:
        if message.certificate is None:
            block = self.damage(message.block or b"?")
            return replace(message, block=block)
        try:
            proof = read_certificate(message.certificate)
        except Rejected:
            return message
        proof = self._bad_proof(proof)
        value = (proof.height, proof.view, proof.block_hash, proof.seals)
        return replace(message, certificate=encode(value))

    def _bad_proof(self, proof: UncheckedCertificate) -> UncheckedCertificate:
        match self.rng.randrange(4):
            case 0:
                return replace(proof, seals=proof.seals[:-1])
            case 1:
                return replace(proof, seals=(proof.seals[0],) * len(proof.seals))
            case 2:
                return replace(proof, block_hash=self._some_hash())
            case _:
                return replace(proof, view=View(proof.view + 1))

    def spoil_decided(
        self, block: Block, proof: UncheckedCertificate
    ) -> tuple[Block, UncheckedCertificate]:
        """Return a decided block with a lie in block or certificate."""
        if self.rng.random() < 0.5:
            return self._bad_block(block), proof
        return block, self._bad_proof(proof)

    def _status(self, message: StatusMessage) -> StatusMessage:
        match self.rng.randrange(5):
            case 0:
                return replace(message, height=Height(max(0, message.height + self._step())))
            case 1:
                return replace(message, view=View(max(0, message.view + self._step())))
            case 2:
                return replace(message, wanted=self._some_hash())
            case 3:
                return replace(message, accepted=self._some_hash())
            case _:
                return replace(message, prepares=b"", view_changes=b"", commits=())


_CONDUCTS: dict[str, type[Twin]] = {
    "twin": Twin,
    "silent": Silent,
    "selective": Selective,
    "mutator": Mutator,
    "equivocator": Equivocator,
    "usurper": Usurper,
}


def make_conduct(kind: str, node: "Node") -> Conduct:
    """Return the conduct of that name for `node`."""
    return _CONDUCTS[kind](node)
