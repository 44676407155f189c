"""State proofs: they show presence and absence, and nothing that is not so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.codec import decode, encode
from primitives.crypto import Digest, digest
from primitives.errors import BadShape, Rejected
from primitives.state_proof import BadProof, bucket_of, check_proof, key_hash, read_proof
from tests.primitives.strategies import damaged
from tests.primitives.tree_model import TreeModel

STATE = {b"cbdc\0balance\0%d" % i: b"amount %d" % i for i in range(40)}
TREE = TreeModel(STATE, 4)  # 16 buckets, so most hold two or more entries
KEY = next(key for key in STATE if len(TREE.proof(key).entries) > 2)
ABSENT = next(
    key for key in (b"absent %d" % i for i in range(99)) if len(TREE.proof(key).entries) > 2
)

small_states = st.dictionaries(st.binary(max_size=4), st.binary(max_size=4), max_size=30)


@given(small_states, st.binary(max_size=4), st.sampled_from([2, 4, 6]))
def test_every_key_is_proved_present_or_absent(state, key, bucket_bits):
    tree = TreeModel(state, bucket_bits)

    proof = read_proof(decode(encode(tree.proof(key).to_value()), bytes_max=10**6))

    assert proof == tree.proof(key)
    assert check_proof(proof, state_root=tree.root, key=key, value=state.get(key)) is None


@given(small_states, st.binary(max_size=4), st.none() | st.binary(max_size=4))
def test_no_value_but_the_true_one_is_proved(state, key, claimed):
    tree = TreeModel(state, 4)
    if claimed == state.get(key):
        claimed = (claimed or b"") + b"!"

    with pytest.raises(BadProof):
        check_proof(tree.proof(key), state_root=tree.root, key=key, value=claimed)


@given(st.data())
def test_a_damaged_proof_proves_nothing(data):
    bad = data.draw(damaged(encode(TREE.proof(KEY).to_value())))

    with pytest.raises(Rejected):
        check_proof(
            read_proof(decode(bad, bytes_max=10**6)),
            state_root=TREE.root,
            key=KEY,
            value=STATE[KEY],
        )


def refuse(proof, words, key=KEY, value=STATE[KEY], root=TREE.root):
    with pytest.raises(BadProof, match=words):
        check_proof(proof, state_root=root, key=key, value=value)


def test_a_present_key_is_not_absent_and_an_absent_one_not_present():
    refuse(TREE.proof(KEY), "another value", value=None)
    refuse(TREE.proof(ABSENT), "is absent", key=ABSENT, value=b"1")


def test_another_value_is_named():
    refuse(TREE.proof(KEY), "another value", value=b"amount 999")


def test_leaving_an_entry_out_does_not_prove_absence():
    whole = TREE.proof(KEY)
    without = tuple(entry for entry in whole.entries if entry[0] != key_hash(KEY))

    refuse(replace(whole, entries=without), "another state root", value=None)


def test_adding_an_entry_does_not_prove_presence():
    whole = TREE.proof(ABSENT)
    forged = tuple(sorted([*whole.entries, (key_hash(ABSENT), digest("state-value", b"1"))]))

    refuse(replace(whole, entries=forged), "another state root", key=ABSENT, value=b"1")


def test_the_bucket_of_another_key_proves_nothing():
    here = bucket_of(key_hash(KEY), 4)
    other = next(key for key in STATE if bucket_of(key_hash(key), 4) != here)

    refuse(TREE.proof(other), "another bucket", value=None)


def test_an_empty_bucket_elsewhere_does_not_prove_absence():
    sparse = TreeModel({KEY: b"1"}, 4)
    elsewhere = next(
        key
        for key in (b"%d" % i for i in range(99))
        if bucket_of(key_hash(key), 4) != bucket_of(key_hash(KEY), 4)
    )

    refuse(sparse.proof(elsewhere), "another state root", value=None, root=sparse.root)


def test_entries_must_be_sorted_and_distinct():
    whole = TREE.proof(KEY)

    refuse(replace(whole, entries=whole.entries[::-1]), "not sorted")
    refuse(replace(whole, entries=(whole.entries[0], *whole.entries)), "not sorted")


def test_entries_cannot_be_cut_elsewhere_to_hide_a_key():
    whole = TREE.proof(KEY)
    place = [entry[0] for entry in whole.entries].index(key_hash(KEY))
    key_cut, value_cut = whole.entries[place]
    shifted = (Digest(key_cut[:31]), Digest(key_cut[31:] + value_cut))
    entries = (*whole.entries[:place], shifted, *whole.entries[place + 1 :])

    refuse(replace(whole, entries=entries), "32 bytes", value=None)


def test_a_proof_has_as_many_levels_as_the_tree():
    whole = TREE.proof(KEY)

    refuse(replace(whole, siblings=whole.siblings[:1]), "1 levels of siblings, needed are 2")


def test_siblings_have_an_order():
    whole = TREE.proof(KEY)
    (a, b, c), *rest = whole.siblings

    refuse(replace(whole, siblings=((b, a, c), *rest)), "another state root")
    refuse(replace(whole, siblings=whole.siblings[::-1]), "another state root")


def test_the_root_fixes_the_number_of_buckets():
    two, four = TreeModel({KEY: b"1"}, 2), TreeModel({KEY: b"1"}, 4)

    refuse(two.proof(KEY), "another state root", value=b"1", root=four.root)


def test_a_proof_belongs_to_one_root():
    later = TreeModel(STATE | {b"new": b"1"}, 4)

    refuse(TREE.proof(KEY), "another state root", root=later.root)


HASH = bytes(32)
MALFORMED = {
    "a number": 1,
    "two fields": (2, ()),
    "no bucket bits": (0, (), ()),
    "an odd number of bits": (3, (), ((HASH,) * 3,)),
    "26 bucket bits": (26, (), ((HASH,) * 3,) * 13),
    "bits of true": (True, (), ()),
    "too few levels": (4, (), ((HASH,) * 3,)),
    "too many levels": (2, (), ((HASH,) * 3,) * 2),
    "two siblings": (2, (), ((HASH,) * 2,)),
    "four siblings": (2, (), ((HASH,) * 4,)),
    "a sibling of 31 bytes": (2, (), ((HASH, HASH, HASH[1:]),)),
    "an entry of one hash": (2, ((HASH,),), ((HASH,) * 3,)),
    "an entry of 33 bytes": (2, ((HASH, HASH + b"\0"),), ((HASH,) * 3,)),
    "4097 entries": (2, ((HASH, HASH),) * 4097, ((HASH,) * 3,)),
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_proof_is_refused(value):
    with pytest.raises(BadShape):
        read_proof(value)
