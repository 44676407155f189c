"""The box: ballots of pseudonyms, each in place of the one before it; commitments and spoils.

The proofs are checked before the methods, on frozen state. What is left for the methods is cheap:
windows, numbers, and that no ciphertext comes twice.
"""

from contracts.sdk import Context, PublicKey, address_of, emit, replace, require
from contracts.sdk.bls import decode_g1, unchecked_g2
from contracts.sdk.bls_blind import Shown
from contracts.sdk.group import unchecked_point
from contracts.voting.box.messages import (
    AlreadyCast,
    AlreadySpoiled,
    BadToken,
    BallotCast,
    BallotCommitted,
    BallotSpoiled,
    CastBallot,
    CiphertextReused,
    CommitBallot,
    NotCommitted,
    SeqNotRising,
    SpoilBallot,
    TokenSurplus,
    TooManyBallots,
)
from contracts.voting.box.state import BallotLine, BallotPage, Voting, pseudonyms, spoiled, used
from contracts.voting.core.messages import (
    ElectionId,
    Hash,
    Limit,
    NoSigningSet,
    Overissued,
    TooSoonAfterIssuing,
    WrongClass,
)
from contracts.voting.core.rules import (
    GAP_BLOCKS_MIN,
    cast_span,
    has_rings,
    manifest_of,
    note,
    require_in,
    require_not_annulled,
    running,
    windows_of,
)
from contracts.voting.core.state import (
    BoxEntry,
    Surplus,
    box,
    closed,
    contract,
    signing_sets,
    surpluses,
    totals,
)
from contracts.voting.crypto.ballots import (
    BallotStatement,
    cast_hash,
    ciphertext_digests,
    opened_values,
    verify_ballot,
)
from contracts.voting.crypto.errors import BadOpening
from contracts.voting.crypto.tokens import are_tokens, shown_token
from contracts.voting.rings.handlers import is_ring_token, named_token, take_tag
from contracts.voting.roll.handlers import totals_of

BALLOTS_MAX = 100  # announced, cast, spoiled: what one voter may cost the network

BoxAct = CommitBallot | CastBallot | SpoilBallot


def by_pseudonym(ctx: Context, msg: BoxAct) -> bool:
    """Only from the address of `voter_key`, while ballots are taken."""
    running(ctx, msg.election_id)
    require_not_annulled(ctx, msg.election_id)
    require_in(ctx, cast_span(windows_of(ctx, msg.election_id)))
    if not has_rings(ctx, msg.election_id):
        fixed_at = closed.load(ctx, msg.election_id, absent=NoSigningSet)
        require(ctx.height >= fixed_at + GAP_BLOCKS_MIN, TooSoonAfterIssuing, fixed_at=fixed_at)
    return bool(ctx.sender == address_of(msg.voter_key))


@contract.execute(CommitBallot, allow=by_pseudonym)
def commit_ballot(ctx: Context, msg: CommitBallot) -> None:
    """Bind the voter's device to a ballot before it knows whether it will be checked."""
    voting = _voting(ctx, msg)

    done = replace(voting, ballots=voting.ballots + 1, committed=msg.ballot_hash)
    pseudonyms.save(ctx, _place(msg), done)
    note(ctx, msg.election_id)
    emit(ctx, BallotCommitted(msg.election_id, msg.voter_key, msg.ballot_hash))


@contract.execute(CastBallot, allow=by_pseudonym)
def cast_ballot(ctx: Context, msg: CastBallot) -> None:
    """Put a ballot in the box; the pseudonym's last one before the close counts.

    A pseudonym takes a place in its class with its first ballot. One more than the class has
    requests is no ballot but evidence: it is kept, and stops the count until two offices decide.
    """
    voting = _voting(ctx, msg)
    require(msg.seq > voting.seq, SeqNotRising, last=voting.seq)
    ballot_hash = cast_hash(_statement(ctx, msg), msg.ballot)
    is_first = not box.has(ctx, _place(msg))
    if is_first and not _take_place(ctx, msg):
        return
    _use_ciphertexts(ctx, msg)

    committed = None if voting.committed == ballot_hash else voting.committed
    done = Voting(msg.class_id, msg.seq, voting.ballots + 1, committed)
    pseudonyms.save(ctx, _place(msg), done)
    held = b"".join([choice for answer in msg.ballot.answers for choice in answer.choices])
    entry = BoxEntry(msg.class_id, msg.seq, ballot_hash, held, ctx.height)
    box.save(ctx, _place(msg), entry)
    note(ctx, msg.election_id)
    emit(ctx, BallotCast(msg.election_id, msg.voter_key, msg.seq, ballot_hash))


@contract.precheck(CastBallot, vouches=True)
def check_ballot(ctx: Context, msg: CastBallot) -> None:
    """Check every proof."""
    verify_ballot(_statement(ctx, msg), msg.ballot)


@contract.execute(SpoilBallot, allow=by_pseudonym)
def spoil_ballot(ctx: Context, msg: SpoilBallot) -> None:
    """Record that a committed ballot was opened; neither it nor its ciphertexts may be cast."""
    voting = _voting(ctx, msg)
    ballot_hash = cast_hash(_statement(ctx, msg), msg.ballot)
    entry = box.get(ctx, _place(msg), None)
    require(entry is None or entry.ballot_hash != ballot_hash, AlreadyCast)
    require(not spoiled.has(ctx, (msg.election_id, ballot_hash)), AlreadySpoiled)
    require(voting.committed == ballot_hash, NotCommitted)
    _use_ciphertexts(ctx, msg)

    done = Voting(msg.class_id, voting.seq, voting.ballots + 1, None)
    pseudonyms.save(ctx, _place(msg), done)
    spoiled.save(ctx, (msg.election_id, ballot_hash), msg.voter_key)
    note(ctx, msg.election_id)
    emit(ctx, BallotSpoiled(msg.election_id, msg.voter_key, ballot_hash))


@contract.precheck(SpoilBallot, vouches=True)
def check_spoil(ctx: Context, msg: SpoilBallot) -> None:
    """Check the proofs and that the openings open every ciphertext."""
    verify_ballot(_statement(ctx, msg), msg.ballot)
    key = unchecked_point(running(ctx, msg.election_id).key)
    require(len(msg.openings) == len(msg.ballot.answers), BadOpening)
    for answer, randomness in zip(msg.ballot.answers, msg.openings, strict=True):
        opened_values(key, answer, randomness)


def are_right(shown: tuple[Shown | None, ...]) -> bool:
    """Whether all are tokens; None is a member's of a ring, which was checked by itself."""
    return are_tokens(tuple([one for one in shown if one is not None]))


@contract.shared((CommitBallot, CastBallot, SpoilBallot), are_right=are_right, refused=BadToken)
def token_of(ctx: Context, msg: BoxAct) -> Shown | None:
    """Return the token that a pseudonym shows, and whose signature it must be.

    A ring's is checked here: there is nothing to gain by checking several at once.
    """
    if has_rings(ctx, msg.election_id):
        ring = (msg.election_id, msg.class_id)
        require(is_ring_token(ctx, ring, msg.voter_key, msg.token), BadToken)
        return None
    opening = running(ctx, msg.election_id)
    signers = signing_sets.load(ctx, (msg.election_id, msg.class_id), absent=NoSigningSet)
    place = (opening.context, msg.class_id, unchecked_g2(signers.key))
    return shown_token(place, msg.voter_key, decode_g1(msg.token))


def _place(msg: BoxAct) -> tuple[str, PublicKey]:
    return msg.election_id, msg.voter_key


def _voting(ctx: Context, msg: BoxAct) -> Voting:
    """Return what the pseudonym has done, which may be nothing; the tag of a ring is its own."""
    take_tag(ctx, msg.election_id, msg.voter_key, msg.token)
    voting = pseudonyms.get(ctx, _place(msg), None)
    if voting is not None:
        require(voting.class_id == msg.class_id, WrongClass)
        require(voting.ballots < BALLOTS_MAX, TooManyBallots, most=BALLOTS_MAX)
        return voting
    return Voting(msg.class_id, 0, 0, None)


def _take_place(ctx: Context, msg: CastBallot) -> bool:
    """Count a new pseudonym; a surplus one is kept as evidence, and has no place.

    Rejects: Overissued when there is evidence already.
    """
    key = (msg.election_id, msg.class_id)
    before = totals_of(ctx, *key)
    if before.pseudonyms < before.requested:
        seated = before.pseudonyms + 1
        totals.save(ctx, key, replace(before, pseudonyms=seated, counted=before.counted + 1))
        return True
    require(not surpluses.has(ctx, key), Overissued, class_id=msg.class_id)
    surpluses.save(ctx, key, Surplus(msg.voter_key, msg.token, ctx.height))
    note(ctx, msg.election_id)
    emit(ctx, TokenSurplus(msg.election_id, msg.class_id, msg.voter_key))
    return False


def _use_ciphertexts(ctx: Context, msg: CastBallot | SpoilBallot) -> None:
    for number, name in enumerate(ciphertext_digests(msg.ballot)):
        require(not used.has(ctx, (msg.election_id, name)), CiphertextReused, choice=number)
        used.save(ctx, (msg.election_id, name), True)  # noqa: FBT003 - presence is what counts


def _statement(ctx: Context, msg: CastBallot | SpoilBallot) -> BallotStatement:
    opening = running(ctx, msg.election_id)
    contests = manifest_of(ctx, msg.election_id).contests
    named = (msg.class_id, msg.voter_key, msg.seq)
    token = named_token(ctx, msg.election_id, msg.token)
    return BallotStatement(opening.context, opening.key, contests, *named, token)


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
