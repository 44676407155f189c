"""The law of midnight in Bangkok: any day's payments, beside sums over a list of what was paid."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.wallets.messages import Delegate, TransferFor
from primitives.errors import Rejected
from tests.contracts.cbdc.town import DAY_MS, HOUR_MS, Town

BANGKOK = timezone(timedelta(hours=7))
DAY, MONTH, DELEGATES_DAY = 1_000, 2_500, 700
PARAMETERS = {"t2-day": DAY, "t2-month": MONTH, "t2-payment": DAY}
SHOP, ALICE = Town.address("shop"), Town.address("alice")
# Midnights that end a day, a month, 28 and 29 February of a leap year, a year.
NIGHTS = [(2023, 11, 20), (2023, 11, 30), (2024, 2, 28), (2024, 2, 29), (2024, 12, 31)]

payments = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2, HOUR_MS, 17 * HOUR_MS, DAY_MS]),  # later than the one before
        st.sampled_from(["alice", "purse", "helper"]),
        st.sampled_from([1, 300, 500, 700, 701, 1_000]),
    ),
    min_size=1,
    max_size=12,
)


def midnight_ms(year, month, day):
    """The end of a day in Bangkok."""
    ends = datetime(year, month, day, tzinfo=BANGKOK) + timedelta(days=1)
    return int(ends.timestamp()) * 1000


def date_of(time_ms):
    """The date in Bangkok, by the calendar of the standard library."""
    return datetime.fromtimestamp(time_ms // 1000, BANGKOK).date()


def opened(at_ms):
    """Alice's two wallets with plenty of money, a helper who may pay for her, one block before."""
    town = Town(banks=("kbank", "scb"), parameters=PARAMETERS)
    town.merchant("shop")
    town.person("alice", 210, money=50_000)
    town.person("purse", 210, holder="alice", money=50_000)
    town.wait(at_ms - town.now)
    until = town.now + 300 * DAY_MS
    town.do("alice", Delegate(Town.address("helper"), DAY, DELEGATES_DAY, (), until))
    return town


def pay(town, who, amount):
    """Pay the shop and return the code of the refusal."""
    mine = Transfer(SHOP, amount, "")
    try:
        town.do(who, TransferFor(ALICE, SHOP, amount, "", None) if who == "helper" else mine)
    except Rejected as refusal:
        return refusal.code
    return ""


def why_not(paid, now_ms, who, amount):
    """What a ledger must answer that has only a list of (time, who, amount)."""
    today = date_of(now_ms)
    dates = [(date_of(when), name, satang) for when, name, satang in paid]
    day = sum(satang for date, _, satang in dates if date == today)
    by_helper = sum(satang for date, name, satang in dates if (date, name) == (today, "helper"))
    month = sum(
        satang for date, _, satang in dates if date.timetuple()[:2] == today.timetuple()[:2]
    )
    if who == "helper" and by_helper + amount > DELEGATES_DAY:
        return "DELEGATE_DAY_LIMIT"
    if day + amount > DAY:
        return "DAY_LIMIT"
    return "MONTH_LIMIT" if month + amount > MONTH else ""


@pytest.mark.parametrize("night", NIGHTS)
@given(before_ms=st.sampled_from([1, 2, HOUR_MS, 23 * HOUR_MS]), wanted=payments)
@settings(max_examples=12)
def test_payments_around_midnight_count_for_their_own_day_and_month(night, before_ms, wanted):
    town = opened(midnight_ms(*night) - before_ms)
    paid = []

    for later_ms, who, amount in wanted:
        if later_ms:
            town.wait(later_ms)
        expected = why_not(paid, town.now, who, amount)
        code = pay(town, who, amount)
        if not code:
            paid.append((town.now, who, amount))

        assert code == expected
    assert town.balance("shop") == sum(amount for _, _, amount in paid)


@pytest.mark.parametrize("night", NIGHTS)
def test_a_full_day_is_open_again_with_the_first_ms_of_the_next(night):
    town = opened(midnight_ms(*night) - 1)

    before = [pay(town, "alice", DAY), pay(town, "purse", 1)]
    town.wait(1)
    after = [pay(town, "purse", DAY), pay(town, "alice", 1)]

    assert before == after == ["", "DAY_LIMIT"]


def test_midnight_is_bangkoks_and_not_that_of_greenwich():
    town = opened(midnight_ms(2024, 1, 10) + 7 * HOUR_MS - 1)

    spent = pay(town, "alice", DAY)
    town.wait(1)

    assert (spent, pay(town, "alice", 1)) == ("", "DAY_LIMIT")


def test_a_refused_payment_uses_up_nothing_of_either_day():
    town = opened(midnight_ms(2023, 11, 30) - 1)

    refused = pay(town, "alice", DAY + 1)
    left = town.ask("limits_left", ALICE)[2:4]
    town.wait(1)

    assert refused == "TX_LIMIT"
    assert left == town.ask("limits_left", ALICE)[2:4] == (DAY, MONTH)
