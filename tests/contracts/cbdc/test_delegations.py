"""The law of delegates: who may let another pay, how much, to whom, until when."""

import pytest

from contracts.cbdc.core.messages import (
    BadUntil,
    DayLimit,
    InsufficientFunds,
    SelfTransfer,
    UnknownWallet,
    WrongTier,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.wallets.messages import (
    Delegate,
    DelegateDayLimit,
    DelegateReceiver,
    DelegateTxLimit,
    NoDelegation,
    RevokeDelegate,
    TooManyDelegates,
    TransferFor,
)
from tests.contracts.cbdc.town import BAHT, DAY_MS, HOUR_MS, Town

ALICE, BOB, SHOP, STALL = (Town.address(name) for name in ("alice", "bob", "shop", "stall"))


def right(town, *, per_payment=300, per_day=500, merchants=(), ms=DAY_MS * 5, delegate=BOB):
    return Delegate(delegate, per_payment, per_day, merchants, town.now + ms)


@pytest.fixture
def shopping(town):
    """Alice has money and there are two shops."""
    town.person("alice", 210, money=1_000 * BAHT)
    town.merchant("shop")
    town.merchant("stall")
    return town


def test_a_delegate_pays_from_the_wallet_and_both_are_named(shopping):
    shopping.do("alice", right(shopping))
    assert shopping.fields("Delegated")[:4] == (ALICE, BOB, 300, 500)

    shopping.do("bob", TransferFor(ALICE, SHOP, 300, "milk", None))

    assert shopping.names() == ["Transferred", "DelegatePaid"]
    assert shopping.fields("Transferred") == (ALICE, SHOP, 300, "milk")
    assert shopping.fields("DelegatePaid") == (ALICE, BOB)
    assert shopping.balance("shop") == 300


def test_a_delegate_stays_within_its_bounds(shopping):
    shopping.do("alice", right(shopping, merchants=(SHOP,)))

    shopping.refuse("bob", DelegateTxLimit, TransferFor(ALICE, SHOP, 301, "", None))
    shopping.refuse("bob", DelegateReceiver, TransferFor(ALICE, STALL, 1, "", None))
    shopping.do("bob", TransferFor(ALICE, SHOP, 300, "", None))
    shopping.refuse("bob", DelegateDayLimit, TransferFor(ALICE, SHOP, 201, "", None))
    shopping.do("bob", TransferFor(ALICE, SHOP, 200, "", None))
    shopping.wait(DAY_MS)
    shopping.do("bob", TransferFor(ALICE, SHOP, 300, "", None))

    assert shopping.balance("shop") == 800


def test_a_changed_right_keeps_what_was_paid_today(shopping):
    shopping.do("alice", right(shopping))
    shopping.do("bob", TransferFor(ALICE, SHOP, 300, "", None))

    shopping.do("alice", right(shopping, per_day=400))

    shopping.refuse("bob", DelegateDayLimit, TransferFor(ALICE, SHOP, 101, "", None))
    shopping.do("bob", TransferFor(ALICE, SHOP, 100, "", None))


def test_the_wallets_own_limits_count_too(shopping):
    shopping.do("alice", right(shopping, per_payment=10**9, per_day=10**9))
    shopping.refuse("bob", InsufficientFunds, TransferFor(ALICE, SHOP, 1_000 * BAHT + 1, "", None))
    shopping.give("kbank", ALICE, 90_000 * BAHT)
    shopping.give("kbank", ALICE, 9_000 * BAHT)

    for _ in range(2):
        shopping.do("bob", TransferFor(ALICE, SHOP, 50_000 * BAHT, "", None))
    shopping.give("kbank", ALICE, 10)
    shopping.refuse("bob", DayLimit, TransferFor(ALICE, SHOP, 1, "", None))


def test_a_right_ends_by_time_and_by_its_holder(shopping):
    shopping.do("alice", right(shopping, ms=HOUR_MS))
    shopping.wait(HOUR_MS - 1)
    shopping.do("bob", TransferFor(ALICE, SHOP, 1, "", None))
    shopping.wait(1)
    shopping.refuse("bob", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))
    shopping.do("alice", right(shopping))
    shopping.do("alice", RevokeDelegate(BOB))

    assert shopping.fields("DelegateRevoked") == (ALICE, BOB)
    shopping.refuse("bob", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))
    shopping.refuse("alice", NoDelegation, RevokeDelegate(BOB))


def test_nobody_else_pays_from_a_wallet(shopping):
    shopping.refuse("bob", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))
    shopping.refuse("alice", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))


def test_only_holders_of_enough_level_delegate(town):
    town.person("carl", 110)

    town.refuse("carl", WrongTier, right(town))
    town.refuse("nobody", UnknownWallet, right(town))


def test_a_right_needs_the_level_whenever_it_is_used(shopping):
    shopping.do("alice", right(shopping, ms=300 * DAY_MS))
    for _ in range(2):
        shopping.wait(140 * DAY_MS)
        shopping.do("bob", TransferFor(ALICE, SHOP, 1, "", None))
    shopping.wait(3_000 * DAY_MS)
    with_tier = right(shopping)

    shopping.refuse("alice", WrongTier, with_tier)


def test_an_expired_attestation_ends_delegates_payments():
    town = Town(parameters={"delegate-days-max": 3_660})
    town.person("alice", 210, money=100)
    town.merchant("shop")
    town.do("alice", right(town, ms=3_600 * DAY_MS))
    town.wait(3_001 * DAY_MS)

    town.refuse("bob", WrongTier, TransferFor(ALICE, SHOP, 1, "", None))
    town.refuse("mallory", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))


def test_a_right_has_an_end_that_is_ahead_and_not_too_far(shopping):
    for ms in (0, -1, 366 * DAY_MS + 1):
        shopping.refuse("alice", BadUntil, right(shopping, ms=ms))
    shopping.do("alice", right(shopping, ms=366 * DAY_MS))

    assert shopping.ask("delegates", ALICE)[0][0] == BOB


def test_nobody_is_their_own_delegate(shopping):
    shopping.refuse("alice", SelfTransfer, right(shopping, delegate=ALICE))


def test_a_wallet_has_so_many_delegates(shopping):
    for number in range(16):
        shopping.do("alice", right(shopping, delegate=Town.address(f"d{number}")))

    shopping.refuse("alice", TooManyDelegates, right(shopping))
    shopping.do("alice", right(shopping, delegate=Town.address("d3"), per_day=7))
    shopping.do("alice", RevokeDelegate(Town.address("d4")))
    shopping.do("alice", right(shopping))

    assert len(shopping.ask("delegates", ALICE)) == 16


def test_a_race_of_holder_and_delegate_for_the_same_money_has_one_winner():
    for first, second in (("alice", "bob"), ("bob", "alice")):
        town = Town()
        town.person("alice", 210, money=100)
        town.merchant("shop")
        town.do("alice", right(town))
        spends = {"alice": Transfer(SHOP, 100, ""), "bob": TransferFor(ALICE, SHOP, 100, "", None)}

        town.do(first, spends[first])
        town.refuse(second, InsufficientFunds, spends[second])

        assert town.balance("shop") == 100
