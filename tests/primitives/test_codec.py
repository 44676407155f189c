"""The encoding: one byte form a value; everything else is refused by name."""

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from primitives.codec import decode, encode
from primitives.errors import (
    InvariantBroken,
    NotCanonical,
    Rejected,
    TooDeep,
    TooLarge,
    TooManyItems,
)
from tests.primitives.strategies import damaged, edge_integers, values

BYTES_MAX = 64 * 1024


def nested(depth: int) -> bytes:
    """`depth` arrays, one in the other, the innermost empty."""
    return b"\x91" * (depth - 1) + b"\x90"


@given(values | edge_integers)
def test_a_decoded_encoding_is_the_value(value):
    again = decode(encode(value), bytes_max=BYTES_MAX)

    assert again == value
    assert repr(again) == repr(value)  # True and 1, () and [] are different values


@given(st.binary(max_size=60))
@example(b"\xc7\x00\x05")
@example(b"\xd9\x01a")
def test_every_accepted_byte_string_encodes_to_itself(data):
    try:
        value = decode(data, bytes_max=BYTES_MAX)
    except Rejected:
        return

    assert encode(value) == data


@given(st.data(), values)
def test_damaged_bytes_are_refused_or_are_another_value_in_full(data, value):
    whole = encode(value)
    bad = data.draw(damaged(whole))
    try:
        other = decode(bad, bytes_max=BYTES_MAX)
    except Rejected:
        return

    assert encode(other) == bad
    assert (repr(other) == repr(value)) == (bad == whole)


HAZARDS = {
    "nothing": b"",
    "a byte after the value": b"\x01\x00",
    "two values": b"\x90\x90",
    "an array cut short": b"\x92\x01",
    "text cut short": b"\xa3ab",
    "the unused byte c1": b"\xc1",
    "zero in uint8": b"\xcc\x00",
    "127 in uint8": b"\xcc\x7f",
    "1 in uint16": b"\xcd\x00\x01",
    "255 in uint16": b"\xcd\x00\xff",
    "1 in uint32": b"\xce\x00\x00\x00\x01",
    "1 in uint64": b"\xcf" + (1).to_bytes(8, "big"),
    "1 in int8": b"\xd0\x01",
    "-1 in int8": b"\xd0\xff",
    "1 in int64": b"\xd3" + (1).to_bytes(8, "big"),
    "-1 in int64": b"\xd3" + (-1).to_bytes(8, "big", signed=True),
    "short text in str8": b"\xd9\x01a",
    "short text in str16": b"\xda\x00\x01a",
    "short text in str32": b"\xdb\x00\x00\x00\x01a",
    "short bytes in bin16": b"\xc5\x00\x01a",
    "short bytes in bin32": b"\xc6\x00\x00\x00\x01a",
    "a short array in array16": b"\xdc\x00\x01\x01",
    "a short array in array32": b"\xdd\x00\x00\x00\x01\x01",
    "an empty map": b"\x80",
    "a map": b"\x81\xa1a\x01",
    "a map with a key twice": b"\x82\xa1a\x01\xa1a\x02",
    "an empty map in map16": b"\xde\x00\x00",
    "a map in an array": b"\x91\x80",
    "float32": b"\xca\x3f\x80\x00\x00",
    "float64": b"\xcb" + b"\x3f\xf0" + bytes(6),
    "not a number": b"\xcb\x7f\xf8" + bytes(6),
    "infinity": b"\xcb\x7f\xf0" + bytes(6),
    "minus zero": b"\xcb\x80" + bytes(7),
    "an extension of 1 byte": b"\xd4\x05\x00",
    "an extension of 16 bytes": b"\xd8\x05" + bytes(16),
    "an empty extension": b"\xc7\x00\x05",
    "an empty extension in an array": b"\x91\xc7\x00\x05",
    "an empty extension in ext16": b"\xc8\x00\x00\x05",
    "a timestamp of 32 bits": b"\xd6\xff" + bytes(4),
    "a timestamp of 64 bits": b"\xd7\xff" + bytes(8),
    "a timestamp of 96 bits": b"\xc7\x0c\xff" + bytes(12),
    "an empty timestamp": b"\xc7\x00\xff",
    "text that is not UTF-8": b"\xa1\xff",
    "text with an overlong form": b"\xa2\xc0\x80",
    "text with half a surrogate pair": b"\xa3\xed\xa0\x80",
    "bytes longer than the rest": b"\xc6\xff\xff\xff\xff",
    "text longer than the rest": b"\xdb\xff\xff\xff\xff",
    "a map of 4 billion": b"\xdf\xff\xff\xff\xff",
    "an extension of 4 billion": b"\xc9\xff\xff\xff\xff\x05",
}


@pytest.mark.parametrize("data", HAZARDS.values(), ids=HAZARDS.keys())
def test_what_is_not_canonical_is_refused(data):
    with pytest.raises(NotCanonical):
        decode(data, bytes_max=BYTES_MAX)


def test_an_array_said_to_hold_four_billion_items_is_refused_before_it_is_read():
    with pytest.raises(TooManyItems):
        decode(b"\xdd\xff\xff\xff\xff", bytes_max=BYTES_MAX)


def test_arrays_may_be_nested_to_the_limit():
    assert encode(decode(nested(16), bytes_max=BYTES_MAX)) == nested(16)


@pytest.mark.parametrize("depth", [17, 18, 500, 1_100, 60_000])
def test_deeper_arrays_are_refused(depth):
    with pytest.raises(TooDeep):
        decode(nested(depth), bytes_max=BYTES_MAX)


def test_depth_is_counted_whatever_stands_before_the_deep_item():
    shallow, deep = encode((1, "a", b"b", (2,))), nested(17)

    with pytest.raises(TooDeep):
        decode(b"\x92" + shallow + deep, bytes_max=BYTES_MAX)


def test_items_of_all_arrays_count_together():
    allowed = encode(((0,) * 4, (0,) * 4))  # 1 + 2 + 8 values

    assert decode(allowed, bytes_max=BYTES_MAX, items_max=11) == ((0,) * 4, (0,) * 4)
    with pytest.raises(TooManyItems):
        decode(allowed, bytes_max=BYTES_MAX, items_max=10)


def test_ten_thousand_values_are_allowed_and_one_more_is_not():
    assert len(decode(encode((0,) * 9_999), bytes_max=BYTES_MAX)) == 9_999
    with pytest.raises(TooManyItems):
        decode(encode((0,) * 10_000), bytes_max=BYTES_MAX)


def test_bytes_are_counted_before_anything_is_read():
    data = encode(bytes(100))

    assert decode(data, bytes_max=len(data)) == bytes(100)
    with pytest.raises(TooLarge):
        decode(data, bytes_max=len(data) - 1)


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, "\ud800", object(), {1, 2}])
def test_our_own_code_cannot_encode_what_has_no_form(value):
    with pytest.raises(InvariantBroken):
        encode(value)


def test_lists_are_written_as_arrays():
    assert encode([1, [2]]) == encode((1, (2,))) == msgpack.packb([1, [2]])
