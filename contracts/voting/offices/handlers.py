"""What the authority and the official, two different accounts, decide together.

Each says so by itself, with a public reason; the second one to say the same has the effect.
"""

from contracts.sdk import Context, emit, require
from contracts.voting.core.messages import ElectionCancelled, ElectionId, Windows
from contracts.voting.core.rules import (
    acts_for_part,
    dates_of,
    election_of,
    manifest_of,
    note,
    overissued_classes,
    require_not_annulled,
    require_rising,
    running,
    windows_of,
)
from contracts.voting.core.state import (
    accepted,
    annulled,
    cancelled,
    contract,
    countings,
    extended,
    extensions,
    results,
    surpluses,
    wishes,
)
from contracts.voting.offices.messages import (
    AcceptOverissue,
    AlreadyDecided,
    AnnulElection,
    AnnulmentAgreed,
    CountBegun,
    DateOver,
    ElectionOver,
    ExtendElection,
    ExtensionAgreed,
    NothingExtended,
    NothingOverissued,
    OfficeDecided,
    OverissueAccepted,
)

AUTHORITY_OFFICE, OFFICIAL_OFFICE = "authority", "official"
ANNUL, GO_ON, EXTEND = "annul", "go-on", "extend"

Decision = AnnulElection | AcceptOverissue | ExtendElection


def by_office(ctx: Context, msg: Decision) -> bool:
    """Only the manifest's official, or who acts for the election's authority."""
    manifest = manifest_of(ctx, msg.election_id)
    agency = election_of(ctx, msg.election_id).agency
    return ctx.sender == manifest.official or acts_for_part(ctx, manifest, agency)


@contract.execute(ExtendElection, allow=by_office)
def extend_election(ctx: Context, msg: ExtendElection) -> None:
    """Move dates that have not passed to later ones, once both offices want the same dates.

    An office that says so again wants the new dates instead.
    """
    require(not cancelled.has(ctx, msg.election_id), ElectionCancelled)
    require_not_annulled(ctx, msg.election_id)
    require(not results.has(ctx, msg.election_id), ElectionOver)
    _check_extension(ctx, windows_of(ctx, msg.election_id), msg.windows)

    office = _office_of(ctx, msg)
    other = OFFICIAL_OFFICE if office == AUTHORITY_OFFICE else AUTHORITY_OFFICE
    emit(ctx, OfficeDecided(msg.election_id, office, EXTEND, msg.reason))
    if extensions.get(ctx, (msg.election_id, other), None) == msg.windows:
        extensions.remove(ctx, (msg.election_id, other))
        if extensions.has(ctx, (msg.election_id, office)):
            extensions.remove(ctx, (msg.election_id, office))
        extended.save(ctx, msg.election_id, msg.windows)
        emit(ctx, ExtensionAgreed(msg.election_id, msg.windows, msg.reason))
    else:
        extensions.save(ctx, (msg.election_id, office), msg.windows)
    note(ctx, msg.election_id)


def _check_extension(ctx: Context, before: Windows, after: Windows) -> None:
    """Check that only dates ahead are moved, and only to later ones.

    Rejects: NothingExtended, DateOver, BadWindows.
    """
    require(before != after, NothingExtended)
    for old, new in zip(dates_of(before), dates_of(after), strict=True):
        is_ahead = ctx.block_time_ms < old < new
        require(new == old or is_ahead, DateOver, was_ms=old, wanted_ms=new)
    require_rising(after)


@contract.execute(AnnulElection, allow=by_office)
def annul_election(ctx: Context, msg: AnnulElection) -> None:
    """Annul an open election whose count has not begun, once both offices say so."""
    running(ctx, msg.election_id)
    require_not_annulled(ctx, msg.election_id)
    require(not countings.has(ctx, msg.election_id), CountBegun)

    if _is_agreed(ctx, msg, ANNUL):
        annulled.save(ctx, msg.election_id, msg.reason)
        emit(ctx, AnnulmentAgreed(msg.election_id, msg.reason))
    note(ctx, msg.election_id)


@contract.execute(AcceptOverissue, allow=by_office)
def accept_overissue(ctx: Context, msg: AcceptOverissue) -> None:
    """Let an election with surplus tokens be counted, once both offices say so."""
    running(ctx, msg.election_id)
    require_not_annulled(ctx, msg.election_id)
    is_open = len(overissued_classes(ctx, msg.election_id)) > 0
    is_open = is_open and not accepted.has(ctx, msg.election_id)
    require(is_open, NothingOverissued)

    if _is_agreed(ctx, msg, GO_ON):
        accepted.save(ctx, msg.election_id, msg.reason)
        emit(ctx, OverissueAccepted(msg.election_id, msg.reason))
    note(ctx, msg.election_id)


def _office_of(ctx: Context, msg: Decision) -> str:
    is_official = ctx.sender == manifest_of(ctx, msg.election_id).official
    return OFFICIAL_OFFICE if is_official else AUTHORITY_OFFICE


def _is_agreed(ctx: Context, msg: AnnulElection | AcceptOverissue, decision: str) -> bool:
    """Record the sender's wish; return whether the other office had it too."""
    office = _office_of(ctx, msg)
    earlier = wishes.get(ctx, (msg.election_id, decision), None)
    require(earlier != office, AlreadyDecided)

    emit(ctx, OfficeDecided(msg.election_id, office, decision, msg.reason))
    if earlier is None:
        wishes.save(ctx, (msg.election_id, decision), office)
    return earlier is not None


contract.expose(
    "surplus",
    surpluses,
    ("election_id", "class_id"),
    "The evidence that a class has more tokens than requests; nothing while it has not.",
)


wanted_windows = contract.expose(
    "wanted_windows",
    extensions,
    ("election_id", "office"),
    "The dates that one office wants; nothing once the other one has agreed, or before.",
)


@contract.query
def is_annulled(ctx: Context, election_id: ElectionId) -> bool:
    """Whether the two offices have annulled the election."""
    return annulled.has(ctx, election_id)


@contract.query
def windows(ctx: Context, election_id: ElectionId) -> Windows:
    """The dates in force: the manifest's, or those that the two offices moved some of them to."""
    return windows_of(ctx, election_id)
