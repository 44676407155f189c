"""Rule 2: whose turn it is, and what may be proposed."""

from consensus.drafts import say
from consensus.effects import BuildBlock
from consensus.events import BlockBuilt
from consensus.faults import evidence_for_block, forget_refused
from consensus.head_seals import last_certificate
from consensus.justification import highest_claim
from consensus.messages import Claim, Justification, Kind, PrePrepare, Statement, ViewChange
from consensus.normal_case import accept, count_own
from consensus.replica import Draft, Replica
from consensus.say_again import ask_for_missing
from consensus.state import Proposal
from primitives.block import Block
from primitives.crypto import Digest
from primitives.ids import View


def propose_if_due(replica: Replica) -> None:
    """Propose in the current view if it is this replica's turn and it has what it needs."""
    state = replica.state
    is_busy = state.accepted is not None or state.build_requested is not None
    if is_busy or state.certificate is not None or not state.is_open:
        return
    if not replica.may_say(Kind.PRE_PREPARE):
        return
    if state.proposer(state.view) != replica.own_key:
        return
    if state.view == View(0):
        _ask_for_block(replica, Justification())
        return
    messages = state.view_changes.at(state.view)
    if len(messages) >= state.validators.quorum:
        _propose_justified(replica, messages)


def on_block_built(replica: Replica, event: BlockBuilt) -> None:
    """Propose the fresh block that was asked for, unless the view has passed."""
    state = replica.state
    justification = state.build_requested
    is_answer = (event.height, event.view) == (state.height, state.view)
    if justification is None or not is_answer or state.certificate is not None:
        return
    state.build_requested = None
    forget_refused(replica, event.block)
    state.valid.add(event.block.hash)
    _propose(replica, event.block, event.block.encode(), justification)


def _propose_justified(replica: Replica, messages: tuple[ViewChange, ...]) -> None:
    """Re-propose the block of the highest prepared view, or ask for a fresh one if none is."""
    state = replica.state
    chosen = _first_with_highest(messages, state.validators.quorum)
    heads = tuple(message.statement for message in chosen)
    claim = highest_claim(heads)
    if claim is None:
        _ask_for_block(replica, Justification(heads))
        return
    block, encoded = state.blocks.block(claim[1]), state.blocks.encoded(claim[1])
    prepares = state.proven_claims.get(claim)
    if block is not None and encoded is not None and prepares is not None:
        _propose(replica, block, encoded, Justification(heads, prepares))
    else:
        _seek(replica, claim[1])


def _seek(replica: Replica, block_hash: Digest) -> None:
    """Ask the peers for the block that must be proposed again; whoever prepared it has it."""
    state = replica.state
    if state.lacking != block_hash:
        state.lacking = block_hash
        ask_for_missing(replica)


def _first_with_highest(messages: tuple[ViewChange, ...], count: int) -> tuple[ViewChange, ...]:
    """Return `count` of the messages in their order, those of the highest claims before others."""

    def rank(message: ViewChange) -> Claim | tuple[int, bytes]:
        return message.statement.claim or (-1, b"")

    chosen = sorted(messages, key=rank, reverse=True)[:count]
    return tuple(sorted(chosen, key=lambda message: message.statement.sender))


def _ask_for_block(replica: Replica, justification: Justification) -> None:
    state = replica.state
    state.build_requested = justification
    replica.evidence_offered = evidence_for_block(replica)
    replica.emit(
        BuildBlock(
            height=state.height,
            view=state.view,
            last_certificate=last_certificate(replica),
            evidence=replica.evidence_offered,
        )
    )


def _propose(replica: Replica, block: Block, encoded: bytes, justification: Justification) -> None:
    payloads: list[tuple[PrePrepare, bytes]] = []

    def form(statement: Statement) -> tuple[bytes, bytes]:
        message = PrePrepare(statement, encoded, justification)
        payload = message.encode()
        payloads.append((message, payload))
        return payload, payload

    def take(statement: Statement) -> None:
        count_own(replica, statement)
        message, payload = payloads[0]
        is_fresh = highest_claim(justification.heads) is None
        accept(replica, Proposal(message, payload, block, is_fresh))

    say(replica, Draft(kind=Kind.PRE_PREPARE, content=block.hash, form=form, then=take))
