"""The law of recovery: who proposes, who approves, how long it takes, what the new keys get."""

import pytest

from contracts.cbdc.authority.messages import Freeze, Issue, SuspendFsp
from contracts.cbdc.core.messages import (
    Frozen,
    FspSuspended,
    InRecovery,
    KeyReplaced,
    NotBank,
    NotEmpty,
    NotIndependent,
    NotParty,
    SelfTransfer,
    UnknownWallet,
    WalletClosed,
    WalletExists,
)
from contracts.cbdc.payments.messages import Defund, Transfer
from contracts.cbdc.wallets.messages import (
    CloseWallet,
    Delegate,
    NoDelegation,
    RecoverApprove,
    RecoverCancel,
    RecoverFinish,
    RecoverStart,
    RecoveryExists,
    RecoveryNotApproved,
    RecoveryTooEarly,
    TransferFor,
    UnknownRecovery,
)
from primitives.errors import NotAllowed
from tests.contracts.cbdc.town import BAHT, DAY_MS, HOUR_MS, Town, admin, name_of

ALICE, BOB, NEW, SHOP = (Town.address(name) for name in ("alice", "bob", "new", "shop"))
CASE = name_of("case")
START = RecoverStart("kbank", ALICE, NEW, CASE)
APPROVE = RecoverApprove("sec", ALICE, CASE)
FINISH = RecoverFinish("kbank", ALICE)


@pytest.fixture
def lost(town):
    """Alice, of kbank, has 500 satang; there is a shop."""
    town.person("alice", 210, money=500)
    town.merchant("shop")
    return town


def recovered(town):
    town.do("kbank", START)
    town.do("sec", APPROVE)
    town.wait(72 * HOUR_MS)
    town.do("kbank", FINISH)


def test_a_recovered_wallet_keeps_its_address_and_money_and_obeys_the_new_keys(lost):
    recovered(lost)

    assert lost.fields("Recovered") == (ALICE, NEW)
    lost.refuse("alice", KeyReplaced, Transfer(SHOP, 1, ""))
    lost.do("new", Transfer(SHOP, 200, ""))
    assert lost.fields("Transferred") == (ALICE, SHOP, 200, "")
    assert (lost.balance("alice"), lost.balance("new")) == (300, 0)
    assert lost.ask("wallet", NEW)[0] == ALICE


def test_what_is_paid_to_the_new_address_arrives_in_the_wallet(lost):
    recovered(lost)
    lost.do("new", Transfer(SHOP, 200, ""))

    lost.do("shop", Transfer(NEW, 50, ""))

    assert lost.balance("alice") == 350
    lost.refuse("new", SelfTransfer, Transfer(ALICE, 1, ""))
    lost.refuse("new", SelfTransfer, Transfer(NEW, 1, ""))


def test_limits_follow_the_holder_through_a_recovery(lost):
    lost.do("alice", Transfer(SHOP, 100, ""))
    recovered(lost)
    lost.do("new", Transfer(SHOP, 100, ""))

    left = lost.ask("limits_left", NEW)

    assert left[2] == 100_000 * BAHT - 100
    assert left == lost.ask("limits_left", ALICE)


def test_a_recovery_waits_its_time_to_the_last_millisecond(lost):
    lost.do("kbank", START)
    lost.refuse("kbank", RecoveryNotApproved, FINISH)
    lost.do("sec", APPROVE)
    assert lost.fields("RecoveryApproved") == (ALICE, NEW, lost.now + 72 * HOUR_MS)
    lost.refuse("kbank", RecoveryTooEarly, FINISH)
    lost.wait(72 * HOUR_MS - 1)
    lost.refuse("kbank", RecoveryTooEarly, FINISH)
    lost.wait(1)

    lost.do("kbank", FINISH)

    assert lost.ask("recovery_state", ALICE) is None


def test_nothing_leaves_a_wallet_that_waits_and_money_still_arrives(lost):
    lost.do("alice", Transfer(SHOP, 100, ""))
    lost.do("kbank", START)
    lost.do("alice", Transfer(SHOP, 1, ""))
    lost.do("sec", APPROVE)

    lost.refuse("alice", InRecovery, Transfer(SHOP, 1, ""))
    lost.refuse("alice", InRecovery, Defund("kbank", 1))
    lost.refuse("kbank", InRecovery, CloseWallet("kbank", ALICE))
    lost.refuse("kbank", InRecovery, START)
    lost.do("shop", Transfer(ALICE, 50, ""))

    assert lost.balance("alice") == 449


def test_the_old_key_cancels(lost):
    lost.do("kbank", START)
    lost.do("sec", APPROVE)

    lost.do("alice", RecoverCancel(ALICE))

    assert lost.fields("RecoveryCancelled") == (ALICE,)
    lost.wait(72 * HOUR_MS)
    lost.refuse("kbank", UnknownRecovery, FINISH)
    lost.do("alice", Transfer(SHOP, 1, ""))


def test_the_bank_cancels_and_nobody_else(lost):
    lost.do("kbank", START)

    for name in ("bob", "scb", "new", "sec"):
        lost.refuse(name, NotParty, RecoverCancel(ALICE))
    lost.refuse("alice", UnknownWallet, RecoverCancel(BOB))
    lost.do("kbank", RecoverCancel(ALICE))
    lost.refuse("kbank", UnknownRecovery, RecoverCancel(ALICE))

    assert lost.ask("recovery_state", ALICE) is None


def test_only_the_wallets_bank_starts_and_finishes(lost):
    lost.refuse("scb", NotBank, RecoverStart("scb", ALICE, NEW, CASE))
    lost.refuse("sec", NotAllowed, START)
    lost.refuse("kbank", UnknownWallet, RecoverStart("kbank", BOB, NEW, CASE))
    lost.refuse("kbank", NotBank, RecoverStart("kbank", admin("kbank"), NEW, CASE))
    lost.do("kbank", START)
    lost.do("sec", APPROVE)
    lost.wait(72 * HOUR_MS)
    lost.refuse("scb", NotBank, RecoverFinish("scb", ALICE))
    lost.refuse("sec", NotAllowed, FINISH)
    lost.do("bot", SuspendFsp("bot", "kbank"))
    lost.refuse("kbank", FspSuspended, FINISH)


def test_only_a_supervisor_approves_what_was_proposed(lost):
    lost.refuse("sec", UnknownRecovery, APPROVE)
    lost.do("kbank", START)

    lost.refuse("kbank", NotAllowed, RecoverApprove("kbank", ALICE, CASE))
    lost.refuse("bot", NotAllowed, APPROVE)
    lost.refuse("sec", UnknownRecovery, RecoverApprove("sec", ALICE, name_of("other")))
    lost.do("sec", APPROVE)
    lost.refuse("etda", RecoveryExists, RecoverApprove("etda", ALICE, CASE))


def test_who_proposed_does_not_approve(lost):
    lost.officer("kbank", "clerk", "cbdc")
    lost.officer("sec", "clerk", "cbdc")
    lost.do("clerk", START)

    lost.refuse("clerk", NotIndependent, APPROVE)
    lost.do("sec", APPROVE)

    assert lost.ask("wallet", ALICE)[6] == "IN_RECOVERY"


def test_a_wallet_has_one_recovery_at_a_time(lost):
    lost.do("kbank", START)

    lost.refuse("kbank", RecoveryExists, RecoverStart("kbank", ALICE, BOB, CASE))


def test_the_new_address_is_no_wallet(lost):
    lost.person("bob", 210)
    lost.refuse("kbank", WalletExists, RecoverStart("kbank", ALICE, BOB, CASE))
    lost.refuse("kbank", WalletExists, RecoverStart("kbank", ALICE, ALICE, CASE))
    lost.do("kbank", START)
    lost.do("sec", APPROVE)
    lost.person("new", 210)
    lost.wait(72 * HOUR_MS)

    lost.refuse("kbank", WalletExists, FINISH)


def test_the_new_address_holds_nothing():
    town = Town(unregistered_accounts=1)
    town.person("alice", 210)
    town.do("bot", Issue(NEW, 1, "R-new"))

    town.refuse("kbank", NotEmpty, START)


def test_a_closed_wallet_is_not_recovered(lost):
    lost.person("carl", 0)
    carl = Town.address("carl")
    lost.do("kbank", CloseWallet("kbank", carl))

    lost.refuse("kbank", WalletClosed, RecoverStart("kbank", carl, NEW, CASE))


def test_a_wallet_with_a_recovery_under_way_is_not_closed(lost):
    lost.do("alice", Transfer(SHOP, 500, ""))
    lost.do("kbank", START)
    lost.refuse("kbank", InRecovery, CloseWallet("kbank", ALICE))
    lost.do("kbank", RecoverCancel(ALICE))

    lost.do("kbank", CloseWallet("kbank", ALICE))

    assert lost.ask("wallet", ALICE)[6] == "WALLET_CLOSED"


def test_delegates_of_the_old_keys_end(lost):
    lost.do("alice", Delegate(BOB, 10, 10, (), lost.now + 90 * DAY_MS))

    recovered(lost)

    assert "DelegateRevoked" in lost.names()
    lost.refuse("bob", NoDelegation, TransferFor(ALICE, SHOP, 1, "", None))


def test_a_freeze_outlasts_a_recovery(lost):
    order = Freeze("sec", ALICE, "out", name_of("order"), lost.now + 73 * HOUR_MS)
    lost.do("kbank", START)
    lost.do("sec", APPROVE)
    lost.wait(71 * HOUR_MS)
    lost.do("sec", order)
    lost.wait(HOUR_MS)
    lost.do("kbank", FINISH)

    lost.refuse("new", Frozen, Transfer(SHOP, 1, ""))


def test_a_wallet_is_recovered_again_and_only_the_last_keys_act(lost):
    recovered(lost)
    second = name_of("case-2")
    lost.do("kbank", RecoverStart("kbank", ALICE, BOB, second))
    lost.do("sec", RecoverApprove("sec", ALICE, second))
    lost.wait(72 * HOUR_MS)
    lost.do("kbank", FINISH)

    lost.refuse("alice", KeyReplaced, Transfer(SHOP, 1, ""))
    lost.refuse("new", KeyReplaced, Transfer(SHOP, 1, ""))
    lost.do("bob", Transfer(SHOP, 1, ""))
    lost.do("shop", Transfer(NEW, 1, ""))

    assert lost.balance("alice") == 500


def test_the_keys_in_force_cancel_a_second_recovery(lost):
    recovered(lost)
    lost.do("kbank", RecoverStart("kbank", ALICE, BOB, CASE))

    lost.refuse("alice", NotParty, RecoverCancel(ALICE))
    lost.do("new", RecoverCancel(NEW))

    assert lost.fields("RecoveryCancelled") == (ALICE,)
