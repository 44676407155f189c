"""A trustee at the end of an election: its shares of the sums' decryption, and the counts.

Nothing here is done before the ballots are closed; the contract refuses shares before that.
"""

from collections.abc import Mapping
from functools import lru_cache

from client.voting.dealer import secret_share
from client.voting.prover import prove_share
from contracts.sdk.group import BASE, IDENTITY, Point, add, multiply_base, subtract
from contracts.voting.crypto.dkg import DecryptionShare, ShareStatement, combine, share_labels
from contracts.voting.crypto.elgamal import Ciphertext
from primitives.errors import Rejected

_STEPS_MAX = 2**20


class CountNotFound(Rejected):
    """The decrypted sum is no number up to the limit: shares or sums are not this election's."""


class Trustee:
    """Holds one part of the election's secret. Never prints it."""

    __slots__ = ("_secret", "number")

    def __init__(self, number: int, shares: Mapping[int, bytes]) -> None:
        """Add up the checked shares from the dealers of QUAL, by dealer, the own one too."""
        self.number = number
        self._secret = secret_share(shares)

    def __repr__(self) -> str:
        return f"Trustee(number={self.number})"

    @property
    def verification_key(self) -> Point:
        """V_j; must be what the contract computes from the commitments."""
        return multiply_base(self._secret)

    def decrypt(self, statement: ShareStatement, total: Ciphertext) -> DecryptionShare:
        """Return this trustee's share of one summed ciphertext, with its proof."""
        share, proof = prove_share(share_labels(statement), self._secret, total[0])
        return DecryptionShare(share.encoded, proof)


def count_of(total: Ciphertext, shares: Mapping[int, Point], count_max: int) -> int:
    """Return the number that `total` holds, from the valid shares of t trustees, by trustee.

    Raises:
        CountNotFound: it is none from 0 to `count_max`.
    """
    mask = combine(tuple(shares), tuple(shares.values()))
    return logarithm(subtract(total[1], mask), count_max)


def logarithm(point: Point, count_max: int) -> int:
    """Return the number from 0 to `count_max` whose multiple of BASE is `point`.

    Baby steps and giant steps: about twice the square root of `count_max` additions.

    Raises:
        CountNotFound: there is none.
    """
    width = max(1, min(_STEPS_MAX, int(count_max**0.5) + 1))
    steps = _baby_steps(width)
    giant = multiply_base(width)
    for turn in range(count_max // width + 1):
        step = steps.get(point.encoded)
        if step is not None and turn * width + step <= count_max:
            return turn * width + step
        point = subtract(point, giant)
    raise CountNotFound(f"the sum holds no number from 0 to {count_max}")


@lru_cache(maxsize=2)
def _baby_steps(width: int) -> dict[bytes, int]:
    steps = {}
    point = IDENTITY
    for step in range(width):
        steps[point.encoded] = step
        point = add(point, BASE)
    return steps
