"""Where a replica stands, for operators: the doctor command, the RPC and the stall line."""

from dataclasses import dataclass

from consensus.replica import Replica
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One engine's position. `step` is idle, waiting, prepare, commit, decided or halted.

    `passed_over` names the validators who propose last at this height for having missed turns;
    `missing` names the validators whose vote of the current step is not here; `peer_views` are
    (name, view) pairs as last heard.
    """

    height: Height
    view: View
    step: str
    proposer: str
    passed_over: tuple[str, ...]
    accepted: Digest | None
    prepared_view: View | None
    prepares: int
    commits: int
    needed: int
    missing: tuple[str, ...]
    peer_views: tuple[tuple[str, View], ...]
    is_validator: bool
    is_listening: bool
    halted: str | None
    evidence: int


def status_of(replica: Replica) -> Status:
    """Return the position of `replica`."""
    state = replica.state
    validators, view = state.validators, state.view
    accepted = None if state.accepted is None else state.accepted.block.hash
    step = _step_of(replica)
    return Status(
        height=state.height,
        view=view,
        step=step,
        proposer=validators.name_of(state.proposer(view)),
        passed_over=tuple(map(validators.name_of, replica.head.passed_over)),
        accepted=accepted,
        prepared_view=None if state.prepared is None else state.prepared.view,
        prepares=0 if accepted is None else state.prepares.count(view, accepted),
        commits=0 if accepted is None else state.commits.count(view, accepted),
        needed=validators.quorum,
        missing=_missing(replica, step),
        peer_views=tuple(
            (validators.name_of(peer), at) for peer, at in sorted(replica.peer_views.items())
        ),
        is_validator=replica.own_key in validators if replica.own_key is not None else False,
        is_listening=replica.listen_until is not None,
        halted=replica.halted,
        evidence=len(replica.evidence),
    )


def _step_of(replica: Replica) -> str:
    state = replica.state
    if replica.halted is not None:
        return "halted"
    if state.certificate is not None:
        return "decided"
    if not state.is_open:
        return "idle"
    if state.accepted is None:
        return "waiting"
    is_prepared = state.prepared is not None and state.prepared.view == state.view
    return "commit" if is_prepared else "prepare"


def _missing(replica: Replica, step: str) -> tuple[str, ...]:
    """Return the names of those whose vote of this step is not here."""
    state = replica.state
    here: set[PublicKey]
    if step == "prepare":
        here = {vote.sender for vote in state.prepares.votes_in(state.view)}
    elif step == "commit":
        here = {vote.sender for vote in state.commits.votes_in(state.view)}
    elif step == "waiting" and state.view > 0:
        here = {message.statement.sender for message in state.view_changes.at(state.view)}
    elif step == "waiting":
        return (state.validators.name_of(state.proposer(state.view)),)
    else:
        return ()
    return tuple(m.name for m in state.validators.members if m.public_key not in here)
