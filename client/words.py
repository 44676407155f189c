"""Secrets as words to be written down: 24 or 12 of 2,048, in English or Thai, with a checksum.

The last bits are a checksum, so that a wrong or displaced word is noticed. Source: BIP 39, of 256
or 128 bits; the English list is its own, the Thai one is `client.thai_words`.
"""

import re
from unicodedata import normalize

from mnemonic import Mnemonic

from client.errors import BadWords

ENGLISH, THAI = "en", "th"
_BIP_39 = Mnemonic("english")
_THAI_LETTER = re.compile("[\u0e01-\u0e5b]")
# What keyboards make of the same letters: two SARA E, NIKHAHIT and SARA AA, a mark twice, joiners.
_TYPED = (
    (re.compile("\u0e40\u0e40"), "\u0e41"),
    (re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32"), "\\1\\2\u0e33"),
    (re.compile("([\u0e47-\u0e4b])\\1+"), r"\1"),
    (re.compile("[\u200b-\u200d\u2060\ufeff]"), ""),
)


def words_of(secret: bytes, language: str = ENGLISH) -> str:
    """Return a secret of 16 or 32 bytes as 12 or 24 words, separated by spaces."""
    number_of = {word: number for number, word in enumerate(_BIP_39.wordlist)}
    listed = _list(language)
    return " ".join(listed[number_of[word]] for word in _BIP_39.to_mnemonic(secret).split())


def secret_of(text: str, count: int) -> bytes:
    """Return the secret behind so many words, in any spacing and case; the first tells the list.

    Raises:
        BadWords: another number of words, a word of no list (its place is named), a wrong checksum.
    """
    words = _plain(text).split()
    if len(words) != count:
        raise BadWords(f"{len(words)} words, there must be {count}")
    known = _list(THAI if _THAI_LETTER.search(words[0]) else ENGLISH)
    number_of = {word: number for number, word in enumerate(known)}
    for place, word in enumerate(words, start=1):
        if word not in number_of:
            raise BadWords(f"word {place} is not in the list", place=place)
    # In English, as the library takes the letters of other scripts apart.
    english = [_BIP_39.wordlist[number_of[word]] for word in words]
    try:
        return bytes(_BIP_39.to_entropy(english))
    except ValueError as error:
        raise BadWords("the checksum is wrong: a word is another, or out of order") from error


def _plain(text: str) -> str:
    plain = normalize("NFC", text).lower()
    for typed, meant in _TYPED:
        plain = typed.sub(meant, plain)
    return plain


def _list(language: str) -> list[str]:
    if language == ENGLISH:
        return _BIP_39.wordlist
    from client.thai_words import THAI_WORDS  # noqa: PLC0415 - most words are English

    return THAI_WORDS
