"""What the authority and the official, two different accounts, decide together.

Each says so by itself, with a public reason; the second one to say the same has the effect. What
only one of them has said is over after a day, or when that one takes it back.
"""

from contracts.sdk import Context, emit, require
from contracts.voting.core.messages import ElectionCancelled, ElectionId, Slug, Windows
from contracts.voting.core.rules import (
    OFFICIAL,
    acts_for_part,
    dates_of,
    election_of,
    manifest_of,
    note_act,
    overissued_classes,
    require_not_annulled,
    require_rising,
    running,
    windows_of,
)
from contracts.voting.core.state import (
    Wish,
    accepted,
    annulled,
    cancelled,
    contract,
    countings,
    extended,
    results,
    surpluses,
    wishes,
)
from contracts.voting.offices.messages import (
    AcceptOverissue,
    AnnulElection,
    AnnulmentAgreed,
    CountBegun,
    DateOver,
    ElectionOver,
    ExtendElection,
    ExtensionAgreed,
    NothingExtended,
    NothingOverissued,
    NoWish,
    OfficeDecided,
    OverissueAccepted,
    WishWithdrawn,
    WithdrawWish,
)

AUTHORITY_OFFICE, OFFICIAL_OFFICE = "authority", "official"
ANNUL, GO_ON, EXTEND = "annul", "go-on", "extend"
WISH_MS = 86_400_000  # how long one office's word waits for the other's: a day

Decision = AnnulElection | AcceptOverissue | ExtendElection


def by_office(ctx: Context, msg: Decision | WithdrawWish) -> bool:
    """Only the manifest's official, or who acts for the election's authority."""
    manifest = manifest_of(ctx, msg.election_id)
    agency = election_of(ctx, msg.election_id).agency
    return ctx.sender == manifest.official or acts_for_part(ctx, manifest, agency)


@contract.execute(ExtendElection, allow=by_office)
def extend_election(ctx: Context, msg: ExtendElection) -> None:
    """Move dates that have not passed to later ones, once both offices want the same dates.

    An office that says so again wants the new dates instead, for a day from then.
    """
    require(not cancelled.has(ctx, msg.election_id), ElectionCancelled)
    require_not_annulled(ctx, msg.election_id)
    require(not results.has(ctx, msg.election_id), ElectionOver)
    _check_extension(ctx, windows_of(ctx, msg.election_id), msg.windows)

    if _is_agreed(ctx, msg, EXTEND, msg.windows):
        extended.save(ctx, msg.election_id, msg.windows)
        emit(ctx, ExtensionAgreed(msg.election_id, msg.windows, msg.reason))
    _note(ctx, msg)


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
    _note(ctx, msg)


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
    _note(ctx, msg)


@contract.execute(WithdrawWish, allow=by_office)
def withdraw_wish(ctx: Context, msg: WithdrawWish) -> None:
    """Take back what this office wants and the other one has not agreed to."""
    office = _office_of(ctx, msg)
    place = (msg.election_id, msg.decision, office)
    require(_standing(ctx, place) is not None, NoWish, office=office)

    wishes.remove(ctx, place)
    _note(ctx, msg)
    emit(ctx, WishWithdrawn(msg.election_id, office, msg.decision, msg.reason))


def _note(ctx: Context, msg: Decision | WithdrawWish) -> None:
    agency = election_of(ctx, msg.election_id).agency
    is_official = _office_of(ctx, msg) == OFFICIAL_OFFICE
    note_act(ctx, msg.election_id, OFFICIAL if is_official else agency)


def _office_of(ctx: Context, msg: Decision | WithdrawWish) -> str:
    is_official = ctx.sender == manifest_of(ctx, msg.election_id).official
    return OFFICIAL_OFFICE if is_official else AUTHORITY_OFFICE


def _is_agreed(ctx: Context, msg: Decision, decision: str, dates: Windows | None = None) -> bool:
    """Return whether the other office wants the same now; else keep what the sender's wants."""
    office = _office_of(ctx, msg)
    other = OFFICIAL_OFFICE if office == AUTHORITY_OFFICE else AUTHORITY_OFFICE
    mine, theirs = (msg.election_id, decision, office), (msg.election_id, decision, other)
    emit(ctx, OfficeDecided(msg.election_id, office, decision, msg.reason))
    standing = _standing(ctx, theirs)
    if standing is None or standing.windows != dates:
        wishes.save(ctx, mine, Wish(dates, ctx.block_time_ms + WISH_MS))
        return False
    wishes.remove(ctx, theirs)
    if wishes.has(ctx, mine):
        wishes.remove(ctx, mine)
    return True


def _standing(ctx: Context, place: tuple[str, str, str]) -> Wish | None:
    """Return what an office wants, unless its day is over."""
    found = wishes.get(ctx, place, None)
    return None if found is None or ctx.block_time_ms >= found.until_ms else found


contract.expose(
    "surplus",
    surpluses,
    ("election_id", "class_id"),
    "The evidence that a class has more tokens than requests; nothing while it has not.",
)


@contract.query
def wish(ctx: Context, election_id: ElectionId, decision: Slug, office: Slug) -> Wish | None:
    """What one office wants; nothing once the other agreed, it was taken back, or a day is over."""
    return _standing(ctx, (election_id, decision, office))


@contract.query
def is_annulled(ctx: Context, election_id: ElectionId) -> bool:
    """Whether the two offices have annulled the election."""
    return annulled.has(ctx, election_id)


@contract.query
def windows(ctx: Context, election_id: ElectionId) -> Windows:
    """The dates in force: the manifest's, or those that the two offices moved some of them to."""
    return windows_of(ctx, election_id)
