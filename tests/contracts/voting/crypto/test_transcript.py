"""Transcripts, against a second writing of their definition with hashlib alone."""

from dataclasses import replace
from hashlib import sha512

import pytest

from contracts.sdk.transcript import listed, uint
from contracts.voting.crypto.tokens import token_message
from contracts.voting.crypto.transcript import (
    ElectionParts,
    challenge,
    election_context,
    hash_of,
    numbered_key,
    roll_context,
    setup_context,
    tally_hash,
    voter_ref,
)
from primitives.crypto import PublicKey

PINNED = "4405b1636605591eb3234ccfb16c74e1"
ORDER = 2**252 + 27742317777372353535851937790883648493

PARTS = ElectionParts(
    roll=b"\x0f" * 64,
    registrars=((numbered_key(1, b"\x81" * 96), numbered_key(3, b"\x83" * 96)),),
    signatures_needed=2,
    registrar_count=3,
    qualified=(numbered_key(1, b"\x01" * 32), numbered_key(3, b"\x03" * 32)),
    shares_needed=2,
    dkg=b"\x04" * 64,
    key=b"\x05" * 32,
)


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(8, "big") + data


def by_hand(tag: str, *fields: bytes) -> bytes:
    return sha512(b"".join(map(framed, (b"sapha/vote/v2/" + tag.encode(), *fields)))).digest()


def test_a_hash_frames_its_tag_and_each_field():
    assert hash_of("x", (b"", b"ab")) == by_hand("x", b"", b"ab")
    assert challenge("x", (b"a",)) == int.from_bytes(by_hand("x", b"a"), "little") % ORDER
    assert uint(258) == bytes([0, 0, 0, 0, 0, 0, 1, 2])


def test_a_known_hash_stays_what_it_is():
    known = hash_of("ballot", (b"one", b"", uint(7)))

    assert known.hex()[:32] == PINNED


def test_no_two_splits_of_the_same_bytes_hash_alike():
    splits = [(b"ab",), (b"a", b"b"), (b"", b"ab"), (b"ab", b""), (listed((b"a", b"b")),)]

    assert len({hash_of("x", split) for split in splits}) == len(splits)
    assert hash_of("x", (b"ab",)) != hash_of("xa", (b"b",))
    assert listed((b"a", b"b")) != listed((b"ab",))


def test_the_election_context_is_what_the_specification_lists():
    expected = by_hand(
        "election",
        b"\x0f" * 64,
        uint(1)
        + framed(
            uint(2) + framed(uint(1) + b"\x81" * 96) + framed(uint(3) + b"\x83" * 96),
        ),
        uint(2),
        uint(3),
        uint(2) + framed(uint(1) + b"\x01" * 32) + framed(uint(3) + b"\x03" * 32),
        uint(2),
        b"\x04" * 64,
        b"\x05" * 32,
    )

    assert election_context(PARTS) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"roll": b"\x0e" * 64},
        {"registrars": (PARTS.registrars[0][::-1],)},
        {"registrars": (PARTS.registrars[0][:1],)},
        {"registrars": PARTS.registrars * 2},
        {"signatures_needed": 3},
        {"registrar_count": 4},
        {"qualified": PARTS.qualified[:1]},
        {"shares_needed": 3},
        {"dkg": b"\x05" * 64},
        {"key": b"\x06" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_an_election_changes_its_context(change):
    assert election_context(replace(PARTS, **change)) != election_context(PARTS)


def test_setup_and_tally_are_framed_like_everything():
    assert setup_context("c", (1, 2), b"m") == by_hand("setup", b"c", uint(1), uint(2), b"m")
    assert voter_ref(b"s", b"p") == by_hand("voter", b"s", b"p")
    assert roll_context(b"s", b"r") == by_hand("roll", b"s", b"r")
    rows = uint(2) + framed(uint(1) + framed(uint(5))) + framed(uint(0))
    assert tally_hash(b"e", b"l", ((5,), ())) == by_hand("tally", b"e", b"l", rows)


def test_a_token_is_for_one_election_class_and_pseudonym():
    message = token_message(bytes(64), 3, PublicKey(b"\x09" * 32))

    fields = (b"sapha/vote/v2/token", bytes(64), uint(3), b"\x09" * 32)
    assert message == b"".join(map(framed, fields))
