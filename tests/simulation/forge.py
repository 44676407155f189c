"""False messages under a validator's own signature; nobody can sign for another."""

from dataclasses import replace
from typing import TYPE_CHECKING

from consensus.messages import (
    TAGS,
    Claim,
    Content,
    Justification,
    Kind,
    PrePrepare,
    Signatures,
    Statement,
    ViewChange,
    signed_bytes,
)
from consensus.wire import read_message
from primitives.block import Block, decode_block
from primitives.certificate import UncheckedCertificate
from primitives.crypto import Digest, Signature
from primitives.ids import Height, View
from tests.simulation.ledger import BlockParts

if TYPE_CHECKING:
    from tests.simulation.node import Node

_HASHES_KNOWN = 16


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

    def sign(self, statement: Statement) -> Statement:
        """Return the statement signed by this node, in its own name."""
        data = self._signed_bytes(statement)
        signature = self.node.cluster.keys.sign(self.node.key, TAGS[statement.kind], data)
        return replace(statement, sender=self.node.key, signature=signature)

    def sign_as_stranger(self, statement: Statement) -> Statement:
        """Return the statement in the name of somebody who is no validator."""
        foreign = replace(statement, sender=self._stranger)
        data = self._signed_bytes(foreign)
        signature = self.node.cluster.keys.sign(self._stranger, TAGS[statement.kind], data)
        return replace(foreign, signature=signature)

    def _signed_bytes(self, statement: Statement) -> bytes:
        genesis = self.node.cluster.genesis
        at = (statement.height, statement.view, statement.content)
        return signed_bytes(genesis.chain_id, genesis.restart, *at)

    def own_block(self) -> Block:
        """Return a valid block of this node's own on top of its chain."""
        return self.node.ledger.build(
            BlockParts(
                time_ms=self.node.clock_ms(),
                proposer=self.node.key,
                last_certificate=self._last_certificate(),
                transactions=(self.rng.randbytes(8),),
                evidence=(),
            )
        )

    def _last_certificate(self) -> UncheckedCertificate | None:
        certificate = self.node.ledger.head().certificate
        return None if certificate is None else certificate.unchecked

    def rival_or_same(self, block: Block) -> Block:
        fits = block.height == self.node.ledger.height + 1
        return self._rival(block) if fits else block

    def _rival(self, block: Block) -> Block:
        """Return another valid block for the same place."""
        header = block.header
        return self.node.ledger.build(
            BlockParts(
                time_ms=header.time_ms + 1,
                proposer=header.proposer,
                last_certificate=block.last_certificate,
                transactions=(*block.transactions, self.rng.randbytes(8)),
                evidence=block.evidence,
            )
        )

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

    def claim_falsely(self, message: ViewChange) -> ViewChange:
        """Return a view change that hides what was prepared, or claims what nobody prepared."""
        statement = message.statement
        if self.rng.random() < 0.3 or statement.height != self.node.ledger.height + 1:
            return ViewChange(self.sign(replace(statement, content=None)), (), None)
        block = self.own_block()
        claim: Claim = (View(statement.view - 1), block.hash)
        signed = self.sign(replace(statement, content=claim))
        return ViewChange(signed, message.prepares or self._junk_prepares(), block.encode())

    def _junk_prepares(self) -> Signatures:
        """Return what looks like the Prepares of a quorum; a claim without any is not believed."""
        members = self.node.ledger.validators.members
        return tuple((m.public_key, Signature(self.rng.randbytes(64))) for m in members)

    def some_hash(self) -> Digest:
        """Return a block hash that was voted for before, or a random one."""
        return self.rng.choice([*self._hashes, Digest(self.rng.randbytes(32))])

    def some_key(self, statement: Statement) -> Statement:
        """Claim that somebody else said it; the signature cannot be right."""
        member = self.rng.choice(self.node.ledger.validators.members)
        return replace(statement, sender=member.public_key)
