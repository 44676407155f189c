"""Opening a height and moving between views: rule 1's and rule 6's timers, in one place."""

from consensus.replica import RESEND_TIMER, VIEW_TIMER, Replica
from primitives.ids import View


def open_height(replica: Replica) -> bool:
    """Rule 1: start the timers of the height; return whether it was closed before."""
    state = replica.state
    if state.is_open or state.certificate is not None:
        return False
    state.is_open = True
    start_view_timer(replica)
    replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    return True


def enter_view(replica: Replica, view: View) -> None:
    """Leave the current view for a higher one; nothing is accepted in it yet."""
    state = replica.state
    state.view = view
    state.accepted = None
    state.build_requested = None
    state.has_moved = True
    state.forget_below(View(max(0, view - replica.config.views_behind_max)))
    if not state.is_open:
        state.is_open = True
        replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
    start_view_timer(replica)


def start_view_timer(replica: Replica) -> None:
    """Start the one timer of the current view; only those who may vote need it."""
    if replica.may_sign:
        delay_ms = replica.config.view_timeout_ms(replica.state.view)
        replica.start_timer(VIEW_TIMER, delay_ms)


def close_height(replica: Replica) -> None:
    """Cancel the timers of the height: it is decided."""
    replica.cancel_timer(VIEW_TIMER)
    replica.cancel_timer(RESEND_TIMER)
