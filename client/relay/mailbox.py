"""Opens the letters of one relay, each once, in its time, and not too many at once.

What is remembered of a letter is its hash, for as long as the letter may come again: after a
restart a letter of before may be opened a second time, which changes nothing, for a transaction has
one identity however often it comes, and its answer is sealed to the same sender.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from client.hpke import SealingKey
from client.relay.errors import (
    BadLetterSize,
    LetterOutOfDate,
    LetterRepeated,
    OldRelayKey,
    RelayBusy,
    WrongRelay,
)
from client.relay.letter import KEY_ID_BYTES, LETTER_BYTES, OpenedLetter, key_id, open_letter

LIFE_MS_MAX = 300_000  # how far ahead a letter may be dated
_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPolicy:
    """How many letters are opened; carriers know their callers and may be stricter."""

    letters_a_second_max: int = 300


class Mailbox:
    """Opens letters to `key`; those to a key of `retired` are told that it is an old one."""

    def __init__(
        self,
        key: SealingKey,
        retired: Iterable[bytes] = (),
        policy: MailboxPolicy | None = None,
    ) -> None:
        self.public = key.public
        self._key = key
        self._id = key_id(key.public)
        self._retired = frozenset(map(key_id, retired))
        self._policy = policy or MailboxPolicy()
        self._second, self._opened = 0, 0
        self._turned_ms = 0
        # Letters of this life and the one before: none is forgotten before it is out of date.
        self._seen: set[bytes] = set()
        self._seen_before: set[bytes] = set()

    def open(self, raw: bytes, now_ms: int) -> OpenedLetter:
        """Return what a letter holds.

        Raises:
            BadLetterSize, WrongRelay, OldRelayKey, LetterNotOpened: it is no letter to this key.
            LetterOutOfDate, LetterRepeated: it was one.
            RelayBusy: too many came within the second.
        """
        check_size(raw)
        self._check_key(raw[:KEY_ID_BYTES])
        name = sha256(raw).digest()
        self._turn(now_ms)
        if name in self._seen or name in self._seen_before:
            raise LetterRepeated
        self._count(now_ms)
        letter = open_letter(raw, self._key)
        if not now_ms < letter.latest_ms <= now_ms + LIFE_MS_MAX:
            ahead_ms = letter.latest_ms - now_ms
            raise LetterOutOfDate(
                f"its time is over in {ahead_ms} ms by this relay's clock, "
                f"must be in 1 to {LIFE_MS_MAX}"
            )
        self._seen.add(name)
        return letter

    def _check_key(self, identifier: bytes) -> None:
        if identifier in self._retired:
            raise OldRelayKey("the relay has another key now; look where its address is announced")
        if identifier != self._id:
            raise WrongRelay

    def _turn(self, now_ms: int) -> None:
        if now_ms - self._turned_ms >= LIFE_MS_MAX:
            is_long = now_ms - self._turned_ms >= 2 * LIFE_MS_MAX
            self._seen_before = set() if is_long else self._seen
            self._seen, self._turned_ms = set(), now_ms

    def _count(self, now_ms: int) -> None:
        second = now_ms // _SECOND_MS
        self._opened = self._opened + 1 if second == self._second else 1
        self._second = second
        most = self._policy.letters_a_second_max
        if self._opened > most:
            raise RelayBusy(f"more than {most} letters a second", retry_after_s=1)


def check_size(raw: bytes) -> None:
    """Raise BadLetterSize unless this has the length of all letters."""
    if len(raw) != LETTER_BYTES:
        raise BadLetterSize(f"{len(raw)} bytes; every letter has {LETTER_BYTES}")
