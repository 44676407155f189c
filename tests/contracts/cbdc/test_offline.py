"""The law of offline payments: bounded by what was loaded, each number paid once."""

from dataclasses import replace

import pytest

from contracts.cbdc.core.messages import (
    ALL,
    OUT,
    BadExpiry,
    DayLimit,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    NotBank,
    Paused,
    SelfTransfer,
    WrongTier,
)
from contracts.cbdc.offline.messages import (
    AlreadySettled,
    BadVoucherSignature,
    DeviceExists,
    DeviceExpired,
    DeviceShort,
    DoubleSpend,
    LoadLimit,
    NoDeviceProof,
    NotPayee,
    OfflineCompensate,
    OfflineLoad,
    OfflineReport,
    OfflineRevokeDevice,
    UnknownDevice,
    UnusableDeviceKey,
    VoucherNumber,
    voucher_digest,
)
from contracts.cbdc.requests.messages import Refund
from contracts.tools.testing import key_of
from tests.contracts.cbdc.flows import START, World
from tests.contracts.cbdc.phone import (
    ALICE,
    BOB,
    CHAIN,
    GRACE_MS,
    LIFE_MS,
    LOADED,
    PHONE,
    STALL,
    UNSIGNED,
    certificate,
    device,
    settling,
    signed,
)


def test_a_loaded_device_pays_without_the_ledger_and_payees_are_paid_later(loaded):
    assert loaded.fields("OfflineLoaded") == (PHONE, ALICE, LOADED)
    assert (loaded.gained("alice"), loaded.share("offline", "alice")) == ((-LOADED,), LOADED)

    loaded.do("shop", settling(signed(1), signed(2, 300)))

    assert loaded.names() == ["OfflineSettled", "OfflineSettled"]
    assert loaded.gained("shop") == (800,)
    assert device(loaded) == ("active", LOADED, LOADED - 800)
    assert loaded.ask("offline_settled", PHONE, 2) == (voucher_digest(CHAIN, signed(2, 300)),)
    assert loaded.ask("offline_settled", PHONE, 3) == ()


def test_an_offline_payment_can_be_refunded(loaded):
    loaded.do("shop", settling(signed(1)))

    loaded.do("shop", Refund(voucher_digest(CHAIN, signed(1)), 500, ""))

    assert loaded.gained("alice", "shop") == (-LOADED + 500, 0)


def test_each_number_is_paid_once(loaded):
    loaded.do("shop", settling(signed(1)))

    loaded.refuse("shop", AlreadySettled, settling(signed(1)))
    loaded.refuse("shop", AlreadySettled, settling(signed(2), signed(2)))

    assert loaded.gained("shop") == (500,)


@pytest.mark.parametrize(
    ("payer_says", "who"),
    [
        (signed(1, payee=STALL), "stall"),
        (signed(1, 501), "shop"),
        (signed(1, nonce=b"m" * 16), "shop"),
    ],
)
def test_another_voucher_of_a_paid_number_is_a_double_spend(loaded, payer_says, who):
    loaded.do("shop", settling(signed(1)))

    refusal = loaded.refuse(who, DoubleSpend, settling(payer_says))

    assert refusal.details == (("counter", 1),)


@pytest.mark.parametrize("first", ["shop", "stall"])
def test_of_two_conflicting_vouchers_in_a_block_exactly_one_is_paid(loaded, first):
    vouchers = {"shop": signed(1), "stall": signed(1, payee=STALL)}
    second = "stall" if first == "shop" else "shop"

    loaded.do(first, settling(vouchers[first]))
    loaded.refuse(second, DoubleSpend, settling(vouchers[second]))

    assert loaded.gained(first, second) == (500, 0)


@pytest.mark.parametrize(
    "voucher",
    [
        replace(signed(1), amount=501),
        replace(signed(1), counter=2),
        replace(signed(1), payee=STALL),
        replace(signed(1), nonce=bytes(16)),
        replace(signed(1), signature=UNSIGNED),
        signed(1, chain="another-chain"),
    ],
)
def test_a_voucher_that_its_device_has_not_signed_for_this_chain_is_refused(loaded, voucher):
    who = "stall" if voucher.payee == STALL else "shop"

    loaded.refuse(who, BadVoucherSignature, settling(voucher))

    assert loaded.gained(who) == (0,)


def test_one_bad_voucher_refuses_all(loaded):
    loaded.refuse("shop", DeviceShort, settling(signed(1), signed(2, LOADED)))

    assert device(loaded) == ("active", LOADED, LOADED)


def test_the_payee_or_its_bank_hands_vouchers_in(loaded):
    for name in ("alice", "bob", "kbank"):
        loaded.refuse(name, NotPayee, settling(signed(1)))

    loaded.do("scb", settling(signed(1)))

    assert loaded.gained("shop") == (500,)


def test_after_a_recovery_the_payees_new_key_hands_vouchers_in(loaded):
    loaded.given.recover("shop", "new-shop")

    loaded.do("new-shop", settling(signed(1)))

    assert loaded.gained("shop") == (500,)


def test_a_device_pays_at_most_what_it_has_and_so_many_times(loaded):
    loaded.refuse("shop", VoucherNumber, settling(signed(6)))
    loaded.do("shop", settling(signed(5, LOADED - 1)))
    loaded.refuse("shop", DeviceShort, settling(signed(1, 2)))

    loaded.do("shop", settling(signed(1, 1)))

    assert device(loaded) == ("active", LOADED, 0)


def test_a_voucher_of_an_unknown_device_or_for_its_own_wallet_is_refused(loaded):
    loaded.refuse("shop", UnknownDevice, settling(signed(1, label="tablet")))
    loaded.refuse("alice", SelfTransfer, settling(signed(1, payee=ALICE)))
    tablets = (signed(1, label="tablet"), signed(1, 1, label="tablet"))
    loaded.refuse("shop", UnknownDevice, OfflineReport(*tablets))

    assert loaded.ask("device_state", key_of("tablet").public_key) is None


def test_a_payee_that_is_full_or_frozen_is_not_paid(loaded):
    voucher = signed(1, payee=BOB)
    loaded.given.fund("bob", 2_000_000 - START)
    loaded.refuse("bob", HoldingLimit, settling(voucher))
    loaded.given.change("bob", frozen_scope=ALL, frozen_until_ms=loaded.now + 1)

    loaded.refuse("bob", Frozen, settling(voucher))

    assert device(loaded)[2] == LOADED


def test_a_device_is_certified_by_the_wallets_bank_for_a_high_tier(world):
    for name in ("scb", "alice", "sup"):
        world.refuse(name, NotBank, certificate(world))
    world.refuse("scb", WrongTier, certificate(world, wallet=BOB))
    world.refuse("kbank", NotBank, certificate(world, wallet=World.address("nobody")))
    world.given.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("kbank", Frozen, certificate(world))

    assert world.ask("device_state", PHONE) is None


def test_a_certificate_is_the_devices_entry(world):
    expires_ms = world.now + LIFE_MS

    world.do("kbank", certificate(world))

    assert world.fields("DeviceCertified") == (PHONE, ALICE, expires_ms)
    ends_ms = expires_ms + GRACE_MS
    entry = (ALICE, "kbank", "active", 0, 0, 200_000, 5, expires_ms, ends_ms)
    assert world.ask("device_state", PHONE) == entry


def test_a_key_serves_for_one_certificate_and_signs_for_itself(loaded):
    loaded.refuse("kbank", DeviceExists, certificate(loaded))
    unsigned = replace(certificate(loaded, "tablet"), proof=UNSIGNED)
    loaded.refuse("kbank", NoDeviceProof, unsigned)
    unusable = replace(certificate(loaded, "tablet"), device=b"\x01" + bytes(32))

    refusal = loaded.refuse("kbank", UnusableDeviceKey, unusable)

    assert refusal.code == "UNUSABLE_DEVICE_KEY"


@pytest.mark.parametrize("after_ms", [0, -1, LIFE_MS + 1])
def test_a_certificate_ends_ahead_and_soon(world, after_ms):
    refusal = world.refuse("kbank", BadExpiry, certificate(world, after_ms=after_ms))

    assert dict(refusal.details)["most"] == LIFE_MS


def test_a_device_is_loaded_by_its_holder_within_all_limits(loaded):
    loaded.refuse("bob", UnknownDevice, OfflineLoad(PHONE, 1))
    loaded.refuse("alice", UnknownDevice, OfflineLoad(key_of("tablet").public_key, 1))
    loaded.refuse("alice", LoadLimit, OfflineLoad(PHONE, 200_001 - LOADED))
    loaded.refuse("alice", InsufficientFunds, OfflineLoad(PHONE, START - LOADED + 1))
    loaded.given.fund("alice", START)

    loaded.do("alice", OfflineLoad(PHONE, 200_000 - LOADED))

    assert device(loaded) == ("active", 200_000, 200_000)


def test_settling_makes_no_room_to_load_more_than_the_certificate_allows(loaded):
    loaded.given.fund("alice", START)
    loaded.do("alice", OfflineLoad(PHONE, 200_000 - LOADED))
    loaded.do("shop", settling(signed(1)))

    refusal = loaded.refuse("alice", LoadLimit, OfflineLoad(PHONE, 1))

    assert refusal.details == (("most", 200_000),)


def test_loading_counts_towards_the_day(loaded):
    sent = 10_000_000 - LOADED
    loaded.given.change_holder("alice", day_sent=sent + LOADED)

    refusal = loaded.refuse("alice", DayLimit, OfflineLoad(PHONE, 1))

    assert refusal.code == "DAY_LIMIT"


def test_who_falls_to_a_low_tier_loads_no_more_but_what_is_loaded_is_paid(loaded):
    loaded.given.change_holder("alice", attested_until_ms=loaded.now)

    loaded.refuse("alice", WrongTier, OfflineLoad(PHONE, 1))
    loaded.do("shop", settling(signed(1)))

    assert loaded.gained("shop") == (500,)


def test_after_its_end_a_device_takes_no_load_but_its_vouchers_have_a_grace(loaded):
    loaded.wait(LIFE_MS)

    loaded.refuse("alice", DeviceExpired, OfflineLoad(PHONE, 1))
    loaded.wait(GRACE_MS - 1)
    loaded.do("shop", settling(signed(1)))
    loaded.wait(1)

    loaded.refuse("shop", DeviceExpired, settling(signed(2)))


def test_what_nobody_claimed_returns_to_the_wallet_after_the_grace(loaded):
    loaded.do("shop", settling(signed(1)))

    loaded.wait_and_end(LIFE_MS + GRACE_MS)

    assert loaded.fields("OfflineReturned") == (PHONE, ALICE, LOADED - 500)
    assert loaded.gained("alice") == (-500,)
    assert device(loaded) == ("closed", LOADED, 0)
    loaded.refuse("shop", DeviceExpired, settling(signed(2)))
    loaded.refuse("bob", DeviceExpired, OfflineReport(signed(2), signed(2, 1)))
    loaded.refuse("kbank", DeviceExpired, OfflineRevokeDevice(PHONE, ""))
    loaded.refuse("kbank", DeviceExists, certificate(loaded))


def test_a_device_that_was_never_loaded_ends_too(world):
    world.do("kbank", certificate(world))

    world.wait_and_end(LIFE_MS + GRACE_MS)

    assert world.fields("OfflineReturned") == (PHONE, ALICE, 0)


def test_nothing_of_offline_payments_works_while_they_are_paused(loaded):
    loaded.given.pause("offline")

    loaded.refuse("kbank", Paused, certificate(loaded, "tablet"))
    loaded.refuse("alice", Paused, OfflineLoad(PHONE, 1))
    loaded.refuse("shop", Paused, settling(signed(1)))
    loaded.refuse("bob", Paused, OfflineReport(signed(1), signed(1, 1)))
    loaded.refuse("kbank", Paused, OfflineRevokeDevice(PHONE, ""))
    loaded.refuse("kbank", Paused, OfflineCompensate(signed(1)))
    assert device(loaded)[0] == "active"
