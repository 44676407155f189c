"""Changes of seats and keys: decided, then done at the end of a block, at most f (R4.1, R4.9)."""

from contracts.governance.errors import AgencySuspended, UnknownAgency
from contracts.governance.messages import ACTIVE
from contracts.governance.network.errors import (
    NotAwaited,
    NotOfNodesAgency,
    NotThatBlock,
    SeatUnchanged,
    TooFewValidators,
    TooManyChanges,
    TooManyValidators,
    UnknownNode,
)
from contracts.governance.network.events import (
    KeyChangeLapsed,
    SeatChanged,
    SeatChangeDecided,
    SeatChangeLapsed,
)
from contracts.governance.network.messages import (
    AddCertificate,
    MoveNode,
    NodeKey,
    Ready,
    ReportStolen,
    RotateKey,
    SeatChange,
    WithdrawCertificate,
)
from contracts.governance.network.record import change, leave, save_seats, take_key
from contracts.governance.network.state import (
    NODES_MAX,
    OBSERVER,
    VALIDATOR,
    VALIDATORS_MAX,
    Awaited,
    Node,
    Seat,
    Seats,
    awaited,
    awaited_count,
    changes_decided,
    nodes,
    recent,
    seats,
)
from contracts.governance.state import agencies
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.calendar import DAY_MS

ForOneNode = Ready | MoveNode | RotateKey | ReportStolen | AddCertificate | WithdrawCertificate

VALIDATORS_MIN = 4
BLOCKS_BEHIND_MAX = 100  # of the block that a node has when it says that it is ready
AWAITED_MAX = 100
ALL_AWAITED_MAX = AWAITED_MAX + NODES_MAX  # a stolen key of each node, whatever else waits
LAPSE_MS = 7 * DAY_MS


def by_nodes_agency(ctx: Context, msg: ForOneNode) -> bool:
    """Only the administrator of the node's agency may call."""
    require_agency_of(ctx, nodes.load(ctx, msg.node, absent=UnknownNode))
    return True


def require_agency_of(ctx: Context, node: Node) -> None:
    """Reject who is not the administrator of the node's agency, or of a suspended one."""
    agency = agencies.load(ctx, node.agency_id, absent=UnknownAgency)
    require(agency.administrator == ctx.sender, NotOfNodesAgency)
    require(agency.status == ACTIVE, AgencySuspended)


def check_seat_change(ctx: Context, wanted: SeatChange) -> None:
    """Reject a change of what will be so, or after which too few or too many would decide.

    All that is decided and waits counts as done.
    """
    node = nodes.load(ctx, wanted.node, absent=UnknownNode)
    own = waiting_of(ctx, wanted.node)
    will_be = node.is_validator if own is None else own.is_validator
    require(will_be != wanted.is_validator, SeatUnchanged)
    if own is not None:
        return  # it takes back what waits
    if wanted.is_validator:
        require_room(ctx)
    else:
        require_enough(ctx)


def require_room(ctx: Context) -> None:
    """Reject with TooManyValidators one seat more than there are with those that wait."""
    coming = len([entry for entry in _seat_changes(ctx) if entry.is_validator])
    full = len(_seated(ctx)) + coming
    require(full < VALIDATORS_MAX, TooManyValidators, most=VALIDATORS_MAX)


def require_enough(ctx: Context) -> None:
    """Reject with TooFewValidators the end of one seat more than of those that wait for it."""
    leaving = len([entry for entry in _seat_changes(ctx) if not entry.is_validator])
    require(len(_seated(ctx)) - leaving > VALIDATORS_MIN, TooFewValidators, least=VALIDATORS_MIN)


def waiting_of(ctx: Context, name: str) -> Awaited | None:
    """Return the change of a node's seat that waits; there is at most one."""
    own = [entry for entry in _seat_changes(ctx) if entry.node == name]
    return own[0] if len(own) > 0 else None


def decide(ctx: Context, wanted: SeatChange) -> None:
    """Put a checked change at the end of those that wait; it takes back one that waits."""
    emit(ctx, SeatChangeDecided(wanted.node, wanted.is_validator))
    if not take_back(ctx, wanted.node):
        wait(ctx, wanted.node, is_validator=wanted.is_validator, is_retired=False)


def take_back(ctx: Context, name: str) -> bool:
    """Forget the change of a node's seat that waits; return whether there was one."""
    number = _number_of(ctx, name)
    if number > 0:
        _forget(ctx, number)
    return number > 0


def take_back_key(ctx: Context, name: str) -> None:
    """Forget the change of a node's key that waits, if there is one."""
    for number, entry in _waiting(ctx):
        if entry.node == name and entry.new_key is not None:
            _forget(ctx, number)
            emit(ctx, KeyChangeLapsed(name, entry.new_key))


def is_key_awaited(ctx: Context, name: str) -> bool:
    """Whether another key of a node waits."""
    own = [entry for _, entry in _waiting(ctx) if entry.node == name]
    return len([entry for entry in own if entry.new_key is not None]) > 0


def wait(ctx: Context, name: str, *, is_validator: bool, is_retired: bool) -> None:
    """Put a change of a seat at the end of those that wait."""
    require(awaited_count.get(ctx) < AWAITED_MAX, TooManyChanges, most=AWAITED_MAX)
    _append(
        ctx,
        Awaited(
            node=name,
            is_validator=is_validator,
            decided=ctx.height,
            lapses_ms=ctx.block_time_ms + LAPSE_MS,
            ready=None,
            is_retired=is_retired,
            new_key=None,
            is_stolen=False,
        ),
    )


def wait_for_key(ctx: Context, name: str, new_key: NodeKey, *, is_stolen: bool) -> None:
    """Put the change of a key at the end of those that wait, or before all of them."""
    has_room = is_stolen or awaited_count.get(ctx) < AWAITED_MAX
    require(has_room, TooManyChanges, most=AWAITED_MAX)
    node = nodes.load(ctx, name, absent=UnknownNode)
    _append(
        ctx,
        Awaited(
            node=name,
            is_validator=node.is_validator,
            decided=ctx.height,
            lapses_ms=ctx.block_time_ms + LAPSE_MS,
            ready=None,
            is_retired=False,
            new_key=new_key,
            is_stolen=is_stolen,
        ),
    )


def note_ready(ctx: Context, msg: Ready) -> None:
    """Note that a node which is to get a seat has a block of the last 100."""
    require(recent.get(ctx, msg.height, None) == msg.block_hash, NotThatBlock)
    number = _number_of(ctx, msg.node)
    entry = awaited.load(ctx, number, absent=NotAwaited)
    require(entry.is_validator, NotAwaited)
    awaited.save(ctx, number, replace(entry, ready=msg.height))


def settle(ctx: Context) -> None:
    """At the end of a block: do what is due, at most f seats (of fewer than four: one).

    Stolen keys come first; then all in the order of decisions.
    """
    if awaited_count.get(ctx) == 0:
        return
    _remember_parent(ctx)
    room = max((len(_seated(ctx)) - 1) // 3, 1)
    waiting = _waiting(ctx)
    stolen = [(number, entry) for number, entry in waiting if entry.is_stolen]
    for number, entry in (*stolen, *[each for each in waiting if not each[1].is_stolen]):
        if not _is_possible(ctx, entry):
            _forget(ctx, number)
            _lapse(ctx, entry)
        elif _is_due(entry) and room > 0:
            room = room - 1
            _forget(ctx, number)
            _do(ctx, entry)
    if awaited_count.get(ctx) == 0:
        for height, _ in recent.page(ctx, limit=BLOCKS_BEHIND_MAX + 1):
            recent.remove(ctx, height)


def _number_of(ctx: Context, name: str) -> int:
    """Return the number of the change of a node's seat that waits, 0 for none."""
    waiting = [each for each in _waiting(ctx) if each[1].new_key is None]
    return sum([number for number, entry in waiting if entry.node == name])


def _append(ctx: Context, entry: Awaited) -> None:
    awaited.save(ctx, changes_decided.add(ctx, 1), entry)
    awaited_count.add(ctx, 1)


def _waiting(ctx: Context) -> tuple[tuple[int, Awaited], ...]:
    return awaited.page(ctx, limit=ALL_AWAITED_MAX)


def _seat_changes(ctx: Context) -> tuple[Awaited, ...]:
    return tuple([entry for _, entry in _waiting(ctx) if entry.new_key is None])


def _seated(ctx: Context) -> tuple[Seat, ...]:
    return seats.get(ctx, Seats(())).seats


def _is_possible(ctx: Context, entry: Awaited) -> bool:
    """Return whether it is not late, and enough are left, also after those that came before it."""
    if entry.new_key is not None:
        return nodes.has(ctx, entry.node)
    if ctx.block_time_ms >= entry.lapses_ms:
        return False
    now = len(_seated(ctx))
    return now < VALIDATORS_MAX if entry.is_validator else now > VALIDATORS_MIN


def _is_due(entry: Awaited) -> bool:
    return entry.new_key is not None or not entry.is_validator or entry.ready is not None


def _lapse(ctx: Context, entry: Awaited) -> None:
    if entry.new_key is None:
        emit(ctx, SeatChangeLapsed(entry.node))
    else:
        emit(ctx, KeyChangeLapsed(entry.node, entry.new_key))


def _do(ctx: Context, entry: Awaited) -> None:
    if entry.new_key is None:
        _seat(ctx, entry)
    else:
        take_key(ctx, entry.node, entry.new_key, is_stolen=entry.is_stolen)


def _seat(ctx: Context, entry: Awaited) -> None:
    node = nodes.load(ctx, entry.node, absent=UnknownNode)
    changed = replace(node, is_validator=entry.is_validator)
    first = change(ctx, changed, VALIDATOR if entry.is_validator else OBSERVER)
    save_seats(ctx)
    emit(ctx, SeatChanged(node.name, entry.is_validator, first))
    if entry.is_retired:
        leave(ctx, node.name)


def _forget(ctx: Context, number: int) -> None:
    awaited.remove(ctx, number)
    awaited_count.add(ctx, -1)


def _remember_parent(ctx: Context) -> None:
    """Keep the hash of the block before, and of the 99 before it."""
    parent = ctx.height - 1
    recent.save(ctx, parent, ctx.parent_hash)
    if recent.has(ctx, parent - BLOCKS_BEHIND_MAX):
        recent.remove(ctx, parent - BLOCKS_BEHIND_MAX)
