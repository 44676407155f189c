"""Counting: the sums of the closed box, the trustees' shares of them, and the result.

Ballots are summed at the close, not when cast: a ballot that was superseded is never touched, and
what remains is two additions a ciphertext, in calls of bounded work that anyone may make.
"""

from contracts.sdk import Context, anyone, emit, require
from contracts.sdk.group import IDENTITY as NO_POINT
from contracts.sdk.group import Point, add, unchecked_point
from contracts.voting.ceremony.handlers import by_trustee, trustee_of
from contracts.voting.core.messages import CIPHERTEXT_BYTES, POINT_BYTES, ElectionId, Manifest
from contracts.voting.core.rules import (
    class_weights,
    closed_span,
    decrypt_span,
    manifest_of,
    note,
    note_act,
    overissued_classes,
    require_countable,
    require_in,
    running,
    windows_of,
)
from contracts.voting.core.state import (
    BoxEntry,
    ClassTotals,
    Closing,
    Counting,
    Opening,
    Result,
    box,
    closings,
    contract,
    countings,
    results,
    shares,
    shares_held,
)
from contracts.voting.crypto.dkg import ShareStatement, combine, is_decryption_share
from contracts.voting.crypto.elgamal import is_count, unchecked_ciphertext, weigh
from contracts.voting.crypto.questions import CHOICES_MAX, choice_count
from contracts.voting.crypto.transcript import hash_of, tally_hash
from contracts.voting.roll.handlers import totals_of
from contracts.voting.tally.messages import (
    AlreadyCounted,
    AlreadyDelivered,
    AlreadyTallied,
    BadShare,
    BoxCounted,
    CountBox,
    DeliverShares,
    NotCounted,
    NotQualified,
    SharesDelivered,
    SharesMissing,
    Tallied,
    Tally,
    TooFewBallots,
    WrongCounts,
)
from contracts.voting.tally.methods import Outcome, standing_of
from contracts.voting.tally.state import Reconciliation, sums

# One call adds at most so many ciphertexts, in at most so many ballots: about 60 ms.
COUNT_CIPHERTEXTS_MAX = 2048
COUNT_BALLOTS_MAX = 500

Place = tuple[int, int]  # a contest, and a ciphertext in it


@contract.execute(CountBox, allow=anyone)
def count_box(ctx: Context, msg: CountBox) -> None:
    """Add the next ballots, in order of their pseudonyms; the last call weighs and closes."""
    opening = running(ctx, msg.election_id)
    manifest = manifest_of(ctx, msg.election_id)
    require_in(ctx, closed_span(windows_of(ctx, msg.election_id)))
    require(not closings.has(ctx, msg.election_id), AlreadyCounted)
    require_countable(ctx, msg.election_id)
    first = Counting(None, counted_start(opening.context), 0)
    counting = countings.get(ctx, msg.election_id, first)
    after = None if counting.after is None else (msg.election_id, counting.after)
    limit = min(COUNT_BALLOTS_MAX, max(1, COUNT_CIPHERTEXTS_MAX // len(_places(manifest))))
    page = box.page(ctx, (msg.election_id,), after=after, limit=limit)

    _add_ballots(ctx, msg.election_id, manifest, tuple([entry for _, entry in page]))
    head = counting.head
    for key, entry in page:
        head = counted_next(head, key[1], entry.ballot_hash)
    last = counting.after if len(page) == 0 else page[-1][0][1]
    counting = Counting(last, head, counting.ballots + len(page))
    countings.save(ctx, msg.election_id, counting)
    if len(page) < limit:
        weights = _weights(ctx, msg.election_id, manifest)
        held = _weighed(ctx, msg.election_id, manifest, weights)
        closings.save(ctx, msg.election_id, Closing(head, counting.ballots, held, weights))
        emit(ctx, BoxCounted(msg.election_id, head, counting.ballots))
    note(ctx, msg.election_id)


@contract.execute(DeliverShares, allow=by_trustee)
def deliver_shares(ctx: Context, msg: DeliverShares) -> None:
    """Record a trustee's shares, all valid; never before the close.

    The proofs are checked here and not before the method, so that a bad share is refused in a
    block: its receipt names the trustee for all to see, and the trustee may send a good one.
    """
    opening = running(ctx, msg.election_id)
    manifest = manifest_of(ctx, msg.election_id)
    require_in(ctx, decrypt_span(windows_of(ctx, msg.election_id)))
    closing = closings.load(ctx, msg.election_id, absent=NotCounted)
    least = manifest.class_size_min
    is_opened = any([weight > 0 for weight in closing.weights])
    require(is_opened, TooFewBallots, ballots=closing.ballots, least=least)
    require(not shares.has(ctx, (msg.election_id, msg.trustee)), AlreadyDelivered)
    _check_shares(manifest, opening, closing, msg)

    held = b"".join([given.share for given in msg.shares])
    shares.save(ctx, (msg.election_id, msg.trustee), held)
    shares_held.add(ctx, msg.election_id, 1)
    note_act(ctx, msg.election_id, trustee_of(ctx, msg.election_id, msg.trustee))
    emit(ctx, SharesDelivered(msg.election_id, msg.trustee))


@contract.execute(Tally, allow=anyone)
def tally(ctx: Context, msg: Tally) -> None:
    """Publish the counts that the box decrypts to, with everything that they rest on."""
    opening = running(ctx, msg.election_id)
    require(not results.has(ctx, msg.election_id), AlreadyTallied)
    closing = closings.load(ctx, msg.election_id, absent=NotCounted)
    classes = range(len(manifest_of(ctx, msg.election_id).classes))

    stated = tally_hash(opening.context, closing.counted, msg.counts)
    totals = tuple([totals_of(ctx, msg.election_id, class_id) for class_id in classes])
    result = Result(
        counts=msg.counts,
        tally=stated,
        counted=closing.counted,
        trustees=msg.trustees,
        totals=totals,
        overissued=overissued_classes(ctx, msg.election_id),
        tallied_at=ctx.height,
    )
    results.save(ctx, msg.election_id, result)
    note(ctx, msg.election_id)
    emit(ctx, Tallied(msg.election_id, msg.counts, stated))


@contract.precheck(Tally)
def check_tally(ctx: Context, msg: Tally) -> None:
    """Check count * G == B - D for every sum, D put together from exactly the needed shares."""
    manifest = manifest_of(ctx, msg.election_id)
    closing = closings.load(ctx, msg.election_id, absent=NotCounted)
    trustees = msg.trustees
    is_rising = all([trustees[at - 1] < trustees[at] for at in range(1, len(trustees))])
    require(len(trustees) == manifest.trustees.needed and is_rising, SharesMissing)
    held = [shares.load(ctx, (msg.election_id, one), absent=SharesMissing) for one in trustees]
    rows = [choice_count(contest) for contest in manifest.contests]
    require([len(row) for row in msg.counts] == rows, WrongCounts)
    counts = [count for row in msg.counts for count in row]
    for number, count in enumerate(counts):
        given = tuple([_point(one, number) for one in held])
        summed = unchecked_ciphertext(_pair(closing.ciphertexts, number))
        is_right = is_count(summed, combine(trustees, given), count)
        require(is_right, WrongCounts, choice=number)


def counted_start(context: bytes) -> bytes:
    """Return the hash over no ballots of an election."""
    return hash_of("counted", (context,))


def counted_next(head: bytes, voter_key: bytes, ballot_hash: bytes) -> bytes:
    """Return the hash over one ballot more; ballots come in order of their pseudonyms."""
    return hash_of("counted", (head, voter_key, ballot_hash))


def _add_ballots(
    ctx: Context, election_id: str, manifest: Manifest, entries: tuple[BoxEntry, ...]
) -> None:
    """Add the ciphertexts of each class to its sums."""
    for class_id in range(len(manifest.classes)):
        mine = [entry.ciphertexts for entry in entries if entry.class_id == class_id]
        if len(mine) > 0:
            points = _sums_of(ctx, election_id, manifest, class_id)
            for held in mine:
                points = [add(total, _point(held, at)) for at, total in enumerate(points)]
            summed = b"".join([point.encoded for point in points])
            sums.save(ctx, (election_id, class_id), summed)


def _weights(ctx: Context, election_id: str, manifest: Manifest) -> tuple[int, ...]:
    """Return what the ballots of each class weigh in the sums: never fewer than the least alone."""
    classes = range(len(manifest.classes))
    counted = [totals_of(ctx, election_id, class_id).counted for class_id in classes]
    return class_weights(manifest, tuple(counted))


def _weighed(ctx: Context, election_id: str, manifest: Manifest, weights: tuple[int, ...]) -> bytes:
    """Return the sums of all classes that are opened together, each times its weight."""
    totals = _nothing(manifest)
    for class_id, weight in enumerate(weights):
        if weight == 0:
            continue
        points = _sums_of(ctx, election_id, manifest, class_id)
        pairs = [weigh((left, right), weight) for left, right in _paired(points)]
        weighed = [point for pair in pairs for point in pair]
        totals = [add(total, point) for total, point in zip(totals, weighed, strict=True)]
    return b"".join([point.encoded for point in totals])


def _sums_of(ctx: Context, election_id: str, manifest: Manifest, class_id: int) -> list[Point]:
    """Return the sums of a class so far: A and B of each ciphertext in turn."""
    held = sums.get(ctx, (election_id, class_id), b"")
    nothing = _nothing(manifest)
    return nothing if len(held) == 0 else [_point(held, at) for at in range(len(nothing))]


def _nothing(manifest: Manifest) -> list[Point]:
    """Return the sums of no ballots."""
    return [NO_POINT for _ in _places(manifest) for _ in ("A", "B")]


def _paired(points: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(points[::2], points[1::2], strict=True))


def _check_shares(
    manifest: Manifest, opening: Opening, closing: Closing, msg: DeliverShares
) -> None:
    keys = [one.verification_key for one in opening.qualified if one.trustee == msg.trustee]
    require(len(keys) == 1, NotQualified, trustee=msg.trustee)
    key = unchecked_point(keys[0])
    places = _places(manifest)
    require(len(msg.shares) == len(places), BadShare, trustee=msg.trustee)
    for number, (contest, choice) in enumerate(places):
        named = (contest, choice, msg.trustee)
        statement = ShareStatement(opening.context, *named, closing.counted)
        mask = unchecked_ciphertext(_pair(closing.ciphertexts, number))[0]
        is_valid = is_decryption_share(statement, key, mask, msg.shares[number])
        require(is_valid, BadShare, trustee=msg.trustee, contest=contest, choice=choice)


def _places(manifest: Manifest) -> list[Place]:
    """Return the place of every ciphertext of a ballot, in order."""
    counts = [choice_count(contest) for contest in manifest.contests]
    return [
        (contest, choice)
        for contest, count in enumerate(counts)
        for choice in range(min(count, CHOICES_MAX))
    ]


def _point(held: bytes, number: int) -> Point:
    return unchecked_point(held[number * POINT_BYTES : (number + 1) * POINT_BYTES])


def _pair(held: bytes, number: int) -> bytes:
    return held[number * CIPHERTEXT_BYTES : (number + 1) * CIPHERTEXT_BYTES]


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
    """The points and places of each option of each contest; empty without a result."""
    found = results.get(ctx, election_id, None)
    if found is None:
        return ()
    contests = manifest_of(ctx, election_id).contests
    pairs = zip(contests, found.counts, strict=True)
    return tuple([standing_of(contest, counts) for contest, counts in pairs])


def _does_hold(one: ClassTotals) -> bool:
    is_covered = one.eligible >= one.requested >= one.covered
    return is_covered and one.requested >= one.pseudonyms >= one.counted
