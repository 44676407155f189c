"""From one height to the next: what a committed block changes. Rule 1's state, not its timers."""

from consensus.events import Head
from consensus.head_seals import take_seals
from consensus.replica import NO_HEIGHT, LastDecided, Replica
from consensus.state import HeightState
from consensus.views import close_height
from primitives.ids import Height


def next_height(head: Head) -> HeightState:
    """Return the empty state of the height after `head`."""
    return HeightState(
        height=Height(head.height + 1),
        validators=head.validators,
        order=head.order,
        restart=head.restart,
    )


def start_height(replica: Replica, head: Head) -> None:
    """Move to the height after `head`; what is known of lower heights is dropped."""
    close_height(replica)
    old = replica.state
    if head.height == old.height:
        replica.pace.note_decided(old.height, wait_ms=old.wait_ms, has_moved_on=old.view > 0)
    replica.pace.idle_since_ms = replica.now_ms
    take_seals(replica, head)
    replica.head = head
    replica.state = next_height(head)
    replica.drafts.clear()
    replica.last_decided = last_decided_at(head, replica.last_decided)
    replica.peer_views.clear()
    replica.claims = {
        peer: height for peer, height in replica.claims.items() if height > head.height
    }
    note_claims(replica)
    replica.right.forget_below(head.height)
    replica.right.forget_strangers(head.validators)


def note_claims(replica: Replica) -> None:
    """Reckon the height that f + 1 validators say they work on or are beyond; or 0.

    What members say that are not in the open height's set silences nobody (S1, S6).
    """
    validators = replica.state.validators
    needed = validators.faults_max + 1
    claimed = (height for peer, height in replica.claims.items() if peer in validators)
    heights = sorted(claimed, reverse=True)
    replica.claimed = heights[needed - 1] if len(heights) >= needed else NO_HEIGHT


def last_decided_at(head: Head, known: LastDecided | None = None) -> LastDecided | None:
    """Return what answers a peer at the height of `head`: after a restart too, without block."""
    if known is not None and known.height == head.height and known.block_hash == head.block_hash:
        return known
    if head.certificate is None:
        return None
    return LastDecided(head.height, None, head.certificate.encode(), head.block_hash)
