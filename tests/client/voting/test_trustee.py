"""Trustees decrypt sums: any t of them, whoever is absent or lies, and never without proof."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.voting.prover import encrypt, random_scalar
from client.voting.trustee import CountNotFound, Trustee, count_of, logarithm
from contracts.sdk.group import IDENTITY, ORDER, decode_point, encode_scalar, multiply_base
from contracts.voting.crypto.dkg import ShareStatement, combine, is_decryption_share
from contracts.voting.crypto.elgamal import add_ciphertexts, is_count, subtract_ciphertext, weigh

POLYNOMIAL = (31, 41, 59)  # 3 of 5
KEY = multiply_base(POLYNOMIAL[0])


def trustee(number: int) -> Trustee:
    secret = sum(part * number**degree for degree, part in enumerate(POLYNOMIAL))
    return Trustee(number, {1: encode_scalar(secret)})


def stated(number: int) -> ShareStatement:
    return ShareStatement(b"\xe1" * 64, 0, 0, number, b"\xc0" * 64)


def shares_of(total, numbers):
    """Valid shares only, as a contract takes them."""
    shares = {}
    for number in numbers:
        given_share = trustee(number).decrypt(stated(number), total)
        key = trustee(number).verification_key
        assert is_decryption_share(stated(number), key, total[0], given_share)
        shares[number] = decode_point(given_share.share)
    return shares


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=12), st.permutations(range(1, 6)))
def test_the_sum_of_all_ballots_is_counted_by_any_three(values, order):
    total = add_ciphertexts(tuple(encrypt(KEY, value, random_scalar()) for value in values))

    shares = shares_of(total, order[:3])

    assert count_of(total, shares, len(values)) == sum(values)
    mask = combine(tuple(shares), tuple(shares.values()))
    assert [is_count(total, mask, count) for count in range(len(values) + 1)].index(True) == sum(
        values
    )


def test_weights_multiply_and_a_superseded_ballot_is_taken_out():
    first, second, heavy = (encrypt(KEY, 1, random_scalar()) for _ in range(3))
    whole = add_ciphertexts((first, second))

    total = add_ciphertexts((subtract_ciphertext(whole, first), weigh(heavy, 10), weigh(second, 1)))

    assert count_of(total, shares_of(total, (1, 2, 3)), 50) == 12


def test_two_shares_of_three_count_nothing():
    total = encrypt(KEY, 3, random_scalar())

    with pytest.raises(CountNotFound):
        count_of(total, shares_of(total, (1, 2)), 100)


def test_a_lying_trustee_is_left_out_and_the_count_is_the_same():
    total = encrypt(KEY, 3, random_scalar())
    liar = Trustee(2, {1: encode_scalar(12345)})

    lie = liar.decrypt(stated(2), total)

    assert not is_decryption_share(stated(2), trustee(2).verification_key, total[0], lie)
    assert count_of(total, shares_of(total, (1, 3, 4)), 5) == 3


@pytest.mark.parametrize("count_max", [0, 1, 2, 10, 99, 100, 101, 20_000])
def test_every_count_up_to_the_limit_is_found(count_max):
    for count in {0, 1, count_max // 2, count_max - 1, count_max}:
        if 0 <= count <= count_max:
            assert logarithm(multiply_base(count), count_max) == count


@pytest.mark.parametrize("count", [101, 102, ORDER - 1])
def test_what_is_no_count_is_not_found(count):
    with pytest.raises(CountNotFound):
        logarithm(multiply_base(count), 100)


def test_a_sum_of_no_ballots_is_0():
    share = trustee(1).decrypt(stated(1), (IDENTITY, IDENTITY))

    assert share.share == IDENTITY.encoded
    assert count_of((IDENTITY, IDENTITY), {1: IDENTITY, 2: IDENTITY}, 10) == 0
