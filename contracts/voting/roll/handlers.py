"""The roll: who may vote, entered in pages, open to objections, frozen under a root."""

from contracts.sdk import Context, anyone, emit, encode, replace, require
from contracts.voting.core.messages import (
    RING_MAX,
    ElectionId,
    Eligibility,
    Limit,
    Manifest,
    Sid,
    UnknownClass,
    UnknownVoter,
    VoterRef,
)
from contracts.voting.core.rules import (
    OFFICIAL,
    acts_for_authority,
    election_of,
    freeze_span,
    manifest_of,
    note,
    note_act,
    objections_span,
    preparing,
    require_in,
    roll_span,
    windows_of,
)
from contracts.voting.core.state import (
    ClassTotals,
    Freeze,
    Voter,
    contract,
    freezes,
    roll_contexts,
    totals,
    voters,
)
from contracts.voting.crypto.merkle import EMPTY, append, root_of
from contracts.voting.crypto.transcript import TOKENS_RING, roll_context, voter_ref
from contracts.voting.roll.messages import (
    AddVoters,
    AdmitVoter,
    ClassTooSmall,
    DuplicateVoter,
    FreezeRoll,
    NotEligible,
    RingFull,
    RollClosed,
    RollFrozen,
    RollFull,
    StrikeVoter,
    VoterAdmitted,
    VoterEntry,
    VotersAdded,
    VoterStruck,
)
from contracts.voting.roll.state import VoterLine, VoterPage

FREEZE_PAGE = 500
NO_TOTALS = ClassTotals(0, 0, 0, 0, 0)
UNFROZEN = Freeze(None, EMPTY, None)
# Weighted votes of one election: whoever decrypts must find the count by trying.
VOTES_MAX = 16_777_216


def by_authority(ctx: Context, msg: AddVoters) -> bool:
    """Only who acts for the election's agency, which must be an election authority."""
    return acts_for_authority(ctx, msg.election_id)


def by_official(ctx: Context, msg: AdmitVoter | StrikeVoter) -> bool:
    """Only the official whom the manifest names."""
    return manifest_of(ctx, msg.election_id).official == ctx.sender


@contract.execute(AddVoters, allow=by_authority)
def add_voters(ctx: Context, msg: AddVoters) -> None:
    """Put persons on the roll whom identity attests as the manifest asks; all of them or none."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, roll_span(windows_of(ctx, msg.election_id)))

    setup = election_of(ctx, msg.election_id).setup_context
    for entry in msg.voters:
        _enter(ctx, (msg.election_id, setup), manifest, entry)
    _count_all(ctx, msg.election_id, manifest, msg.voters)
    note_act(ctx, msg.election_id, election_of(ctx, msg.election_id).agency)
    emit(ctx, VotersAdded(msg.election_id, len(msg.voters)))


@contract.execute(AdmitVoter, allow=by_official)
def admit_voter(ctx: Context, msg: AdmitVoter) -> None:
    """Put a person on the roll after an objection; identity must attest it all the same."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, objections_span(windows_of(ctx, msg.election_id)))

    setup = election_of(ctx, msg.election_id).setup_context
    entry = VoterEntry(msg.sid, msg.class_id)
    ref = _enter(ctx, (msg.election_id, setup), manifest, entry)
    _count_all(ctx, msg.election_id, manifest, (entry,))
    note_act(ctx, msg.election_id, OFFICIAL)
    emit(ctx, VoterAdmitted(msg.election_id, ref, msg.class_id, msg.reason))


@contract.execute(StrikeVoter, allow=by_official)
def strike_voter(ctx: Context, msg: StrikeVoter) -> None:
    """Take a person off the roll after an objection."""
    preparing(ctx, msg.election_id)
    require_in(ctx, objections_span(windows_of(ctx, msg.election_id)))
    ref = voter_ref(election_of(ctx, msg.election_id).setup_context, msg.sid)
    voter = voters.load(ctx, (msg.election_id, ref), absent=UnknownVoter)

    voters.remove(ctx, (msg.election_id, ref))
    _count(ctx, msg.election_id, voter.class_id, -1)
    note_act(ctx, msg.election_id, OFFICIAL)
    emit(ctx, VoterStruck(msg.election_id, ref, voter.class_id, msg.reason))


@contract.execute(FreezeRoll, allow=anyone)
def freeze_roll(ctx: Context, msg: FreezeRoll) -> None:
    """Put the next FREEZE_PAGE voters, in order of their references, under the root."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, freeze_span(windows_of(ctx, msg.election_id)))
    freeze = freezes.get(ctx, msg.election_id, UNFROZEN)
    require(freeze.root is None, RollFrozen)
    require_class_sizes(ctx, msg.election_id, manifest)

    freeze = _frozen_page(ctx, msg.election_id, freeze)
    freezes.save(ctx, msg.election_id, freeze)
    note(ctx, msg.election_id)
    if freeze.root is not None:
        setup = election_of(ctx, msg.election_id).setup_context
        roll_contexts.save(ctx, msg.election_id, roll_context(setup, freeze.root))
        emit(ctx, RollClosed(msg.election_id, freeze.root, freeze.tree.count))


def voter_item(ref: bytes, class_id: int) -> bytes:
    """Return a leaf of the roll's tree."""
    return encode((class_id, ref))


def totals_of(ctx: Context, election_id: str, class_id: int) -> ClassTotals:
    """Return the public numbers of a class."""
    return totals.get(ctx, (election_id, class_id), NO_TOTALS)


def require_class_sizes(ctx: Context, election_id: str, manifest: Manifest) -> None:
    """Reject with ClassTooSmall a class that would not keep its voters' votes secret."""
    least = manifest.class_size_min
    for class_id in range(len(manifest.classes)):
        size = totals_of(ctx, election_id, class_id).eligible
        require(size >= least, ClassTooSmall, class_id=class_id, size=size, least=least)


def _enter(
    ctx: Context, election: tuple[str, bytes], manifest: Manifest, entry: VoterEntry
) -> bytes:
    """Put one person on the roll; return its reference. `election` is its id and ctx_0."""
    election_id, setup = election
    require(entry.class_id < len(manifest.classes), UnknownClass, class_id=entry.class_id)
    ref = voter_ref(setup, entry.sid)
    require(not voters.has(ctx, (election_id, ref)), DuplicateVoter, voter_ref=ref.hex())
    require(_is_eligible(ctx, manifest.eligibility, entry.sid), NotEligible, voter_ref=ref.hex())
    voters.save(ctx, (election_id, ref), Voter(entry.sid, entry.class_id))
    return ref


def _count_all(
    ctx: Context, election_id: str, manifest: Manifest, entered: tuple[VoterEntry, ...]
) -> None:
    """Add those who were entered to their classes. Rejects: RollFull, RingFull."""
    votes, has_rings = 0, manifest.token_scheme == TOKENS_RING
    for class_id, one in enumerate(manifest.classes):
        more = len([entry for entry in entered if entry.class_id == class_id])
        _count(ctx, election_id, class_id, more)
        eligible = totals_of(ctx, election_id, class_id).eligible
        require(not has_rings or eligible <= RING_MAX, RingFull, class_id=class_id, most=RING_MAX)
        votes += one.weight * eligible
    require(votes <= VOTES_MAX, RollFull, votes=votes, most=VOTES_MAX)


def _is_eligible(ctx: Context, asked: Eligibility, sid: bytes) -> bool:
    identity = ctx.call("identity")
    if not identity.has_active_attestation(sid, asked.attestation, asked.min_ial):
        return False
    return asked.namespace is None or bool(identity.is_unique_in(sid, asked.namespace))


def _count(ctx: Context, election_id: str, class_id: int, change: int) -> None:
    before = totals_of(ctx, election_id, class_id)
    after = replace(before, eligible=before.eligible + change)
    totals.save(ctx, (election_id, class_id), after)


def _frozen_page(ctx: Context, election_id: str, freeze: Freeze) -> Freeze:
    """Return the freeze with the next voters in it, and the root when they were the last."""
    after = None if freeze.after is None else (election_id, freeze.after)
    page = voters.page(ctx, (election_id,), after=after, limit=FREEZE_PAGE)
    tree = freeze.tree
    for key, voter in page:
        tree = append(tree, voter_item(key[1], voter.class_id))
    if len(page) < FREEZE_PAGE:
        return Freeze(freeze.after, tree, root_of(tree))
    return Freeze(page[-1][0][1], tree, None)


@contract.query
def reference(ctx: Context, election_id: ElectionId, sid: Sid) -> VoterRef:
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
