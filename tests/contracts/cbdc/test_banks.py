"""The law of banks: licences, money in and out, links to bank accounts, top-ups and sweeps."""

import pytest

from contracts.cbdc.authority.messages import (
    Freeze,
    FspExists,
    Pause,
    Redeem,
    RegisterFsp,
    ReinstateFsp,
    RepeatedKey,
    SetFspKeys,
    SuspendFsp,
    UnusableKey,
)
from contracts.cbdc.core.messages import (
    Frozen,
    FspSuspended,
    HoldingLimit,
    InsufficientFunds,
    NotBank,
    NotParty,
    Paused,
    ReferenceReused,
    UnknownFsp,
    UnknownWallet,
    WalletClosed,
    WalletExists,
)
from contracts.cbdc.payments.messages import (
    AcceptLink,
    ConfirmPayout,
    Defund,
    Fund,
    LinkBank,
    NoMandate,
    Transfer,
    UnknownPayout,
    UnlinkBank,
)
from contracts.cbdc.wallets.messages import CloseWallet
from contracts.tools.testing import key_of
from primitives.errors import NotAllowed
from tests.contracts.cbdc.town import BAHT, HOUR_MS, Town, admin, name_of

ALICE, BOB, SHOP = (Town.address(name) for name in ("alice", "bob", "shop"))
KBANK, SCB = admin("kbank"), admin("scb")
START = 10_000_000 * BAHT
KEYS = (key_of("new-fsp").public_key,)


def registering(fsp="paotang", *, agency="bot", keys=KEYS):
    return RegisterFsp(agency, fsp, keys, "licence")


def test_the_central_bank_licenses_banks_and_acquirers(town):
    found = town.ask("fsp", "omise")

    assert found == (admin("omise"), (key_of("omise-fsp").public_key,), "licence-omise", "active")
    assert town.ask("wallet", admin("omise"))[1][1] == "fsp"
    assert town.ask("fsp", "welfare") is None


def test_an_operator_licenses_and_nobody_else(town):
    town.officer("bot", "olga", "cbdc-operator")
    town.officer("bot", "otto", "cbdc")

    for name, agency in (("otto", "bot"), ("kbank", "bot"), ("kbank", "kbank")):
        town.refuse(name, NotAllowed, registering("kbank", agency=agency))
    town.refuse("olga", FspExists, registering("kbank"))


def test_only_banks_and_acquirers_of_governance_have_a_licence(town):
    for fsp in ("paotang", "nobody", "welfare"):
        town.refuse("bot", UnknownFsp, registering(fsp))


def test_a_bank_is_licensed_once(town):
    town.refuse("bot", FspExists, registering("kbank"))


def test_an_account_that_is_a_wallet_becomes_no_settlement_account():
    town = Town(banks=("scb",))
    town.institution("kbank", fsp="scb")

    town.refuse("bot", WalletExists, registering("kbank"))


@pytest.mark.parametrize(
    ("keys", "error"), [(KEYS * 2, RepeatedKey), ((b"\x01" + bytes(32),), UnusableKey)]
)
def test_a_banks_keys_are_distinct_and_usable(town, keys, error):
    town.refuse("kbank", error, SetFspKeys("kbank", keys))

    assert town.ask("fsp", "kbank")[1] == (key_of("kbank-fsp").public_key,)


def test_a_bank_replaces_its_keys_itself(town):
    town.do("kbank", SetFspKeys("kbank", KEYS))

    assert town.ask("fsp", "kbank")[1] == KEYS
    town.refuse("scb", NotAllowed, SetFspKeys("kbank", KEYS))
    town.refuse("welfare", UnknownFsp, SetFspKeys("welfare", KEYS))


def test_a_suspended_bank_stands_still_and_its_customers_do_not(town):
    town.person("alice", 210, money=100)
    town.merchant("shop")
    town.do("bot", SuspendFsp("bot", "kbank"))
    assert town.fields("FspSet") == ("kbank", KBANK, "licence-kbank", "suspended")

    town.do("alice", Transfer(SHOP, 10, ""))
    town.refuse("kbank", FspSuspended, Fund("kbank", ALICE, 1, "B1"))
    town.refuse("kbank", FspSuspended, Transfer(SHOP, 1, ""))
    town.refuse("shop", FspSuspended, Transfer(KBANK, 1, ""))
    town.refuse("alice", FspSuspended, Defund("kbank", 1))
    town.do("bot", ReinstateFsp("bot", "kbank"))
    town.do("kbank", Fund("kbank", ALICE, 1, "B1"))

    assert town.balance("alice") == 91


def test_only_the_operator_suspends(town):
    town.refuse("etda", NotAllowed, SuspendFsp("bot", "kbank"))
    town.refuse("bot", UnknownFsp, SuspendFsp("bot", "welfare"))
    town.refuse("bot", UnknownFsp, ReinstateFsp("bot", "welfare"))


def test_a_bank_funds_its_customer(town):
    town.person("alice", 210)

    town.do("kbank", Fund("kbank", ALICE, 500, "B1"))

    assert town.fields("Funded") == (KBANK, ALICE, 500, "kbank", "B1")
    assert (town.balance("alice"), town.balance("kbank")) == (500, START - 500)
    assert town.ask("limits_left", ALICE)[2] == 100_000 * BAHT


def test_a_banks_reference_serves_once(town):
    town.person("alice", 210)
    town.person("bob", 210, fsp="scb")
    town.do("kbank", Fund("kbank", ALICE, 500, "B1"))

    town.refuse("kbank", ReferenceReused, Fund("kbank", ALICE, 600, "B1"))
    town.do("scb", Fund("scb", BOB, 500, "B1"))

    assert town.balance("alice") == 500


def test_a_booking_sent_again_tells_the_first_though_the_wallet_is_full(town):
    town.person("alice", 210)
    booking = Fund("kbank", ALICE, 100_000 * BAHT, "B1")
    town.do("kbank", booking)
    height = town.ledger.block.height
    town.wait()

    refusal = town.refuse("kbank", ReferenceReused, booking)

    assert dict(refusal.details) == {"height": height, "amount": 100_000 * BAHT}


def test_a_redemption_sent_again_tells_the_first_though_the_bank_has_nothing_left(town):
    all_of_it = Redeem(town.balance("kbank"), "R-1")
    town.do("kbank", all_of_it)

    refusal = town.refuse("kbank", ReferenceReused, all_of_it)

    assert dict(refusal.details)["amount"] == all_of_it.amount


def test_a_payout_confirmed_again_tells_the_first(town):
    town.person("alice", 210, money=500)
    town.do("alice", Defund("kbank", 500))
    confirmation = ConfirmPayout("kbank", 1, "B-9")
    town.do("kbank", confirmation)

    refusal = town.refuse("kbank", ReferenceReused, confirmation)

    assert dict(refusal.details)["amount"] == 500


def test_a_bank_funds_nobody_elses_customer(town):
    town.person("alice", 210)

    town.refuse("scb", NotBank, Fund("scb", ALICE, 500, "B1"))
    town.refuse("scb", NotAllowed, Fund("kbank", ALICE, 500, "B1"))
    town.refuse("alice", NotAllowed, Fund("kbank", ALICE, 500, "B1"))
    town.refuse("kbank", UnknownWallet, Fund("kbank", BOB, 500, "B1"))
    town.refuse("kbank", UnknownWallet, Fund("kbank", SCB, 500, "B1"))


def test_a_bank_gives_no_more_than_it_has(town):
    town.do("kbank", Transfer(SCB, START - 100, ""))
    town.person("alice", 210)

    town.refuse("kbank", InsufficientFunds, Fund("kbank", ALICE, 101, "B1"))
    town.do("kbank", Fund("kbank", ALICE, 100, "B1"))

    assert town.balance("kbank") == 0


def test_a_holder_gives_money_to_the_bank_which_then_owes_it(town):
    town.person("alice", 210, money=500)

    town.do("alice", Defund("kbank", 200))

    assert town.fields("Defunded") == (ALICE, KBANK, 200, "kbank", 1)
    assert town.ask("payouts_page", 0, 10) == ((1, ("kbank", ALICE, 200, "")),)
    assert town.ask("limits_left", ALICE)[2] == 100_000 * BAHT


def test_a_bank_confirms_each_payout_once(town):
    town.person("alice", 210, money=500)
    town.do("alice", Defund("kbank", 200))

    town.refuse("scb", UnknownPayout, ConfirmPayout("scb", 1, "B7"))
    town.refuse("kbank", UnknownPayout, ConfirmPayout("kbank", 2, "B7"))
    town.do("kbank", ConfirmPayout("kbank", 1, "B7"))
    town.refuse("kbank", UnknownPayout, ConfirmPayout("kbank", 1, "B8"))

    assert town.fields("PayoutConfirmed") == ("kbank", 1, "B7")
    town.refuse("kbank", ReferenceReused, Fund("kbank", ALICE, 1, "B7"))


def test_a_holder_defunds_to_its_own_bank_and_what_it_has(town):
    town.person("alice", 210, money=500)

    town.refuse("alice", NotBank, Defund("scb", 200))
    town.refuse("alice", UnknownFsp, Defund("welfare", 200))
    town.refuse("alice", InsufficientFunds, Defund("kbank", 501))
    town.refuse("bob", UnknownWallet, Defund("kbank", 1))
    town.refuse("scb", UnknownWallet, Defund("scb", 1))

    assert town.balance("alice") == 500


def test_a_link_needs_the_holder_and_the_bank(town):
    town.person("alice", 210)
    town.do("alice", LinkBank("kbank", name_of("mandate"), 100))
    assert town.fields("LinkAsked") == (ALICE, "kbank", name_of("mandate"))
    assert town.ask("bank_link", ALICE) == ("kbank", name_of("mandate"), 100, False)

    town.refuse("kbank", NoMandate, AcceptLink("kbank", ALICE, name_of("other")))
    town.refuse("scb", NoMandate, AcceptLink("scb", ALICE, name_of("mandate")))
    town.refuse("kbank", NoMandate, AcceptLink("kbank", BOB, name_of("mandate")))
    town.do("kbank", AcceptLink("kbank", ALICE, name_of("mandate")))

    assert town.fields("BankLinked") == (ALICE, "kbank", 100)


def test_a_changed_mandate_must_be_accepted_again(town):
    town.person("alice", 210)
    town.link()

    town.do("alice", LinkBank("kbank", name_of("mandate"), 999))

    assert town.ask("bank_link", ALICE)[3] is False


def test_only_wallets_are_linked_and_to_banks(town):
    town.person("alice", 210)
    town.refuse("alice", UnknownFsp, LinkBank("welfare", name_of("mandate"), 100))
    town.refuse("bob", UnknownWallet, LinkBank("kbank", name_of("mandate"), 100))
    town.refuse("scb", UnknownWallet, LinkBank("kbank", name_of("mandate"), 100))
    town.do("kbank", CloseWallet("kbank", ALICE))

    town.refuse("alice", WalletClosed, LinkBank("kbank", name_of("mandate"), 100))


def test_the_holder_or_the_bank_ends_a_link(town):
    town.person("alice", 210)
    town.refuse("alice", NoMandate, UnlinkBank(ALICE))
    for name in ("alice", "kbank"):
        town.link()
        town.refuse("scb", NotParty, UnlinkBank(ALICE))
        town.do(name, UnlinkBank(ALICE))
        assert town.fields("BankUnlinked") == (ALICE, "kbank")

    assert town.ask("bank_link", ALICE) is None


def test_a_linked_bank_funds_and_takes(town):
    town.person("alice", 210, money=100)
    town.link(fsp="scb")

    town.do("scb", Fund("scb", ALICE, 50, "B1"))
    town.do("alice", Defund("scb", 70))

    assert (town.balance("alice"), town.balance("scb")) == (80, START + 20)


def test_what_a_linked_wallet_may_not_keep_is_swept_to_its_bank(town):
    town.person("alice", 110, money=19_000 * BAHT)
    town.person("dao", 300, money=10_000 * BAHT)
    town.link()

    town.do("dao", Transfer(ALICE, 3_000 * BAHT, "rent"))

    assert town.names() == ["Transferred", "Swept"]
    assert town.fields("Swept") == (ALICE, KBANK, 2_000 * BAHT, "kbank", 1)
    assert town.balance("alice") == 20_000 * BAHT
    assert town.ask("payouts_page", 0, 1)[0][1] == ("kbank", ALICE, 2_000 * BAHT, "")


def test_a_wallet_whose_limit_fell_keeps_what_it_had_and_all_of_a_receipt_is_swept(town):
    town.person("alice", 210, money=90_000 * BAHT)
    town.link()
    town.wait(3_001 * 24 * HOUR_MS)

    town.do("kbank", Transfer(ALICE, 100 * BAHT, ""))

    assert town.balance("alice") == 90_000 * BAHT
    assert town.fields("Swept")[2] == 100 * BAHT


def test_a_merchant_whose_limit_is_zero_keeps_nothing():
    town = Town(parameters={"m-balance": 0})
    town.merchant("shop")
    town.person("alice", 210, money=500)
    town.refuse("alice", HoldingLimit, Transfer(SHOP, 500, ""))
    town.link("shop", "scb")

    town.do("alice", Transfer(SHOP, 500, ""))
    town.check_sums()

    assert (town.balance("shop"), town.balance("scb")) == (0, START + 500)


def test_without_a_link_that_reaches_a_receipt_over_the_limit_is_refused(town):
    town.person("alice", 110, money=19_000 * BAHT)
    town.person("dao", 300, money=10_000 * BAHT)
    over = Transfer(ALICE, 3_000 * BAHT, "rent")

    town.refuse("dao", HoldingLimit, over)
    town.do("alice", LinkBank("kbank", name_of("mandate"), 50_000 * BAHT))
    town.refuse("dao", HoldingLimit, over)
    town.link(most=2_000 * BAHT - 1)
    town.refuse("dao", HoldingLimit, over)
    town.link()
    town.do("bot", SuspendFsp("bot", "kbank"))
    town.refuse("dao", HoldingLimit, over)
    town.do("bot", ReinstateFsp("bot", "kbank"))
    town.do("dao", over)

    assert town.balance("alice") == 20_000 * BAHT


def test_a_frozen_wallet_neither_funds_nor_defunds(town):
    town.person("alice", 210, money=100)
    town.do("sec", Freeze("sec", ALICE, "all", name_of("order"), town.now + HOUR_MS))

    town.refuse("alice", Frozen, Defund("kbank", 1))
    town.refuse("kbank", Frozen, Fund("kbank", ALICE, 1, "B1"))


def test_paused_payments_stop_money_in_and_out(town):
    town.person("alice", 210, money=100)
    town.do("bot", Pause("payments"))

    town.refuse("kbank", Paused, Fund("kbank", ALICE, 1, "B1"))
    town.refuse("alice", Paused, Defund("kbank", 1))
    town.refuse("alice", Paused, LinkBank("kbank", name_of("mandate"), 1))
