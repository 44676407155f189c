"""State keys keep the order of what they encode, and never meet."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sdk.bounds import Chars, Length
from contracts.sdk.errors import BadContract, BadValue
from contracts.sdk.keys import key_codec
from primitives.ids import Address

INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
BLOBS = st.binary(max_size=8)
ADDRESSES = st.binary(min_size=20, max_size=20)
# Few, extreme bytes, so that escapes and ends meet often.
EDGES = st.lists(st.sampled_from([0, 1, 2, 0xFE, 0xFF]), max_size=5).map(bytes)
EDGE_TEXTS = st.text("\x00\x01\x02a\u00ff", max_size=5)

KEYS = {
    "int": (int, INTEGERS),
    "str": (str, TEXTS),
    "bytes": (bytes, BLOBS),
    "address": (Address, ADDRESSES),
    "two bytes": (Annotated[bytes, Length(2)], st.binary(min_size=2, max_size=2)),
    "bounded text": (Annotated[str, Chars(0, 8)], TEXTS),
    "bounded bytes": (Annotated[bytes, Length(0, 8)], BLOBS),
    "text, int": (tuple[str, int], st.tuples(EDGE_TEXTS, INTEGERS)),
    "text, text": (tuple[str, str], st.tuples(EDGE_TEXTS, EDGE_TEXTS)),
    "bytes, bytes, text": (tuple[bytes, bytes, str], st.tuples(EDGES, EDGES, EDGE_TEXTS)),
    "bytes, address": (tuple[bytes, Address], st.tuples(EDGES, ADDRESSES)),
    "int, bytes, int": (tuple[int, bytes, int], st.tuples(INTEGERS, EDGES, INTEGERS)),
}


@pytest.mark.parametrize("name", KEYS)
@given(data=st.data())
def test_keys_sort_as_what_they_encode_and_equal_only_equals(name, data):
    annotation, values = KEYS[name]
    codec = key_codec(annotation, "test")
    a, b = data.draw(values), data.draw(values)

    encoded_a, encoded_b = codec.write(a), codec.write(b)

    assert (encoded_a < encoded_b) == (a < b)
    assert (encoded_a == encoded_b) == (a == b)


@pytest.mark.parametrize("name", KEYS)
@given(data=st.data())
def test_a_key_is_read_back_as_it_was_written(name, data):
    annotation, values = KEYS[name]
    codec = key_codec(annotation, "test")
    key = data.draw(values)

    read = codec.read(codec.write(key))

    assert read == key


@given(a=EDGES, b=EDGES, c=EDGES)
def test_a_prefix_covers_exactly_the_keys_that_begin_with_its_parts(a, b, c):
    codec = key_codec(tuple[bytes, bytes], "test")

    covers = codec.write((b, c)).startswith(codec.write_prefix((a,)))

    assert covers == (a == b)


@pytest.mark.parametrize(
    ("annotation", "key"),
    [
        (int, True),
        (int, 1.0),
        (int, 2**63),
        (int, -(2**63) - 1),
        (int, "1"),
        (str, b"x"),
        (bytes, "x"),
        (Address, b"short"),
        (Address, "text"),
        (tuple[str, int], ("a",)),
        (tuple[str, int], ["a", 1]),
        (tuple[str, int], (1, "a")),
    ],
)
def test_a_key_of_another_type_is_refused(annotation, key):
    codec = key_codec(annotation, "test")

    with pytest.raises(BadValue):
        codec.write(key)


@pytest.mark.parametrize("annotation", [float, bool, list[int], None])
def test_a_type_without_an_order_is_no_key(annotation):
    with pytest.raises(BadContract, match="Map polls"):
        key_codec(annotation, "Map polls")


def test_a_prefix_has_fewer_parts_than_the_key():
    plain = key_codec(str, "test")
    pair = key_codec(tuple[str, int], "test")

    with pytest.raises(BadValue, match="prefix"):
        plain.write_prefix(("a",))
    with pytest.raises(BadValue, match="prefix"):
        pair.write_prefix(("a", 1))
