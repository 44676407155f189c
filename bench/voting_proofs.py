"""Ballots verified a second, beside what the scalar multiplications of their proofs alone allow.

    python -m bench.voting_proofs [--ballots N]

The limit counts, for each branch of each proof, three multiplications of points and one of the
base, each timed alone by the same library in the same minutes. Everything else (additions, hashes,
decoding, the pseudonym's signature) is overhead. Tokens are not in it: see `contracts.sdk.rsa`.
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

from bench.run import machine
from client.voting.marking import mark
from client.voting.prover import random_scalar, seal_ballot
from contracts.sdk.group import encode_scalar, multiply_base
from contracts.voting.ballots import (
    BallotStatement,
    EncryptedBallot,
    ballot_bytes,
    verify_ballot,
)
from contracts.voting.questions import APPROVAL, BORDA, SCORE, SINGLE, Contest, shape_of
from primitives.crypto import SigningKey

_OPTIONS = ("A", "B", "C", "D", "E")
_GRADES = ("poor", "fair", "good")
_BATCH = 5  # ballots a thread between two looks at the limit
_TIMED = 40  # branches a look
_SCALARS = [encode_scalar(random_scalar()) for _ in range(3)]
_POINT = multiply_base(random_scalar()).encoded
_HASH = bytes(range(64))


def _contest(kind: str, *, low: int = 0, high: int = 0, grades: tuple[str, ...] = ()) -> Contest:
    return Contest("Q", kind, _OPTIONS, low, high, grades, has_blank=False)


CONTESTS = {
    "approval, 5 options": (_contest(APPROVAL, high=5), (0, 2)),
    "approval, 1 to 3 of 5": (_contest(APPROVAL, low=1, high=3), (0, 2)),
    "single of 5": (_contest(SINGLE), (1,)),
    "score, 5 by 3 grades": (_contest(SCORE, grades=_GRADES), (0, 1, 2, 1, 0)),
    "borda, 5 options": (_contest(BORDA), (4, 3, 2, 1, 0)),
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
    count = parser.parse_args().ballots
    workers = len(os.sched_getaffinity(0))
    print(f"machine: {machine()}; load average {os.getloadavg()[0]:.2f}")
    columns = f"{'ballots/s':>8} {'limit':>7} {'ratio':>6}"
    print(f"{'':24} {'bytes':>6}   one core: {columns}   {workers} threads: {columns}")
    for name, (contest, marks) in CONTESTS.items():
        casts = [_cast(contest, marks, number) for number in range(count)]
        branches = branches_of(contest)
        rates = [measure(casts, branches, threads) for threads in (1, workers)]
        size = ballot_bytes((contest,))
        print(f"{name:24} {size:6d}            {rates[0]}              {rates[1]}")
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
    return 2 * shape.count + sum(line.high - line.low + 1 for line in shape.sums)


def _cast(contest: Contest, marks: tuple[int, ...], number: int) -> Cast:
    signer = SigningKey(number.to_bytes(32, "big"))
    key = multiply_base(1 + number)
    statement = BallotStatement(_HASH, key.encoded, (contest,), 0, signer.public_key, number, _HASH)
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
