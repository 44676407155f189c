"""Equivocation: two conflicting statements of one validator, as bytes that prove it to anyone.

    evidence = [kind, height, view, validator, content, signature, content, signature]

with the two contents in ascending order of their encoding, so that a pair has one form.
"""

from dataclasses import dataclass

from consensus.effects import RecordEvidence
from consensus.messages import TAGS, EvidenceMessage, Kind, Statement, signed_bytes
from consensus.replica import Replica
from consensus.wire import EVIDENCE_BYTES_MAX, statement_from_value
from primitives.block import Block
from primitives.certificate import Verify
from primitives.codec import decode, encode
from primitives.crypto import Digest, PublicKey
from primitives.errors import Rejected
from primitives.ids import Height, View
from primitives.limits import BLOCK_EVIDENCE_MAX
from primitives.shape import fields_of
from primitives.validators import ValidatorSet

EVIDENCE_KEPT_MAX = 64
EVIDENCE_PER_VALIDATOR_MAX = 4


class BadEvidence(Rejected):
    """The evidence does not prove that the validator contradicted itself."""

    code = "BAD_EVIDENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Who said two different things where."""

    kind: Kind
    height: Height
    view: View
    validator: PublicKey


def evidence_of(one: Statement, other: Statement) -> bytes:
    """Return the evidence that two statements of one (kind, height, view, sender) are."""
    first, second = sorted((one, other), key=lambda statement: encode(statement.content))
    return encode(
        (
            int(one.kind),
            one.height,
            one.view,
            one.sender,
            first.content,
            first.signature,
            second.content,
            second.signature,
        )
    )


def check_evidence(
    data: bytes, chain_id: str, restart: Digest, validators: ValidatorSet, verify: Verify
) -> Evidence:
    """Return what `data` proves; `validators` and `restart` are those of its height.

    Raises:
        BadEvidence: a stranger, contents that agree or are out of order, or a bad signature.
        Rejected: another encoding or shape.
    """
    fields = fields_of(decode(data, bytes_max=EVIDENCE_BYTES_MAX), name="evidence", count=8)
    kind, height, view, sender = fields[:4]
    statements = tuple(
        statement_from_value((kind, height, view, fields[at], sender, fields[at + 1]))
        for at in (4, 6)
    )
    first, second = statements
    if first.sender not in validators:
        raise BadEvidence(f"{first.sender.hex()} is not a validator")
    if encode(first.content) >= encode(second.content):
        raise BadEvidence("the two contents must differ and be in order")
    for one in statements:
        signed = signed_bytes(chain_id, restart, one.height, one.view, one.content)
        if not verify(one.sender, TAGS[one.kind], signed, one.signature):
            raise BadEvidence(f"a signature of {validators.name_of(one.sender)} does not verify")
    return Evidence(kind=first.kind, height=first.height, view=first.view, validator=first.sender)


def check_block_evidence(replica: Replica, block: Block) -> str | None:
    """Return None if every evidence of a proposed block is good, or what is wrong."""
    if len(set(block.evidence)) != len(block.evidence):
        return "evidence is repeated"
    for data in block.evidence:
        if data in replica.evidence:
            continue
        try:
            proven = _checked(replica, data)
        except Rejected as error:
            return f"evidence: {error.message}"
        if proven.height > block.height:
            return f"evidence of height {proven.height} in a block of height {block.height}"
    return None


def report_conflict(replica: Replica, known: Statement, other: Statement) -> None:
    """Keep, record and broadcast the evidence that two checked statements conflict."""
    data = evidence_of(known, other)
    if _keep(replica, known.sender, data):
        replica.broadcast(EvidenceMessage(data).encode())


def on_evidence(replica: Replica, peer: PublicKey, message: EvidenceMessage) -> None:
    """Take evidence from a peer. Only who finds a conflict broadcasts it: every peer hears that."""
    data = message.evidence
    if data in replica.evidence:
        return
    try:
        proven = _checked(replica, data)
    except Rejected as error:
        replica.fault(peer, f"evidence: {error.message}")
        return
    if proven.height <= replica.state.height:
        _keep(replica, proven.validator, data)


def evidence_for_block(replica: Replica) -> tuple[bytes, ...]:
    """Return the evidence that the next block should carry, oldest first."""
    known = replica.state.validators
    waiting = [data for data, validator in replica.evidence.items() if validator in known]
    return tuple(waiting[:BLOCK_EVIDENCE_MAX])


def forget_evidence(replica: Replica, block: Block) -> None:
    """Drop the evidence that a decided block carries."""
    for data in block.evidence:
        replica.evidence.pop(data, None)


def _checked(replica: Replica, data: bytes) -> Evidence:
    config, state = replica.config, replica.state
    return check_evidence(data, config.chain_id, state.restart, state.validators, config.verify)


def _keep(replica: Replica, validator: PublicKey, data: bytes) -> bool:
    """Keep and record evidence that is new; beyond a bound the oldest goes."""
    if data in replica.evidence:
        return False
    replica.evidence[data] = validator
    replica.emit(RecordEvidence(validator, data))
    same = [other for other, who in replica.evidence.items() if who == validator]
    if len(same) > EVIDENCE_PER_VALIDATOR_MAX:
        del replica.evidence[same[0]]
    if len(replica.evidence) > EVIDENCE_KEPT_MAX:
        del replica.evidence[next(iter(replica.evidence))]
    return True
