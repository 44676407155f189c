"""Addresses: derived from a key, shown so that typing errors are caught."""

import bech32m
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from primitives.crypto import digest
from primitives.errors import BadAddress
from primitives.ids import Address, address_of, read_address, show_address
from tests.builders import key

ADDRESS = address_of(key(0).public_key)
SHOWN = show_address(ADDRESS)
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def test_an_address_is_the_start_of_the_keys_tagged_hash():
    assert digest("address", key(0).public_key)[:20] == ADDRESS


@given(st.binary(min_size=20, max_size=20).map(Address))
def test_a_shown_address_reads_back(address):
    shown = show_address(address)

    assert read_address(shown) == address
    assert shown.startswith("sph1")


@pytest.mark.parametrize("place", range(4, len(SHOWN)))
def test_every_mistyped_character_is_caught(place):
    for character in CHARACTERS.replace(SHOWN[place], ""):
        with pytest.raises(BadAddress):
            read_address(SHOWN[:place] + character + SHOWN[place + 1 :])


@given(
    st.dictionaries(
        st.integers(4, len(SHOWN) - 1), st.sampled_from(CHARACTERS), min_size=2, max_size=4
    )
)
def test_up_to_four_mistyped_characters_are_caught(typed):
    mistyped = "".join(typed.get(place, character) for place, character in enumerate(SHOWN))
    assume(mistyped != SHOWN)

    with pytest.raises(BadAddress):
        read_address(mistyped)


@pytest.mark.parametrize("place", [i for i in range(4, len(SHOWN) - 1) if SHOWN[i] != SHOWN[i + 1]])
def test_two_swapped_neighbours_are_caught(place):
    swapped = SHOWN[:place] + SHOWN[place + 1] + SHOWN[place] + SHOWN[place + 2 :]

    with pytest.raises(BadAddress):
        read_address(swapped)


@given(st.text(max_size=100))
def test_other_text_is_refused_and_nothing_else_is_raised(text):
    with pytest.raises(BadAddress):
        read_address(text)


REFUSED = {
    "nothing": "",
    "the prefix alone": "sph1",
    "a missing character": SHOWN[:-1],
    "a surplus character": SHOWN + "q",
    "a space before": " " + SHOWN,
    "a line end after": SHOWN + "\n",
    "capital and small letters mixed": SHOWN[:10] + SHOWN[10:].upper(),
    "hex": "0x" + ADDRESS.hex(),
    "another prefix": bech32m.encode("bc", 1, ADDRESS),
    "another version": bech32m.encode("sph", 2, ADDRESS),
    "version 0 with the old checksum": bech32m.encode("sph", 0, ADDRESS),
    "19 bytes": bech32m.encode("sph", 1, ADDRESS[:19]),
    "32 bytes": bech32m.encode("sph", 1, bytes(32)),
    "ten thousand characters": SHOWN * 250,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(BadAddress):
        read_address(text)


def test_capitals_throughout_are_the_same_address():
    assert read_address(SHOWN.upper()) == ADDRESS  # BIP 350 allows it, for codes to be scanned


def test_a_text_longer_than_any_address_is_not_decoded(monkeypatch):
    monkeypatch.setattr(bech32m, "decode", None)

    with pytest.raises(BadAddress, match="1000004 characters"):
        read_address("sph1" + "q" * 1_000_000)
