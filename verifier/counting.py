"""The closed box: which ballots are in it, their sums, the trustees' shares, and the counts.

Source: docs/voting.md, trustees, transcripts and record.
"""

from collections import Counter

from verifier.ceremony import lagrange
from verifier.election import Act, Closing, Counting, Election, Pair, Result
from verifier.fields import COUNT_MAX
from verifier.group import ZERO, base, minus, plus, point, times, total_of
from verifier.proofs import is_share
from verifier.refusal import require
from verifier.transcript import hashed, listed, number

_STEP_CIPHERTEXTS = 2048
_STEP_BALLOTS = 500


def count_box(election: Election, act: Act) -> None:
    """Add the next ballots in order of their keys; a step that is not full is the last."""
    act.row(1, election)
    opening = election.running(act, (election.windows.cast_until_ms, COUNT_MAX))
    require(election.closing is None, "the box is counted already")
    require(not election.is_annulled, "the election was annulled")
    is_decided = not election.surplus or election.is_accepted
    require(is_decided, "more tokens than requests came up, and the two offices have not gone on")
    places = len(election.manifest.places())
    if election.counting is None:
        nothing = [[(ZERO, ZERO)] * places for _ in election.manifest.classes]
        start = hashed("counted", opening.context)
        election.counting = Counting(sorted(election.box), start, nothing)
    counting = election.counting
    limit = min(_STEP_BALLOTS, max(1, _STEP_CIPHERTEXTS // places))
    page = counting.order[counting.done : counting.done + limit]
    for voter_key in page:
        cast = election.box[voter_key]
        counting.head = hashed("counted", counting.head, voter_key, cast.tracker)
        mine = zip(counting.sums[cast.class_id], cast.pairs(), strict=True)
        counting.sums[cast.class_id] = [_added(total, pair) for total, pair in mine]
    counting.done += len(page)
    if len(page) < limit:
        weights = _weights(election)
        sums = _weighed(weights, counting)
        election.closing = Closing(counting.head, counting.done, sums, weights)


def deliver_shares(election: Election, act: Act) -> None:
    """Take a trustee's share of every sum, each with its proof."""
    row = act.row(3, election)
    manifest = election.manifest
    opening = election.running(
        act, (election.windows.cast_until_ms, election.windows.decrypt_until_ms)
    )
    closing = election.closed()
    trustee = election.trustee_of(row)
    election.acts_for_trustee(act, trustee)
    places = manifest.places()
    rows = row.rows("shares", len(places), len(places), 2)
    require(any(closing.weights), f"{closing.ballots} ballots are too few to be decrypted")
    require(trustee not in election.shares, "the trustee has delivered")
    require(trustee in opening.qualified, "the trustee has no part in the key")
    key, shares = opening.qualified[trustee], []
    for (contest, choice), (mask, _), each in zip(places, closing.ciphertexts, rows, strict=True):
        share, proof = each.data("share", 32), each.data("proof", 64)
        if not mask == share == ZERO:
            point(share, "share")
        named = (number(contest), number(choice), number(trustee))
        labels = (opening.context, *named, closing.counted)
        holds = is_share(labels, key, (mask, share), proof)
        require(holds, f"the share of contest {contest}, ciphertext {choice} is wrong")
        shares.append(share)
    election.shares[trustee] = tuple(shares)


def tally(election: Election, act: Act) -> None:
    """Check the stated counts against the sums and the shares."""
    row = act.row(3, election)
    opening, closing = election.opened(), election.closed()
    require(election.result is None, "there is a result already")
    shown = row.agencies("trustees")
    require(shown == sorted(set(shown)), "the trustees do not rise")
    needed = election.manifest.shares_needed
    require(len(shown) == needed, f"the shares of {needed} trustees decrypt, not of {len(shown)}")
    require(all(one in election.shares for one in shown), "a named trustee has not delivered")
    counts = row.counts("counts", [one.choices for one in election.manifest.contests])
    _check_counts(election, shown, [count for each in counts for count in each])
    listed_rows = [listed([number(count) for count in each]) for each in counts]
    election.result = Result(
        counts=counts,
        tally=hashed("tally", opening.context, closing.counted, listed(listed_rows)),
        trustees=shown,
        totals=[totals.chain() for totals in election.totals],
        overissued=sorted(election.surplus),
        height=act.height,
    )


def _check_counts(election: Election, trustees: list[int], counts: list[int]) -> None:
    weights = [lagrange(trustees, trustee) for trustee in trustees]
    for at, ((_, masked), count) in enumerate(
        zip(election.closed().ciphertexts, counts, strict=True)
    ):
        held = [election.shares[trustee][at] for trustee in trustees]
        mask = total_of([times(*each) for each in zip(weights, held, strict=True)])
        contest, choice = election.manifest.places()[at]
        is_right = base(count) == minus(masked, mask)
        require(is_right, f"contest {contest}, ciphertext {choice} does not hold {count}")


def _added(left: Pair, right: Pair) -> Pair:
    return plus(left[0], right[0]), plus(left[1], right[1])


def _weights(election: Election) -> list[int]:
    """Return what ballots of each class weigh: of no weight are fewer opened than the least."""
    classes, least = election.manifest.classes, election.manifest.class_size_min
    counted = [totals.counted for totals in election.totals]
    weights = [one.weight for one in classes]
    groups = _groups(weights, counted)
    for at, one in enumerate(classes):
        if groups[one.weight] < least and one.joins is not None:
            weights[at] = classes[one.joins].weight
    groups = _groups(weights, counted)
    return [weight if groups[weight] >= least else 0 for weight in weights]


def _groups(weights: list[int], counted: list[int]) -> Counter[int]:
    """Return how many ballots there are of each weight."""
    groups: Counter[int] = Counter()
    for weight, ballots in zip(weights, counted, strict=True):
        groups[weight] += ballots
    return groups


def _weighed(weights: list[int], counting: Counting) -> tuple[Pair, ...]:
    """Return the sums of all classes, each times its weight."""
    totals: list[Pair] = [(ZERO, ZERO)] * len(counting.sums[0])
    for weight, sums in zip(weights, counting.sums, strict=True):
        heavy = [(times(weight, left), times(weight, right)) for left, right in sums]
        totals = [_added(total, pair) for total, pair in zip(totals, heavy, strict=True)]
    return tuple(totals)
