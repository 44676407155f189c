"""Letters: of one length, opened by the relay alone, and answered to the sender alone."""

import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import hpke
from client.errors import NotOpened
from client.hpke import SealingKey, info_of
from client.relay.address import RelayAddress, read_address
from client.relay.errors import BadLetterSize, BadRelayAddress, LetterNotOpened
from client.relay.letter import (
    BODY_BYTES_MAX,
    KEY_ID_BYTES,
    LETTER_BYTES,
    key_id,
    open_letter,
    write_letter,
)
from primitives.limits import TRANSACTION_BYTES_MAX
from tests.client.relay.acts import NOW, OTHER, RELAY

LATEST = NOW + 1000
INFO = info_of(b"sapha/relay/v1/letter")


def letter(body: bytes = b"{}"):
    return write_letter(body, RELAY.public, LATEST)


def sealed_by_hand(inside: bytes) -> bytes:
    """A letter whose sealed part holds other bytes than `write_letter` puts there."""
    return key_id(RELAY.public) + hpke.seal(inside, RELAY.public, INFO)


def padded(packed: bytes, length: int | None = None, fill: bytes = b"\0") -> bytes:
    size = len(packed) if length is None else length
    inside = LATEST.to_bytes(8, "big") + bytes(32) + size.to_bytes(4, "big") + packed
    return inside.ljust(LETTER_BYTES - KEY_ID_BYTES - hpke.OVERHEAD_BYTES, fill)


@given(body=st.binary(max_size=5_000))
def test_every_letter_and_every_short_answer_has_one_length(body):
    sent = letter(body)
    opened = open_letter(sent.raw, RELAY)
    answer = opened.answer(body)

    assert (len(sent.raw), len(answer)) == (LETTER_BYTES, LETTER_BYTES)
    assert (opened.body, opened.latest_ms, sent.open(answer)) == (body, LATEST, body)


def test_the_largest_transaction_fits_as_a_call():
    call = b'{"jsonrpc":"2.0","id":1,"method":"tx_submit","params":{"transaction":"0x'
    raw = os.urandom(TRANSACTION_BYTES_MAX).hex().encode()

    assert len(letter(call + raw + b'"}}').raw) == LETTER_BYTES


@pytest.mark.parametrize("body", [os.urandom(LETTER_BYTES), b"a" * (BODY_BYTES_MAX + 1)])
def test_what_does_not_fit_is_refused_before_it_is_sent(body):
    with pytest.raises(BadLetterSize):
        letter(body)


def test_a_long_answer_takes_whole_lengths_of_a_letter():
    body = os.urandom(2 * LETTER_BYTES)
    sent = letter()

    answer = open_letter(sent.raw, RELAY).answer(body)

    assert len(answer) == 3 * LETTER_BYTES
    assert sent.open(answer) == body


def test_two_letters_of_one_call_have_nothing_but_the_keys_id_in_common():
    first, second = letter().raw, letter().raw

    same = sum(a == b for a, b in zip(first[KEY_ID_BYTES:], second[KEY_ID_BYTES:], strict=True))
    assert first[:KEY_ID_BYTES] == second[:KEY_ID_BYTES] == key_id(RELAY.public)
    assert same < LETTER_BYTES / 100


@pytest.mark.parametrize("place", [KEY_ID_BYTES, KEY_ID_BYTES + 40, LETTER_BYTES - 1])
def test_a_carrier_alters_nothing_unnoticed(place):
    sent = letter()
    changed = bytearray(sent.raw)
    changed[place] ^= 1
    answer = bytearray(open_letter(sent.raw, RELAY).answer(b"[]"))
    answer[place] ^= 1

    with pytest.raises(LetterNotOpened):
        open_letter(bytes(changed), RELAY)
    with pytest.raises(NotOpened):
        sent.open(bytes(answer))


def test_nobody_else_opens_a_letter_and_no_letter_opens_another_ones_answer():
    first, second = letter(), letter()
    answer = open_letter(first.raw, RELAY).answer(b"[]")

    with pytest.raises(LetterNotOpened):
        open_letter(first.raw, OTHER)
    with pytest.raises(NotOpened):
        second.open(answer)


@pytest.mark.parametrize(
    "inside",
    [
        padded(b"no zlib"),
        padded(zlib.compress(b"{}"), fill=b"x"),
        padded(zlib.compress(b"{}"), length=2**31),
        padded(zlib.compress(b"{}") + b"more"),
        padded(zlib.compress(b"{}")[:-1]),
        padded(zlib.compress(bytes(BODY_BYTES_MAX + 1))),
        b"",
    ],
    ids=["no zlib", "no zeros", "too long", "bytes after it", "cut short", "a bomb", "nothing"],
)
def test_what_no_wallet_writes_is_not_opened(inside):
    with pytest.raises(LetterNotOpened):
        open_letter(sealed_by_hand(inside), RELAY)


def test_an_address_carries_the_key_behind_its_mark():
    text = "https://portal.example/relay#0x" + RELAY.public.hex()

    address = read_address(text)

    assert address == RelayAddress("https://portal.example/relay", RELAY.public)
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    ["https://relay.example", "https://relay.example#0x00", "relay.example#0x" + "5a" * 32, ""],
)
def test_an_address_without_a_key_or_place_is_refused(text):
    with pytest.raises(BadRelayAddress):
        read_address(text)


def test_a_letter_shows_nothing_of_its_keys():
    sent = write_letter(b"{}", SealingKey.generate().public, LATEST)

    assert "public" in repr(sent._key)
    assert "_private" not in repr(sent)
