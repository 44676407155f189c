"""Two offices decide together: annul an election, or count it in spite of surplus tokens.

The authority and the official are different accounts; the second one to say so has the effect.
"""

from contracts.sdk import Context, emit, require
from contracts.voting.core.messages import ElectionId
from contracts.voting.core.rules import acts_for_part, election_of, manifest_of, note, running
from contracts.voting.core.state import contract
from contracts.voting.offices.messages import (
    AcceptOverissue,
    AlreadyDecided,
    AnnulElection,
    AnnulmentAgreed,
    CountBegun,
    ElectionAnnulled,
    NothingOverissued,
    OfficeDecided,
    OverissueAccepted,
    Overissued,
)
from contracts.voting.offices.state import accepted, annulled, surpluses, wishes
from contracts.voting.tally.state import countings

AUTHORITY_OFFICE, OFFICIAL_OFFICE = "authority", "official"
ANNUL, GO_ON = "annul", "go-on"

Decision = AnnulElection | AcceptOverissue


def by_office(ctx: Context, msg: Decision) -> bool:
    """Only the manifest's official, or who acts for the election's authority."""
    manifest = manifest_of(ctx, msg.election_id)
    agency = election_of(ctx, msg.election_id).agency
    return ctx.sender == manifest.official or acts_for_part(ctx, manifest, agency)


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


def overissued_classes(ctx: Context, election_id: str) -> tuple[int, ...]:
    """Return the classes of which more valid tokens than requests were shown."""
    classes = range(len(manifest_of(ctx, election_id).classes))
    return tuple([one for one in classes if surpluses.has(ctx, (election_id, one))])


def require_not_annulled(ctx: Context, election_id: str) -> None:
    """Reject with ElectionAnnulled what an annulled election does not take any more."""
    require(not annulled.has(ctx, election_id), ElectionAnnulled)


def require_countable(ctx: Context, election_id: str) -> None:
    """Reject a count before the two offices have decided about surplus tokens.

    Rejects: ElectionAnnulled, Overissued.
    """
    require_not_annulled(ctx, election_id)
    is_clean = len(overissued_classes(ctx, election_id)) == 0
    require(is_clean or accepted.has(ctx, election_id), Overissued)


def _is_agreed(ctx: Context, msg: Decision, decision: str) -> bool:
    """Record the sender's wish; return whether the other office had it too."""
    is_official = ctx.sender == manifest_of(ctx, msg.election_id).official
    office = OFFICIAL_OFFICE if is_official else AUTHORITY_OFFICE
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


@contract.query
def is_annulled(ctx: Context, election_id: ElectionId) -> bool:
    """Whether the two offices have annulled the election."""
    return annulled.has(ctx, election_id)
