"""Changes of seats: decided by vote, done at the end of a block, at most f at each (R4.1, R4.9)."""

from contracts.governance.errors import UnknownAgency
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
from contracts.governance.network.events import SeatChanged, SeatChangeDecided, SeatChangeLapsed
from contracts.governance.network.messages import Ready, SeatChange
from contracts.governance.network.state import (
    NODES_MAX,
    VALIDATORS_MAX,
    Awaited,
    Node,
    Seat,
    Seats,
    Version,
    awaited,
    awaited_count,
    changes_decided,
    nodes,
    recent,
    record_version,
    seats,
    versions,
)
from contracts.governance.state import agencies
from contracts.sdk import Context, emit, require
from contracts.sdk.calendar import DAY_MS

VALIDATORS_MIN = 4
BLOCKS_BEHIND_MAX = 100  # of the block that a node has when it says that it is ready
AWAITED_MAX = 100
LAPSE_MS = 7 * DAY_MS


def by_nodes_agency(ctx: Context, msg: Ready) -> bool:
    """Only the administrator of the node's agency may call."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    agency = agencies.load(ctx, node.agency_id, absent=UnknownAgency)
    require(agency.administrator == ctx.sender, NotOfNodesAgency)
    return True


def check_seat_change(ctx: Context, change: SeatChange) -> None:
    """Reject a change of what will be so, or after which too few or too many would decide.

    All that is decided and waits counts as done.
    """
    node = nodes.load(ctx, change.node, absent=UnknownNode)
    waiting = [entry for _, entry in awaited.page(ctx, limit=AWAITED_MAX)]
    own = [entry.is_validator for entry in waiting if entry.node == change.node]
    will_be = own[-1] if len(own) > 0 else node.is_validator
    require(will_be != change.is_validator, SeatUnchanged)
    if len(own) > 0:
        return  # it takes back what waits
    leaving = len([entry for entry in waiting if not entry.is_validator])
    now = len(_seated(ctx))
    if change.is_validator:
        full = now + len(waiting) - leaving
        require(full < VALIDATORS_MAX, TooManyValidators, most=VALIDATORS_MAX)
    else:
        require(now - leaving > VALIDATORS_MIN, TooFewValidators, least=VALIDATORS_MIN)


def decide(ctx: Context, change: SeatChange) -> None:
    """Put a checked change at the end of those that wait; it takes back one that waits."""
    opposite = _number_of(ctx, change.node)
    emit(ctx, SeatChangeDecided(change.node, change.is_validator))
    if opposite > 0:
        _forget(ctx, opposite)
        return
    require(awaited_count.get(ctx) < AWAITED_MAX, TooManyChanges, most=AWAITED_MAX)
    number = changes_decided.add(ctx, 1)
    lapses_ms = ctx.block_time_ms + LAPSE_MS
    entry = Awaited(change.node, change.is_validator, ctx.height, lapses_ms, None)
    awaited.save(ctx, number, entry)
    awaited_count.add(ctx, 1)


def note_ready(ctx: Context, msg: Ready) -> None:
    """Note that a node which is to get a seat has a block of the last 100."""
    require(recent.get(ctx, msg.height, None) == msg.block_hash, NotThatBlock)
    number = _number_of(ctx, msg.node)
    entry = awaited.load(ctx, number, absent=NotAwaited)
    require(entry.is_validator, NotAwaited)
    ready = Awaited(msg.node, entry.is_validator, entry.decided, entry.lapses_ms, msg.height)
    awaited.save(ctx, number, ready)


def settle(ctx: Context) -> None:
    """At the end of a block: do what is due, at most f seats (of fewer than four: one)."""
    if awaited_count.get(ctx) == 0:
        return
    _remember_parent(ctx)
    room = max((len(_seated(ctx)) - 1) // 3, 1)
    for number, entry in awaited.page(ctx, limit=AWAITED_MAX):
        is_late = ctx.block_time_ms >= entry.lapses_ms
        is_due = not entry.is_validator or entry.ready is not None
        if is_late or not _is_possible(ctx, entry):
            _forget(ctx, number)
            emit(ctx, SeatChangeLapsed(entry.node))
        elif is_due and room > 0:
            room = room - 1
            _forget(ctx, number)
            _seat(ctx, entry)
    if awaited_count.get(ctx) == 0:
        for height, _ in recent.page(ctx, limit=BLOCKS_BEHIND_MAX + 1):
            recent.remove(ctx, height)


def save_seats(ctx: Context) -> None:
    """Write who decides the next block, in ascending order of keys, from the nodes."""
    found = [node for _, node in nodes.page(ctx, limit=NODES_MAX) if node.is_validator]
    ordered = sorted([(node.public_key, node.name) for node in found])
    seats.save(ctx, Seats(tuple([Seat(key, name) for key, name in ordered])))


def _number_of(ctx: Context, name: str) -> int:
    """Return the number of the change of a node that waits, 0 for none; there is at most one."""
    waiting = awaited.page(ctx, limit=AWAITED_MAX)
    return sum([number for number, entry in waiting if entry.node == name])


def _seated(ctx: Context) -> tuple[Seat, ...]:
    return seats.get(ctx, Seats(())).seats


def _is_possible(ctx: Context, entry: Awaited) -> bool:
    """Return whether enough are left, also after changes that came before this one."""
    now = len(_seated(ctx))
    return now < VALIDATORS_MAX if entry.is_validator else now > VALIDATORS_MIN


def _seat(ctx: Context, entry: Awaited) -> None:
    node = nodes.load(ctx, entry.node, absent=UnknownNode)
    first = ctx.height + 1
    changed = Node(
        node.name,
        node.agency_id,
        node.public_key,
        node.certificate,
        node.host,
        node.port,
        entry.is_validator,
        first,
    )
    nodes.save(ctx, node.name, changed)
    save_seats(ctx)
    number = record_version.add(ctx, 1)
    versions.save(ctx, number, Version(first, node.name, entry.is_validator))
    emit(ctx, SeatChanged(node.name, entry.is_validator, first))


def _forget(ctx: Context, number: int) -> None:
    awaited.remove(ctx, number)
    awaited_count.add(ctx, -1)


def _remember_parent(ctx: Context) -> None:
    """Keep the hash of the block before, and of the 99 before it."""
    parent = ctx.height - 1
    recent.save(ctx, parent, ctx.parent_hash)
    if recent.has(ctx, parent - BLOCKS_BEHIND_MAX):
        recent.remove(ctx, parent - BLOCKS_BEHIND_MAX)
