"""Headers and blocks: what is read is what was hashed, and the header commits to the contents."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.block import decode_block, decode_header, transactions_root_of
from primitives.codec import encode
from primitives.crypto import digest
from primitives.errors import BadShape, BadVersion, NotCanonical, Rejected, SaphaError, TooLarge
from primitives.limits import BLOCK_TRANSACTIONS_BYTES_MAX, BLOCK_TRANSACTIONS_MAX
from primitives.merkle import root_of
from tests.builders import CHAIN_ID, block, header, keys, transaction, unchecked
from tests.primitives.strategies import damaged

FIELDS = (2, CHAIN_ID, 5, 1_000, *(bytes([i]) * 32 for i in range(7)), 1, bytes(33), b"r" * 32)
NAMES = (
    "version",
    "chain_id",
    "height",
    "time_ms",
    "parent_hash",
    "transactions_root",
    "receipts_root",
    "state_root",
    "validators_hash",
    "next_validators_hash",
    "last_certificate_hash",
    "app_version",
    "proposer",
    "restart",
)


def with_field(name, value):
    return encode(tuple(value if n == name else f for n, f in zip(NAMES, FIELDS, strict=True)))


def test_a_decoded_header_is_the_one_encoded():
    assert decode_header(header().encode()) == header()


def test_the_fields_stand_in_the_order_of_the_protocol():
    read = decode_header(encode(FIELDS))

    assert tuple(getattr(read, name) for name in NAMES[1:]) == FIELDS[1:]
    assert read.hash == digest("block", encode(FIELDS))


@pytest.mark.parametrize("name", NAMES[1:])
def test_every_field_is_under_the_hash(name):
    changed = "other" if name == "chain_id" else FIELDS[NAMES.index(name)]
    if isinstance(changed, int):
        changed += 1
    elif isinstance(changed, bytes):
        changed = b"\xff" * len(changed)

    assert decode_header(with_field(name, changed)).hash != digest("block", encode(FIELDS))


HASH_FIELDS = [name for name in NAMES if name.endswith(("_hash", "_root", "proposer", "restart"))]
REFUSED = {
    "nothing": (b"", NotCanonical),
    "not canonical": (b"\x91\xcd\x00\x01", NotCanonical),
    "more than a kilobyte": (encode(bytes(1024)), TooLarge),
    "a number": (encode(1), BadShape),
    "thirteen fields": (encode(FIELDS[:13]), BadShape),
    "fifteen fields": (encode((*FIELDS, 0)), BadShape),
    "version 1": (with_field("version", 1), BadVersion),
    "version 3": (with_field("version", 3), BadVersion),
    "version true": (with_field("version", True), BadVersion),
    "a height below zero": (with_field("height", -1), BadShape),
    "a height of true": (with_field("height", True), BadShape),
    "a time as text": (with_field("time_ms", "now"), BadShape),
    "no chain id": (with_field("chain_id", ""), BadShape),
    "an app version below zero": (with_field("app_version", -1), BadShape),
} | {
    f"{name} of {length} bytes": (with_field(name, bytes(length)), BadShape)
    for name in HASH_FIELDS
    for length in (0, 31, 32 if name == "proposer" else 33, 34)
}


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_malformed_header_is_refused_by_name(data, error):
    with pytest.raises(error) as refusal:
        decode_header(data)

    assert type(refusal.value) is error


@given(st.lists(st.binary(max_size=50), max_size=6), st.lists(st.binary(max_size=50), max_size=3))
def test_a_decoded_block_is_the_one_encoded(transactions, evidence):
    whole = block(5, transactions, evidence)
    read = decode_block(whole.encode())

    assert read == whole
    assert read.hash == whole.hash == whole.header.hash
    assert read.height == 5


@given(st.data())
def test_a_damaged_block_is_refused_or_has_another_hash(data):
    whole = block(5, [transaction().raw, b"second"], [b"evidence"])
    bad = data.draw(damaged(whole.encode()))
    try:
        other = decode_block(bad)
    except Rejected:
        return

    assert other.encode() == bad
    assert (other.hash == whole.hash) == (other == whole)


def test_the_root_covers_transactions_then_evidence_then_restarts():
    root = transactions_root_of((b"a", b"b"), (b"c",), (b"d",))

    assert root == root_of([b"a", b"b", b"c", b"d"])


def test_a_block_holds_its_last_certificate_and_restart_statements():
    last = unchecked(block(4), keys(4)[:3])
    whole = block(5, [b"a"], [b"e"], last=last, restarts=[b"statement"])

    read = decode_block(whole.encode())

    assert read == whole
    assert (read.last_certificate, read.restarts) == (last, (b"statement",))
    assert read.header.last_certificate_hash == last.hash


def test_a_block_with_another_last_certificate_than_its_header_names_is_refused():
    last = unchecked(block(4), keys(4)[:3])
    other = unchecked(block(4), keys(4)[1:])
    whole = block(5, last=last)

    for wrong in (None, other):
        with pytest.raises(BadShape, match="last_certificate_hash"):
            decode_block(replace(whole, last_certificate=wrong).encode())


def test_a_block_with_other_restart_statements_than_its_header_covers_is_refused():
    whole = block(5, restarts=[b"statement"])

    with pytest.raises(BadShape, match="transactions_root"):
        decode_block(replace(whole, restarts=(b"another",)).encode())


def test_a_block_with_contents_of_another_root_is_refused():
    whole = block(5, [b"a", b"b"])
    forged = replace(whole, transactions=(b"b", b"a"))

    with pytest.raises(BadShape, match="transactions_root"):
        decode_block(forged.encode())


def contents(transactions=(), evidence=(), last=None, restarts=()):
    return encode((header().encode(), transactions, evidence, last, restarts))


BAD_BLOCKS = {
    "a number": encode(1),
    "no list of restarts": encode((header().encode(), (), (), None)),
    "six fields": encode((header().encode(), (), (), None, (), ())),
    "a header that is an array": encode((FIELDS, (), (), None, ())),
    "a header of two kilobytes": encode((bytes(2048), (), (), None, ())),
    "transactions as bytes": contents(b"", ()),
    "a transaction that is an array": contents(((),), ()),
    "a transaction over 64 KiB": contents((bytes(65_537),), ()),
    "too many transactions": contents((b"",) * (BLOCK_TRANSACTIONS_MAX + 1), ()),
    "too many bytes of transactions": contents((bytes(65_000),) * 16, ()),
    "17 pieces of evidence": contents((), (b"",) * 17),
    "evidence over 4 KiB": contents((), (bytes(4097),)),
    "evidence as text": contents((), ("text",)),
    "a last certificate that is an array": contents(last=(5, 0, bytes(32), b"\x01", ())),
    "a last certificate over 16 KiB": contents(last=bytes(16 * 1024 + 1)),
    "a last certificate of another form": contents(last=encode((5, 0, bytes(32), b"\x01"))),
    "9 restart statements": contents(restarts=(b"",) * 9),
    "a restart statement over 32 KiB": contents(restarts=(bytes(32 * 1024 + 1),)),
    "a restart statement as text": contents(restarts=("text",)),
}


@pytest.mark.parametrize("data", BAD_BLOCKS.values(), ids=BAD_BLOCKS.keys())
def test_a_malformed_block_is_refused(data):
    with pytest.raises(BadShape):
        decode_block(data)


def test_a_frame_larger_than_the_limit_is_refused_unread():
    with pytest.raises(TooLarge):
        decode_block(bytes(2 * 1024 * 1024 + 1))


def test_a_block_may_hold_the_limits_exactly():
    many = block(5, [b"%d" % i for i in range(BLOCK_TRANSACTIONS_MAX)], [b""] * 16)
    heavy = block(5, [bytes(62_500)] * 16)

    assert sum(map(len, heavy.transactions)) == BLOCK_TRANSACTIONS_BYTES_MAX
    assert decode_block(many.encode()) == many
    assert decode_block(heavy.encode()) == heavy


@given(st.binary(max_size=200))
def test_any_bytes_give_a_block_or_a_typed_refusal(data):
    with pytest.raises(SaphaError):
        decode_block(data)
