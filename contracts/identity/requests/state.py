"""What requests leave behind, and how queries answer."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    Commit,
    Count,
    Id,
    Level,
    Slug,
    Time,
)
from contracts.identity.core.state import (
    CONSENTS_MAX,
    DISPUTES_MAX,
    IDPS_ASKED_MAX,
    Consent,
    DisputeCase,
    Progress,
    Release,
    Response,
    Standing,
    Terms,
)
from contracts.sdk import CountMax, Digest, Map, PublicKey, encode, plain_of, record
from contracts.sdk.crypto import digest


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
    """What a citizen's key answered; it stands under that key and the number of its answers before.

    Whose wallet signed can tell by `trail_tag` that it was that wallet, and nobody else can.
    """

    req_id: Id
    idp: AgencyId
    rp: AgencyId
    purpose: Slug
    is_reuse: bool
    trail_tag: Commit
    at: Time


@record
class TrailLine:
    """An entry, and its number."""

    number: Count
    entry: TrailEntry


TRAIL_PAGE = 100

TrailPage = Annotated[tuple[TrailLine, ...], CountMax(TRAIL_PAGE)]


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


IDPS_PAGE = 100

IdpPage = Annotated[tuple[IdpOffer, ...], CountMax(IDPS_PAGE)]


@record
class MinuteCount:
    """How many requests a relying party opened in a minute of block time."""

    minute: Count
    count: Count


RELEASES_MAX = 1_024  # of 16 services with 64 sources each
REPEATED_MAX = 1_000


@record
class AnswerRecord:
    """What an IdP answered."""

    idp: AgencyId
    response: Response


@record
class ConsentRecord:
    """A consent to the request."""

    con_id: Id
    consent: Consent


@record
class ReleaseRecord:
    """What a source released for a service."""

    service: Slug
    release: Release


@record
class RefusalRecord:
    """Why a source released nothing for a service."""

    service: Slug
    source: AgencyId
    error: Slug


@record
class DisputeRecord:
    """A dispute of an answer."""

    sid: Id
    case: DisputeCase


@record
class RequestRecord:
    """All that the ledger holds of a request; who needs it longer keeps a copy."""

    terms: Terms
    progress: Progress
    answers: Annotated[tuple[AnswerRecord, ...], CountMax(IDPS_ASKED_MAX)]
    consents: Annotated[tuple[ConsentRecord, ...], CountMax(CONSENTS_MAX)]
    releases: Annotated[tuple[ReleaseRecord, ...], CountMax(RELEASES_MAX)]
    refusals: Annotated[tuple[RefusalRecord, ...], CountMax(RELEASES_MAX)]
    disputes: Annotated[tuple[DisputeRecord, ...], CountMax(DISPUTES_MAX)]


@record
class StandingRecord:
    """All that the ledger holds of a standing consent."""

    standing: Standing
    releases: Annotated[tuple[Release, ...], CountMax(REPEATED_MAX)]  # from number 1 on


def record_digest(chain_id: str, name: bytes, kept: RequestRecord | StandingRecord) -> Digest:
    """Return what proves a copy of a record after it was removed; `name` is its identifier."""
    return digest("identity/record", encode((chain_id, name, plain_of(kept))))


handles = Map[tuple[AgencyId, Id], Id]("handles")  # (IdP, handle) -> req_id
opened = Map[AgencyId, MinuteCount]("opened")  # relying party

trail = Map[tuple[PublicKey, int], TrailEntry]("trail")  # (pairwise key, number from 0)
trail_counts = Map[PublicKey, int]("trail_counts")  # pairwise key -> its answers, pruned ones too
