"""Secrets as words in two languages; and the Thai list, of which no word is taken for another."""

import hashlib
import itertools
import json
from pathlib import Path
from unicodedata import category, normalize

import pytest

from client.errors import BadWords
from client.thai_words import THAI_WORDS
from client.voting.seed import VoterSeed
from client.words import ENGLISH, THAI, secret_of, words_of
from contracts.sdk.labels import look_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "words.json").read_text())
TONES = set("\u0e47\u0e48\u0e49\u0e4a\u0e4b")
# Letters and marks that readers take for each other in small print and in handwriting.
ALIKE = (
    *("กถภฎฏฤ", "ขชซ", "คดตศ", "ฐธร", "ทหฑฒ", "นมฆ", "บปษ", "ผฝพฟฬ", "ลส", "อฮ", "วง", "จฉ"),
    *("ญณฌ", "\u0e31\u0e34\u0e35\u0e36\u0e37", "\u0e38\u0e39", "ใไโ", "เแ", "าำ"),
)
FACE = {letter: group[0] for group in ALIKE for letter in group}


def faces(word: str) -> str:
    return "".join(FACE.get(letter, letter) for letter in word if letter not in TONES)


def cells(word: str) -> int:
    return sum(category(letter) != "Mn" for letter in word)


def test_the_thai_list_has_2048_words_in_order_that_are_written_in_one_way():
    assert len(THAI_WORDS) == 2_048
    assert sorted(set(THAI_WORDS)) == THAI_WORDS
    assert all(normalize("NFC", word) == word for word in THAI_WORDS)
    assert all(2 <= cells(word) <= 6 for word in THAI_WORDS)
    assert {letter for word in THAI_WORDS for letter in word} <= set(map(chr, range(0xE01, 0xE4C)))
    assert not any("\u0e4c" in word or "\u0e4d" in word for word in THAI_WORDS)


def test_no_two_thai_words_differ_by_tone_marks_or_by_letters_that_look_alike_only():
    bare = ["".join(letter for letter in word if letter not in TONES) for word in THAI_WORDS]

    assert len(set(bare)) == len(THAI_WORDS)
    assert len(set(map(faces, THAI_WORDS))) == len(THAI_WORDS)
    assert len(set(map(look_of, THAI_WORDS))) == len(THAI_WORDS)


def test_the_list_is_the_one_of_the_vectors():
    text = "".join(f"{word}\n" for word in THAI_WORDS)

    assert hashlib.sha256(text.encode()).hexdigest() == VECTORS["thai_list_sha256"]


@pytest.mark.parametrize("case", VECTORS["secrets"], ids=lambda case: case["secret"][:8])
def test_words_give_their_secret_in_both_languages(case):
    secret = bytes.fromhex(case["secret"])

    for language in (ENGLISH, THAI):
        assert words_of(secret, language) == case[language]
        assert secret_of(case[language], len(case[language].split())) == secret


def test_one_seed_has_the_same_secrets_in_either_language():
    seed = VoterSeed.generate()

    assert VoterSeed.from_words(seed.words_in(THAI)).secret == seed.secret


@pytest.mark.parametrize(
    "typed",
    [
        lambda text: text.replace("แ", "เเ"),
        lambda text: text.replace("ำ", "\u0e4dา"),
        lambda text: text.replace("่", "่่"),
        lambda text: text.replace(" ", "\u200b  \n"),
    ],
)
def test_thai_words_are_read_as_keyboards_write_them(typed):
    secrets = [hashlib.sha256(bytes([number])).digest() for number in range(16)]
    texts = [words_of(secret, THAI) for secret in secrets]

    assert any(typed(text) != text for text in texts)
    assert [secret_of(typed(text), 24) for text in texts] == secrets


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda words: words[:-1], "23 words"),
        (lambda words: [*words[:4], "abandon", *words[5:]], "word 5"),
        (lambda words: [words[1], words[0], *words[2:]], "checksum"),
    ],
)
def test_other_words_are_refused_by_their_place_and_not_repeated(change, said):
    words = words_of(bytes(range(32)), THAI).split()

    with pytest.raises(BadWords, match=said) as refused:
        secret_of(" ".join(change(words)), 24)

    shown = str(refused.value)
    assert not any(word in shown for word in itertools.islice(words, 24))
