"""Words give the seed back; the seed gives everything of an election, and nothing of another."""

import pytest

from client.errors import BadWords
from client.voting.seed import VoterSeed
from primitives.errors import BadShape

SEED = VoterSeed(bytes(range(32)))


def test_the_words_give_the_seed_back_in_any_spacing_and_case():
    again = VoterSeed.from_words("  " + SEED.words.upper().replace(" ", "\n "))

    assert again.secret == SEED.secret
    assert len(SEED.words.split()) == 24


def test_the_words_are_those_of_bip_39():
    words = VoterSeed(b"\x7f" * 32).words

    assert words.startswith("legal winner thank year wave sausage worth useful")
    assert words.endswith("title")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda words: words[:-1], "23 words"),
        (lambda words: [*words[:2], "สภา", *words[3:]], "word 3"),
        (lambda words: [words[1], words[0], *words[2:]], "checksum"),
        (lambda words: [], "0 words"),
    ],
)
def test_other_words_are_refused_and_not_repeated_in_the_message(change, said):
    words = SEED.words.split()

    with pytest.raises(BadWords, match=said) as refused:
        VoterSeed.from_words(" ".join(change(words)))

    assert not set(words[4:]) & set(refused.value.message.split())


def test_everything_follows_from_the_seed_and_the_election():
    one, same, other = (SEED.election(context) for context in (b"a" * 64, b"a" * 64, b"b" * 64))

    assert one.pseudonym.public_key == same.pseudonym.public_key != other.pseudonym.public_key
    assert one.blinding(b"a" * 64, 0) == same.blinding(b"a" * 64, 0) != one.blinding(b"a" * 64, 1)
    assert one.blinding(b"a" * 64, 0) != other.blinding(b"a" * 64, 0)
    drawn = [one.ballot(*key).read(32) for key in [(1, 0, b"x"), (2, 0, b"x"), (1, 1, b"x")]]
    assert len({*drawn, one.ballot(1, 0, b"y").read(32), one.delay.read(32)}) == 5


def test_a_stream_goes_on_where_it_was_and_draws_within_bounds():
    whole, parts = SEED.election(b"e").delay, SEED.election(b"e").delay

    assert whole.read(200) == parts.read(1) + parts.read(70) + parts.read(129)
    drawn = [whole.below(5) for _ in range(200)]
    assert set(drawn) == {1, 2, 3, 4}


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(BadShape):
        VoterSeed(b"short")


def test_no_secret_is_printed():
    election = SEED.election(b"e")

    shown = repr(SEED) + repr(election) + repr(election.delay)

    assert SEED.secret.hex() not in shown
    assert SEED.words.split()[0] not in shown
