"""Ballots verified a second, beside what the scalar multiplications of their proofs alone allow.

    python -m bench.voting_proofs [--ballots N] [--tally N]

The limit counts, for each branch of each proof, three multiplications of points and one of the
base, each timed alone by the same library in the same minutes. Everything else (additions, hashes,
decoding, the pseudonym's signature) is overhead. Tokens are apart: `bench.voting_tokens`.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from nacl.bindings import (
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from bench.machine import machine
from bench.voting_rings import show_rings
from bench.voting_tokens import show_tokens
from client.voting.marking import ContestMarks, mark
from client.voting.prover import random_scalar, seal_ballot
from client.voting.trustee import Trustee, count_of
from contracts.sdk.group import decode_point, encode_scalar, multiply_base
from contracts.voting.crypto.ballots import (
    BallotStatement,
    EncryptedBallot,
    ballot_bytes,
    ciphertexts_of,
    verify_ballot,
)
from contracts.voting.crypto.dkg import ShareStatement, is_decryption_share
from contracts.voting.crypto.elgamal import Ciphertext, add_ciphertexts
from contracts.voting.crypto.questions import APPROVAL, SCHULZE, SCORE, SINGLE, Contest, shape_of
from primitives.crypto import SigningKey
from primitives.errors import InvariantBroken

_OPTIONS = ("A", "B", "C", "D", "E")
_GRADES = ("poor", "fair", "good")
_BATCH = 5  # ballots a thread between two looks at the limit
_TIMED = 40  # branches a look
_SCALARS = [encode_scalar(random_scalar()) for _ in range(3)]
_POINT = multiply_base(random_scalar()).encoded
_HASH = bytes(range(64))
_TOKEN = bytes(48)
_DISTINCT = 20  # ballots of the tally; sums cost the same whatever is added
_POLYNOMIAL = [random_scalar() for _ in range(3)]  # all three trustees are needed


def _contest(kind: str, *, low: int = 0, high: int = 0, grades: tuple[str, ...] = ()) -> Contest:
    return Contest("Q", kind, _OPTIONS, low, high, grades, has_blank=False)


CONTESTS: dict[str, tuple[Contest, ContestMarks]] = {
    "approval, 5 options": (_contest(APPROVAL, high=5), (0, 2)),
    "approval, 1 to 3 of 5": (_contest(APPROVAL, low=1, high=3), (0, 2)),
    "single of 5": (_contest(SINGLE), (1,)),
    "score, 5 by 3 grades": (_contest(SCORE, grades=_GRADES), (0, 1, 2, 1, 0)),
    "ranked, 5 options": (_contest(SCHULZE), (4, 3, (2, 1))),
}

Cast = tuple[BallotStatement, EncryptedBallot]


@dataclass(frozen=True, slots=True)
class Rate:
    """Ballots a second, and how many the multiplications alone would allow at the same time."""

    ballots: float
    limit: float

    def __str__(self) -> str:
        return f"{self.ballots:8.0f} {self.limit:8.0f} {self.ballots / self.limit:6.2f}"


def main() -> int:
    """Print the figures; return the exit code."""
    parser = argparse.ArgumentParser(description="Ballots verified a second.")
    parser.add_argument("--ballots", type=int, default=100, help="ballots of each kind")
    parser.add_argument("--tally", type=int, default=10_000, help="ballots to add up and decrypt")
    arguments = parser.parse_args()
    count = arguments.ballots
    workers = len(os.sched_getaffinity(0))
    print(machine())
    columns = f"{'ballots/s':>8} {'limit':>7} {'ratio':>6}"
    print(f"{'':24} {'bytes':>6}   one core: {columns}   {workers} threads: {columns}")
    for name, (contest, marks) in CONTESTS.items():
        casts = [_cast(contest, marks, number) for number in range(count)]
        branches = branches_of(contest)
        rates = [measure(casts, branches, threads) for threads in (1, workers)]
        size = ballot_bytes((contest,))
        print(f"{name:24} {size:6d}            {rates[0]}              {rates[1]}")
    adding_s, opening_s = _tally_s(arguments.tally)
    print(
        f"tally of {arguments.tally} ballots of {len(_OPTIONS)} options: {adding_s:.2f} s to add,"
    )
    print(f"{opening_s:.2f} s for shares of {len(_POLYNOMIAL)} trustees, checks and counts")
    show_tokens()
    show_rings()
    return 0


def measure(casts: Sequence[Cast], branches: int, threads: int) -> Rate:
    """Return the rate of `threads` threads; ballots and multiplications take turns, often."""
    ballots_s, limits_s = [], []
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(casts), _BATCH * threads):
            batch = casts[start : start + _BATCH * threads]
            parts = [batch[first::threads] for first in range(threads)]
            before = _limit_s(pool, branches, threads)
            taken = _timed(lambda parts=parts: list(pool.map(_verify_all, parts)))  # type: ignore[misc]
            ballots_s.append(taken / len(batch))
            limits_s.append((before + _limit_s(pool, branches, threads)) / 2)
    slowdown = median(one / limit for one, limit in zip(ballots_s, limits_s, strict=True))
    limit = 1 / median(limits_s)
    return Rate(limit / slowdown, limit)


def branches_of(contest: Contest) -> int:
    """Return how many branches all proofs of the contest have: each costs 3 and 1."""
    shape = shape_of(contest)
    if shape.ranked > 0:  # three branches of two a pair, and the sums of rows and columns
        return 6 * (shape.count // 2) + 2 * shape.ranked
    return 2 * shape.count + sum(line.high - line.low + 1 for line in shape.sums)


def _tally_s(count: int) -> tuple[float, float]:
    """Return the seconds to add up `count` ballots, and to decrypt and check the sums."""
    contest, marks = CONTESTS["approval, 5 options"]
    casts = [_cast(contest, marks, number) for number in range(_DISTINCT)]
    rows = [ciphertexts_of(ballot.answers[0]) for _, ballot in casts]
    picked = [rows[number % _DISTINCT] for number in range(count)]
    totals: list[Ciphertext] = []
    adding_s = _timed(lambda: totals.extend(map(add_ciphertexts, zip(*picked, strict=True))))
    counts: list[int] = []
    opening_s = _timed(lambda: counts.extend(_decrypt(totals, count)))
    if counts != [count * value for value in mark(contest, marks)]:
        raise InvariantBroken(f"the counts are {counts}")
    return adding_s, opening_s


def _decrypt(totals: Sequence[Ciphertext], count_max: int) -> list[int]:
    """Return the counts, from a share with proof of every trustee for every sum."""
    counts = []
    for choice, total in enumerate(totals):
        shares = {}
        for number in range(1, len(_POLYNOMIAL) + 1):
            secret = sum(part * number**degree for degree, part in enumerate(_POLYNOMIAL))
            trustee = Trustee(number, {1: encode_scalar(secret)})
            stated = ShareStatement(_HASH, 0, choice, number, _HASH)
            given = trustee.decrypt(stated, total)
            if not is_decryption_share(stated, trustee.verification_key, total[0], given):
                raise InvariantBroken("an honest share does not verify")
            shares[number] = decode_point(given.share)
        counts.append(count_of(total, shares, count_max))
    return counts


def _cast(contest: Contest, marks: ContestMarks, number: int) -> Cast:
    signer = SigningKey(number.to_bytes(32, "big"))
    key = multiply_base(_POLYNOMIAL[0])
    statement = BallotStatement(
        election=_HASH,
        key=key.encoded,
        contests=(contest,),
        class_id=0,
        voter_key=signer.public_key,
        seq=number,
        token=_TOKEN,
    )
    return statement, seal_ballot(statement, [mark(contest, marks)], signer).ballot


def _verify_all(casts: Sequence[Cast]) -> None:
    for statement, ballot in casts:
        verify_ballot(statement, ballot)


def _limit_s(pool: ThreadPoolExecutor, branches: int, threads: int) -> float:
    """Return the seconds that one ballot's multiplications take when all threads do them."""
    taken = _timed(lambda: list(pool.map(_multiply, [_TIMED] * threads)))
    return taken / (threads * _TIMED) * branches


def _multiply(branches: int) -> None:
    """Do the multiplications of so many branches."""
    for _ in range(branches):
        for scalar in _SCALARS:
            crypto_scalarmult_ed25519_noclamp(scalar, _POINT)
        crypto_scalarmult_ed25519_base_noclamp(_SCALARS[0])


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
