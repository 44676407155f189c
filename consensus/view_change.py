"""Rules 6 and 7: leave a view that fails, and follow f + 1 validators that have left it."""

from consensus.certificates import check_prepared
from consensus.faults import report_conflict
from consensus.messages import Kind, Statement, ViewChange
from consensus.normal_case import read_block
from consensus.proposer import propose_if_due
from consensus.replica import Replica
from consensus.views import enter_view, start_view_timer
from consensus.wire import VIEW_MAX
from primitives.crypto import PublicKey
from primitives.ids import View


def on_view_timeout(replica: Replica) -> None:
    """Rule 6: the view has had its time; ask for the next."""
    state = replica.state
    if state.certificate is None and state.view < VIEW_MAX:
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
    state.view_changes.add(ViewChange(statement, message.prepares, None))
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
    state = replica.state
    prepared = state.prepared
    claim = None if prepared is None else prepared.claim
    prepares = () if prepared is None else prepared.prepares

    def form(statement: Statement) -> tuple[bytes, bytes]:
        payload = state.view_change_payload(ViewChange(statement, prepares, None))
        return payload, payload

    statement = replica.say(Kind.VIEW_CHANGE, claim, form)
    if statement is not None:
        state.view_changes.add(ViewChange(statement, prepares, None))
    propose_if_due(replica)


def _take_claim(replica: Replica, peer: PublicKey, message: ViewChange) -> bool:
    """Check what the message says was prepared and keep its block; False if it is false."""
    claim, state = message.statement.claim, replica.state
    if claim is None:
        return True
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
