"""The law of limits: per holder over all wallets, per payment, Bangkok day and month, and owned."""

from datetime import date, datetime, timedelta

import pytest

from contracts.cbdc.authority.messages import Issue
from contracts.cbdc.core.messages import (
    DayLimit,
    HoldingLimit,
    InsufficientFunds,
    MonthLimit,
    TravelRule,
    TxLimit,
    WrongTier,
)
from contracts.cbdc.payments.messages import Fund, Transfer, TransferWithTravel
from contracts.cbdc.requests.messages import Refund
from contracts.sdk.calendar import bangkok_day, month_of
from primitives.crypto import digest
from tests.contracts.cbdc.town import BAHT, DAY_MS, HOUR_MS, Town, name_of

SHOP = Town.address("shop")
ALICE = Town.address("alice")
BOB = Town.address("bob")


def pay(town, who, satang, to=SHOP):
    return town.do(who, Transfer(to, satang, ""))


def to_midnight(town):
    """Begin a block one ms before midnight in Bangkok."""
    ahead = DAY_MS - (town.now + 7 * HOUR_MS) % DAY_MS
    town.wait(ahead - 1)


@pytest.mark.parametrize(("ial", "payment"), [(0, 500), (110, 5_000), (210, 50_000), (300, 50_000)])
def test_a_payment_at_the_tiers_limit_passes_and_one_satang_more_does_not(town, ial, payment):
    town.merchant("shop")
    town.person("alice", ial, money=payment * BAHT if ial < 210 else 100_000 * BAHT)
    over = TravelRule if ial == 300 else TxLimit

    town.refuse("alice", over, Transfer(SHOP, payment * BAHT + 1, ""))
    pay(town, "alice", payment * BAHT)

    assert town.balance("shop") == payment * BAHT


def test_the_highest_tier_pays_up_to_its_limit_with_travel_data(town):
    town.merchant("shop")
    town.person("alice", 300, money=300_000 * BAHT)

    over = TransferWithTravel(SHOP, 200_000 * BAHT + 1, "", name_of("travel"))
    town.refuse("alice", TxLimit, over)
    town.do("alice", TransferWithTravel(SHOP, 200_000 * BAHT, "", name_of("travel")))

    assert town.fields("TravelDataNamed")[2] == name_of("travel")


def test_a_day_ends_at_midnight_in_bangkok(town):
    town.merchant("shop")
    town.person("alice", 110, money=20_000 * BAHT)
    to_midnight(town)
    pay(town, "alice", 5_000 * BAHT)
    pay(town, "alice", 5_000 * BAHT)

    town.refuse("alice", DayLimit, Transfer(SHOP, 1, ""))
    town.wait(1)
    pay(town, "alice", 5_000 * BAHT)

    assert town.balance("shop") == 15_000 * BAHT


def test_the_days_limit_is_reached_exactly(town):
    town.merchant("shop")
    town.person("carl", 0, money=5_000 * BAHT)
    pay(town, "carl", 500 * BAHT)
    pay(town, "carl", 499 * BAHT)

    town.refuse("carl", DayLimit, Transfer(SHOP, 1 * BAHT + 1, ""))
    pay(town, "carl", 1 * BAHT)

    assert town.ask("limits_left", Town.address("carl"))[2] == 0


def test_a_months_limit_counts_over_days_and_begins_anew():
    town = Town(parameters={"t1-month": 7_000 * BAHT})
    town.merchant("shop")
    town.person("alice", 110, money=20_000 * BAHT)
    pay(town, "alice", 5_000 * BAHT)
    town.wait(DAY_MS)

    town.refuse("alice", MonthLimit, Transfer(SHOP, 2_000 * BAHT + 1, ""))
    pay(town, "alice", 2_000 * BAHT)
    town.wait(31 * DAY_MS)
    pay(town, "alice", 5_000 * BAHT)

    assert town.balance("shop") == 12_000 * BAHT


def test_limits_hold_over_two_wallets_of_one_holder(town):
    town.merchant("shop")
    town.person("alice", 110, money=10_000 * BAHT)
    town.person("purse", 110, holder="alice", money=10_000 * BAHT)
    pay(town, "alice", 5_000 * BAHT)
    pay(town, "purse", 5_000 * BAHT)

    town.refuse("alice", DayLimit, Transfer(SHOP, 1, ""))
    town.refuse("purse", DayLimit, Transfer(SHOP, 1, ""))

    assert town.balance("purse") == 5_000 * BAHT


def test_what_a_holder_may_own_counts_both_wallets(town):
    town.person("alice", 110, money=10_000 * BAHT)
    town.person("purse", 110, holder="alice", money=8_000 * BAHT)
    town.person("dao", 300, money=5_000 * BAHT)

    town.refuse("dao", HoldingLimit, Transfer(Town.address("purse"), 2_000 * BAHT + 1, ""))
    pay(town, "dao", 2_000 * BAHT, Town.address("purse"))

    assert town.balance("purse") == 10_000 * BAHT


def test_a_payment_between_ones_own_wallets_needs_no_room(town):
    town.person("alice", 110, money=20_000 * BAHT)
    town.person("purse", 110, holder="alice")

    pay(town, "alice", 5_000 * BAHT, Town.address("purse"))

    assert town.balance("purse") == 5_000 * BAHT
    assert town.ask("limits_left", Town.address("alice"))[2] == 5_000 * BAHT


def test_a_refund_counts_towards_no_day(town):
    town.merchant("shop")
    town.person("alice", 210, money=1_000 * BAHT)
    pay(town, "alice", 600 * BAHT)
    payment_id = digest("txid", town.ledger._calls.to_bytes(8, "big"))
    before = [town.ask("limits_left", who)[2:4] for who in (SHOP, ALICE)]

    town.do("shop", Refund(payment_id, 600 * BAHT, ""))

    assert [town.ask("limits_left", who)[2:4] for who in (SHOP, ALICE)] == before
    assert town.balance("alice") == 1_000 * BAHT


def test_two_customers_of_one_bank_have_limits_of_their_own(town):
    town.merchant("shop")
    town.person("alice", 110, money=10_000 * BAHT)
    town.person("bob", 110, money=10_000 * BAHT)
    pay(town, "alice", 5_000 * BAHT)
    pay(town, "alice", 5_000 * BAHT)

    pay(town, "bob", 5_000 * BAHT)

    assert town.balance("bob") == 5_000 * BAHT


def test_the_lowest_tier_pays_merchants_but_no_person(town):
    town.merchant("shop")
    town.person("carl", 0, money=1_000 * BAHT)
    town.person("bob", 110)

    town.refuse("carl", WrongTier, Transfer(BOB, 1, ""))
    pay(town, "carl", 100 * BAHT)

    assert town.balance("shop") == 100 * BAHT


def test_an_expired_attestation_stops_new_receipts_and_takes_nothing(town):
    town.person("alice", 210, money=90_000 * BAHT)
    town.person("bob", 110, money=100 * BAHT)
    town.wait(3_001 * DAY_MS)

    town.refuse("kbank", HoldingLimit, fund_of(town, "alice", 1))
    town.refuse("alice", WrongTier, Transfer(BOB, 1, ""))

    assert town.balance("alice") == 90_000 * BAHT
    assert town.ask("wallet", Town.address("alice"))[2] == "T0"


def fund_of(town, name, satang):
    return Fund("kbank", Town.address(name), satang, town.reference())


def test_a_receipt_fills_the_wallet_exactly_and_not_one_satang_more(town):
    town.person("carl", 0)

    town.refuse("kbank", HoldingLimit, fund_of(town, "carl", 5_000 * BAHT + 1))
    town.do("kbank", fund_of(town, "carl", 5_000 * BAHT))
    town.refuse("kbank", HoldingLimit, fund_of(town, "carl", 1))

    assert town.ask("limits_left", Town.address("carl"))[4] == 0


def test_a_payment_above_the_threshold_names_the_travel_data(town):
    town.merchant("shop")
    town.person("alice", 300, money=100_000 * BAHT)

    town.refuse("alice", TravelRule, Transfer(SHOP, 50_000 * BAHT + 1, ""))
    pay(town, "alice", 50_000 * BAHT)

    assert town.balance("shop") == 50_000 * BAHT


def test_of_two_payments_of_the_same_money_exactly_one_succeeds_in_either_order():
    for first, second in (("shop", "stall"), ("stall", "shop")):
        town = Town()
        town.merchant("shop")
        town.merchant("stall")
        town.person("alice", 210, money=100 * BAHT)

        pay(town, "alice", 100 * BAHT, Town.address(first))
        refusal = town.refuse(
            "alice", InsufficientFunds, Transfer(Town.address(second), 100 * BAHT, "")
        )

        assert dict(refusal.details) == {"amount": 100 * BAHT, "balance": 0}
        assert (town.balance(first), town.balance(second)) == (100 * BAHT, 0)


DATES = [
    ("1970-01-01T00:00+07:00", 1970, 1),
    ("1999-12-31T23:59+07:00", 1999, 12),
    ("2000-02-29T12:00+07:00", 2000, 2),
    ("2024-02-29T23:59+07:00", 2024, 2),
    ("2024-03-01T00:00+07:00", 2024, 3),
    ("2100-02-28T23:59+07:00", 2100, 2),
    ("2100-03-01T00:00+07:00", 2100, 3),
]


@pytest.mark.parametrize(("moment", "year", "month"), DATES)
def test_months_are_bangkoks_calendar_months(moment, year, month):
    time_ms = int(datetime.fromisoformat(moment).timestamp()) * 1000

    assert month_of(bangkok_day(time_ms)) == year * 12 + month


def test_every_day_of_two_centuries_has_its_calendar_month():
    first = date(1970, 1, 1)
    days = [first + timedelta(days=number) for number in range(0, 73_000, 7)]

    found = [month_of((day - first).days) for day in days]

    assert found == [day.year * 12 + day.month for day in days]


def test_accounts_that_are_not_registered_have_no_limits_where_they_may_hold_money():
    town = Town(unregistered_accounts=1)
    town.person("alice", 210)
    town.do("bot", Issue(BOB, 90_000 * BAHT, "R-bob"))

    town.do("bob", Transfer(Town.address("carl"), 80_000 * BAHT, ""))
    town.do("bob", Transfer(Town.address("alice"), 10_000 * BAHT, ""))
    town.check_sums()

    assert town.ask("limits_left", BOB)[1] == 10**17
