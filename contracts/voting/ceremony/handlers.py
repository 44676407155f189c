"""The key ceremony: trustees make a common key, in rounds that end at heights.

Each round counts without anyone's help: who misses one is out. A complaint makes the dealer show
the share; a right one decides against the accuser, a wrong one or none against the dealer.
"""

from contracts.sdk import Context, emit, require
from contracts.sdk.group import unchecked_point
from contracts.voting.ceremony.messages import (
    AlreadyCommitted,
    AlreadyComplained,
    AlreadyDealt,
    AlreadyRevealed,
    AnswerComplaint,
    BadDealing,
    CommitDealing,
    Complain,
    Complained,
    ComplaintAnswered,
    DealingCommitted,
    DealingRevealed,
    DealShares,
    EncryptionKeyTaken,
    NoCommitment,
    NoComplaint,
    NoDealing,
    NotDealt,
    RevealDealing,
    SharesDealt,
    UnknownTrustee,
    WrongDealtShare,
    WrongReveal,
    WrongShareCount,
)
from contracts.voting.ceremony.state import (
    Commitment,
    SealedShares,
    TrusteeState,
    TrusteeStates,
    commitments,
    complaints,
    dealings,
    dealt,
)
from contracts.voting.core.messages import TRUSTEES_MAX, ElectionId, Manifest
from contracts.voting.core.rules import (
    acts_for_part,
    answer_span,
    commit_span,
    complain_span,
    deal_span,
    election_of,
    manifest_of,
    note_act,
    preparing,
    require_in,
    reveal_span,
    windows_of,
)
from contracts.voting.core.state import contract, shares
from contracts.voting.crypto.dkg import (
    Commitments,
    Dealing,
    commit_hash,
    decode_dealing,
    is_share_of,
)
from contracts.voting.tally.messages import DeliverShares

TrusteeAct = CommitDealing | DealShares | Complain | AnswerComplaint | DeliverShares


def by_trustee(ctx: Context, msg: TrusteeAct) -> bool:
    """Only who acts for the agency that is the trustee of this number, but the official."""
    return _acts_for_trustee(ctx, msg.election_id, msg.trustee)


def by_dealer(ctx: Context, msg: RevealDealing) -> bool:
    """Only who acts for the agency that is the trustee of the dealing's number."""
    return _acts_for_trustee(ctx, msg.election_id, msg.dealing.trustee)


@contract.execute(CommitDealing, allow=by_trustee)
def commit_dealing(ctx: Context, msg: CommitDealing) -> None:
    """Bind a trustee to its part before it sees the others', and take its own encryption key."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, commit_span(windows_of(ctx, msg.election_id)))
    require(not commitments.has(ctx, (msg.election_id, msg.trustee)), AlreadyCommitted)
    for number in trustee_numbers(manifest):
        other = commitments.get(ctx, (msg.election_id, number), None)
        is_own = other is None or other.encryption_key != msg.encryption_key
        require(is_own, EncryptionKeyTaken, trustee=number)

    made = Commitment(msg.commitment, msg.encryption_key)
    commitments.save(ctx, (msg.election_id, msg.trustee), made)
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, msg.trustee))
    emit(ctx, DealingCommitted(msg.election_id, msg.trustee))


@contract.execute(RevealDealing, allow=by_dealer)
def reveal_dealing(ctx: Context, msg: RevealDealing) -> None:
    """Record a trustee's public part, which must be what it committed to."""
    preparing(ctx, msg.election_id)
    require_in(ctx, reveal_span(windows_of(ctx, msg.election_id)))
    dealing = msg.dealing
    key = (msg.election_id, dealing.trustee)
    committed = commitments.load(ctx, key, absent=NoCommitment)
    require(not dealings.has(ctx, key), AlreadyRevealed)
    setup = election_of(ctx, msg.election_id).setup_context
    revealed = commit_hash(setup, dealing.trustee, dealing.coefficients)
    require(revealed == committed.commitment, WrongReveal)

    dealings.save(ctx, key, dealing)
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, dealing.trustee))
    emit(ctx, DealingRevealed(msg.election_id, dealing.trustee))


@contract.precheck(RevealDealing)
def check_dealing(ctx: Context, msg: RevealDealing) -> None:
    """Check the points, and that the trustee knows its constant term."""
    trustees = manifest_of(ctx, msg.election_id).trustees
    dealing = msg.dealing
    require(dealing.trustee <= len(trustees.agencies), UnknownTrustee)
    committed = commitments.load(ctx, (msg.election_id, dealing.trustee), absent=NoCommitment)
    is_own = dealing.encryption_key == committed.encryption_key
    require(is_own, BadDealing, field="encryption_key")
    setup = election_of(ctx, msg.election_id).setup_context
    require(decode_dealing(setup, dealing, trustees.needed) is not None, BadDealing)


@contract.execute(DealShares, allow=by_trustee)
def deal_shares(ctx: Context, msg: DealShares) -> None:
    """Record a dealer's encrypted shares; only their owners can say whether they are right."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, deal_span(windows_of(ctx, msg.election_id)))
    key = (msg.election_id, msg.trustee)
    require(dealings.has(ctx, key), NoDealing)
    require(not dealt.has(ctx, key), AlreadyDealt)
    count = len(receivers(ctx, msg.election_id, manifest))
    require(len(msg.sealed) == count, WrongShareCount, count=len(msg.sealed), wanted=count)

    dealt.save(ctx, key, SealedShares(msg.sealed))
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, msg.trustee))
    emit(ctx, SharesDealt(msg.election_id, msg.trustee))


@contract.execute(Complain, allow=by_trustee)
def complain(ctx: Context, msg: Complain) -> None:
    """Accuse a dealer of a wrong share; it is out unless it shows a right one in time."""
    preparing(ctx, msg.election_id)
    require_in(ctx, complain_span(windows_of(ctx, msg.election_id)))
    require(dealt.has(ctx, (msg.election_id, msg.dealer)), NotDealt)
    key = (msg.election_id, msg.dealer, msg.trustee)
    require(not complaints.has(ctx, key), AlreadyComplained)

    complaints.save(ctx, key, False)  # noqa: FBT003 - not answered
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, msg.trustee))
    emit(ctx, Complained(msg.election_id, msg.dealer, msg.trustee))


@contract.execute(AnswerComplaint, allow=by_trustee)
def answer_complaint(ctx: Context, msg: AnswerComplaint) -> None:
    """Decide a complaint against the accuser, by the share that the commitments owe it."""
    preparing(ctx, msg.election_id)
    require_in(ctx, answer_span(windows_of(ctx, msg.election_id)))
    key = (msg.election_id, msg.trustee, msg.accuser)
    require(not complaints.get(ctx, key, True), NoComplaint)
    dealing = dealings.load(ctx, (msg.election_id, msg.trustee), absent=NoDealing)
    require(is_share_of(points_of(dealing), msg.accuser, msg.share), WrongDealtShare)

    complaints.save(ctx, key, True)  # noqa: FBT003 - answered
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, msg.trustee))
    emit(ctx, ComplaintAnswered(msg.election_id, msg.trustee, msg.accuser))


def receivers(ctx: Context, election_id: str, manifest: Manifest) -> tuple[int, ...]:
    """Return the trustees that shares are made for, rising: those that committed and revealed."""
    numbers = trustee_numbers(manifest)
    return tuple([one for one in numbers if dealings.has(ctx, (election_id, one))])


def points_of(dealing: Dealing) -> Commitments:
    """Return the coefficient commitments of a dealing that was checked when it was revealed."""
    return tuple([unchecked_point(coefficient) for coefficient in dealing.coefficients])


def qualified_dealings(ctx: Context, election_id: str, manifest: Manifest) -> tuple[Dealing, ...]:
    """Return the parts of those who came through: revealed, dealt, no complaint unanswered."""
    found = []
    for number in trustee_numbers(manifest):
        dealing = dealings.get(ctx, (election_id, number), None)
        has_dealt = dealt.has(ctx, (election_id, number))
        accused = complaints.page(ctx, (election_id, number), limit=TRUSTEES_MAX)
        if dealing is not None and has_dealt and all([is_answered for _, is_answered in accused]):
            found.append(dealing)
    return tuple(found)


def trustee_numbers(manifest: Manifest) -> list[int]:
    """Return the numbers of the trustees, from 1."""
    return [place + 1 for place in range(len(manifest.trustees.agencies))]


def _acts_for_trustee(ctx: Context, election_id: str, trustee: int) -> bool:
    agency = trustee_of(ctx, election_id, trustee)
    return acts_for_part(ctx, manifest_of(ctx, election_id), agency)


def trustee_of(ctx: Context, election_id: str, trustee: int) -> str:
    """Return the agency that is the trustee of a number. Rejects: UnknownTrustee."""
    agencies = manifest_of(ctx, election_id).trustees.agencies
    require(trustee <= len(agencies), UnknownTrustee, trustee=trustee)
    return agencies[trustee - 1]


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
    "The encrypted shares of a dealer, for each trustee that revealed, by number.",
)
