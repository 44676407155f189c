"""What anyone may ask of elections. Heights are those of the last committed block."""

from typing import Annotated

from contracts.sdk import Context, CountMax, PublicKey, Range, record
from contracts.voting.access import election_of, manifest_of
from contracts.voting.declaration import contract
from contracts.voting.fields import (
    CLASSES_MAX,
    TRUSTEES_MAX,
    AgencyNumber,
    ClassId,
    Count,
    ElectionId,
    Hash,
    Manifest,
    Pseudonym,
    VoterRef,
)
from contracts.voting.key_ceremony import trustee_numbers
from contracts.voting.questions import CONTESTS_MAX, OPTIONS_MAX, points_of
from contracts.voting.roll import totals_of, voter_ref
from contracts.voting.state import (
    ClassTotals,
    Voter,
    answers,
    box,
    closings,
    commitments,
    complaints,
    dealings,
    dealt,
    openings,
    pseudonyms,
    registrar_keys,
    requests,
    results,
    shares,
    spoiled,
    voters,
)

PAGE = 200

Limit = Annotated[int, Range(1, PAGE)]
Points = Annotated[tuple[Count, ...], CountMax(OPTIONS_MAX)]
Outcome = Annotated[tuple[Points, ...], CountMax(CONTESTS_MAX)]


@record
class VoterLine:
    """A person on the roll, in a list."""

    voter_ref: VoterRef
    voter: Voter


@record
class BallotLine:
    """A ballot in the box, in a list."""

    voter_key: Pseudonym
    class_id: ClassId
    seq: Count
    ballot_hash: Hash


@record
class TrusteeState:
    """How far a trustee is; `unanswered` are those whose complaints it has not answered."""

    trustee: AgencyNumber
    has_committed: bool
    has_revealed: bool
    has_dealt: bool
    unanswered: Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX)]
    has_delivered: bool


@record
class Reconciliation:
    """The public numbers of each class, and whether none is above the one before it."""

    classes: Annotated[tuple[ClassTotals, ...], CountMax(CLASSES_MAX)]
    does_hold: bool


VoterPage = Annotated[tuple[VoterLine, ...], CountMax(PAGE)]
RequestPage = Annotated[tuple[VoterRef, ...], CountMax(PAGE)]
BallotPage = Annotated[tuple[BallotLine, ...], CountMax(PAGE)]
TrusteeStates = Annotated[tuple[TrusteeState, ...], CountMax(TRUSTEES_MAX)]


@contract.query
def manifest(ctx: Context, election_id: ElectionId) -> Manifest:
    """The manifest of an election. Rejects: UnknownElection."""
    return manifest_of(ctx, election_id)


contract.expose(
    "opening",
    openings,
    ("election_id",),
    "The context (ctx_E) and the key of an election that was opened.",
)


@contract.query
def reference(ctx: Context, election_id: ElectionId, sid: VoterRef) -> VoterRef:
    """The name of a subject of identity within an election. Rejects: UnknownElection."""
    return voter_ref(election_of(ctx, election_id).setup_context, sid)


contract.expose("voter", voters, ("election_id", "reference"), "A person on the roll.")


@contract.query
def voters_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> VoterPage:
    """The roll in order of references, after `after` when given."""
    last = None if after is None else (election_id, after)
    page = voters.page(ctx, (election_id,), after=last, limit=limit)
    return tuple([VoterLine(key[1], found) for key, found in page])


contract.expose(
    "registrar_key",
    registrar_keys,
    ("election_id", "registrar", "class_id"),
    "The modulus of a registrar for a class.",
)


@contract.query
def trustees(ctx: Context, election_id: ElectionId) -> TrusteeStates:
    """How far each trustee is: in the ceremony, and with its shares. Rejects: UnknownElection."""
    states = []
    for number in trustee_numbers(manifest_of(ctx, election_id)):
        key = (election_id, number)
        accused = complaints.page(ctx, key, limit=TRUSTEES_MAX)
        open_ones = tuple([place[2] for place, is_answered in accused if not is_answered])
        rounds = (commitments.has(ctx, key), dealings.has(ctx, key), dealt.has(ctx, key))
        states.append(TrusteeState(number, *rounds, open_ones, shares.has(ctx, key)))
    return tuple(states)


contract.expose(
    "dealing", dealings, ("election_id", "trustee"), "What a trustee revealed in the key ceremony."
)


contract.expose(
    "sealed_shares",
    dealt,
    ("election_id", "dealer"),
    "The encrypted shares of a dealer, by trustee.",
)


contract.expose("request", requests, ("election_id", "reference"), "A voter's request for tokens.")


@contract.query
def requests_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> RequestPage:
    """Who requested tokens, in order of references, after `after` when given."""
    last = None if after is None else (election_id, after)
    page = requests.page(ctx, (election_id,), after=last, limit=limit)
    return tuple([key[1] for key, _ in page])


contract.expose(
    "answer",
    answers,
    ("election_id", "reference", "registrar"),
    "A registrar's answer to a request.",
)


contract.expose(
    "pseudonym",
    pseudonyms,
    ("election_id", "voter_key"),
    "What a pseudonym has done; nothing when it never showed a token.",
)


contract.expose(
    "ballot",
    box,
    ("election_id", "voter_key"),
    "The pseudonym's ballot in the box; nothing when it has not voted.",
)


@contract.query
def box_page(
    ctx: Context, election_id: ElectionId, after: PublicKey | None, limit: Limit
) -> BallotPage:
    """The box in order of pseudonyms, after `after` when given; counted in this order."""
    last = None if after is None else (election_id, after)
    page = box.page(ctx, (election_id,), after=last, limit=limit)
    return tuple(
        [BallotLine(key[1], found.class_id, found.seq, found.ballot_hash) for key, found in page]
    )


@contract.query
def is_spoiled(ctx: Context, election_id: ElectionId, ballot_hash: Hash) -> bool:
    """Whether the ballot of this hash was opened and will never count."""
    return spoiled.has(ctx, (election_id, ballot_hash))


@contract.query
def reconciliation(ctx: Context, election_id: ElectionId) -> Reconciliation:
    """The public numbers of each class. Rejects: UnknownElection."""
    classes = range(len(manifest_of(ctx, election_id).classes))
    found = tuple([totals_of(ctx, election_id, class_id) for class_id in classes])
    return Reconciliation(found, all([_does_hold(one) for one in found]))


contract.expose(
    "closing", closings, ("election_id",), "The sums of the counted box, which trustees decrypt."
)


contract.expose("result", results, ("election_id",), "The result, once there is one.")


@contract.query
def outcome(ctx: Context, election_id: ElectionId) -> Outcome:
    """The points of each option of each contest; empty without a result."""
    found = results.get(ctx, election_id, None)
    if found is None:
        return ()
    contests = manifest_of(ctx, election_id).contests
    pairs = zip(contests, found.counts, strict=True)
    return tuple([points_of(contest, counts) for contest, counts in pairs])


def _does_hold(one: ClassTotals) -> bool:
    return one.eligible >= one.requested >= one.issued >= one.pseudonyms >= one.counted
