"""State proofs: they show presence and absence, and nothing that is not so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.codec import encode
from primitives.crypto import Digest
from primitives.errors import BadShape, Rejected
from primitives.state_proof import (
    PROOF_BYTES_MAX,
    BadProof,
    StateProof,
    check_proof,
    decode_proof,
    read_proof,
)
from tests.primitives.state_vectors import ABSENT, KEYS, STATE, TREE, refused, vector
from tests.primitives.strategies import damaged
from tests.primitives.tree_model import TreeModel, content

KEY = KEYS[0]

values = st.binary(max_size=4) | st.binary(min_size=31, max_size=34)
keys = st.binary(max_size=4)
states = st.dictionaries(keys, values, max_size=80)
# What says no of each vector; the others stop at the words of the shape.
WORDS = {
    "65 rows": "at most 64",
    "more than 8 KiB": "at most 8192",
    "17 entries": "at most 16",
    "a content without a length": "of no value",
    "a length of 33": "of no value",
    "fewer bytes than the length": "of no value",
    "more bytes than the length": "of no value",
    "a hash of 31 bytes": "of no value",
    "entries that descend": "not sorted",
    "an entry twice": "not sorted",
    "a key hash of 33 bytes": "32 bytes",
    "an entry of another leaf": "another leaf",
    "a mask of 8": "to 7",
    "fewer siblings than the mask": "64 bytes of siblings",
    "more siblings than the mask": "64 bytes of siblings",
    "a sibling of 31 bytes": "31 bytes of siblings",
    "an empty sibling spelled out": "spelled out",
    "a byte left over": "canonical",
    "four fields": "3 fields",
    "another number of keys": "another state root",
    "a number of keys below 0": "an integer from 0",
    "another state root": "another state root",
    "another value": "another value",
    "another long value": "another value",
    "absent, though it is present": "another value",
    "present, though it is absent": "is absent",
    "the leaf of another key": "another leaf",
    "an empty leaf": "another state root",
}


def check(row: dict) -> None:
    """Check a vector as a client that got its bytes would."""
    check_proof(
        decode_proof(bytes.fromhex(row["proof"])),
        state_root=Digest(bytes.fromhex(row["state_root"])),
        key=bytes.fromhex(row["key"]),
        value=None if row["value"] is None else bytes.fromhex(row["value"]),
    )


@given(states, keys)
def test_every_key_is_proved_present_or_absent(state, key):
    tree = TreeModel(state)

    for wanted in (key, *list(state)[:3]):
        proof = decode_proof(encode(tree.proof(wanted).to_value()))
        assert proof == tree.proof(wanted)
        assert check_proof(proof, state_root=tree.root, key=wanted, value=state.get(wanted)) is None


@given(states, keys, st.none() | values)
def test_no_value_but_the_true_one_is_proved(state, key, claimed):
    tree = TreeModel(state)
    if claimed == state.get(key):
        claimed = (claimed or b"") + b"!"

    with pytest.raises(BadProof):
        check_proof(tree.proof(key), state_root=tree.root, key=key, value=claimed)


@given(st.data())
def test_a_damaged_proof_proves_nothing(data):
    bad = data.draw(damaged(encode(TREE.proof(KEY).to_value())))

    with pytest.raises(Rejected):
        check_proof(decode_proof(bad), state_root=TREE.root, key=KEY, value=STATE[KEY])


@pytest.mark.parametrize("why", refused())
def test_each_rule_of_the_verifier_refuses_its_breach(why):
    with pytest.raises(Rejected, match=WORDS[why]):
        check(refused()[why])


def test_a_breach_that_is_healed_holds():
    proof = TREE.proof(KEY)

    check(vector(KEY, STATE[KEY], encode(proof.to_value())))
    check(vector(ABSENT, None, encode(TREE.proof(ABSENT).to_value())))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": ((0, b""),) * 65}, "at most 64"),
        ({"entries": tuple((bytes([i]) * 32, content(b"")) for i in range(17))}, "at most 16"),
        ({"rows": ((8, bytes(32)),)}, "at most 7"),
        ({"rows": ((-1, b""),)}, "at most 7"),
        ({"entries": ((bytes(31), content(b"")),)}, "32 bytes"),
        ({"entries": ((bytes(32), b"\x02a"),)}, "of no value"),
    ],
)
def test_bounds_hold_however_a_proof_was_built(change, words):
    whole = StateProof(count=1, entries=(), rows=())

    with pytest.raises(BadProof, match=words):
        check_proof(replace(whole, **change), state_root=TREE.root, key=KEY, value=None)


def test_leaving_an_entry_out_does_not_prove_absence():
    whole = TREE.proof(KEY)
    without = tuple(entry for entry in whole.entries if entry[1] != content(STATE[KEY]))

    with pytest.raises(BadProof, match="another state root"):
        check_proof(replace(whole, entries=without), state_root=TREE.root, key=KEY, value=None)


def test_siblings_have_an_order():
    whole = TREE.proof(KEY)
    (mask, joined), *rest = whole.rows
    swapped = joined[32:64] + joined[:32] + joined[64:]

    for rows in (((mask, swapped), *rest), whole.rows[1:], (*whole.rows, *whole.rows)):
        with pytest.raises(BadProof, match="another"):
            check_proof(
                replace(whole, rows=tuple(rows)), state_root=TREE.root, key=KEY, value=STATE[KEY]
            )


def test_a_leaf_and_an_inner_node_are_never_taken_for_one_another():
    """Four entries of 65 bytes are no four hashes; and the tags differ."""
    top_row = TREE.proof(KEY).rows[-1]
    shown = StateProof(count=len(STATE), entries=(), rows=(top_row, *TREE.proof(KEY).rows))

    with pytest.raises(BadProof, match="another state root"):
        check_proof(shown, state_root=TREE.root, key=KEY, value=None)


def test_a_proof_belongs_to_one_root():
    later = TreeModel(STATE | {b"new": b"1"})

    with pytest.raises(BadProof, match="another state root"):
        check_proof(TREE.proof(KEY), state_root=later.root, key=KEY, value=STATE[KEY])


HASH = bytes(32)
MALFORMED = {
    "a number": 1,
    "two fields": (2, ()),
    "a count of true": (True, (), ()),
    "a count of 2**64": (2**64, (), ()),
    "a row of three": (0, (), ((0, b"", b""),)),
    "a row of a hash": (0, (), (HASH,)),
    "a mask of true": (0, (), ((True, HASH),)),
    "siblings of 97 bytes": (0, (), ((7, bytes(97)),)),
    "65 rows": (0, (), ((0, b""),) * 65),
    "an entry of one hash": (2, ((HASH,),), ()),
    "an entry of 33 bytes": (2, ((HASH + b"\0", b"\0"),), ()),
    "a content of 34 bytes": (2, ((HASH, bytes(34)),), ()),
    "a content of text": (2, ((HASH, "a"),), ()),
    "17 entries": (2, ((HASH, b"\0"),) * 17, ()),
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_proof_is_refused(value):
    with pytest.raises(BadShape):
        read_proof(value)


def test_the_largest_proof_that_has_the_form_fits_the_bound_of_its_bytes():
    entries = tuple((bytes([i]) * 32, b"\xff" + HASH) for i in range(16))
    largest = StateProof(count=2**64 - 1, entries=entries, rows=((7, bytes(96)),) * 64)

    data = encode(largest.to_value())

    assert decode_proof(data) == largest
    assert len(data) <= PROOF_BYTES_MAX


def test_every_breach_has_words_here():
    assert set(WORDS) == set(refused())
