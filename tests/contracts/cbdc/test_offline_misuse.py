"""The law of misused devices: proof, revocation, and who bears a loss."""

from dataclasses import replace

import pytest

from contracts.cbdc.core.messages import ALL, OUT, HoldingLimit
from contracts.cbdc.offline.messages import (
    AlreadySettled,
    BadVoucherSignature,
    DeviceExpired,
    DeviceNotRevoked,
    DeviceRevoked,
    LoadLimit,
    NoConflict,
    OfflineCompensate,
    OfflineLoad,
    OfflineReport,
    OfflineRevokeDevice,
    UnknownDevice,
    VoucherNumber,
)
from tests.contracts.cbdc.flows import START, World
from tests.contracts.cbdc.phone import (
    ALICE,
    BOB,
    GRACE_MS,
    LIFE_MS,
    LOADED,
    PHONE,
    STALL,
    device,
    revoked,
    settling,
    signed,
)

KBANK = World.address("kbank")


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


def test_a_bank_revokes_a_lost_device_of_its_own(loaded):
    for name in ("scb", "alice"):
        loaded.refuse(name, UnknownDevice, OfflineRevokeDevice(PHONE, "lost"))

    loaded.do("kbank", OfflineRevokeDevice(PHONE, "lost"))

    assert loaded.fields("DeviceEnded") == (PHONE, ALICE, False, 0, LOADED, "lost")


def test_the_certifying_bank_pays_victims_from_the_frozen_money(loaded):
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(1, payee=STALL)))

    assert loaded.fields("OfflineCompensated") == (PHONE, 1, STALL, KBANK, 500, 0, 0)
    assert loaded.gained("stall") == (500,)
    assert device(loaded) == ("revoked", LOADED, LOADED - 1_000)
    loaded.refuse("kbank", AlreadySettled, OfflineCompensate(signed(1, payee=STALL)))
    loaded.refuse("kbank", AlreadySettled, OfflineCompensate(signed(1)))


def test_by_the_first_loss_rule_the_payee_bears_what_the_device_does_not_cover(loaded):
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[4:] == (LOADED - 500, 0, 500)
    loaded.do("kbank", OfflineCompensate(signed(3, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[4:] == (0, 0, 500)
    assert loaded.gained("stall", "kbank") == (LOADED - 500, 0)


def test_by_the_other_loss_rule_the_certifying_bank_bears_it_as_far_as_it_can(loaded):
    loaded.given.set_parameter("offline-loss-bearer", 1)
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[4:] == (LOADED - 500, 500, 0)
    loaded.do("kbank", OfflineCompensate(signed(3, 150_000, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[4:] == (0, START - 500, 50_500)
    assert loaded.balance("kbank") == 0
    loaded.do("kbank", OfflineCompensate(signed(4, payee=STALL)))
    assert loaded.fields("OfflineCompensated")[4:] == (0, 0, 500)


def test_a_bank_does_not_pay_itself_nor_from_a_frozen_account(loaded):
    loaded.given.set_parameter("offline-loss-bearer", 1)
    revoked(loaded)

    loaded.do("kbank", OfflineCompensate(signed(2, LOADED, World.address("kbank"))))
    assert loaded.fields("OfflineCompensated")[4:] == (LOADED - 500, 0, 500)
    loaded.given.change("kbank", frozen_scope=OUT, frozen_until_ms=loaded.now + 1)
    loaded.do("kbank", OfflineCompensate(signed(3, payee=STALL)))

    assert loaded.fields("OfflineCompensated")[4:] == (0, 0, 500)


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

    loaded.refuse("kbank", VoucherNumber, OfflineCompensate(signed(6)))
    loaded.refuse("kbank", LoadLimit, OfflineCompensate(signed(2, 200_001)))
    loaded.wait(LIFE_MS + GRACE_MS)

    loaded.refuse("kbank", DeviceExpired, OfflineCompensate(signed(2)))


def test_compensation_needs_room_at_the_payee(loaded):
    revoked(loaded)
    loaded.given.fund("bob", 2_000_000 - START)

    refusal = loaded.refuse("kbank", HoldingLimit, OfflineCompensate(signed(2, payee=BOB)))

    assert refusal.code == "HOLDING_LIMIT"


def test_frozen_money_returns_to_the_wallet_after_the_grace_where_an_order_may_take_it(loaded):
    revoked(loaded)
    loaded.given.change("alice", frozen_scope=ALL, frozen_until_ms=2**53)

    loaded.wait_and_end(LIFE_MS + GRACE_MS)

    assert loaded.fields("OfflineReturned") == (PHONE, ALICE, LOADED - 500)
