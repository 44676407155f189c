"""Where an election stands, computed from the time and from what is there; nothing is stored."""

from typing import Annotated

from contracts.sdk import Address, Context, CountMax, record
from contracts.voting.core.messages import (
    PAGE,
    AgencyId,
    Count,
    ElectionId,
    Hash,
    Height,
    Limit,
    Part,
    Root,
    Slug,
    Windows,
)
from contracts.voting.core.rules import (
    FIRST,
    election_of,
    manifest_of,
    overissued_classes,
    windows_of,
)
from contracts.voting.core.state import (
    LogEntry,
    LogHead,
    accepted,
    actors,
    annulled,
    cancelled,
    closings,
    contract,
    freezes,
    log,
    log_heads,
    openings,
    results,
    shares_held,
)

CANCELLED = "cancelled"
ANNULLED = "annulled"  # by the authority and the official together
VOID = "void"  # not opened in time; nobody can vote in it
ROLL = "roll"
OBJECTIONS = "objections"
PREPARING = "preparing"
OPEN = "open"
REQUESTING = "requesting"
ISSUING = "issuing"
WAITING = "waiting"
CASTING = "casting"
CLOSED = "closed"
DECRYPTING = "decrypting"
DECRYPTED = "decrypted"
TALLIED = "tallied"
OVERISSUED = "overissued"  # more tokens than requests; the two offices have not decided
WITHHELD = "withheld"  # too few ballots for a result that keeps votes secret
UNRECOVERABLE = "unrecoverable"  # too few trustees delivered; the votes are lost, not re-keyed


@record
class ElectionState:
    """An election as it stands; `roll_root` is there once the roll is frozen."""

    agency: AgencyId
    created_at: Height
    setup_context: Hash
    stage: Slug
    roll_root: Root | None
    log: LogHead


@contract.query
def election(ctx: Context, election_id: ElectionId) -> ElectionState:
    """An election as it stands. Rejects: UnknownElection."""
    found = election_of(ctx, election_id)
    freeze = freezes.get(ctx, election_id, None)
    root = None if freeze is None else freeze.root
    where = (stage_of(ctx, election_id), root, log_heads.get(ctx, election_id, FIRST))
    return ElectionState(found.agency, found.created_at, found.setup_context, *where)


LogPage = Annotated[tuple[LogEntry, ...], CountMax(PAGE)]


@contract.query
def log_page(ctx: Context, election_id: ElectionId, after: Count, limit: Limit) -> LogPage:
    """The election's accepted transactions in order, after the one of number `after` (0: none)."""
    page = log.page(ctx, (election_id,), after=(election_id, after), limit=limit)
    return tuple([entry for _, entry in page])


@record
class Actor:
    """An account that acts for one part of an election: an agency, or as the official."""

    account: Address
    part: Part


ActorPage = Annotated[tuple[Actor, ...], CountMax(PAGE)]


@contract.query
def actors_page(
    ctx: Context, election_id: ElectionId, after: Address | None, limit: Limit
) -> ActorPage:
    """Accounts, and keys of accounts by their addresses, that act for a part, by address."""
    start = None if after is None else (election_id, after)
    page = actors.page(ctx, (election_id,), after=start, limit=limit)
    return tuple([Actor(key[1], part) for key, part in page])


def stage_of(ctx: Context, election_id: str) -> str:
    """Return the stage at this time. Rejects: UnknownElection."""
    windows = windows_of(ctx, election_id)
    if cancelled.has(ctx, election_id):
        return CANCELLED
    if annulled.has(ctx, election_id):
        return ANNULLED
    if not openings.has(ctx, election_id):
        return _before_opening(ctx.block_time_ms, windows)
    if ctx.block_time_ms < windows.cast_until_ms:
        return _before_close(ctx.block_time_ms, windows)
    return _after_close(ctx, election_id, windows)


def _before_opening(now: int, windows: Windows) -> str:
    if now < windows.roll_until_ms:
        return ROLL
    if now < windows.objections_until_ms:
        return OBJECTIONS
    return PREPARING if now < windows.issue_from_ms else VOID


def _before_close(now: int, windows: Windows) -> str:
    if now < windows.issue_from_ms:
        return OPEN
    if now < windows.request_until_ms:
        return REQUESTING
    if now < windows.issue_until_ms:
        return ISSUING
    return WAITING if now < windows.cast_from_ms else CASTING


def _after_close(ctx: Context, election_id: str, windows: Windows) -> str:
    if results.has(ctx, election_id):
        return TALLIED
    if len(overissued_classes(ctx, election_id)) > 0 and not accepted.has(ctx, election_id):
        return OVERISSUED
    closing = closings.get(ctx, election_id, None)
    if closing is not None and all([weight == 0 for weight in closing.weights]):
        return WITHHELD
    needed = manifest_of(ctx, election_id).trustees.needed
    if shares_held.get(ctx, election_id, 0) >= needed:
        return DECRYPTED
    if ctx.block_time_ms >= windows.decrypt_until_ms:
        return UNRECOVERABLE
    return CLOSED if closing is None else DECRYPTING
