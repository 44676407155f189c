"""Trustees make a key together: honest ones agree, and every wrong share is noticed."""

from dataclasses import replace

import pytest

from client.voting.dealer import (
    BadShare,
    Dealer,
    Setup,
    check_share,
    encryption_key,
    secret_share,
)
from client.voting.trustee import Trustee
from contracts.sdk.group import encode_scalar, multiply_base
from contracts.voting.crypto.dkg import (
    SEALED_SHARE_BYTES,
    combine,
    commit_hash,
    decode_dealing,
    election_key,
    is_share_of,
    verification_key,
)
from primitives.errors import BadShape

NEEDED, COUNT = 3, 5
SEEDS = [bytes([number]) * 32 for number in range(1, COUNT + 1)]
SETUP = Setup(b"\x05" * 64, NEEDED)
KEYS = {number: encryption_key(seed) for number, seed in enumerate(SEEDS, start=1)}


def dealer(number: int, setup: Setup = SETUP) -> Dealer:
    return Dealer(setup, number, SEEDS[number - 1])


def commitments(number: int):
    found = decode_dealing(SETUP.context, dealer(number).dealing(), NEEDED)
    assert found is not None
    return found


def received(number: int, qualified=range(1, COUNT + 1)) -> dict[int, bytes]:
    me = dealer(number)
    return {
        other: me.open_share(
            other, dealer(other).sealed_shares(KEYS)[number - 1], commitments(other)
        )
        for other in qualified
    }


def test_honest_trustees_agree_on_a_key_that_none_of_them_holds():
    qualified = tuple(commitments(number) for number in range(1, COUNT + 1))
    key = election_key(qualified)

    trustees = [Trustee(number, received(number)) for number in (1, 3, 5)]

    for trustee in trustees:
        assert trustee.verification_key == verification_key(qualified, trustee.number)
        assert trustee.verification_key != key
    public = tuple(trustee.verification_key for trustee in trustees)
    assert combine((1, 3, 5), public) == key


def test_a_disqualified_dealer_is_left_out_by_all():
    qualified = (1, 2, 4, 5)

    trustee = Trustee(2, received(2, qualified))

    expected = verification_key(tuple(map(commitments, qualified)), 2)
    assert trustee.verification_key == expected


def test_all_steps_follow_from_the_seed_and_setup():
    again = Dealer(SETUP, 2, SEEDS[1])

    assert again.commitment == dealer(2).commitment
    assert again.commitment == commit_hash(SETUP.context, 2, dealer(2).dealing().coefficients)
    assert again.share_for(4) == dealer(2).share_for(4)
    other = dealer(2, replace(SETUP, context=b"\x06" * 64))
    assert other.dealing().coefficients != dealer(2).dealing().coefficients


def test_sealed_shares_differ_each_time_and_have_one_length():
    one, other = dealer(1).sealed_shares(KEYS), dealer(1).sealed_shares(KEYS)

    assert not set(one) & set(other)
    assert {len(sealed) for sealed in one} == {SEALED_SHARE_BYTES}


@pytest.mark.parametrize("place", [0, 31, 32, 63, 79])
def test_a_changed_sealed_share_does_not_open(place):
    sealed = bytearray(dealer(1).sealed_shares(KEYS)[1])
    sealed[place] ^= 1

    with pytest.raises(BadShare):
        dealer(2).open_share(1, bytes(sealed), commitments(1))


def test_a_sealed_share_is_for_one_dealer_receiver_and_election():
    shares = dealer(1).sealed_shares(KEYS)
    elsewhere = dealer(2, replace(SETUP, context=b"\x06" * 64))

    with pytest.raises(BadShare):
        dealer(3).open_share(1, shares[1], commitments(1))
    with pytest.raises(BadShare):
        dealer(2).open_share(4, shares[1], commitments(4))
    with pytest.raises(BadShare):
        elsewhere.open_share(1, shares[1], commitments(1))


@pytest.mark.parametrize("sealed", [b"", bytes(80), bytes(79), b"\xff" * 81])
def test_what_is_no_sealed_share_is_refused(sealed):
    with pytest.raises(BadShare):
        dealer(2).open_share(1, sealed, commitments(1))


def test_a_wrong_share_in_a_good_box_is_noticed_and_the_true_one_can_be_shown():
    cheat = dealer(1)
    sealed = dealer(1, replace(SETUP, shares_needed=2)).sealed_shares(KEYS)[1]

    with pytest.raises(BadShare, match="commitments"):
        dealer(2).open_share(1, sealed, commitments(1))

    assert is_share_of(commitments(1), 2, cheat.share_for(2))
    assert check_share(commitments(1), 2, cheat.share_for(2)) == cheat.share_for(2)


@pytest.mark.parametrize("share", [bytes(32), b"\xff" * 32, encode_scalar(5), b""])
def test_a_share_shown_in_answer_to_a_complaint_must_be_the_owed_one(share):
    with pytest.raises(BadShare):
        check_share(commitments(1), 2, share)


def test_an_encryption_key_of_small_order_stops_nobody_else():
    shares = dealer(1).sealed_shares(KEYS | {5: bytes(32)})

    assert [len(sealed) for sealed in shares] == [SEALED_SHARE_BYTES] * COUNT
    opened = dealer(2).open_share(1, shares[1], commitments(1))
    assert opened == dealer(1).share_for(2)


def test_shares_are_made_for_those_who_posted_a_key_and_for_nobody_else():
    present = {number: KEYS[number] for number in (1, 3, 4)}

    shares = dealer(1).sealed_shares(present)

    assert len(shares) == 3
    assert dealer(3).open_share(1, shares[1], commitments(1)) == dealer(1).share_for(3)
    with pytest.raises(BadShare):
        dealer(2).open_share(1, shares[1], commitments(1))


def test_a_dealer_s_seed_has_thirty_two_bytes():
    with pytest.raises(BadShape):
        Dealer(SETUP, 1, b"short")


def test_secrets_are_not_printed():
    me = dealer(1)

    assert repr(me) == "Dealer(number=1)"
    assert repr(Trustee(1, received(1, (1,)))) == "Trustee(number=1)"


def test_the_secret_of_a_trustee_is_the_sum_of_its_shares():
    shares = {1: encode_scalar(5), 2: encode_scalar(-3)}

    assert secret_share(shares) == 2
    assert Trustee(1, shares).verification_key == multiply_base(2)
