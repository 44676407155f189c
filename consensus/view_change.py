"""Rules 6 and 7: leave a view that fails, and follow f + 1 validators that have left it."""

from consensus.certificates import check_prepared
from consensus.drafts import conclude, say
from consensus.events import SignatureReceived
from consensus.faults import report_conflict
from consensus.messages import FIRST_VIEW, Kind, Signatures, Statement, ViewChange
from consensus.normal_case import prepare_accepted, read_block
from consensus.proposer import propose_if_due
from consensus.quorum import first_of
from consensus.replica import Draft, Replica
from consensus.say_again import ask_for_missing, say_opened
from consensus.state import Prepared
from consensus.views import enter_view, start_view_timer
from consensus.wire import VIEW_MAX
from primitives.crypto import PublicKey
from primitives.ids import View


def on_view_timeout(replica: Replica) -> None:
    """Rule 6: the view has had its time; ask for the next, or, when behind, for what decided it."""
    state = replica.state
    if not replica.may_sign:
        ask_for_missing(replica)
    elif state.view < VIEW_MAX:
        change_view(replica, View(state.view + 1))


def on_view_change(replica: Replica, peer: PublicKey, message: ViewChange) -> None:
    """Keep a checked view change; skip ahead (rule 7) or propose (rule 2) if it is the one."""
    state, statement = replica.state, message.statement
    known = state.view_changes.latest_of(statement.sender)
    if known is not None and known.statement.view >= statement.view:
        _compare(replica, peer, known.statement, statement)
        return
    name = state.validators.name_of(statement.sender)
    if not replica.verifies(statement):
        replica.fault(peer, f"the view change of {name} does not verify")
        return
    if not _take_claim(replica, peer, message):
        return
    _keep(replica, statement, message.prepares)
    replica.right.witness(statement)
    state.has_moved = state.is_touched = True
    state.note_view(statement.sender, statement.view)
    follow(replica)
    propose_if_due(replica)


def follow(replica: Replica) -> None:
    """Rule 7: go where f + 1 validators are beyond us; run the timer where q are with us."""
    state = replica.state
    target = state.reached_by(state.validators.faults_max + 1)
    if state.certificate is not None:
        return
    if target > state.view:
        change_view(replica, target)
    elif state.is_open:
        start_view_timer(replica)


def change_view(replica: Replica, view: View) -> None:
    """Rule 6: go to `view`, persist and broadcast the wish with what was prepared."""
    enter_view(replica, view)
    _ask_for_view(replica)
    propose_if_due(replica)


def on_signature(replica: Replica, event: SignatureReceived) -> None:
    """Say what was signed elsewhere, and do what is due upon it."""
    conclude(replica, event)
    follow(replica)
    propose_if_due(replica)


def take_up(replica: Replica) -> None:
    """R2.10: the right to sign has come (back) within this height; do what was left undone."""
    state = replica.state
    if not state.is_open:
        return
    if state.is_left:
        state.is_left = False
        change_view(replica, View(state.view + 1))
    elif state.view > FIRST_VIEW:
        _ask_for_view(replica)
    else:
        say_opened(replica)
    start_view_timer(replica)
    prepare_accepted(replica)
    propose_if_due(replica)


def redeem(replica: Replica) -> None:
    """R2.4: once q Prepares of the claim that is owed are here again, say it with its proof."""
    state, claim = replica.state, replica.state.owed
    if claim is None:
        return
    found = state.prepares.signatures(*claim) | dict(state.proven_claims.get(claim, ()))
    if len(found) < state.validators.quorum:
        return
    prepares = first_of(found, state.validators)
    state.prepared = Prepared(claim[0], claim[1], prepares)
    state.add_claim(claim, prepares)
    state.owed = None
    own = None if replica.own_key is None else state.view_changes.latest_of(replica.own_key)
    if own is not None and own.statement.claim == claim:
        message = _keep(replica, own.statement, prepares)
        state.sent[Kind.VIEW_CHANGE] = state.view_change_payload(message)
        replica.broadcast(state.sent[Kind.VIEW_CHANGE])


def _ask_for_view(replica: Replica) -> None:
    """Say the wish for the current view, unless it, or anything after it, has been said."""
    state = replica.state
    claim, prepares = state.committed_claim()

    def form(statement: Statement) -> tuple[bytes, bytes]:
        payload = state.view_change_payload(ViewChange(statement, prepares, None))
        return payload, payload

    def keep(statement: Statement) -> None:
        _keep(replica, statement, prepares)
        state.note_view(statement.sender, statement.view)

    say(replica, Draft(kind=Kind.VIEW_CHANGE, content=claim, form=form, then=keep))


def _keep(replica: Replica, statement: Statement, prepares: Signatures) -> ViewChange:
    """Keep a checked view change; one that lacks the proof of its claim gets the one at hand."""
    state, claim = replica.state, statement.claim
    if claim is not None and not prepares:
        prepares = state.proven_claims.get(claim, ())
    message = ViewChange(statement, prepares, None)
    state.view_changes.add(message)
    return message


def _take_claim(replica: Replica, peer: PublicKey, message: ViewChange) -> bool:
    """Check what the message says was prepared and keep its block; False if it is false."""
    claim, state = message.statement.claim, replica.state
    if claim is None:
        return True
    if not message.prepares:
        return claim in state.proven_claims  # its sender lost the proof (R2.4); who has it counts
    fault = check_prepared(replica, claim, message.prepares)
    if fault is not None:
        name = state.validators.name_of(message.statement.sender)
        replica.fault(peer, f"the view change of {name}: {fault}")
        return False
    if message.block is not None:
        block = read_block(replica, peer, claim[1], message.block)
        if block is None:
            return False
        state.blocks.put(block, message.block, keep=state.pinned())
    return True


def _compare(replica: Replica, peer: PublicKey, known: Statement, other: Statement) -> None:
    """Nothing new, an older wish, or two different wishes for one view: evidence."""
    if known.view != other.view or known.content == other.content:
        return
    if replica.verifies(other):
        report_conflict(replica, known, other)
    else:
        name = replica.state.validators.name_of(other.sender)
        replica.fault(peer, f"the view change of {name} does not verify")
