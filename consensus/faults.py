"""Equivocation: two conflicting statements of one validator, as bytes that prove it to anyone.

    evidence = [kind, height, view, validator, restart,
                content, signature, content, signature]

with the two contents in ascending order of their encoding, so that a pair has one form. `restart`
is the restart digest that both signatures cover: carried along, so that evidence proves itself
also after a later restart statement, and whatever its author made of that digest. A validator can
sign any number of contents at one place, so what counts is the misdeed: one a (validator, height,
view, kind), whatever pair shows it. It is judged by the set of its own height; where that set is
not known (any more), nobody is blamed.
"""

from consensus.effects import RecordEvidence
from consensus.messages import TAGS, EvidenceMessage, Kind, Misdeed, Statement, signed_bytes
from consensus.replica import Replica
from consensus.wire import EVIDENCE_BYTES_MAX, statement_from_value
from primitives.block import Block
from primitives.certificate import Verify
from primitives.codec import decode, encode
from primitives.crypto import DIGEST_BYTES, Digest, PublicKey
from primitives.errors import Rejected
from primitives.ids import Height
from primitives.limits import BLOCK_EVIDENCE_MAX, EVIDENCE_PER_HEIGHT_MAX
from primitives.shape import bytes_of, fields_of
from primitives.validators import ValidatorSet

KEPT_MAX = 1024
KEPT_PER_VALIDATOR_MAX = 8


class BadEvidence(Rejected):
    """The evidence does not prove that the validator contradicted itself."""


def evidence_of(one: Statement, other: Statement, restart: Digest) -> bytes:
    """Return the evidence that two statements of one (kind, height, view, sender) are.

    `restart` is the one of their height, which both sign.
    """
    first, second = sorted((one, other), key=lambda statement: encode(statement.content))
    return encode(
        (
            int(one.kind),
            one.height,
            one.view,
            one.sender,
            restart,
            first.content,
            first.signature,
            second.content,
            second.signature,
        )
    )


def misdeed_of(data: bytes) -> Misdeed:
    """Return what evidence is about; whether it proves it is not looked at. Raises Rejected."""
    return _misdeed(_read(data)[1])


def check_evidence(data: bytes, chain_id: str, validators: ValidatorSet, verify: Verify) -> Misdeed:
    """Return what `data` proves about a validator of `validators`, the set of its height.

    Raises:
        BadEvidence: a stranger, contents that agree or are out of order, or a bad signature.
        Rejected: another encoding or shape.
    """
    restart, first, second = _read(data)
    if first.sender not in validators:
        raise BadEvidence(f"{first.sender.hex()} is not a validator of height {first.height}")
    if encode(first.content) >= encode(second.content):
        raise BadEvidence("the two contents must differ and be in order")
    for one in (first, second):
        signed = signed_bytes(chain_id, restart, one.height, one.view, one.content)
        if not verify(one.sender, TAGS[one.kind], signed, one.signature):
            raise BadEvidence(f"a signature of {validators.name_of(one.sender)} does not verify")
    return _misdeed(first)


def check_block_evidence(replica: Replica, block: Block) -> str | None:
    """Return None if every evidence of a proposed block is good, or what is wrong.

    What is in the state already, and how much of one validator fits, is judged by execution.
    """
    for data in block.evidence:
        try:
            fault = _block_fault(replica, block, data)
        except Rejected as error:
            return f"evidence: {error.message}"
        if fault is not None:
            return fault
    return None


def report_conflict(replica: Replica, known: Statement, other: Statement) -> None:
    """Keep, record and broadcast the evidence that two checked statements conflict."""
    data = evidence_of(known, other, replica.state.restart)
    if _has_room(replica, _misdeed(known)):
        _keep(replica, _misdeed(known), data)
        replica.broadcast(EvidenceMessage(data).encode())


def on_evidence(replica: Replica, peer: PublicKey, message: EvidenceMessage) -> None:
    """Take evidence from a peer. Only who finds a conflict broadcasts it: every peer hears that.

    The bearer is to blame for what anyone can see to be false, not for what this node cannot judge.
    """
    data = message.evidence
    try:
        misdeed = misdeed_of(data)
        validators = _set_at(replica, misdeed.height)
        is_judged = validators is not None and misdeed.validator in validators
        if validators is None or not is_judged or not _has_room(replica, misdeed):
            return
        check_evidence(data, replica.config.chain_id, validators, replica.config.verify)
    except Rejected as error:
        replica.fault(peer, f"evidence: {error.message}")
        return
    _keep(replica, misdeed, data)


def evidence_for_block(replica: Replica) -> tuple[bytes, ...]:
    """Return the evidence that the next block should carry: the oldest of each validator."""
    oldest: dict[PublicKey, bytes] = {}
    for misdeed, data in replica.evidence.items():
        oldest.setdefault(misdeed.validator, data)
    return tuple(oldest.values())[:BLOCK_EVIDENCE_MAX]


def forget_evidence(replica: Replica, block: Block) -> None:
    """Drop what a decided block shows, by whatever evidence."""
    for data in block.evidence:
        try:
            replica.evidence.pop(misdeed_of(data), None)
        except Rejected:
            continue  # a quorum took it; execution says that it is none


def forget_refused(replica: Replica, block: Block) -> None:
    """Drop what was offered for an own block and is not in it: the state has it, or enough."""
    refused = set(replica.evidence_offered) - set(block.evidence)
    for data in refused:
        replica.evidence.pop(misdeed_of(data), None)
    replica.evidence_offered = ()


def _read(data: bytes) -> tuple[Digest, Statement, Statement]:
    """Return the restart digest that the two statements sign, and the statements."""
    fields = fields_of(decode(data, bytes_max=EVIDENCE_BYTES_MAX), name="evidence", count=9)
    kind, height, view, sender = fields[:4]

    def at(index: int) -> Statement:
        return statement_from_value((kind, height, view, fields[index], sender, fields[index + 1]))

    restart = Digest(bytes_of(fields[4], name="restart", length=DIGEST_BYTES))
    return restart, at(5), at(7)


def _misdeed(one: Statement) -> Misdeed:
    return Misdeed(validator=one.sender, height=one.height, view=one.view, kind=Kind(one.kind))


def _set_at(replica: Replica, height: Height) -> ValidatorSet | None:
    """Return the set that decides a height up to the open one, None when it is not known."""
    state = replica.state
    if height == state.height:
        return state.validators
    return replica.head.history.at(height) if height < state.height else None


def _block_fault(replica: Replica, block: Block, data: bytes) -> str | None:
    misdeed = misdeed_of(data)
    if replica.evidence.get(misdeed) == data:
        return None
    if misdeed.height > block.height:
        return f"evidence of height {misdeed.height} in a block of height {block.height}"
    validators = _set_at(replica, misdeed.height)
    if validators is None:
        oldest = replica.head.history.first_height
        return f"evidence of height {misdeed.height}, too old: counted are those from {oldest} on"
    check_evidence(data, replica.config.chain_id, validators, replica.config.verify)
    return None


def _has_room(replica: Replica, misdeed: Misdeed) -> bool:
    """Return whether the misdeed is new and none of its bounds is reached.

    What comes later than the bound is dropped: what is kept of that validator proves as much.
    """
    if misdeed in replica.evidence or len(replica.evidence) >= KEPT_MAX:
        return False
    same = [known for known in replica.evidence if known.validator == misdeed.validator]
    of_height = sum(known.height == misdeed.height for known in same)
    return len(same) < KEPT_PER_VALIDATOR_MAX and of_height < EVIDENCE_PER_HEIGHT_MAX


def _keep(replica: Replica, misdeed: Misdeed, data: bytes) -> None:
    replica.evidence[misdeed] = data
    replica.emit(RecordEvidence(misdeed.validator, data))
