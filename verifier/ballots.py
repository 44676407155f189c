"""One ballot by itself: its form, its tracker, its tokens and every proof. Owns no state.

Source: docs/voting.md, ballots, proofs, tokens.
"""

from dataclasses import dataclass
from itertools import combinations

from verifier.election import Pair
from verifier.fields import Row
from verifier.group import base, plus, point, scalar, times, total_of
from verifier.ledger import is_signed
from verifier.manifest import REGISTRARS_MAX
from verifier.proofs import (
    is_blank_or_within,
    is_nothing_beside_blank,
    is_within,
    is_zero_or_one,
)
from verifier.questions import Contest
from verifier.refusal import require
from verifier.tokens import MODULUS_BYTES, is_token
from verifier.transcript import hashed, listed, number
from verifier.weak_orders import is_pair, is_ranking

_TOKEN_TAG = b"sapha/vote/v1/token"
_TOKEN_REGISTRARS_MAX = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A registrar's signature, unblinded."""

    registrar: int
    prefix: bytes
    signature: bytes


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
    """Under what election and class a throwaway key votes; `moduli` are the class's keys."""

    context: bytes
    key: bytes
    class_id: int
    voter_key: bytes
    moduli: tuple[bytes, ...]
    tokens_needed: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot with all that its proofs are tied to; `contexts` is ctx_B of each contest."""

    voter: Voter
    answers: list[Answer]
    signature: bytes
    contexts: list[bytes]
    tracker: bytes


def read_tokens(row: Row) -> list[Token]:
    """Return the tokens of the next field. Raises Refused."""
    return [
        Token(
            each.integer("registrar", 1, _TOKEN_REGISTRARS_MAX),
            each.data("prefix", 32),
            each.data("signature", MODULUS_BYTES),
        )
        for each in row.rows("tokens", 1, REGISTRARS_MAX, 3)
    ]


def read_ballot(row: Row, contests: tuple[Contest, ...], bound: tuple[Voter, int, bytes]) -> Ballot:
    """Return the ballot of the next field; `bound` is its voter, seq and hash of tokens.

    Raises Refused for another form than the contests need.
    """
    voter, seq, tokens = bound
    ballot = row.row("ballot", 2)
    rows = ballot.rows("answers", len(contests), len(contests), 4)
    answers = [_read_answer(*each) for each in zip(rows, contests, strict=True)]
    choices = [choice for answer in answers for choice in answer.choices]
    require(len(set(choices)) == len(choices), "a ciphertext comes twice: a copied vote")
    halves = [half for answer in answers for pair in answer.pairs() for half in pair]
    bound_to = (number(voter.class_id), voter.voter_key, number(seq), tokens, *halves)
    contexts = [
        hashed("ballot", voter.context, number(at), *bound_to) for at in range(len(answers))
    ]
    proofs = [proof for a in answers for proof in (*a.proofs, *a.sums, a.blank)]
    tracker = hashed("cast", *contexts, *proofs)
    return Ballot(voter, answers, ballot.data("signature", 64), contexts, tracker)


def hash_of_tokens(tokens: list[Token]) -> bytes:
    """Return the hash of tokens that a ballot's proofs cover."""
    rows = [listed([number(one.registrar), one.prefix, one.signature]) for one in tokens]
    return hashed("tokens", listed(rows))


def check_tokens(voter: Voter, tokens: list[Token]) -> None:
    """Check that the needed registrars, each once, signed for this key. Raises Refused."""
    numbers = [token.registrar for token in tokens]
    needed = voter.tokens_needed
    require(len(numbers) == needed, f"{len(numbers)} tokens, {needed} are needed")
    is_rising = numbers == sorted(set(numbers)) and numbers[-1] <= len(voter.moduli)
    require(is_rising, "the tokens are not of different registrars by number")
    message = _TOKEN_TAG + voter.context + number(voter.class_id) + voter.voter_key
    for token in tokens:
        modulus = voter.moduli[token.registrar - 1]
        is_right = is_token(modulus, token.prefix + message, token.signature)
        require(is_right, f"the token of registrar {token.registrar} is wrong")


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
