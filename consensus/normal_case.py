"""Rules 3 to 5: prepare a valid proposal, commit what is prepared, decide what is committed."""

from consensus.drafts import say
from consensus.effects import Decide, ValidateBlock
from consensus.events import BlockValidated
from consensus.faults import check_block_evidence, forget_evidence, report_conflict
from consensus.guard import Lock
from consensus.head_seals import last_certificate_fault
from consensus.justification import check_justification, highest_claim
from consensus.messages import FIRST_VIEW, Kind, PrePrepare, Statement
from consensus.quorum import first_of
from consensus.recall import prepared_entry
from consensus.replica import VIEW_TIMER, Draft, LastDecided, Replica
from consensus.say_again import ask_for_missing
from consensus.state import Prepared, Proposal
from consensus.views import close_height, enter_view, note_accepted, start_view_timer
from primitives.block import Block, decode_block
from primitives.certificate import Certificate, assemble
from primitives.crypto import Digest, PublicKey
from primitives.errors import Rejected
from primitives.ids import View


def on_pre_prepare(replica: Replica, peer: PublicKey, message: PrePrepare, payload: bytes) -> None:
    """Rule 3: take the first proposal of a view from its proposer, if it is justified."""
    state, statement = replica.state, message.statement
    proposer = state.proposer(statement.view)
    if statement.sender != proposer:
        name = state.validators.name_of(statement.sender)
        replica.fault(peer, f"{name} proposed in view {statement.view} out of turn")
        return
    if state.certificate is not None:
        offer_block(replica, peer, statement.block_hash, message.block)
        return
    known = state.pre_prepares.vote_of(statement.view, statement.sender)
    if known is not None:
        _compare(replica, peer, known, statement)
        return
    if statement.view < state.view:
        return
    if not replica.verifies(statement):
        replica.fault(peer, f"the proposal of view {statement.view} is not signed by its proposer")
        return
    fault = check_justification(replica, message)
    if fault is not None:
        replica.fault(peer, f"the proposal of view {statement.view} is not justified: {fault}")
        return
    block = read_block(replica, peer, statement.block_hash, message.block)
    if block is None:
        return
    _join(replica, message)
    replica.right.witness(statement)
    state.pre_prepares.add(statement)
    is_fresh = highest_claim(message.justification.heads) is None
    accept(replica, Proposal(message, payload, block, is_fresh))


def accept(replica: Replica, proposal: Proposal) -> None:
    """Accept a justified proposal of the current view and have its block executed."""
    state, block = replica.state, proposal.block
    sender = proposal.message.statement.sender
    fault = (
        _check_header(replica, proposal)
        or last_certificate_fault(replica, block)
        or check_block_evidence(replica, block)
    )
    if fault is not None:
        replica.fault(sender, f"the block proposed in view {state.view}: {fault}")
        return
    state.accepted = proposal
    state.has_moved = True
    note_accepted(replica)
    state.blocks.put(block, proposal.message.block, keep=state.pinned())
    if block.hash in state.valid:
        prepare_accepted(replica)
    elif block.hash not in state.validating:
        _validate(replica, block, is_fresh=proposal.is_fresh)


def on_block_validated(replica: Replica, event: BlockValidated) -> None:
    """Take the answer of execution: prepare, decide, refuse, or halt on a broken certificate."""
    state = replica.state
    if event.height != state.height or event.block_hash not in state.validating:
        return
    was_fresh = state.validating.pop(event.block_hash)
    if event.difference is None:
        state.valid.add(event.block_hash)
        if state.certificate is not None:
            decide_if_ready(replica)
        else:
            prepare_accepted(replica)
        return
    _on_difference(replica, event, event.difference, was_fresh=was_fresh)


def on_vote(replica: Replica, peer: PublicKey, vote: Statement) -> None:
    """Rules 4 and 5: count a Prepare or Commit once it is checked."""
    state = replica.state
    votes = state.votes(vote.kind)
    known = votes.vote_of(vote.view, vote.sender)
    if known is not None:
        _compare(replica, peer, known, vote)
        return
    if not _is_wanted(replica, vote):
        return
    if not replica.verifies(vote):
        name = state.validators.name_of(vote.sender)
        replica.fault(peer, f"the {vote.kind.name} of {name} does not verify")
        return
    votes.add(vote)
    replica.right.witness(vote)
    state.has_moved = state.is_touched = True
    state.note_view(vote.sender, vote.view)
    if vote.kind is Kind.PREPARE:
        try_commit(replica)
    else:
        try_decide(replica, vote.view, vote.block_hash)


def try_commit(replica: Replica) -> None:
    """Rule 4: commit the accepted block once q validators have prepared it in this view."""
    state, accepted = replica.state, replica.state.accepted
    if accepted is None or accepted.block.hash not in state.valid:
        return
    if replica.drafts:
        return  # the lock file is never more than one signature ahead of the sign-state (R2.4)
    block_hash, claim = accepted.block.hash, (state.view, accepted.block.hash)
    if claim not in state.proven_claims:
        if state.prepares.count(state.view, block_hash) < state.validators.quorum:
            return
        signatures = state.prepares.signatures(state.view, block_hash)
        state.add_claim(claim, first_of(signatures, state.validators))
    prepares, encoded = state.proven_claims[claim], accepted.message.block

    def form(statement: Statement) -> tuple[bytes, bytes]:
        payload = statement.encode()
        return payload, prepared_entry(payload, prepares, encoded)

    lock = Lock(
        stamp=replica.right.state.stamp,
        height=state.height,
        view=state.view,
        block_hash=block_hash,
        prepares=prepares,
        block=encoded,
    )

    def count(commit: Statement) -> None:
        state.prepared = Prepared(commit.view, block_hash, prepares)
        count_own(replica, commit)
        try_decide(replica, commit.view, block_hash)

    content = block_hash
    say(replica, Draft(kind=Kind.COMMIT, content=content, form=form, then=count, lock=lock))


def try_decide(replica: Replica, view: View, block_hash: Digest) -> None:
    """Rule 5: decide once q validators have committed one block in one view, any view."""
    state = replica.state
    if state.certificate is not None:
        return
    if state.commits.count(view, block_hash) < state.validators.quorum:
        return
    certificate = assemble(
        sealed=(state.height, view, block_hash),
        restart=state.restart,
        seals=state.commits.signatures(view, block_hash),
        validators=state.validators,
    )
    settle(replica, certificate)


def settle(replica: Replica, certificate: Certificate) -> None:
    """Take the certificate of the open height: nothing but its block can be decided now."""
    replica.state.certificate = certificate
    replica.cancel_timer(VIEW_TIMER)
    decide_if_ready(replica)
    if replica.state.blocks.block(certificate.block_hash) is None:
        ask_for_missing(replica)


def offer_block(
    replica: Replica, peer: PublicKey, block_hash: Digest, encoded: bytes | None
) -> None:
    """Take the bytes of the decided block if only they are missing."""
    state = replica.state
    wanted = state.wanted()
    if encoded is None or wanted is None or wanted != block_hash:
        return
    block = read_block(replica, peer, block_hash, encoded)
    if block is not None:
        state.blocks.put(block, encoded, keep=state.pinned())
        decide_if_ready(replica)


def take_answer(replica: Replica, peer: PublicKey, encoded: bytes) -> None:
    """Take a block that this replica asked for; an answer to an older question is dropped."""
    state = replica.state
    wanted = state.wanted()
    if wanted is None:
        return
    try:
        block = decode_block(encoded)
    except Rejected as error:
        replica.fault(peer, f"a block that is malformed: {error.message}")
        return
    if block.hash == wanted:
        state.blocks.put(block, encoded, keep=state.pinned())
        decide_if_ready(replica)
    elif block.hash not in state.asked:
        replica.fault(peer, "a block that was not asked for")


def read_block(
    replica: Replica, peer: PublicKey, block_hash: Digest, encoded: bytes
) -> Block | None:
    """Return the block if the bytes are one and have that hash; else report `peer`."""
    known = replica.state.blocks.block(block_hash)
    if known is not None:
        return known
    try:
        block = decode_block(encoded)
    except Rejected as error:
        replica.fault(peer, f"a block that is malformed: {error.message}")
        return None
    if block.hash != block_hash:
        replica.fault(peer, "a block with another hash than the message names")
        return None
    return block


def count_own(replica: Replica, statement: Statement) -> None:
    """Count this node's own vote, unless a second node with the same key said otherwise."""
    votes = replica.state.votes(statement.kind)
    if votes.vote_of(statement.view, statement.sender) is None:
        votes.add(statement)


def _join(replica: Replica, message: PrePrepare) -> None:
    """Come to the view of a justified proposal: its view changes show that q are there."""
    state, statement = replica.state, message.statement
    state.is_touched = True
    for said in (statement, *message.justification.heads):
        state.note_view(said.sender, said.view)
    if statement.view > state.view:
        enter_view(replica, statement.view)
    elif statement.view > FIRST_VIEW:
        start_view_timer(replica)


def prepare_accepted(replica: Replica) -> None:
    """Rule 3: prepare the accepted block once own execution has confirmed it."""
    accepted = replica.state.accepted
    if accepted is None or accepted.block.hash not in replica.state.valid:
        return

    def form(statement: Statement) -> tuple[bytes, bytes]:
        payload = statement.encode()
        return payload, payload

    def count(prepare: Statement) -> None:
        count_own(replica, prepare)
        try_commit(replica)

    say(replica, Draft(kind=Kind.PREPARE, content=accepted.block.hash, form=form, then=count))
    try_commit(replica)


def decide_if_ready(replica: Replica) -> None:
    """Decide the certified block once it is here and this node's own execution agrees."""
    state, certificate = replica.state, replica.state.certificate
    if certificate is None or state.is_decided:
        return
    block = state.blocks.block(certificate.block_hash)
    if block is None or block.hash in state.validating:
        return
    if block.hash not in state.valid:
        _validate_decided(replica, block)
        return
    state.is_decided = True
    close_height(replica)
    replica.last_decided = LastDecided(
        state.height,
        state.blocks.encoded(block.hash),
        certificate.encode(),
        block.hash,
    )
    forget_evidence(replica, block)
    replica.emit(Decide(block, certificate))


def _validate_decided(replica: Replica, block: Block) -> None:
    """Execute the certified block; that q validators took a false certificate is no mistake."""
    fault = last_certificate_fault(replica, block)
    if fault is None:
        _validate(replica, block, is_fresh=False)
    else:
        replica.halt(f"the certified block {block.height}: {fault}")


def _validate(replica: Replica, block: Block, *, is_fresh: bool) -> None:
    state = replica.state
    state.validating[block.hash] = is_fresh
    replica.emit(ValidateBlock(block=block, view=state.view, is_fresh=is_fresh))


def _on_difference(
    replica: Replica, event: BlockValidated, difference: str, *, was_fresh: bool
) -> None:
    """The clock rule may refuse a fresh block that a quorum takes; nothing else may."""
    state, accepted = replica.state, replica.state.accepted
    is_certified = (
        state.certificate is not None and state.certificate.block_hash == event.block_hash
    )
    is_accepted = accepted is not None and accepted.block.hash == event.block_hash
    block = state.blocks.block(event.block_hash)
    is_proven = is_certified or (accepted is not None and is_accepted and not accepted.is_fresh)
    if was_fresh and is_proven and block is not None:
        _validate(replica, block, is_fresh=False)
    elif is_certified:
        replica.halt(f"own execution differs from the certified block: {difference}")
    elif accepted is not None and is_accepted and not event.is_clock:
        sender = accepted.message.statement.sender
        replica.fault(sender, f"the block proposed in view {state.view}: {difference}")


def _is_wanted(replica: Replica, vote: Statement) -> bool:
    """Votes of views far off, and Prepares that no longer matter, are not even checked."""
    state, config = replica.state, replica.config
    if state.certificate is not None:
        sealed = (Kind.COMMIT, state.certificate.view, state.certificate.block_hash)
        return (vote.kind, vote.view, vote.content) == sealed  # for the next block (R5.1)
    if vote.view > state.view + config.views_ahead_max:
        return False
    if vote.kind is Kind.COMMIT:
        return vote.view >= state.view - config.views_behind_max
    claim = (vote.view, vote.block_hash)
    if claim == state.owed:
        return True
    return vote.view >= state.view and claim not in state.proven_claims


def _compare(replica: Replica, peer: PublicKey, known: Statement, other: Statement) -> None:
    """A second statement of one sender: the same is nothing new, another is evidence."""
    if known.content == other.content:
        return
    if replica.verifies(other):
        report_conflict(replica, known, other)
    else:
        name = replica.state.validators.name_of(other.sender)
        replica.fault(peer, f"the {other.kind.name} of {name} does not verify")


def _check_header(replica: Replica, proposal: Proposal) -> str | None:
    """Return what is wrong with the header that needs no execution to see."""
    header, state = proposal.block.header, replica.state
    sender = proposal.message.statement.sender
    checks = (
        (header.chain_id == replica.config.chain_id, "another chain id"),
        (header.height == state.height, f"height {header.height}, open is {state.height}"),
        (header.parent_hash == replica.head.block_hash, "another parent"),
        (header.validators_hash == state.validators.hash, "another validator set"),
        (header.restart == state.restart, "another restart"),
        (header.proposer in state.validators, "its proposer is not a validator"),
        (not proposal.is_fresh or header.proposer == sender, "a fresh block of another proposer"),
    )
    return next((text for is_good, text in checks if not is_good), None)
