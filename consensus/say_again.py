"""Rule 9: say where we stand, so that peers push what is missing, and push what they miss."""

from consensus.messages import Decided, Kind, Statement, StatusMessage
from consensus.replica import ANSWER_TIMER, RESEND_TIMER, Replica
from consensus.wire import STATUS_COMMIT_VIEWS_MAX
from primitives.crypto import PublicKey
from primitives.ids import Height, View


def status_payload(replica: Replica, *, is_opening: bool = False) -> bytes:
    """Return the message that says where this replica stands."""
    state = replica.state
    validators, view = state.validators, state.view
    wanted = state.wanted()
    if wanted is not None:
        state.asked.add(wanted)
    commits = tuple(
        (at, validators.bit_map_of([vote.sender for vote in state.commits.votes_in(at)]))
        for at in state.commits.views()[:STATUS_COMMIT_VIEWS_MAX]
    )
    return StatusMessage(
        height=state.height,
        view=view,
        accepted=None if state.accepted is None else state.accepted.block.hash,
        wanted=wanted,
        prepares=validators.bit_map_of([vote.sender for vote in state.prepares.votes_in(view)]),
        commits=commits,
        view_changes=validators.bit_map_of(
            [message.statement.sender for message in state.view_changes.at(view)]
        ),
        is_opening=is_opening,
        owed=state.owed,
    ).encode()


def say_opened(replica: Replica) -> None:
    """R3.5: tell the proposer that work waits here, so that it proposes, if only an empty block."""
    state = replica.state
    proposer = state.proposer(state.view)
    if replica.may_sign and proposer != replica.own_key:
        replica.send(proposer, status_payload(replica, is_opening=True))


def ask_for_missing(replica: Replica) -> None:
    """Tell every peer at once where this replica stands, and again until the height is over."""
    replica.broadcast(status_payload(replica))
    keep_asking(replica)


def keep_asking(replica: Replica) -> None:
    """Make sure that the resend timer runs."""
    if RESEND_TIMER not in replica.timers:
        replica.start_timer(RESEND_TIMER, replica.config.resend_ms)


def may_answer(replica: Replica, peer: PublicKey, answered: set[PublicKey]) -> bool:
    """Return whether `peer` is not in `answered` within the last second, and count this one."""
    if peer in answered:
        return False
    answered.add(peer)
    if ANSWER_TIMER not in replica.timers:
        replica.start_timer(ANSWER_TIMER, replica.config.resend_ms)
    return True


def decided_payload(replica: Replica, height: Height) -> bytes | None:
    """Return the Decided of `height` if its certificate is known, with the block if it is."""
    last, certificate = replica.last_decided, replica.state.certificate
    if last is not None and last.height == height:
        return Decided(height, last.block, last.certificate).encode()
    if certificate is not None and replica.state.height == height:
        block = replica.state.blocks.encoded(certificate.block_hash)
        return Decided(height, block, certificate.encode()).encode()
    return None


def push_missing(replica: Replica, peer: PublicKey, status: StatusMessage) -> None:
    """Send a peer at the same height what its status lacks and this replica holds."""
    decided = decided_payload(replica, status.height)
    for payload in (decided,) if decided is not None else _missing(replica, status):
        replica.send(peer, payload)


def _missing(replica: Replica, status: StatusMessage) -> tuple[bytes, ...]:
    return (
        *_missing_block(replica, status),
        *_missing_proof(replica, status),
        *_missing_in_view(replica, status),
        *_missing_commits(replica, status),
    )


def _missing_block(replica: Replica, status: StatusMessage) -> list[bytes]:
    if status.wanted is None:
        return []
    block = replica.state.blocks.encoded(status.wanted)
    return [] if block is None else [Decided(status.height, block, None).encode()]


def _missing_proof(replica: Replica, status: StatusMessage) -> list[bytes]:
    """Return the Prepares of the claim that a peer owes and cannot prove any more (R2.4)."""
    if status.owed is None:
        return []
    state, (view, block_hash) = replica.state, status.owed
    signatures = dict(state.proven_claims.get(status.owed, ()))
    signatures |= state.prepares.signatures(view, block_hash)
    return [
        Statement(Kind.PREPARE, status.height, view, block_hash, key, signature).encode()
        for key, signature in sorted(signatures.items())
    ]


def _missing_in_view(replica: Replica, status: StatusMessage) -> list[bytes]:
    """Bring a peer of a lower view to ours, or give one in our view the votes it lacks."""
    state = replica.state
    if status.view > state.view:
        return []
    payloads = []
    if state.accepted is not None and (status.view < state.view or status.accepted is None):
        payloads.append(state.accepted.payload)
    is_in_view = status.view == state.view
    have = state.validators.members_in(status.view_changes if is_in_view else b"")
    payloads += [
        state.view_change_payload(message)
        for message in state.view_changes.at(state.view)
        if message.statement.sender not in have
    ]
    have = state.validators.members_in(status.prepares if is_in_view else b"")
    payloads += [
        vote.encode() for vote in state.prepares.votes_in(state.view) if vote.sender not in have
    ]
    return payloads


def _missing_commits(replica: Replica, status: StatusMessage) -> list[bytes]:
    state = replica.state
    in_hand: dict[View, bytes] = dict(status.commits)
    payloads = []
    for view in state.commits.views()[:STATUS_COMMIT_VIEWS_MAX]:
        have = state.validators.members_in(in_hand.get(view, b""))
        payloads += [
            vote.encode() for vote in state.commits.votes_in(view) if vote.sender not in have
        ]
    return payloads
