"""What requests leave behind, and how queries answer."""

from typing import Annotated

from contracts.identity.core.messages import (
    TRAIL_PAGE,
    AgencyId,
    Commit,
    Count,
    Id,
    Level,
    Slug,
    Time,
)
from contracts.identity.core.state import Terms
from contracts.sdk import Counter, CountMax, Map, record


@record
class RequestState:
    """A request's terms, and where it stands now."""

    terms: Terms
    state: Slug
    accepts: Count
    rejects: Count
    errors: Count
    releases: Count


@record
class TrailEntry:
    """That an IdP answered for someone, who alone can tell that the tag is theirs."""

    req_id: Id
    idp: AgencyId
    rp: AgencyId
    purpose: Slug
    trail_tag: Commit
    is_reuse: bool
    at: Time


TrailPage = Annotated[tuple[TrailEntry, ...], CountMax(TRAIL_PAGE)]


@record
class LeastLevels:
    """The least levels that a request will ask for."""

    min_ial: Level
    min_aal: Level


@record
class IdpOffer:
    """An agency, and whether it may answer a request as it was described."""

    agency: AgencyId
    may_answer: bool


IdpPage = Annotated[tuple[IdpOffer, ...], CountMax(TRAIL_PAGE)]


@record
class MinuteCount:
    """How many requests a relying party opened in a minute of block time."""

    minute: Count
    count: Count


handles = Map[Id, Id]("handles")  # handle -> req_id
opened = Map[AgencyId, MinuteCount]("opened")  # relying party

trail = Map[int, TrailEntry]("trail")  # number, from 1
trail_length = Counter("trail_length")
