"""The law of top-ups: a bank adds exactly what a payment lacks, once, because it signed so."""

from dataclasses import replace

import pytest

from contracts.cbdc.authority.messages import SuspendFsp
from contracts.cbdc.core.messages import (
    FspSuspended,
    InsufficientFunds,
    ReferenceReused,
    TravelRule,
    TxLimit,
)
from contracts.cbdc.payments.messages import (
    BadConsent,
    Fund,
    LinkBank,
    MandateLimit,
    NoMandate,
    TopupMismatch,
    Transfer,
    TransferWithTopup,
    UnlinkBank,
    topup_statement,
)
from contracts.tools.testing import key_of
from tests.contracts.cbdc.town import BAHT, CHAIN, Town, admin, name_of

ALICE, BOB, SHOP = (Town.address(name) for name in ("alice", "bob", "shop"))
KBANK, SCB = admin("kbank"), admin("scb")
START = 10_000_000 * BAHT


def topping_up(satang=800, topup=300, *, signer="kbank-fsp", fsp="kbank", travel=None, ref="B9"):
    key = key_of(signer)
    msg = TransferWithTopup(SHOP, satang, "", travel, fsp, topup, ref, key.public_key, bytes(64))
    return replace(msg, signature=key.sign(*topup_statement(CHAIN, ALICE, msg)))


@pytest.fixture
def linked(town):
    """Alice has 500 satang and a linked account; there is a shop."""
    town.person("alice", 210, money=500)
    town.merchant("shop")
    town.link()
    return town


def test_a_topup_adds_exactly_what_is_missing(linked):
    linked.do("alice", topping_up())

    assert linked.names() == ["ToppedUp", "Transferred"]
    assert linked.fields("ToppedUp") == (KBANK, ALICE, 300, "kbank", "B9")
    assert (linked.balance("alice"), linked.balance("shop")) == (0, 800)
    assert linked.balance("kbank") == START - 800


@pytest.mark.parametrize("topup", [299, 301])
def test_a_topup_of_more_or_less_than_is_missing_is_refused(linked, topup):
    linked.refuse("alice", TopupMismatch, topping_up(topup=topup))

    assert linked.balance("alice") == 500


def test_a_topup_counts_as_a_payment_of_its_whole_amount(linked):
    satang = 50_000 * BAHT + 1

    linked.refuse("alice", MandateLimit, topping_up(satang + 500, satang))
    linked.link(most=60_000 * BAHT)
    linked.refuse("alice", TxLimit, topping_up(satang, satang - 500))
    linked.do("alice", topping_up(satang - 1, satang - 501))

    assert linked.ask("limits_left", ALICE)[2] == 50_000 * BAHT


def test_a_topup_above_the_threshold_names_the_travel_data(town):
    town.person("alice", 300, money=500)
    town.merchant("shop")
    town.link(most=100_000 * BAHT)
    satang = 60_000 * BAHT

    town.refuse("alice", TravelRule, topping_up(satang, satang - 500))
    town.do("alice", topping_up(satang, satang - 500, travel=name_of("travel")))

    assert town.fields("TravelDataNamed") == (ALICE, SHOP, name_of("travel"))


def test_a_topup_needs_the_banks_signature(linked):
    linked.refuse("alice", BadConsent, topping_up(signer="mallory"))
    linked.refuse("alice", BadConsent, topping_up(signer="scb-fsp"))
    linked.refuse("alice", BadConsent, replace(topping_up(), topup=301))
    linked.refuse("alice", BadConsent, replace(topping_up(), to=BOB))


def test_a_topup_serves_once(linked):
    linked.do("alice", topping_up())
    linked.do("kbank", Fund("kbank", ALICE, 500, "B10"))

    linked.refuse("alice", ReferenceReused, topping_up())


def test_a_topup_needs_a_link_to_this_bank(linked):
    linked.refuse("alice", NoMandate, topping_up(fsp="scb", signer="scb-fsp"))
    linked.do("alice", LinkBank("kbank", name_of("mandate"), 100))
    linked.refuse("alice", NoMandate, topping_up())
    linked.do("alice", UnlinkBank(ALICE))
    linked.refuse("alice", NoMandate, topping_up())


def test_a_bank_tops_up_with_what_it_has(linked):
    linked.do("kbank", Transfer(SCB, START - 600, ""))

    linked.refuse("alice", InsufficientFunds, topping_up())

    assert linked.balance("shop") == 0


def test_a_suspended_bank_tops_nothing_up(linked):
    linked.do("bot", SuspendFsp("bot", "kbank"))

    linked.refuse("alice", FspSuspended, topping_up())
