"""Rules 8 and 9: learn that we are behind, take decided heights, answer those behind us."""

from consensus.effects import FetchBlocks
from consensus.heights import note_claims
from consensus.messages import Decided, StatusMessage
from consensus.normal_case import offer_block, read_block, settle, take_answer
from consensus.proposer import propose_if_due
from consensus.replica import NO_HEIGHT, RESEND_TIMER, Replica, has_room
from consensus.say_again import (
    ask_for_missing,
    decided_payload,
    keep_asking,
    may_answer,
    push_missing,
    status_payload,
)
from primitives.certificate import (
    Certificate,
    UncheckedCertificate,
    check_certificate,
    read_certificate,
)
from primitives.crypto import Digest, PublicKey
from primitives.errors import Rejected
from primitives.ids import Height
from primitives.validators import ValidatorSet

_OTHERS_AHEAD_MAX = 64  # heights that one member's word may start a fetch of


def on_claim(replica: Replica, peer: PublicKey, height: Height) -> None:
    """Rule 8: note that `peer` works on `height`; act once it, or f + 1 validators, are above ours.

    The session vouches for who claims; what is claimed proves nothing and only starts a fetch. A
    member that is no validator of ours may be one of a later set: it starts a fetch too, and
    silences nobody (S1).
    """
    is_known = peer in replica.claims or peer in replica.state.validators
    if height <= replica.claims.get(peer, 0) or not (is_known or has_room(replica.claims)):
        return
    if height > replica.head.height:
        _claim(replica, peer, height)
        fetch_if_behind(replica)


def _claim(replica: Replica, peer: PublicKey, height: Height) -> None:
    replica.claims[peer] = height
    note_claims(replica)


def on_decided(replica: Replica, peer: PublicKey, message: Decided) -> None:
    """Take the certificate, the block, or both, of the open height; note any other height."""
    state = replica.state
    if message.height > state.height:
        on_claim(replica, peer, Height(message.height + 1))
        return
    if message.certificate is None:
        if message.block is not None and message.height == state.height:
            take_answer(replica, peer, message.block)
            propose_if_due(replica)
        return
    try:
        unchecked = read_certificate(message.certificate)
    except Rejected as error:
        replica.fault(peer, f"a certificate that is malformed: {error.message}")
        return
    if unchecked.height != message.height:
        replica.fault(peer, f"a certificate of height {unchecked.height} for {message.height}")
    elif message.height == state.height:
        _take_certificate(replica, peer, message, unchecked)
    elif message.height == replica.head.height:
        _compare_with_head(replica, unchecked)


def on_status(replica: Replica, peer: PublicKey, status: StatusMessage) -> None:
    """Rule 9: push what a peer lacks; from one ahead, ask for what it has."""
    state = replica.state
    is_validator = peer in state.validators
    if status.height == state.height and is_validator:
        replica.peer_views[peer] = status.view
        state.is_touched = state.is_touched or status.is_opening or _is_at_work(status)
    on_claim(replica, peer, status.height)
    if status.is_opening:
        if status.height == state.height + 1:
            replica.future.keep(peer, status.encode(), None)
        return
    is_ahead = status.height > state.height
    if is_ahead and not is_validator:
        return
    if not may_answer(replica, peer, replica.answered):
        return
    if status.height == state.height:
        push_missing(replica, peer, status)
    elif is_ahead:
        replica.send(peer, status_payload(replica))
    else:
        answer_behind(replica, peer, status.height)


def answer_behind(replica: Replica, peer: PublicKey, height: Height) -> None:
    """Send a peer at a decided height its Decided, or where we stand if it is farther behind."""
    payload = decided_payload(replica, height)
    replica.send(peer, status_payload(replica) if payload is None else payload)


def on_late_message(replica: Replica, peer: PublicKey, height: Height) -> None:
    """Answer a proposal or view change of a decided height, at most once a second a peer.

    Late Prepares and Commits are normal; who is really behind says so within a second.
    """
    if may_answer(replica, peer, replica.answered):
        answer_behind(replica, peer, height)


def on_peer_connected(replica: Replica, peer: PublicKey) -> None:
    """Rule 9: a peer that reconnects gets the latest own messages and where we stand."""
    for kind in sorted(replica.state.sent):
        replica.send(peer, replica.state.sent[kind])
    replica.send(peer, status_payload(replica))


def on_resend_timer(replica: Replica) -> None:
    """Rule 9: if nothing moved since the last time, say where we stand; ask to fetch again."""
    state = replica.state
    if state.has_moved:
        state.has_moved = False
        replica.start_timer(RESEND_TIMER, replica.config.resend_ms)
        return
    replica.fetched_up_to = NO_HEIGHT
    ask_for_missing(replica)
    fetch_if_behind(replica)


def fetch_if_behind(replica: Replica) -> None:
    """Fetch if two or more heights behind; one behind is helped by a Decided.

    On the word of members that are no validators of the open height, only the next heights (S1).
    """
    state = replica.state
    known = replica.claimed
    if known <= state.height:
        known = Height(min(_claimed_by_others(replica), state.height + _OTHERS_AHEAD_MAX))
    if known <= state.height or state.is_decided:
        return
    keep_asking(replica)
    target = Height(known - 1)
    if target > state.height and target > replica.fetched_up_to:
        _fetch(replica, target)


def _claimed_by_others(replica: Replica) -> Height:
    validators = replica.state.validators
    others = (height for peer, height in replica.claims.items() if peer not in validators)
    return max(others, default=NO_HEIGHT)


def fetch_next(replica: Replica, peer: PublicKey, height: Height) -> None:
    """Fetch the block of the open height from a peer that works on a higher one."""
    _claim(replica, peer, max(height, replica.claims.get(peer, NO_HEIGHT)))
    if replica.state.height > replica.fetched_up_to:
        keep_asking(replica)
        _fetch(replica, replica.state.height)


def _fetch(replica: Replica, target: Height) -> None:
    """Ask for blocks up to `target`, first of the peers that claim to have them."""
    peers = [peer for peer, height in replica.claims.items() if height > target]
    replica.fetched_up_to = target
    replica.emit(FetchBlocks(height_known=target, peers=tuple(sorted(peers))))


def _take_certificate(
    replica: Replica, peer: PublicKey, message: Decided, unchecked: UncheckedCertificate
) -> None:
    state = replica.state
    if state.certificate is not None and state.certificate.block_hash == unchecked.block_hash:
        offer_block(replica, peer, unchecked.block_hash, message.block)
        return
    certificate = _checked(replica, peer, unchecked, (state.restart, state.validators))
    if certificate is None:
        return
    if state.certificate is not None:
        replica.halt(f"two certificates for height {state.height}")
        return
    if message.block is not None:
        block = read_block(replica, peer, certificate.block_hash, message.block)
        if block is not None:
            state.blocks.put(block, message.block, keep=state.pinned())
    settle(replica, certificate)
    if state.wanted() is not None:
        _claim(replica, peer, max(replica.claims.get(peer, NO_HEIGHT), Height(state.height + 1)))
        _fetch(replica, state.height)


def _compare_with_head(replica: Replica, unchecked: UncheckedCertificate) -> None:
    """Two certificates for one height: the chain has forked, and people must look."""
    head = replica.head
    if unchecked.block_hash == head.block_hash:
        return
    if head.decided_by is None or head.certificate is None:
        return
    if _checked(replica, None, unchecked, (head.certificate.restart, head.decided_by)) is not None:
        replica.halt(f"two certificates for height {replica.head.height}")


def _checked(
    replica: Replica,
    peer: PublicKey | None,
    unchecked: UncheckedCertificate,
    by: tuple[Digest, ValidatorSet],
) -> Certificate | None:
    """Return what `unchecked` proves by (restart, validators) of its height, or None."""
    try:
        return check_certificate(
            unchecked,
            chain_id=replica.config.chain_id,
            restart=by[0],
            validators=by[1],
            verify_seal=replica.config.verify,
        )
    except Rejected as error:
        if peer is not None:
            replica.fault(peer, f"a certificate: {error.message}")
        return None


def _is_at_work(status: StatusMessage) -> bool:
    """Return whether the sender has anything of its height in hand."""
    has_votes = any(status.prepares) or any(status.view_changes) or bool(status.commits)
    return status.view > 0 or status.accepted is not None or has_votes
