"""The law of issue and redemption: who makes money, who takes it back, each reference once."""

import pytest

from contracts.cbdc.authority.messages import (
    AcknowledgeRedeem,
    Issue,
    Pause,
    Redeem,
    RefuseRedeem,
    SuspendFsp,
    UnknownRedemption,
)
from contracts.cbdc.core.messages import (
    FspSuspended,
    InsufficientFunds,
    Paused,
    ReferenceReused,
    SupplyCapExceeded,
    TooFewSigners,
    UnknownFsp,
    UnknownWallet,
)
from contracts.tools.testing import Ledger
from primitives.errors import MissingSignature, NotAllowed
from primitives.ids import show_address
from tests.contracts.cbdc.town import BAHT, KINDS, Town, admin, shared_account
from tests.contracts.ledgers import empty_ledger

KBANK = admin("kbank")
START = 10_000_000 * BAHT


def test_money_is_issued_to_a_bank(town):
    before = town.ask("supply")[0]

    town.do("bot", Issue(KBANK, 500, "RTGS-1"))

    assert town.fields("Issued") == (KBANK, 500, "RTGS-1")
    assert town.ask("supply")[0] == before + 500


def test_money_is_issued_to_nobody_but_banks(town):
    town.person("alice", 210)

    for address in (Town.address("alice"), Town.address("nobody"), admin("welfare")):
        town.refuse("bot", UnknownFsp, Issue(address, 500, "RTGS-1"))

    assert town.balance("alice") == 0


def test_a_suspended_bank_receives_no_money(town):
    town.do("bot", SuspendFsp("bot", "kbank"))

    town.refuse("bot", FspSuspended, Issue(KBANK, 500, "RTGS-1"))


def test_nobody_else_issues(town):
    for name in ("kbank", "etda", "court", "mallory", "bot-0"):
        town.refuse(name, NotAllowed, Issue(KBANK, 500, "RTGS-1"))


def test_one_signature_of_the_central_banks_three_is_not_enough(town):
    authorise = town.ledger.contracts["accounts"].hooks["authorise"]
    keys, address = shared_account("bot")
    ctx = town.ctx()
    ctx._scope = town.ledger.contracts["accounts"].scope

    for signers in ((keys[0],), (keys[0], keys[0])):
        with pytest.raises(MissingSignature) as refusal:
            authorise(ctx, address, signers, ())
        assert dict(refusal.value.details) == {"have": 1, "need": 2}


def test_a_central_bank_of_one_key_issues_nothing_where_two_are_wanted():
    ledger = empty_ledger(issuer_signers_min=2)

    refusal = ledger.as_("bank").rejects(TooFewSigners, Issue(Ledger.address("x"), 1, "R1"))

    assert dict(refusal.details) == {"have": 1, "need": 2}


def test_a_reference_issues_once_whatever_it_says(town):
    town.do("bot", Issue(KBANK, 500, "RTGS-1"))

    town.refuse("bot", ReferenceReused, Issue(KBANK, 500, "RTGS-1"))
    town.refuse("bot", ReferenceReused, Issue(admin("scb"), 700, "RTGS-1"))


def test_the_supply_has_a_cap():
    town = Town(supply_satang_max=3 * START + 100)
    outstanding = town.ask("supply")[2]
    assert outstanding == 3 * START

    town.refuse("bot", SupplyCapExceeded, Issue(KBANK, 101, "RTGS-1"))
    town.do("bot", Issue(KBANK, 100, "RTGS-1"))

    assert town.ask("supply")[2] == 3 * START + 100


def test_a_bank_gives_back_and_the_central_bank_acknowledges(town):
    town.do("kbank", Redeem(1_000, "RTGS-9"))
    assert town.fields("RedeemAsked") == (KBANK, 1_000, "RTGS-9")
    assert (town.balance("kbank"), town.ask("supply")[6]) == (START - 1_000, 1_000)
    assert town.ask("redemptions_page", 10) == ((KBANK, "RTGS-9", 1_000),)

    town.do("bot", AcknowledgeRedeem("bot", KBANK, "RTGS-9"))

    assert town.fields("RedeemSettled") == (KBANK, 1_000, "RTGS-9")
    assert town.ask("supply")[1:4] == (1_000, 3 * START - 1_000, 3 * START - 1_000)
    town.refuse("bot", UnknownRedemption, AcknowledgeRedeem("bot", KBANK, "RTGS-9"))


def test_an_operator_acknowledges_or_returns(town):
    town.officer("bot", "olga", "cbdc-operator")
    town.do("kbank", Redeem(1_000, "RTGS-9"))

    town.do("olga", RefuseRedeem("bot", KBANK, "RTGS-9"))

    assert town.fields("RedeemRefused") == (KBANK, 1_000, "RTGS-9")
    assert town.balance("kbank") == START
    town.refuse("olga", UnknownRedemption, RefuseRedeem("bot", KBANK, "RTGS-9"))
    town.refuse("kbank", ReferenceReused, Redeem(1_000, "RTGS-9"))


def test_nobody_acknowledges_their_own_redemption(town):
    town.do("kbank", Redeem(1_000, "RTGS-9"))

    for name, agency in (("kbank", "kbank"), ("kbank", "bot"), ("mallory", "bot")):
        town.refuse(name, NotAllowed, AcknowledgeRedeem(agency, KBANK, "RTGS-9"))

    assert town.ask("supply")[1] == 0


def test_two_banks_use_one_reference(town):
    town.do("kbank", Redeem(1_000, "RTGS-9"))
    town.do("scb", Redeem(2_000, "RTGS-9"))

    town.do("bot", AcknowledgeRedeem("bot", admin("scb"), "RTGS-9"))

    assert town.ask("supply")[1] == 2_000


def test_a_bank_gives_back_no_more_than_it_has(town):
    town.refuse("kbank", InsufficientFunds, Redeem(START + 1, "RTGS-9"))
    town.do("kbank", Redeem(START, "RTGS-9"))

    assert town.balance("kbank") == 0


def test_a_suspended_bank_gives_nothing_back(town):
    town.do("bot", SuspendFsp("bot", "kbank"))

    town.refuse("kbank", FspSuspended, Redeem(1, "RTGS-9"))


def test_customers_give_back_through_their_bank(town):
    town.person("alice", 210, money=100)

    town.refuse("alice", UnknownFsp, Redeem(100, "RTGS-9"))
    town.refuse("mallory", UnknownWallet, Redeem(100, "RTGS-9"))


def test_a_paused_issue_neither_issues_nor_redeems(town):
    town.do("kbank", Redeem(10, "RTGS-8"))
    town.do("bot", Pause("issue"))

    town.refuse("bot", Paused, Issue(KBANK, 500, "RTGS-1"))
    town.refuse("kbank", Paused, Redeem(10, "RTGS-9"))
    town.refuse("bot", Paused, AcknowledgeRedeem("bot", KBANK, "RTGS-8"))
    town.refuse("bot", Paused, RefuseRedeem("bot", KBANK, "RTGS-8"))


def test_the_cast_is_as_the_tests_think():
    town = Town()

    found = {line[0]: line[1][0] for line in town.ask("fsps_page", "", 10)}

    assert found == {fsp: admin(fsp) for fsp in ("kbank", "omise", "scb")}
    assert show_address(admin("bot")) != show_address(Ledger.address("bot-admin"))
    assert KINDS["bot"] == ("central-bank",)
