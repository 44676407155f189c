"""The law of offline payments: bounded by what was loaded, each number paid once."""

from dataclasses import replace

import pytest

from contracts.cbdc.errors import (
    DayLimit,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    NotBank,
    Paused,
    SelfTransfer,
    WrongTier,
)
from contracts.cbdc.fields import ALL, OUT
from contracts.cbdc.flow_fields import OfflineVoucher
from contracts.cbdc.holds_errors import BadExpiry
from contracts.cbdc.offline_errors import (
    AlreadySettled,
    BadDeviceKey,
    BadVoucherSignature,
    DeviceExists,
    DeviceExpired,
    DeviceNotRevoked,
    DeviceRevoked,
    DoubleSpend,
    NoConflict,
    NotPayee,
    OfflineCap,
    UnknownDevice,
)
from contracts.cbdc.offline_messages import (
    OfflineCompensate,
    OfflineLoad,
    OfflineRegisterDevice,
    OfflineReport,
    OfflineRevokeDevice,
    OfflineSettle,
    device_statement,
    offline_voucher_statement,
    voucher_digest,
)
from contracts.cbdc.requests_messages import Refund
from contracts.sdk.testing import key_of
from primitives.crypto import Signature
from tests.contracts.cbdc.flows import HOUR_MS, START, World

ALICE, BOB, SHOP, STALL = (World.address(name) for name in ("alice", "bob", "shop", "stall"))
CHAIN = "test-chain"
PHONE = key_of("phone").public_key
LIFE_MS, GRACE_MS = 72 * HOUR_MS, 72 * HOUR_MS
UNSIGNED = Signature(bytes(64))
LOADED = 20_000


def certificate(world, label="phone", *, wallet=ALICE, after_ms=LIFE_MS):
    key = key_of(label)
    msg = OfflineRegisterDevice(key.public_key, wallet, world.now + after_ms, UNSIGNED)
    return replace(msg, proof=key.sign(*device_statement(CHAIN, msg)))


def signed(counter, amount=500, payee=SHOP, *, label="phone", nonce=b"n" * 16, chain=CHAIN):
    key = key_of(label)
    voucher = OfflineVoucher(key.public_key, counter, payee, amount, nonce, UNSIGNED)
    return replace(voucher, signature=key.sign(*offline_voucher_statement(chain, voucher)))


def settling(*vouchers):
    return OfflineSettle(vouchers)


@pytest.fixture
def loaded(world):
    """A world where alice's phone is certified and loaded."""
    world.do("kbank", certificate(world))
    world.do("alice", OfflineLoad(PHONE, LOADED))
    return world


def device(world):
    """Status, loaded, remaining."""
    return world.ask("device_state", PHONE)[2:5]


def revoked(world):
    """After a proven double spend of 500 to the shop, which was paid, and to the stall."""
    world.do("shop", settling(signed(1)))
    world.do("stall", OfflineReport(signed(1), signed(1, payee=STALL)))
    return world


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


def test_a_published_conflict_revokes_the_device_and_freezes_its_money(loaded):
    revoked(loaded)

    assert loaded.fields("DeviceEnded") == (PHONE, ALICE, True, 1, LOADED - 500, "")
    assert device(loaded)[0] == "revoked"
    loaded.refuse("shop", DeviceRevoked, settling(signed(2)))
    loaded.refuse("alice", DeviceRevoked, OfflineLoad(PHONE, 1))
    loaded.refuse("bob", DeviceRevoked, OfflineReport(signed(2), signed(2, 1)))
    loaded.refuse("kbank", DeviceRevoked, OfflineRevokeDevice(PHONE, ""))
    assert loaded.share("offline", "alice") == LOADED - 500


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (signed(1), signed(1)),
        (signed(1), signed(2)),
        (signed(1), signed(1, label="tablet")),
    ],
)
def test_what_does_not_conflict_is_no_proof(loaded, first, second):
    loaded.refuse("bob", NoConflict, OfflineReport(first, second))

    assert device(loaded)[0] == "active"


def test_a_forged_voucher_is_no_proof(loaded):
    forged = replace(signed(1, 1), device=PHONE, signature=signed(1).signature)

    loaded.refuse("bob", BadVoucherSignature, OfflineReport(signed(1), forged))
    loaded.refuse("bob", BadVoucherSignature, OfflineReport(forged, signed(1)))

    assert device(loaded)[0] == "active"


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
    loaded.refuse("shop", OfflineCap, settling(signed(1), signed(2, LOADED)))

    assert device(loaded) == ("active", LOADED, LOADED)


def test_the_payee_or_its_bank_hands_vouchers_in(loaded):
    for name in ("alice", "bob", "kbank"):
        loaded.refuse(name, NotPayee, settling(signed(1)))

    loaded.do("scb", settling(signed(1)))

    assert loaded.gained("shop") == (500,)


def test_after_a_recovery_the_payees_new_key_hands_vouchers_in(loaded):
    loaded.recover("shop", "new-shop")

    loaded.do("new-shop", settling(signed(1)))

    assert loaded.gained("shop") == (500,)


def test_a_device_pays_at_most_what_it_has_and_so_many_times(loaded):
    loaded.refuse("shop", OfflineCap, settling(signed(6)))
    loaded.do("shop", settling(signed(5, LOADED - 1)))
    loaded.refuse("shop", OfflineCap, settling(signed(1, 2)))

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
    loaded.fund("bob", 2_000_000 - START)
    loaded.refuse("bob", HoldingLimit, settling(voucher))
    loaded.change("bob", frozen_scope=ALL, frozen_until_ms=loaded.now + 1)

    loaded.refuse("bob", Frozen, settling(voucher))

    assert device(loaded)[2] == LOADED


def test_a_device_is_certified_by_the_wallets_bank_for_a_high_tier(world):
    for name in ("scb", "alice", "sup"):
        world.refuse(name, NotBank, certificate(world))
    world.refuse("scb", WrongTier, certificate(world, wallet=BOB))
    world.refuse("kbank", NotBank, certificate(world, wallet=World.address("nobody")))
    world.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 1)
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
    loaded.refuse("kbank", BadDeviceKey, unsigned)
    unusable = replace(certificate(loaded, "tablet"), device=bytes(32))

    refusal = loaded.refuse("kbank", BadDeviceKey, unusable)

    assert refusal.code == "BAD_DEVICE_KEY"


@pytest.mark.parametrize("after_ms", [0, -1, LIFE_MS + 1])
def test_a_certificate_ends_ahead_and_soon(world, after_ms):
    refusal = world.refuse("kbank", BadExpiry, certificate(world, after_ms=after_ms))

    assert dict(refusal.details)["most"] == LIFE_MS


def test_a_device_is_loaded_by_its_holder_within_all_limits(loaded):
    loaded.refuse("bob", UnknownDevice, OfflineLoad(PHONE, 1))
    loaded.refuse("alice", UnknownDevice, OfflineLoad(key_of("tablet").public_key, 1))
    loaded.refuse("alice", OfflineCap, OfflineLoad(PHONE, 200_001 - LOADED))
    loaded.refuse("alice", InsufficientFunds, OfflineLoad(PHONE, START - LOADED + 1))
    loaded.fund("alice", START)

    loaded.do("alice", OfflineLoad(PHONE, 200_000 - LOADED))

    assert device(loaded) == ("active", 200_000, 200_000)


def test_settling_makes_no_room_to_load_more_than_the_certificate_allows(loaded):
    loaded.fund("alice", START)
    loaded.do("alice", OfflineLoad(PHONE, 200_000 - LOADED))
    loaded.do("shop", settling(signed(1)))

    refusal = loaded.refuse("alice", OfflineCap, OfflineLoad(PHONE, 1))

    assert refusal.details == (("most", 200_000),)


def test_loading_counts_towards_the_day(loaded):
    sent = 10_000_000 - LOADED
    loaded.change_holder("alice", day_sent=sent + LOADED)

    refusal = loaded.refuse("alice", DayLimit, OfflineLoad(PHONE, 1))

    assert refusal.code == "DAY_LIMIT"


def test_who_falls_to_a_low_tier_loads_no_more_but_what_is_loaded_is_paid(loaded):
    loaded.change_holder("alice", attested_until_ms=loaded.now)

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


def test_a_bank_revokes_a_lost_device_of_its_own(loaded):
    for name in ("scb", "alice"):
        loaded.refuse(name, UnknownDevice, OfflineRevokeDevice(PHONE, "lost"))

    loaded.do("kbank", OfflineRevokeDevice(PHONE, "lost"))

    assert loaded.fields("DeviceEnded") == (PHONE, ALICE, False, 0, LOADED, "lost")


def test_the_certifying_bank_pays_victims_from_the_frozen_money(loaded):
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(1, payee=STALL)))

    assert loaded.fields("OfflineCompensated") == (PHONE, 1, STALL, 500, 0, 0)
    assert loaded.gained("stall") == (500,)
    assert device(loaded) == ("revoked", LOADED, LOADED - 1_000)
    loaded.refuse("kbank", AlreadySettled, OfflineCompensate(signed(1, payee=STALL)))
    loaded.refuse("kbank", AlreadySettled, OfflineCompensate(signed(1)))


def test_by_the_first_loss_rule_the_payee_bears_what_the_device_does_not_cover(loaded):
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[3:] == (LOADED - 500, 0, 500)
    loaded.do("kbank", OfflineCompensate(signed(3, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[3:] == (0, 0, 500)
    assert loaded.gained("stall", "kbank") == (LOADED - 500, 0)


def test_by_the_other_loss_rule_the_certifying_bank_bears_it_as_far_as_it_can(loaded):
    loaded.set_parameter("offline-loss-bearer", 1)
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[3:] == (LOADED - 500, 500, 0)
    loaded.do("kbank", OfflineCompensate(signed(3, 150_000, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[3:] == (0, START - 500, 50_500)
    assert loaded.balance("kbank") == 0
    loaded.do("kbank", OfflineCompensate(signed(4, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[3:] == (0, 0, 500)


def test_a_bank_does_not_pay_itself_nor_from_a_frozen_account(loaded):
    loaded.set_parameter("offline-loss-bearer", 1)
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, World.address("kbank"))))
    assert loaded.fields("OfflineCompensated")[3:] == (LOADED - 500, 0, 500)
    loaded.change("kbank", frozen_scope=OUT, frozen_until_ms=loaded.now + 1)
    loaded.do("kbank", OfflineCompensate(signed(3, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[3:] == (0, 0, 500)


def test_only_the_certifying_bank_compensates_and_only_for_a_revoked_device(loaded):
    loaded.refuse("kbank", DeviceNotRevoked, OfflineCompensate(signed(1)))
    revoked(loaded)
    for name in ("scb", "stall"):
        loaded.refuse(name, UnknownDevice, OfflineCompensate(signed(2, payee=STALL)))
    forged = replace(signed(2), amount=1)

    loaded.refuse("kbank", BadVoucherSignature, OfflineCompensate(forged))

    assert device(loaded)[2] == LOADED - 500


def test_compensation_is_bounded_by_the_certificate(loaded):
    revoked(loaded)

    loaded.refuse("kbank", OfflineCap, OfflineCompensate(signed(6)))
    loaded.refuse("kbank", OfflineCap, OfflineCompensate(signed(2, 200_001)))
    loaded.wait(LIFE_MS + GRACE_MS)

    loaded.refuse("kbank", DeviceExpired, OfflineCompensate(signed(2)))


def test_compensation_needs_room_at_the_payee(loaded):
    revoked(loaded)
    loaded.fund("bob", 2_000_000 - START)

    refusal = loaded.refuse("kbank", HoldingLimit, OfflineCompensate(signed(2, payee=BOB)))

    assert refusal.code == "HOLDING_LIMIT"


def test_frozen_money_returns_to_the_wallet_after_the_grace_where_an_order_may_take_it(loaded):
    revoked(loaded)
    loaded.change("alice", frozen_scope=ALL, frozen_until_ms=2**53)

    loaded.wait_and_end(LIFE_MS + GRACE_MS)

    assert loaded.fields("OfflineReturned") == (PHONE, ALICE, LOADED - 500)


def test_nothing_of_offline_payments_works_while_they_are_paused(loaded):
    loaded.pause("offline")

    loaded.refuse("kbank", Paused, certificate(loaded, "tablet"))
    loaded.refuse("alice", Paused, OfflineLoad(PHONE, 1))
    loaded.refuse("shop", Paused, settling(signed(1)))
    loaded.refuse("bob", Paused, OfflineReport(signed(1), signed(1, 1)))
    loaded.refuse("kbank", Paused, OfflineRevokeDevice(PHONE, ""))
    loaded.refuse("kbank", Paused, OfflineCompensate(signed(1)))
    assert device(loaded)[0] == "active"
