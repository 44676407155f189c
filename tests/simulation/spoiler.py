"""Small lies: one field of a message changed, and signed again (ByzzFuzz).

Source: Winter et al. 2023, "Randomized Testing of Byzantine Fault Tolerant Algorithms".
"""

from dataclasses import replace

from consensus.messages import (
    Claim,
    Decided,
    EvidenceMessage,
    Justification,
    Kind,
    Message,
    Position,
    PositionQuestion,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
)
from primitives.block import Block, decode_block
from primitives.certificate import UncheckedCertificate, read_certificate
from primitives.crypto import Digest, Signature
from primitives.errors import Rejected
from primitives.ids import Height, View
from tests.simulation.forge import Forge
from tests.simulation.world import Violation


class Spoiler:
    """Spoils messages with the means of a forge."""

    def __init__(self, forge: Forge) -> None:
        self.forge, self.rng = forge, forge.rng

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
            case PositionQuestion():
                return PositionQuestion(self.rng.randbytes(16)).encode()
            case Position():
                return self._position(message).encode()
        raise Violation(f"the forge does not know {type(message).__name__}")

    def spoil_decided(
        self, block: Block, proof: UncheckedCertificate
    ) -> tuple[Block, UncheckedCertificate]:
        """Return a decided block with a lie in block or certificate."""
        if self.rng.random() < 0.5:
            return self._bad_block(block), proof
        return block, self._bad_proof(proof)

    def _vote(self, vote: Statement) -> Statement:
        kinds = [Kind.PREPARE, Kind.COMMIT]
        match self.rng.randrange(7):
            case 0:
                return self.forge.signed(vote, view=vote.view + self._step())
            case 1:
                return self.forge.signed(vote, height=vote.height + self._step())
            case 2 | 3:
                return self.forge.signed(vote, content=self.forge.some_hash())
            case 4:
                return self.forge.signed(vote, kind=self.rng.choice(kinds))
            case 5:
                return self.rng.choice((self.forge.some_key, self.forge.sign_as_stranger))(vote)
            case _:
                return replace(vote, signature=Signature(self.rng.randbytes(64)))

    def _pre_prepare(self, message: PrePrepare) -> PrePrepare:
        statement, why = message.statement, message.justification
        match self.rng.randrange(9):
            case 0:
                block = self._bad_block(decode_block(message.block))
            case 1 | 2:
                block = self.forge.rival_or_same(decode_block(message.block))
            case 3:
                moved = self.forge.signed(statement, view=statement.view + self._step())
                return replace(message, statement=moved)
            case 4:
                moved = self.forge.signed(statement, height=statement.height + self._step())
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
            message,
            statement=self.forge.signed(statement, content=block.hash),
            block=block.encode(),
        )

    def _view_change(self, message: ViewChange) -> ViewChange:
        statement = message.statement
        match self.rng.randrange(7):
            case 0:  # hide what was prepared
                return ViewChange(self.forge.sign(replace(statement, content=None)), (), None)
            case 1:
                moved = self.forge.signed(statement, view=statement.view + self._step())
                return replace(message, statement=moved)
            case 2:
                return replace(message, prepares=message.prepares[:-1])
            case 3:
                return replace(message, block=None)
            case 4:  # claim what nobody prepared
                claim: Claim = (View(max(0, statement.view - 1)), self.forge.some_hash())
                return replace(message, statement=self.forge.signed(statement, content=claim))
            case 5:
                return replace(message, statement=self.forge.some_key(statement))
            case _:
                moved = self.forge.signed(statement, height=statement.height + self._step())
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
        return replace(message, certificate=proof.encode())

    def _bad_proof(self, proof: UncheckedCertificate) -> UncheckedCertificate:
        match self.rng.randrange(4):
            case 0:
                return replace(proof, signatures=proof.signatures[:-1])
            case 1:
                return replace(proof, signatures=proof.signatures[:1] * len(proof.signatures))
            case 2:
                return replace(proof, block_hash=self.forge.some_hash())
            case _:
                return replace(proof, view=View(proof.view + 1))

    def with_bad_last_certificate(self, block: Block) -> Block:
        """Return the block with a lie in what it says of its parent, and a header that fits."""
        if block.last_certificate is None:
            return self._bad_block(block)
        last = self._bad_proof(block.last_certificate)
        header = replace(block.header, last_certificate_hash=last.hash)
        return replace(block, header=header, last_certificate=last)

    def _bad_block(self, block: Block) -> Block:
        wrong = Digest(self.rng.randbytes(32))
        changes: list[dict[str, object]] = [
            {"state_root": wrong},
            {"parent_hash": wrong},
            {"validators_hash": wrong},
            {"last_certificate_hash": wrong},
            {"time_ms": block.header.time_ms + 3_600_000},
            {"time_ms": max(0, block.header.time_ms - 3_600_000)},
            {"proposer": self.rng.choice(self.forge.node.ledger.validators.members).public_key},
            {"height": Height(block.height + 1)},
        ]
        header = replace(block.header, **self.rng.choice(changes))  # type: ignore[arg-type]
        return replace(block, header=header)

    def _status(self, message: StatusMessage) -> StatusMessage:
        match self.rng.randrange(5):
            case 0:
                return replace(message, height=Height(max(0, message.height + self._step())))
            case 1:
                return replace(message, view=View(max(0, message.view + self._step())))
            case 2:
                return replace(message, wanted=self.forge.some_hash())
            case 3:
                return replace(message, accepted=self.forge.some_hash())
            case _:
                return replace(message, prepares=b"", view_changes=b"", commits=())

    def _position(self, message: Position) -> Position:
        match self.rng.randrange(5):
            case 0:
                return replace(message, height=Height(10**15))
            case 1:
                return replace(message, height=Height(1))
            case 2:
                return replace(message, nonce=self.rng.randbytes(16))
            case 3:
                return replace(message, statement=None)
            case _:
                return replace(message, is_listening=not message.is_listening)

    def _step(self) -> int:
        return self.rng.choice((-1, 1, 1, 2, 1000))
