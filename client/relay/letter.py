"""Letters to a relay, all of one length, and its answers: sealed, so that carriers learn nothing.

    letter = id of the relay's key (8 bytes) || sealed for lp("sapha/relay/v1/letter") :
             latest time (8, Unix ms) || answer key (32) || body
    answer = sealed to the answer key for lp("sapha/relay/v1/answer") || lp(SHA-256 of the letter) :
             body
    body   = length (4) || a JSON-RPC call, or its answer, by zlib || zeros

Integers are big-endian. The answer key serves one letter; nobody but relay and sender knows it, so
an answer that opens is the relay's. Source: docs/protocol.md#letters.
"""

import secrets
import zlib
from dataclasses import dataclass
from hashlib import sha256

from client import hpke
from client.errors import NotOpened
from client.hpke import SealingKey, info_of
from client.relay.errors import BadLetterSize, LetterNotOpened
from primitives.crypto import digest

LETTER_BYTES = 80 * 1024  # the largest transaction fits, as JSON
KEY_ID_BYTES = 8
BODY_BYTES_MAX = 256 * 1024
ANSWER_BYTES_MAX = 8 * 1024 * 1024
_TIME_BYTES, _LENGTH_BYTES = 8, 4
_INSIDE_BYTES = LETTER_BYTES - KEY_ID_BYTES - hpke.OVERHEAD_BYTES
_HEAD_BYTES = _TIME_BYTES + hpke.KEY_BYTES
_LETTER = info_of(b"sapha/relay/v1/letter")


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter, and what its answer is opened with. Never shows what is in it."""

    raw: bytes
    _key: SealingKey

    def open(self, answer: bytes) -> bytes:
        """Return what the relay answered. Raises NotOpened: it is not the relay's answer."""
        try:
            return _unpad(self._key.open(answer, _answer_info(self.raw)), ANSWER_BYTES_MAX)
        except LetterNotOpened as error:
            raise NotOpened(error.message) from error


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """What a letter held; `latest_ms` is until when the relay may act on it, Unix time."""

    body: bytes
    latest_ms: int
    _answer_key: bytes
    _raw: bytes

    def answer(self, body: bytes) -> bytes:
        """Return an answer that only the sender reads; its length is a multiple of a letter's.

        Raises:
            BadSealingKey: nothing can be sealed to the key that the sender gave.
        """
        packed = zlib.compress(body)
        least = len(packed) + _LENGTH_BYTES + hpke.OVERHEAD_BYTES
        length = -(-least // LETTER_BYTES) * LETTER_BYTES - hpke.OVERHEAD_BYTES
        return hpke.seal(_pad(packed, length), self._answer_key, _answer_info(self._raw))


def key_id(public: bytes) -> bytes:
    """Return the 8 bytes that a letter begins with, of a relay's public key."""
    return digest("relay-key", public)[:KEY_ID_BYTES]


def write_letter(body: bytes, relay_key: bytes, latest_ms: int) -> SentLetter:
    """Return a letter with a call in it.

    Raises:
        BadLetterSize: the call is too long for a letter.
        BadSealingKey: nothing can be sealed to this relay's key.
    """
    answers = SealingKey(secrets.token_bytes(hpke.KEY_BYTES))
    head = latest_ms.to_bytes(_TIME_BYTES, "big") + answers.public
    packed = zlib.compress(body)
    if len(body) > BODY_BYTES_MAX or len(packed) > _INSIDE_BYTES - _HEAD_BYTES - _LENGTH_BYTES:
        raise BadLetterSize(f"a call of {len(body)} bytes is more than a letter holds")
    inside = head + _pad(packed, _INSIDE_BYTES - _HEAD_BYTES)
    return SentLetter(key_id(relay_key) + hpke.seal(inside, relay_key, _LETTER), answers)


def open_letter(raw: bytes, relay_key: SealingKey) -> OpenedLetter:
    """Return what a letter of the right length holds. Raises LetterNotOpened."""
    try:
        inside = relay_key.open(raw[KEY_ID_BYTES:], _LETTER)
    except NotOpened as error:
        raise LetterNotOpened("the letter was changed on the way") from error
    body = _unpad(inside[_HEAD_BYTES:], BODY_BYTES_MAX)
    latest_ms = int.from_bytes(inside[:_TIME_BYTES], "big")
    return OpenedLetter(body, latest_ms, inside[_TIME_BYTES:_HEAD_BYTES], raw)


def _answer_info(letter: bytes) -> bytes:
    return info_of(b"sapha/relay/v1/answer", sha256(letter).digest())


def _pad(packed: bytes, length: int) -> bytes:
    return (len(packed).to_bytes(_LENGTH_BYTES, "big") + packed).ljust(length, b"\0")


def _unpad(padded: bytes, bytes_max: int) -> bytes:
    """Return what `_pad` was given, unpacked. Raises LetterNotOpened."""
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    packed, rest = padded[_LENGTH_BYTES:][:length], padded[_LENGTH_BYTES:][length:]
    if len(packed) != length or rest.strip(b"\0"):
        raise LetterNotOpened("what is sealed is not padded with zeros to its length")
    reader = zlib.decompressobj()
    try:
        body = reader.decompress(packed, bytes_max + 1)
    except zlib.error as error:
        raise LetterNotOpened("what is sealed cannot be unpacked") from error
    if len(body) > bytes_max or not reader.eof or reader.unused_data:
        raise LetterNotOpened(f"what is sealed is no more than {bytes_max} bytes, whole")
    return body
