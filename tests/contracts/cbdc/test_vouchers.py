"""The law of vouchers: bound money reaches the right merchants in time, or returns."""

import pytest

from contracts.cbdc.core.messages import (
    ALL,
    CLOSED,
    OUT,
    YEAR_MS,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    NotBank,
    OverRefund,
    Paused,
    SumTooLarge,
    TxLimit,
    UnknownWallet,
    WalletClosed,
    WrongTier,
    WrongWalletKind,
)
from contracts.cbdc.requests.messages import Refund
from contracts.cbdc.vouchers.messages import (
    BadCategoryCode,
    BadVoucherTimes,
    ExpireVouchers,
    IssueVoucher,
    NotEligible,
    RepeatedVoucher,
    SetMerchantProfile,
    SpendVoucher,
    UnknownVoucher,
    VoucherExpired,
    VoucherNotOver,
    VoucherShort,
    VoucherTooEarly,
)
from primitives.crypto import digest
from primitives.limits import AMOUNT_SATANG_MAX
from tests.contracts.cbdc.flows import DAY_MS, START, World

CARL, SHOP, STALL, WELFARE = (World.address(n) for n in ("carl", "shop", "stall", "welfare"))
NOWHERE = digest("txid", b"nowhere")


def binding(world, **changes):
    """300 for carl, for a day, at every merchant."""
    fields = {
        "programme": "school lunch",
        "to": CARL,
        "amount": 300,
        "merchants": (),
        "category_codes": (),
        "area": "",
        "not_before_ms": 0,
        "expires_ms": world.now + DAY_MS,
    }
    return IssueVoucher(**(fields | changes))


def issued(world, **changes):
    return world.do("welfare", binding(world, **changes))


def spending(*ids, amount=300, cash=0, merchant=SHOP, travel=None):
    return SpendVoucher(ids, merchant, amount, cash, travel)


def left(world, voucher_id):
    return world.ask("voucher_state", CARL, voucher_id)[3]


def test_a_voucher_takes_money_of_its_issuer_and_pays_a_merchant(world):
    voucher_id = issued(world)
    assert world.names() == ["VoucherIssued"]
    assert (world.gained("welfare", "carl"), world.share("vouchers", "welfare")) == ((-300, 0), 300)

    payment_id = world.do("carl", spending(voucher_id))

    assert world.fields("VoucherSpent") == (payment_id, CARL, SHOP, 300, 0)
    assert world.gained("carl", "shop") == (0, 300)
    assert (left(world, voucher_id), world.share("vouchers", "welfare")) == (0, 0)


def test_a_voucher_is_spent_in_parts_and_no_more_than_it_holds(world):
    voucher_id = issued(world)

    world.do("carl", spending(voucher_id, amount=100))
    world.do("carl", spending(voucher_id, amount=150, merchant=STALL))
    refusal = world.refuse("carl", VoucherShort, spending(voucher_id, amount=51))

    assert refusal.details == (("short", 1),)
    assert (world.gained("shop", "stall"), left(world, voucher_id)) == ((100, 150), 50)


def test_vouchers_and_cash_pay_together_in_the_order_named(world):
    first, second = issued(world), issued(world)

    world.do("carl", spending(second, first, amount=400, cash=70))

    assert (left(world, second), left(world, first)) == (0, 200)
    assert world.gained("carl", "shop") == (-70, 470)


def test_a_voucher_that_is_not_needed_keeps_its_money(world):
    first, second = issued(world), issued(world)

    payment_id = world.do("carl", spending(first, second, amount=300))

    assert left(world, second) == 300
    assert len(world.ask("payment_state", payment_id)[6]) == 1


@pytest.mark.parametrize(
    ("rule", "is_shop", "is_stall"),
    [
        ({"merchants": (SHOP,)}, True, False),
        ({"category_codes": ("5411", "5499")}, True, False),
        ({"area": "TH-50"}, False, True),
        ({"category_codes": ("5812",), "area": "TH-50"}, False, True),
        ({"merchants": (SHOP,), "area": "TH-50"}, False, False),
        ({}, True, True),
    ],
)
def test_a_voucher_is_for_merchants_that_fit_all_its_rules(world, rule, is_shop, is_stall):
    world.do("scb", SetMerchantProfile(SHOP, "5411", "TH-10"))
    world.do("kbank", SetMerchantProfile(STALL, "5812", "TH-50"))
    voucher_id = issued(world, **rule)

    for merchant, is_right in ((SHOP, is_shop), (STALL, is_stall)):
        pay = spending(voucher_id, amount=100, merchant=merchant)
        if is_right:
            world.do("carl", pay)
        else:
            world.refuse("carl", NotEligible, pay)

    assert left(world, voucher_id) == 300 - 100 * (is_shop + is_stall)


def test_a_merchant_without_a_profile_fits_no_rule_about_it(world):
    for rule in ({"category_codes": ("5411",)}, {"area": "TH-10"}):
        world.refuse("carl", NotEligible, spending(issued(world, **rule)))

    assert world.ask("merchant_profile", SHOP) is None


@pytest.mark.parametrize("name", ["alice", "bob", "carl", "scb", "welfare"])
def test_vouchers_pay_merchants_only(world, name):
    voucher_id = issued(world)

    world.refuse("carl", NotEligible, spending(voucher_id, merchant=World.address(name)))

    assert left(world, voucher_id) == 300


def test_a_merchant_does_not_spend_vouchers_in_its_own_shop(world):
    voucher_id = issued(world, to=SHOP)

    world.refuse("shop", NotEligible, spending(voucher_id))
    world.do("shop", spending(voucher_id, merchant=STALL))

    assert world.gained("shop", "stall") == (0, 300)


def test_one_voucher_that_does_not_fit_refuses_the_whole_spend(world):
    good, bad = issued(world), issued(world, merchants=(STALL,))

    world.refuse("carl", NotEligible, spending(good, bad, amount=400))

    assert (left(world, good), world.gained("shop")) == (300, (0,))


def test_a_voucher_has_its_time(world):
    voucher_id = issued(world, not_before_ms=world.now + 1_000, expires_ms=world.now + 2_000)

    world.refuse("carl", VoucherTooEarly, spending(voucher_id))
    world.wait(1_000)
    world.do("carl", spending(voucher_id, amount=100))
    world.wait(1_000)

    world.refuse("carl", VoucherExpired, spending(voucher_id, amount=100))


def test_what_is_left_returns_to_the_issuer_at_the_end(world):
    voucher_id = issued(world)
    world.do("carl", spending(voucher_id, amount=100))

    world.wait_and_end(DAY_MS)

    assert world.fields("VoucherReturned") == (voucher_id, WELFARE, CARL, 200)
    assert world.gained("welfare") == (-100,)
    world.refuse("carl", UnknownVoucher, spending(voucher_id))


def test_a_spent_voucher_ends_too(world):
    voucher_id = issued(world)
    world.do("carl", spending(voucher_id))

    world.wait_and_end(DAY_MS)

    assert world.fields("VoucherReturned")[3] == 0


def test_anyone_may_return_vouchers_that_are_over_and_none_before(world):
    ids = (issued(world), issued(world))
    world.refuse("alice", VoucherNotOver, ExpireVouchers(CARL, ids))
    world.refuse("alice", UnknownVoucher, ExpireVouchers(SHOP, ids))
    world.wait(DAY_MS)
    world.refuse("alice", RepeatedVoucher, ExpireVouchers(CARL, (ids[0], ids[0])))

    world.do("alice", ExpireVouchers(CARL, ids))

    assert (world.names(), world.gained("welfare")) == (["VoucherReturned"] * 2, (0,))
    world.wait(1)
    assert world.names() == []


def test_a_voucher_is_its_holders_and_named_once(world):
    voucher_id = issued(world)

    world.refuse("bob", UnknownVoucher, spending(voucher_id))
    world.refuse("carl", UnknownVoucher, spending(NOWHERE))
    world.refuse("carl", RepeatedVoucher, spending(voucher_id, voucher_id))

    assert left(world, voucher_id) == 300


@pytest.mark.parametrize("name", ["alice", "shop", "kbank"])
def test_only_institutions_issue_vouchers(world, name):
    refusal = world.refuse(name, WrongWalletKind, binding(world))

    assert refusal.code == "WRONG_WALLET_KIND"


def test_a_voucher_needs_money_a_holder_and_a_wallet_that_money_may_leave(world):
    world.refuse("welfare", InsufficientFunds, binding(world, amount=START + 1))
    world.refuse("welfare", UnknownWallet, binding(world, to=World.address("nobody")))
    world.given.change("welfare", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("welfare", Frozen, binding(world))

    assert world.gained("welfare") == (0,)


@pytest.mark.parametrize(
    ("begin", "end"), [(0, 0), (0, -1), (DAY_MS, DAY_MS), (0, 2 * YEAR_MS + 1)]
)
def test_a_voucher_begins_before_it_ends_and_ends_ahead(world, begin, end):
    times = {"not_before_ms": world.now + begin, "expires_ms": world.now + end}

    refusal = world.refuse("welfare", BadVoucherTimes, binding(world, **times))

    assert refusal.code == "BAD_VOUCHER_TIMES"


@pytest.mark.parametrize("code", ["54a1", "๑๒๓๔", " 541"])
def test_a_category_code_has_four_digits(world, code):
    world.refuse("welfare", BadCategoryCode, binding(world, category_codes=("5411", code)))
    world.refuse("scb", BadCategoryCode, SetMerchantProfile(SHOP, code, ""))

    assert world.ask("merchant_profile", SHOP) is None


def test_a_merchants_own_bank_says_what_it_sells(world):
    for name in ("kbank", "shop", "alice"):
        world.refuse(name, NotBank, SetMerchantProfile(SHOP, "5411", ""))
    world.refuse("scb", WrongTier, SetMerchantProfile(CARL, "5411", ""))
    world.refuse("scb", NotBank, SetMerchantProfile(World.address("nobody"), "5411", ""))

    world.do("scb", SetMerchantProfile(SHOP, "5411", "TH-10"))

    assert world.fields("MerchantProfileSet") == (SHOP, "5411", "TH-10")
    assert world.ask("merchant_profile", SHOP) == ("5411", "TH-10")


def test_spending_vouchers_counts_towards_no_limit_but_cash_does(world):
    voucher_id = issued(world, amount=90_000)

    world.refuse("carl", TxLimit, spending(voucher_id, amount=100, cash=50_001))
    world.do("carl", spending(voucher_id, amount=90_000))

    assert world.gained("carl", "shop") == (0, 90_000)


def test_vouchers_and_cash_are_at_most_one_payment(world):
    voucher_id = issued(world)
    too_much = spending(voucher_id, amount=300, cash=AMOUNT_SATANG_MAX)

    refusal = world.refuse("carl", SumTooLarge, too_much)

    assert refusal.code == "SUM_TOO_LARGE"


def test_a_frozen_holder_spends_nothing_and_a_frozen_merchant_receives_nothing(world):
    voucher_id = issued(world)
    world.given.change("carl", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("carl", Frozen, spending(voucher_id))
    world.given.change("carl", frozen_until_ms=0)
    world.given.change("shop", frozen_scope=ALL, frozen_until_ms=world.now + 1)

    world.refuse("carl", Frozen, spending(voucher_id))

    assert left(world, voucher_id) == 300


def test_a_refund_of_bound_money_goes_back_to_its_vouchers_first(world):
    first, second = issued(world), issued(world)
    payment_id = world.do("carl", spending(first, second, amount=400, cash=70))

    world.do("shop", Refund(payment_id, 250, ""))
    assert (left(world, first), left(world, second), world.gained("carl")) == (250, 200, (-70,))
    world.do("shop", Refund(payment_id, 220, ""))

    assert world.fields("Refunded")[4:6] == (0, 150)
    assert (left(world, first), left(world, second), world.gained("carl")) == (300, 300, (0,))
    world.refuse("shop", OverRefund, Refund(payment_id, 1, ""))


def test_a_refund_of_a_voucher_that_has_ended_goes_to_its_issuer(world):
    voucher_id = issued(world)
    payment_id = world.do("carl", spending(voucher_id, cash=70))
    world.wait_and_end(DAY_MS)

    world.do("shop", Refund(payment_id, 370, ""))

    assert world.fields("VoucherReturned") == (voucher_id, WELFARE, CARL, 300)
    assert world.gained("welfare", "carl", "shop") == (0, 0, 0)


def test_a_refund_for_a_closed_issuer_is_refused(world):
    voucher_id = issued(world)
    payment_id = world.do("carl", spending(voucher_id))
    world.wait_and_end(DAY_MS)
    world.given.change("welfare", status=CLOSED)

    refusal = world.refuse("shop", WalletClosed, Refund(payment_id, 1, ""))

    assert refusal.code == "WALLET_CLOSED"


def test_without_wallets_vouchers_pay_anyone_but_the_holder(world):
    world.given.set_terms(allows_unregistered=True)
    world.given.fund("office", 1_000)
    office, somchai = World.address("office"), World.address("somchai")
    voucher_id = world.do("office", binding(world, to=somchai))

    world.refuse("somchai", NotEligible, spending(voucher_id, merchant=somchai))
    world.do("somchai", spending(voucher_id, merchant=office))

    assert (world.balance("office"), world.balance("somchai")) == (1_000, 0)


def cap_merchants(world, most):
    """Let merchants own so much."""
    found = world.given.terms()
    limits = list(found.limits)
    limits[16] = most
    world.given.set_terms(limits=tuple(limits))


def test_what_a_merchant_may_not_keep_goes_to_its_bank(world):
    cap_merchants(world, START + 100)
    voucher_id = issued(world)

    world.refuse("carl", HoldingLimit, spending(voucher_id, cash=50))
    world.given.link("shop")
    world.do("carl", spending(voucher_id, cash=50))

    assert world.gained("shop", "scb", "carl") == (100, 250, -50)


def test_a_holders_vouchers_come_in_pages(world):
    ids = sorted(issued(world) for _ in range(3))

    first = world.ask("vouchers_page", CARL, None, 2)
    second = world.ask("vouchers_page", CARL, first[1][0], 2)

    assert [line[0] for line in (*first, *second)] == ids


def test_nothing_of_vouchers_works_while_they_are_paused(world):
    voucher_id = issued(world)
    world.given.pause("vouchers")

    world.refuse("welfare", Paused, binding(world))
    world.refuse("carl", Paused, spending(voucher_id))
    world.refuse("carl", Paused, ExpireVouchers(CARL, (voucher_id,)))
    world.refuse("scb", Paused, SetMerchantProfile(SHOP, "5411", ""))
    world.wait_and_end(DAY_MS)

    assert left(world, voucher_id) == 300
