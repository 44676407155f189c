"""Transactions: one byte form, an id that signatures do not move; the rest is refused by name."""

from dataclasses import replace

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primitives.codec import decode, encode
from primitives.crypto import digest
from primitives.errors import (
    BadShape,
    BadSignature,
    BadVersion,
    NotCanonical,
    Rejected,
    RepeatedSignature,
    TooDeep,
    TooLarge,
    TooManyItems,
)
from primitives.transaction import decode_transaction, sign_body, transaction_id_of
from tests.builders import CHAIN_ID, TIME_MS, body, key, keys, transaction
from tests.primitives.strategies import damaged, values

SENDER = body().sender
FIELDS = (1, CHAIN_ID, SENDER, 7, TIME_MS, "cbdc", "transfer", (1,))


def raw(body_value, signatures=()):
    """A signed transaction made by hand, so that every part of it can be wrong."""
    return encode((encode(body_value), signatures))


def with_field(index, value):
    return raw((*FIELDS[:index], value, *FIELDS[index + 1 :]))


def nested(depth):
    value = ()
    for _ in range(depth - 1):
        value = (value,)
    return value


@given(st.lists(values, max_size=4).map(tuple), st.integers(0, 2**64 - 1))
def test_a_decoded_transaction_is_the_one_signed(args, nonce):
    signed = transaction(key(0), key(1), args=args, nonce=nonce)

    assert decode_transaction(signed.raw) == signed


@given(st.data())
@settings(max_examples=300)
def test_damage_is_refused_or_makes_another_transaction_in_full(data):
    signed = transaction(key(0), key(1))
    bad = data.draw(damaged(signed.raw))
    try:
        other = decode_transaction(bad)
        other.check_signatures()
    except Rejected:
        return

    # What still verifies differs only in which of the signatures are there, not in what was asked.
    assert other.body == signed.body
    assert other.transaction_id == signed.transaction_id


STRANGE = (1.0, -0.0, {}, {"a": 1}, msgpack.ExtType(5, b""), msgpack.ExtType(5, b"a"))


@given(st.data(), st.integers(0, 10), st.sampled_from((*STRANGE, msgpack.Timestamp(1))))
@settings(max_examples=300)
def test_no_value_outside_the_encoding_is_accepted_wherever_it_stands(data, place, strange):
    fields = list(FIELDS)
    pairs = [list(pair(1))]
    if place < 8:
        fields[place] = strange
    elif place == 8:
        fields[7] = data.draw(st.sampled_from(([strange], [1, [2, [strange]]], strange)))
    elif place == 9:
        pairs = data.draw(st.sampled_from(([strange], strange, [[strange, bytes(64)]])))
    else:
        pairs[0][1] = strange

    with pytest.raises(Rejected):
        decode_transaction(msgpack.packb([msgpack.packb(fields), pairs]))


@given(st.data())
@settings(max_examples=300)
def test_what_is_accepted_is_canonical_in_the_strict_decoder_s_eyes_too(data):
    signed = transaction(key(0), args=tuple(data.draw(st.lists(values, max_size=3))))
    body_bytes = data.draw(damaged(signed.body_bytes))
    try:
        other = decode_transaction(encode((body_bytes, signed.signatures)))
    except Rejected:
        return

    decoded = decode(other.body_bytes, bytes_max=65_536)
    assert isinstance(decoded, tuple)
    assert decoded[7] == other.body.args


def test_the_deepest_and_the_longest_arguments_that_are_allowed_are_taken():
    for args in (nested(15), (0,) * 9_991):
        assert decode_transaction(with_field(7, args)).body.args == args


def test_signatures_are_not_part_of_the_id():
    one, two = transaction(key(0)), transaction(key(1))

    assert one.raw != two.raw
    assert one.transaction_id == two.transaction_id == transaction_id_of(one.body_bytes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain_id", "othernet-0"),
        ("sender", bytes(20)),
        ("nonce", 8),
        ("expires_at_ms", 1),
        ("contract", "accounts"),
        ("method", "burn"),
        ("args", ()),
    ],
)
def test_every_field_is_under_the_signature(field, value):
    signed = transaction(key(0))
    changed = sign_body(replace(signed.body, **{field: value}), [])
    forged = decode_transaction(encode((changed.body_bytes, signed.signatures)))

    assert forged.transaction_id != signed.transaction_id
    with pytest.raises(BadSignature):
        forged.check_signatures()


def test_good_signatures_pass():
    signed = transaction(*keys(16))
    again = decode_transaction(signed.raw)

    again.check_signatures()

    assert [public_key for public_key, _ in again.signatures] == [k.public_key for k in keys(16)]


def test_one_bad_signature_among_good_ones_is_named():
    first, second = keys(2)
    good = transaction(first, second)
    (_, signature), (public_key, _) = good.signatures
    forged = replace(good, signatures=(good.signatures[0], (public_key, signature)))

    with pytest.raises(BadSignature, match=second.public_key.hex()):
        forged.check_signatures()


def test_a_signature_made_for_another_purpose_is_refused():
    signed = transaction(key(0))
    wrong = ((key(0).public_key, key(0).sign("seal", signed.body_bytes)),)

    with pytest.raises(BadSignature):
        replace(signed, signatures=wrong).check_signatures()


def pair(number, *, kind=b"\x01", key_bytes=32, signature_bytes=64):
    return (kind + bytes([number]) * key_bytes, bytes(signature_bytes))


REFUSED = {
    # encoding
    "nothing": (b"", NotCanonical),
    "a byte too many": (raw(FIELDS) + b"\x00", NotCanonical),
    "cut short": (raw(FIELDS)[:-1], NotCanonical),
    "a body that is not canonical": (encode((b"\xcd\x00\x01", ())), NotCanonical),
    "a byte after the body": (encode((encode(FIELDS) + b"\x00", ())), NotCanonical),
    "a map for the transaction": (b"\x80", NotCanonical),
    "a float among the arguments": (
        encode((encode(FIELDS)[:-1] + b"\xca" + bytes(4), ())),
        NotCanonical,
    ),
    "more than 64 KiB": (with_field(7, (bytes(65_536),)), TooLarge),
    "arguments too deep": (with_field(7, nested(16)), TooDeep),
    "too many arguments": (with_field(7, (0,) * 9_993), TooManyItems),
    # outer shape
    "a number": (encode(1), BadShape),
    "no signature list": (encode((encode(FIELDS),)), BadShape),
    "a third field": (encode((encode(FIELDS), (), ())), BadShape),
    "a body that is an array": (encode((FIELDS, ())), BadShape),
    "a body that is text": (encode(("body", ())), BadShape),
    # version
    "version 0": (with_field(0, 0), BadVersion),
    "version 2": (with_field(0, 2), BadVersion),
    "version true": (with_field(0, True), BadVersion),  # equal to 1 in Python
    "version as text": (with_field(0, "1"), BadVersion),
    "version 2 with other fields": (raw((2, "whatever")), BadVersion),
    # body shape
    "an empty body": (raw(()), BadShape),
    "a body that is a number": (raw(1), BadShape),
    "seven fields": (raw(FIELDS[:7]), BadShape),
    "nine fields": (raw((*FIELDS, 0)), BadShape),
    "an empty chain id": (with_field(1, ""), BadShape),
    "a chain id of 81 characters": (with_field(1, "a" * 81), BadShape),
    "a chain id as bytes": (with_field(1, b"devnet"), BadShape),
    "a chain id in Thai": (with_field(1, "เครือข่าย"), BadShape),
    "a chain id with a line end": (with_field(1, "devnet\n"), BadShape),
    "a sender of 19 bytes": (with_field(2, bytes(19)), BadShape),
    "a sender of 32 bytes": (with_field(2, bytes(32)), BadShape),
    "a sender as text": (with_field(2, "a" * 20), BadShape),
    "a negative nonce": (with_field(3, -1), BadShape),
    "a nonce of true": (with_field(3, True), BadShape),
    "a nonce as text": (with_field(3, "7"), BadShape),
    "a negative expiry": (with_field(4, -1), BadShape),
    "no expiry": (with_field(4, None), BadShape),
    "an empty contract": (with_field(5, ""), BadShape),
    "a contract of 65 characters": (with_field(5, "a" * 65), BadShape),
    "a contract with a zero byte": (with_field(5, "cb\0dc"), BadShape),
    "an empty method": (with_field(6, ""), BadShape),
    "a method as bytes": (with_field(6, b"transfer"), BadShape),
    "arguments as bytes": (with_field(7, b""), BadShape),
    "no arguments at all": (with_field(7, None), BadShape),
    # signatures
    "signatures as bytes": (raw(FIELDS, b""), BadShape),
    "17 signatures": (raw(FIELDS, tuple(pair(i) for i in range(17))), BadShape),
    "a signature without a key": (raw(FIELDS, ((bytes(64),),)), BadShape),
    "a key of 31 bytes": (raw(FIELDS, (pair(1, key_bytes=31),)), BadShape),
    "a key of 33 bytes": (raw(FIELDS, (pair(1, key_bytes=33),)), BadShape),
    "a signature of 63 bytes": (raw(FIELDS, (pair(1, signature_bytes=63),)), BadShape),
    "a signature of 1401 bytes": (raw(FIELDS, (pair(1, signature_bytes=1_401),)), BadShape),
    "a key of kind 00": (raw(FIELDS, (pair(1, kind=b"\0"),)), BadShape),
    "a key of kind 05": (raw(FIELDS, (pair(1, kind=b"\x05"),)), BadShape),
    "a key without a kind": (raw(FIELDS, (pair(1, kind=b""),)), BadShape),
    "a P-256 key of 32 bytes": (raw(FIELDS, (pair(1, kind=b"\x02"),)), BadShape),
    "the same key twice": (raw(FIELDS, (pair(1), pair(1))), RepeatedSignature),
    "keys not in order": (raw(FIELDS, (pair(2), pair(1))), RepeatedSignature),
}


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_malformed_transaction_is_refused_by_name(data, error):
    with pytest.raises(error) as refusal:
        decode_transaction(data)

    assert type(refusal.value) is error


def test_a_shape_error_names_the_field_for_programs():
    with pytest.raises(BadShape, match="sender must be 20 bytes") as refusal:
        decode_transaction(with_field(2, bytes(19)))

    assert refusal.value.details == (("field", "sender"),)


def test_a_transaction_of_exactly_the_limit_is_read():
    room = 65_536 - len(with_field(7, (bytes(60_000),))) + 60_000
    exact = with_field(7, (bytes(room),))

    assert len(exact) == 65_536
    assert decode_transaction(exact).body.args == (bytes(room),)


def test_no_signatures_are_a_matter_for_the_account_rules():
    assert decode_transaction(raw(FIELDS)).signatures == ()


def test_the_id_is_the_tagged_hash_of_the_body():
    signed = transaction()

    outer = decode(signed.raw, bytes_max=65_536)

    assert outer[0] == signed.body_bytes
    assert signed.transaction_id == digest("txid", outer[0])
