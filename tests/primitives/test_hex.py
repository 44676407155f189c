"""Hex is read one way everywhere: 0x, whole bytes, small letters, the exact length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.errors import BadShape
from primitives.hex import read_hex

FORMS = ["", "0", "0x0", "0X00", "x00", "00", "0xg0", "0xAB", "0x 00", "0x00 ", "0x00\n", "0x٠٠"]


@given(data=st.binary(max_size=80))
def test_bytes_that_were_shown_read_back(data):
    assert read_hex("0x" + data.hex(), name="key", length=len(data)) == data


@pytest.mark.parametrize("text", [*FORMS, None, 5, b"0x00"])
def test_another_form_is_refused_by_the_fields_name(text):
    with pytest.raises(BadShape, match=r"^key must be 0x and pairs of lower-case hex") as refusal:
        read_hex(text, name="key")

    assert refusal.value.details == (("field", "key"),)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_another_length_is_refused_with_both_lengths(size):
    with pytest.raises(BadShape, match=rf"64 lower-case hex digits \(32 bytes\), not {size} bytes"):
        read_hex("0x" + "ab" * size, name="key", length=32)
