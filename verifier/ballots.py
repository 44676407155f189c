"""One ballot by itself: its form, its tracker, its token and every proof. Owns no state.

Source: docs/voting.md, ballots, proofs, tokens.
"""

from dataclasses import dataclass
from itertools import combinations

from verifier import pairing
from verifier.election import Pair, Ring
from verifier.fields import Row
from verifier.group import base, plus, point, scalar, times, total_of
from verifier.proofs import (
    is_blank_or_within,
    is_nothing_beside_blank,
    is_within,
    is_zero_or_one,
)
from verifier.questions import Contest
from verifier.refusal import require
from verifier.rings import check_ring
from verifier.signatures import is_signed
from verifier.tokens import hashed_for
from verifier.transcript import hashed, number
from verifier.weak_orders import is_pair, is_ranking


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one contest: ciphertexts and proofs as they were sent."""

    choices: tuple[bytes, ...]
    proofs: tuple[bytes, ...]
    sums: tuple[bytes, ...]
    blank: bytes

    def pairs(self) -> list[Pair]:
        """Return (A, B) of each ciphertext."""
        return [(choice[:32], choice[32:]) for choice in self.choices]


@dataclass(frozen=True, slots=True)
class Voter:
    """Under what election and class a throwaway key votes; `signers` is the class's key or ring."""

    context: bytes
    key: bytes
    class_id: int
    voter_key: bytes
    signers: bytes | Ring
    token: bytes

    @property
    def named_token(self) -> bytes:
        """What proofs are tied to of the token: all of it, or a ring's tag."""
        return self.token[:32] if isinstance(self.signers, Ring) else self.token


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot with all that its proofs are tied to; `contexts` is ctx_B of each contest."""

    voter: Voter
    answers: list[Answer]
    signature: bytes
    contexts: list[bytes]
    tracker: bytes


def read_ballot(row: Row, contests: tuple[Contest, ...], bound: tuple[Voter, int]) -> Ballot:
    """Return the ballot of the next field; `bound` is its voter and seq.

    Raises Refused for another form than the contests need.
    """
    voter, seq = bound
    ballot = row.row("ballot", 2)
    rows = ballot.rows("answers", len(contests), len(contests), 4)
    answers = [_read_answer(*each) for each in zip(rows, contests, strict=True)]
    choices = [choice for answer in answers for choice in answer.choices]
    require(len(set(choices)) == len(choices), "a ciphertext comes twice: a copied vote")
    halves = [half for answer in answers for pair in answer.pairs() for half in pair]
    bound_to = (number(voter.class_id), voter.voter_key, number(seq), voter.named_token, *halves)
    contexts = [
        hashed("ballot", voter.context, number(at), *bound_to) for at in range(len(answers))
    ]
    proofs = [proof for a in answers for proof in (*a.proofs, *a.sums, a.blank)]
    tracker = hashed("cast", *contexts, *proofs)
    return Ballot(voter, answers, ballot.data("signature", 64), contexts, tracker)


def check_token(voter: Voter) -> None:
    """Check that those who sign for the class, or one of its ring, signed for this key.

    Raises Refused.
    """
    if isinstance(voter.signers, Ring):
        named = (voter.class_id, voter.voter_key)
        check_ring(voter.context, named, voter.signers, voter.token)
        return
    shown = pairing.element(voter.token, "token")
    hashed_key = hashed_for(voter.context, voter.class_id, voter.voter_key)
    signers = pairing.key(voter.signers, f"key of class {voter.class_id}")
    right = pairing.is_signed_by(signers, hashed_key, shown)
    require(right, f"the token is not of those who sign for class {voter.class_id}")


def check_ballot(contests: tuple[Contest, ...], ballot: Ballot) -> None:
    """Check signature, points and every proof of a ballot. Raises Refused."""
    voter = ballot.voter
    is_own = is_signed(voter.voter_key, "vote/cast", ballot.tracker, ballot.signature)
    require(is_own, "the ballot is not signed by its pseudonym")
    for at, (contest, answer) in enumerate(zip(contests, ballot.answers, strict=True)):
        for half in (half for pair in answer.pairs() for half in pair):
            point(half, f"contest {at}: ciphertext")
        _check_answer(ballot, at, contest, answer)


def check_openings(ballot: Ballot, openings: list[tuple[bytes, ...]]) -> None:
    """Check that a spoiled ballot's numbers open each ciphertext to 0 or 1. Raises Refused."""
    for answer, row in zip(ballot.answers, openings, strict=True):
        for (left, right), opening in zip(answer.pairs(), row, strict=True):
            factor = scalar(opening, "opening")
            mask = times(factor, ballot.voter.key)
            is_opened = left == base(factor) and right in (mask, plus(mask, base(1)))
            require(is_opened, "an opening does not open its ciphertext to 0 or 1")


def _read_answer(row: Row, contest: Contest) -> Answer:
    count = contest.choices
    return Answer(
        choices=row.datas("choices", count, count, 64),
        proofs=row.sized("proofs", contest.proof_sizes),
        sums=row.sized("sums", contest.sum_sizes),
        blank=row.data("blank", contest.blank_bytes),
    )


def _check_answer(ballot: Ballot, at: int, contest: Contest, answer: Answer) -> None:
    pairs, key = answer.pairs(), ballot.voter.key
    labels = (ballot.contexts[at], number(at))
    if contest.is_ranked:
        _check_ranking(ballot, at, contest, answer)
    else:
        _check_values(labels, key, contest, answer)
    beside = contest.beside_blank()
    if beside is not None:
        both = (pairs[-1], sum_at(pairs, beside.places))
        is_proven = is_nothing_beside_blank if contest.is_ranked else is_blank_or_within
        holds = is_proven(labels, key, both, (beside.bounds, answer.blank))
        require(holds, f"contest {at}: the blank proof does not hold")


def _check_values(
    labels: tuple[bytes, bytes], key: bytes, contest: Contest, answer: Answer
) -> None:
    pairs = answer.pairs()
    where = f"contest {int.from_bytes(labels[1], 'big')}"
    for at, (pair, proof) in enumerate(zip(pairs, answer.proofs, strict=True)):
        holds = is_zero_or_one((*labels, number(at)), key, pair, proof)
        require(holds, f"{where}: ciphertext {at} is not proven to be 0 or 1")
    for at, (line, proof) in enumerate(zip(contest.sums(), answer.sums, strict=True)):
        holds = is_within(labels, key, sum_at(pairs, line.places), line.bounds, proof)
        require(holds, f"{where}: sum {at} is not proven to be within its bounds")


def _check_ranking(ballot: Ballot, at: int, contest: Contest, answer: Answer) -> None:
    pairs, key = answer.pairs(), ballot.voter.key
    labels = (ballot.contexts[at], number(at))
    named = combinations(range(len(contest.options)), 2)
    for place, (first, second) in enumerate(named):
        both = (pairs[2 * place], pairs[2 * place + 1])
        pair_labels = (*labels, number(first), number(second))
        holds = is_pair(pair_labels, key, both, answer.proofs[place])
        require(holds, f"contest {at}: options {first} and {second} are not proven to be ordered")
    if contest.has_blank:
        last = contest.choices - 1
        holds = is_zero_or_one((*labels, number(last)), key, pairs[last], answer.proofs[-1])
        require(holds, f"contest {at}: ciphertext {last} is not proven to be 0 or 1")
    ordered = pairs[: len(contest.options) * contest.columns]
    holds = is_ranking(ballot.voter.context, labels, key, ordered, answer.sums[0])
    require(holds, f"contest {at}: the pairs are not proven to be one ranking")


def sum_at(pairs: list[Pair], places: tuple[int, ...]) -> Pair:
    """Return the sum of the ciphertexts at these places."""
    chosen = [pairs[place] for place in places]
    return total_of([left for left, _ in chosen]), total_of([right for _, right in chosen])
