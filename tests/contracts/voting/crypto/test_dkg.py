"""The trustees' key: what a contract checks, against numbers computed from the secrets."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from client.voting.prover import prove_knowledge, prove_share
from contracts.sdk.group import (
    IDENTITY,
    ORDER,
    BadPoint,
    BadScalar,
    encode_scalar,
    multiply,
    multiply_base,
    subtract,
)
from contracts.voting.crypto.dkg import (
    Dealing,
    DecryptionShare,
    ShareStatement,
    combine,
    commit_hash,
    decode_dealing,
    election_key,
    is_decryption_share,
    is_share_of,
    knowledge_labels,
    lagrange,
    public_share,
    share_labels,
    transcript_hash,
    verification_key,
)
from tests.contracts.voting.crypto.attacks import BAD_POINTS, BAD_SCALARS, HONEST

SETUP = b"\x05" * 64
BOX = b"\x0b" * 32
polynomials = st.lists(st.integers(1, ORDER - 1), min_size=1, max_size=4)
light = settings(max_examples=10, deadline=None)


def published(polynomial):
    return tuple(multiply_base(coefficient).encoded for coefficient in polynomial)


def value_at(polynomial, place):
    powers = [coefficient * place**degree for degree, coefficient in enumerate(polynomial)]
    return sum(powers) % ORDER


def dealing_of(polynomial, trustee=1, setup=SETUP):
    bare = Dealing(trustee, BOX, published(polynomial), bytes(64))
    proof = prove_knowledge("dkg-pok", knowledge_labels(setup, bare), polynomial[0])
    return replace(bare, proof=proof)


def commitments_of(polynomial):
    return decode_dealing(SETUP, dealing_of(polynomial), len(polynomial))


@light
@given(polynomials, st.integers(1, 64))
@example([ORDER - 1], 1)
def test_a_share_is_checked_against_the_commitments(polynomial, trustee):
    commitments = commitments_of(polynomial)
    owed = value_at(polynomial, trustee)
    assume(owed)  # 0 is no share's form
    another = owed % (ORDER - 1) + 1

    assert public_share(commitments, trustee) == multiply_base(owed)
    assert is_share_of(commitments, trustee, encode_scalar(owed))
    assert not is_share_of(commitments, trustee, encode_scalar(another))
    if len(polynomial) > 1:
        assert not is_share_of(commitments, trustee + 1, encode_scalar(owed))


@pytest.mark.parametrize("name", BAD_SCALARS)
def test_a_revealed_share_has_one_form(name):
    with pytest.raises(BadScalar):
        is_share_of(commitments_of([5, 6]), 1, BAD_SCALARS[name])


def test_a_dealing_is_bound_to_its_setup_trustee_and_keys():
    dealing = dealing_of([11, 12])

    assert decode_dealing(SETUP, dealing, 2) is not None
    others = [
        replace(dealing, trustee=2),
        replace(dealing, encryption_key=b"\x0c" * 32),
        replace(dealing, coefficients=published([13, 12])),
        replace(dealing, proof=dealing_of([11, 12], 2).proof),
        dealing_of([11, 12], setup=b"\x06" * 64),
    ]
    assert [decode_dealing(SETUP, other, 2) for other in others] == [None] * len(others)


@pytest.mark.parametrize("count", [1, 3])
def test_a_dealing_has_as_many_coefficients_as_shares_are_needed(count):
    assert decode_dealing(SETUP, dealing_of([7] * count), 2) is None


@pytest.mark.parametrize("name", [*BAD_POINTS, "identity"])
@pytest.mark.parametrize("place", [0, 1])
def test_no_bad_point_is_a_commitment(name, place):
    dealing = dealing_of([11, 12])
    coefficients = list(dealing.coefficients)
    coefficients[place] = BAD_POINTS.get(name, IDENTITY.encoded)

    with pytest.raises(BadPoint):
        decode_dealing(SETUP, replace(dealing, coefficients=tuple(coefficients)), 2)


def test_a_rushing_trustee_cannot_open_its_commitment_otherwise():
    polynomial = [11, 12]
    committed = commit_hash(SETUP, 1, published(polynomial))
    chosen_after = [
        (1, published([13, 12])),
        (1, published([11, 13])),
        (1, published([11])),
        (2, published(polynomial)),
    ]

    assert all(commit_hash(SETUP, *other) != committed for other in chosen_after)
    assert commit_hash(b"\x06" * 64, 1, published(polynomial)) != committed


def test_the_election_key_is_the_sum_of_the_secrets_of_those_who_qualify():
    qualified = tuple(commitments_of(polynomial) for polynomial in ([3, 4], [5, 6], [7, 8]))

    assert election_key(qualified) == multiply_base(15)
    assert verification_key(qualified, 2) == multiply_base(15 + 2 * 18)


def test_a_key_that_is_nothing_is_refused():
    cancelling = (commitments_of([3, 4]), commitments_of([ORDER - 3, ORDER - 4]))

    with pytest.raises(BadPoint):
        election_key(cancelling)
    with pytest.raises(BadPoint):
        verification_key(cancelling, 1)


def test_the_setups_hash_covers_every_dealing():
    one, other = dealing_of([3, 4], 1), dealing_of([5, 6], 2)
    whole = transcript_hash(SETUP, (one, other))

    changed = [
        transcript_hash(b"\x06" * 64, (one, other)),
        transcript_hash(SETUP, (one,)),
        transcript_hash(SETUP, (other, one)),
        transcript_hash(SETUP, (one, replace(other, trustee=3))),
        transcript_hash(SETUP, (one, replace(other, encryption_key=b"\x0c" * 32))),
        transcript_hash(SETUP, (one, replace(other, coefficients=one.coefficients))),
    ]
    assert whole not in changed


@light
@given(polynomials)
def test_any_t_shares_decrypt_and_fewer_do_not(polynomial):
    needed = len(polynomial)
    mask = multiply_base(1009)
    shares = {place: multiply(value_at(polynomial, place), mask) for place in range(1, 6)}
    whole = multiply(polynomial[0], mask)

    for trustees in combinations(shares, needed):
        assert combine(trustees, tuple(shares[place] for place in trustees)) == whole
    if needed > 1:
        few = tuple(shares)[: needed - 1]
        assert combine(few, tuple(shares[place] for place in few)) != whole


def test_lagrange_weights_of_known_trustees():
    assert lagrange((1, 2), 1) == 2
    assert lagrange((1, 2), 2) == ORDER - 1
    assert lagrange((4,), 4) == 1
    assert sum(lagrange((1, 3, 5), place) for place in (1, 3, 5)) % ORDER == 1


STATED = ShareStatement(b"\xe1" * 64, 1, 2, 3, b"\xc0" * 64)


def honest_share(stated=STATED, secret=77, mask=5):
    share, proof = prove_share(share_labels(stated), secret, multiply_base(mask))
    return DecryptionShare(share.encoded, proof)


def test_a_decryption_share_is_for_one_sum_of_one_election():
    given, key, mask = honest_share(), multiply_base(77), multiply_base(5)

    assert is_decryption_share(STATED, key, mask, given)
    for change in (
        {"election": b"\xe2" * 64},
        {"contest": 2},
        {"choice": 1},
        {"trustee": 2},
        {"counted": b"\xc1" * 64},
    ):
        assert not is_decryption_share(replace(STATED, **change), key, mask, given)
    assert not is_decryption_share(STATED, multiply_base(78), mask, given)
    assert not is_decryption_share(STATED, key, multiply_base(6), given)


def test_a_wrong_decryption_share_has_no_proof():
    given, key, mask = honest_share(), multiply_base(77), multiply_base(5)
    wrong = [
        replace(given, share=HONEST),
        replace(given, share=subtract(IDENTITY, multiply_base(385)).encoded),
        replace(honest_share(secret=78), share=given.share),
        honest_share(secret=78),
        honest_share(mask=6),
    ]

    assert not any(is_decryption_share(STATED, key, mask, share) for share in wrong)


@pytest.mark.parametrize("name", [*BAD_POINTS, "identity"])
def test_no_bad_point_is_a_decryption_share(name):
    share = replace(honest_share(), share=BAD_POINTS.get(name, IDENTITY.encoded))

    with pytest.raises(BadPoint):
        is_decryption_share(STATED, multiply_base(77), multiply_base(5), share)


def test_the_share_of_an_empty_sum_is_nothing_and_proven():
    stated = replace(STATED, choice=0)
    given = honest_share(stated, mask=0)

    assert given.share == IDENTITY.encoded
    assert is_decryption_share(stated, multiply_base(77), IDENTITY, given)
