"""Where a replica stands, for operators: the doctor command, the RPC and the stall line."""

from collections.abc import Container
from dataclasses import dataclass

from consensus.events import tag_of
from consensus.replica import Replica
from consensus.signing import listens_until
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One engine's position. `step` is idle, waiting, prepare, commit, decided or halted.

    `passed_over` names the validators who propose last at this height for having missed turns;
    `missing` names the validators whose vote of the current step is not here; `peer_views` are
    (name, view) pairs as last heard. `waits_for` is a sentence for the operator of a validator
    that may not sign: what it waits for and who has not answered; None when it waits for nothing.
    `behind` is how many heights above f + 1 validators work, above 0 for moments too.
    `listeners` names the validators that say they may not sign, this one too; `listens_until` is
    the block after which this listener signs, None while too few of the others have told. `restart`
    is the one in force at `height` (R2.9), `elsewhere` are (name, first bytes of the restart) of
    validators whose last message came from under another. A new field is shown by
    `node.view.status_document`, and typed there.
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
    behind: int
    listeners: tuple[str, ...]
    listens_until: Height | None
    restart: Digest
    elsewhere: tuple[tuple[str, bytes], ...]
    waits_for: str | None
    halted: str | None
    evidence: int

    @property
    def is_behind(self) -> bool:
        """Whether f + 1 validators work on a higher height."""
        return self.behind > 0


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
        is_listening=replica.right.reason is not None,
        behind=max(0, replica.claimed - state.height),
        listeners=tuple(m.name for m in validators.members if _listens(replica, m.public_key)),
        listens_until=listens_until(replica),
        restart=state.restart,
        elsewhere=_elsewhere(replica),
        waits_for=_waits_for(replica),
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


def _waits_for(replica: Replica) -> str | None:
    """Return in words why a validator may not sign (R2.5, R2.6)."""
    right, state = replica.right, replica.state
    if not replica.is_voter or replica.halted is not None:
        return None
    if right.is_barred:
        return f"listening until an operator restarts this node: {right.reason}"
    if right.reason is not None:
        return _listens_for(replica, right.reason)
    if not right.is_heard:
        needed = state.validators.quorum - 1
        return (
            f"starting: {len(right.heard)} of {needed} other validators told their open height; "
            f"missing: {_names_besides(replica, right.heard)}"
        )
    if replica.claimed > state.height:
        return f"behind: validators work on height {replica.claimed}, this node on {state.height}"
    return None


def _listens_for(replica: Replica, reason: str) -> str:
    right, needed = replica.right, replica.state.validators.quorum
    text = (
        f"listening ({reason}): {len(right.told)} of {needed} other validators told their open "
        f"height"
    )
    until, last = listens_until(replica), replica.head.height
    if until is not None:
        return (
            f"{text}; it waits for blocks {last + 1} to {until}, at most a heartbeat each while a"
            " quorum signs, and then signs by itself"
        )
    known = right.told.keys() | right.listening.keys()
    missing, listening = _names_besides(replica, known), _names_of(replica, right.listening)
    text += f"; missing: {missing}" if missing else ""
    return f"{text}; listening as well: {listening}" if listening else text


def _listens(replica: Replica, key: PublicKey) -> bool:
    right = replica.right
    return right.reason is not None if key == replica.own_key else key in right.listening


def _elsewhere(replica: Replica) -> tuple[tuple[str, bytes], ...]:
    """Return the other validators that work under another restart, by their last message."""
    state, tags = replica.state, replica.restart_tags
    own = tag_of(state.restart)
    return tuple(
        (member.name, tags[member.public_key])
        for member in state.validators.members
        if tags.get(member.public_key, own) != own and member.public_key != replica.own_key
    )


def _names_of(replica: Replica, keys: Container[PublicKey]) -> str:
    members = replica.state.validators.members
    return ", ".join(m.name for m in members if m.public_key in keys)


def _names_besides(replica: Replica, keys: Container[PublicKey]) -> str:
    """Return the names of the other validators that are not among `keys`."""
    members = replica.state.validators.members
    others = [m for m in members if m.public_key != replica.own_key]
    return ", ".join(m.name for m in others if m.public_key not in keys)


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
