"""A voter's one secret: 24 words, from which all keys and random numbers of an election follow.

Losing the device then loses no vote: the words and the ledger give everything back. Who has the
words can show how the voter voted. Source: `client.words`; HMAC-SHA512 in counter mode.
"""

import hmac
import secrets

from client.bls_blind import derive_exponent
from client.words import ENGLISH, secret_of, words_of
from contracts.sdk.group import ORDER
from contracts.sdk.transcript import lp, uint
from primitives.crypto import SEED_BYTES, SigningKey
from primitives.errors import BadShape

WORDS = 24
_PREFIX = b"sapha/voter/v1\0"


class Stream:
    """Bytes that only its key gives, in order; the same key gives the same bytes again."""

    __slots__ = ("_counter", "_key", "_left")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 0
        self._left = b""

    def __repr__(self) -> str:
        return "Stream(...)"

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._left) < size:
            self._left += hmac.digest(self._key, self._counter.to_bytes(8, "big"), "sha512")
            self._counter += 1
        data, self._left = self._left[:size], self._left[size:]
        return data

    def below(self, limit: int) -> int:
        """Return a uniform number from 1 to limit - 1, by rejection."""
        bits = limit.bit_length()
        size = (bits + 7) // 8
        while True:
            number = int.from_bytes(self.read(size), "big") >> (8 * size - bits)
            if 0 < number < limit:
                return number


class VoterSeed:
    """32 bytes behind 24 words. Never prints them by accident."""

    __slots__ = ("secret",)

    def __init__(self, secret: bytes) -> None:
        """Keep a 32-byte secret. Raises BadShape."""
        if len(secret) != SEED_BYTES:
            raise BadShape(f"a voter's seed has {SEED_BYTES} bytes, not {len(secret)}")
        self.secret = secret

    @classmethod
    def generate(cls) -> "VoterSeed":
        """Return a fresh random seed."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @classmethod
    def from_words(cls, text: str) -> "VoterSeed":
        """Return the seed of 24 words in any spacing and case. Raises BadWords."""
        return cls(secret_of(text, WORDS))

    @property
    def words(self) -> str:
        """The 24 words in English, to be written down."""
        return self.words_in(ENGLISH)

    def words_in(self, language: str) -> str:
        """Return the 24 words of a language of `client.words`."""
        return words_of(self.secret, language)

    def __repr__(self) -> str:
        return "VoterSeed(...)"

    def election(self, context: bytes) -> "ElectionSeed":
        """Return the seed of one election; `context` is the hash that names it."""
        return ElectionSeed(_derive(self.secret, b"election", context))


class ElectionSeed:
    """All secrets of one voter in one election; tells nothing of another election's."""

    __slots__ = ("_secret", "pseudonym")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.pseudonym = SigningKey(_derive(secret, b"pseudonym")[:SEED_BYTES])

    def __repr__(self) -> str:
        return "ElectionSeed(...)"

    def blinding(self, context: bytes, class_id: int) -> int:
        """Return r, which hides what registrars sign; `context` is ctx_E. The same each time."""
        return derive_exponent(self._secret, lp(context) + lp(uint(class_id)))

    def ring_secret(self, class_id: int) -> int:
        """Return x of the one-time key for the ring of a class, of the seed of a frozen roll."""
        return Stream(_derive(self._secret, b"ring", uint(class_id))).below(ORDER)

    def ballot(self, seq: int, attempt: int, choice: bytes) -> Stream:
        """Return the random bytes of one ballot.

        `choice` is the encoded selection: two ballots that differ in it share no random number,
        whatever the counters say, so that nothing can be learnt from their difference.
        """
        counters = seq.to_bytes(8, "big") + attempt.to_bytes(8, "big")
        return Stream(_derive(self._secret, b"ballot", counters, choice))

    @property
    def delay(self) -> Stream:
        """The random bytes that decide when to cast."""
        return Stream(_derive(self._secret, b"delay"))


def _derive(secret: bytes, *labels: bytes) -> bytes:
    framed = b"".join(len(label).to_bytes(8, "big") + label for label in labels)
    return hmac.digest(secret, _PREFIX + framed, "sha512")
