"""Opening a height and moving between views: rule 1's and rule 6's timers, in one place.

The timer of a view above 0 starts only when q validators are known to be in it or beyond, as in
Castro and Liskov 1999 §4.5.2: a replica that is cut off does not run ahead of the others, where a
capped timer would never let them meet again.
"""

from consensus.messages import FIRST_VIEW
from consensus.replica import RESEND_TIMER, VIEW_TIMER, Replica
from primitives.ids import View


def open_height(replica: Replica) -> bool:
    """Rule 1: start the timers of the height; return whether it was closed before."""
    state = replica.state
    if state.is_open or state.certificate is not None:
        return False
    state.is_open = True
    state.opened_ms = replica.now_ms
    replica.pace.note_opened(replica.config, state.height, replica.now_ms)
    start_view_timer(replica)
    replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    return True


def enter_view(replica: Replica, view: View) -> None:
    """Leave the current view for a higher one; nothing is accepted in it yet."""
    state = replica.state
    state.view = view
    state.accepted = None
    state.build_requested = None
    state.is_left = False
    replica.drafts.clear()
    state.lacking = None
    state.has_moved = True
    state.forget_below(View(max(0, view - replica.config.views_behind_max)))
    replica.cancel_timer(VIEW_TIMER)
    if not state.is_open:
        state.is_open = True
        replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    if replica.may_sign and replica.own_key is not None:
        state.note_view(replica.own_key, view)
    start_view_timer(replica)


def start_view_timer(replica: Replica) -> None:
    """Start the one timer of the current view once q validators have come to it.

    Only those who may vote need it. It covers the wait for the proposal (R3.5) and starts anew
    when that is accepted.
    """
    state = replica.state
    is_joined = state.view == FIRST_VIEW or state.reached_by(state.validators.quorum) >= state.view
    if is_joined and replica.may_sign and VIEW_TIMER not in replica.timers:
        _start_timer_of_step(replica)


def note_accepted(replica: Replica) -> None:
    """R3.5: the proposal is here; from now on the base time-out of the view runs."""
    state = replica.state
    if state.view == FIRST_VIEW and state.opened_ms is not None:
        state.wait_ms = replica.now_ms - state.opened_ms
    elif state.view == FIRST_VIEW and not state.is_open:
        state.wait_ms = 0  # the proposal itself opens the height
    if VIEW_TIMER in replica.timers:
        _start_timer_of_step(replica)


def _start_timer_of_step(replica: Replica) -> None:
    config, state = replica.config, replica.state
    first_ms = config.timeout_base_ms
    if state.accepted is None:
        first_ms = replica.pace.first_timeout_ms(config, state.height)
    replica.start_timer(VIEW_TIMER, config.view_timeout_ms(state.view, first_ms))


def close_height(replica: Replica) -> None:
    """Cancel the timers of the height: it is decided."""
    replica.cancel_timer(VIEW_TIMER)
    replica.cancel_timer(RESEND_TIMER)
