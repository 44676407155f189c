"""Vouchers, and the keys that they post ahead: the ledger's, the same for everybody, in time."""

from dataclasses import replace

import pytest

from contracts.identity.crypto.certificates import key_labels
from contracts.identity.vouching.messages import (
    AssignPlace,
    BadVouchers,
    EpochNotAhead,
    OpenRound,
    PlaceAssigned,
    RequireCertificates,
    RequiredAlready,
    RestateLevel,
    RoundClosed,
    RoundOpen,
    SetVouchers,
    SumKeys,
    TooFewVouchers,
    UnknownRound,
    UnknownVoucher,
    UnprovenVoucherKey,
    VoucherKey,
    VoucherKeyExists,
    VoucherKeyReused,
    WrongEdition,
)
from tests.contracts.identity.scenes import attest, set_attestation
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.vouching import (
    LIST,
    NOW,
    STATE,
    VOUCHERS,
    YEAR,
    Vouching,
    day,
    posting,
    signer,
)


def refuse(vouching, error, msg):
    return vouching.refuse_as("anyone", error, msg)


# Identity 7: the keys of vouchers are the ledger's, the same for everybody, and in time.


def test_a_key_is_posted_by_its_voucher_before_the_last_day_and_once():
    vouching = Vouching("somchai")
    vouching.deposit("somchai")
    asked = day(NOW + 5)
    refuse(vouching, UnknownRound, SumKeys(asked, (0,)))
    vouching.do("dopa", OpenRound("dopa", asked))
    vouching.refuse("dopa", RoundOpen, OpenRound("dopa", asked))
    vouching.refuse("kbank", UnknownVoucher, OpenRound("kbank", day(NOW + 4)))

    first, second = posting(vouching, asked, 1), posting(vouching, asked, 2)
    vouching.do("dopa", first)
    vouching.refuse("dopa", VoucherKeyExists, first)
    stolen = replace(second, keys=first.keys)
    vouching.refuse("facelab", UnprovenVoucherKey, stolen)
    vouching.refuse("kbank", UnknownVoucher, replace(second, agency="kbank"))
    refuse(vouching, RoundOpen, SumKeys(asked, (0,)))
    vouching.go_to(NOW + 5, hours=-24)

    vouching.refuse("facelab", RoundClosed, second)
    refuse(vouching, TooFewVouchers, SumKeys(asked, (0,)))


def test_a_voucher_s_key_serves_one_round():
    vouching = Vouching("somchai")
    vouching.deposit("somchai")
    vouching.post(day(NOW + 4))
    asked = day(NOW + 5)
    vouching.do("dopa", OpenRound("dopa", asked))

    class Old:
        """A signer that brings an earlier day's keys again, with proofs for the later day."""

        def proven(self, later, place):
            key = signer(1).key(day(NOW + 4), place)
            labels = key_labels(CHAIN, later, place, (1, "dopa"))
            return VoucherKey(key.public.encoded, key.prove(labels))

    again = posting(vouching, asked, 1, signs=Old())
    vouching.refuse("dopa", VoucherKeyReused, again)


def test_an_epoch_is_begun_in_the_week_before_and_where_somebody_has_a_deposit():
    vouching = Vouching("somchai")
    vouching.refuse("dopa", UnknownRound, OpenRound("dopa", day(NOW + 5)))
    vouching.deposit("somchai")

    vouching.refuse("dopa", EpochNotAhead, OpenRound("dopa", day(NOW + 1)))
    vouching.refuse("dopa", EpochNotAhead, OpenRound("dopa", day(NOW + 9)))
    vouching.refuse("dopa", UnknownRound, OpenRound("dopa", day(NOW + 5, 8_100)))
    vouching.refuse("dopa", UnknownRound, OpenRound("dopa", replace(LIST, kind="other")))
    vouching.do("dopa", OpenRound("dopa", day(NOW + 5)))


@pytest.mark.parametrize(
    ("numbers", "chosen"),
    [((1, 2, 3, 4), None), ((1, 2, 4), (1, 2, 4)), ((2, 3, 4), (2, 3, 4))],
)
def test_the_first_in_rotation_that_posted_all_their_keys_sign(numbers, chosen):
    vouching = Vouching("somchai", numbers=numbers)
    vouching.deposit("somchai")
    for epoch in range(NOW + 4, NOW + 8):
        vouching.post(day(epoch))
    vouching.go_to(NOW + 7, hours=-24)

    for epoch in range(NOW + 4, NOW + 8):
        vouching.sum(day(epoch))
        first = epoch % 4
        turned = tuple(sorted((first + place) % 4 + 1 for place in range(3)))
        assert vouching.chosen(day(epoch)) == (chosen or turned)


def test_a_class_of_few_holders_is_folded_into_the_one_below():
    vouching = Vouching("somchai", "malee", holders_min=2)
    attest(vouching, "malee", ial=210, label="second")
    set_attestation(vouching, "malee-proofing", "revoked")
    for who in ("somchai", "malee"):
        vouching.deposit(who)

    vouching.do("dopa", OpenRound("dopa", day(NOW + 5)))
    assert vouching.plan(day(NOW + 5))[1] == (110, 210)

    set_attestation(vouching, "second", "revoked")
    vouching.do_as("anyone", RestateLevel(name_of("malee"), YEAR))
    vouching.do("dopa", OpenRound("dopa", day(NOW + 6)))
    assert vouching.plan(day(NOW + 6))[1] == (110,)


def test_vouchers_are_several_agencies_that_are_no_party_of_an_act():
    vouching = Vouching()
    more = (*VOUCHERS, "nhso")

    vouching.refuse("etda", WrongEdition, SetVouchers(1, VOUCHERS, 3, 1))
    vouching.refuse("etda", BadVouchers, SetVouchers(2, more, 3, 1))
    vouching.refuse("etda", BadVouchers, SetVouchers(2, VOUCHERS, 1, 1))
    vouching.refuse("etda", BadVouchers, SetVouchers(2, VOUCHERS, 5, 1))
    vouching.refuse("etda", BadVouchers, SetVouchers(2, ("dopa", "dopa"), 2, 1))
    vouching.do("etda", SetVouchers(2, ("dopa", "mea"), 2, 1))
    vouching.refuse("dopa", WrongEdition, OpenRound("dopa", LIST))


def test_places_are_given_once_and_certificates_required_once():
    vouching = Vouching()

    vouching.refuse("etda", PlaceAssigned, AssignPlace(1, STATE, "health"))
    vouching.refuse("etda", PlaceAssigned, AssignPlace(1, 0, "state"))
    vouching.refuse("etda", EpochNotAhead, RequireCertificates(NOW + 1))
    vouching.do("etda", RequireCertificates(NOW + 2))
    vouching.refuse("etda", RequiredAlready, RequireCertificates(NOW + 9))
