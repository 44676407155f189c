"""The law of wallets: who opens and closes them, and what an account without one may do."""

import pytest

from contracts.cbdc.authority.messages import Freeze, Issue, SuspendFsp
from contracts.cbdc.core.messages import (
    INSTITUTION,
    MERCHANT,
    PERSON,
    Frozen,
    FspSuspended,
    NotBank,
    NotEmpty,
    SelfTransfer,
    UnknownFsp,
    UnknownWallet,
    WalletClosed,
    WalletExists,
    WrongTier,
    WrongWalletKind,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.vouchers.messages import IssueVoucher
from contracts.cbdc.vouchers.state import bound
from contracts.cbdc.wallets.messages import (
    AttestationForged,
    AttestationWithoutHolder,
    CloseWallet,
    Opening,
    OpenWallet,
    OpenWallets,
    TooManyWallets,
)
from primitives.errors import ArgumentOutOfBounds, NotAllowed
from tests.contracts.cbdc.town import BAHT, HOUR_MS, Town, admin, name_of, proof_for

ALICE, BOB, SHOP = (Town.address(name) for name in ("alice", "bob", "shop"))


def opening(name, kind=PERSON, *, holder="", proof=None, fsp="kbank"):
    return OpenWallet(fsp, Town.address(name), kind, name_of(holder or name), proof)


def test_a_bank_opens_wallets_and_says_so(town):
    town.do("kbank", opening("alice", proof=proof_for("alice", 210)))

    assert town.names() == ["TierSet", "WalletOpened"]
    assert town.fields("WalletOpened") == (ALICE, "kbank", PERSON)
    assert town.ask("wallet", ALICE)[2] == "T2"
    assert town.ask("holder", "kbank", name_of("alice"))[:4] == (
        "T2",
        proof_for("alice", 210).expires_ms,
        name_of("alice"),
        1,
    )


def test_a_wallet_without_attestation_is_of_the_lowest_tier(town):
    town.do("kbank", opening("carl"))

    assert town.ask("wallet", Town.address("carl"))[2] == "T0"


def test_only_who_acts_for_a_bank_opens_its_wallets(town):
    town.officer("kbank", "clerk", "cbdc")
    town.officer("kbank", "gardener", "garden")

    for name in ("alice", "scb", "gardener"):
        town.refuse(name, NotAllowed, opening("alice"))
    town.do("clerk", opening("alice"))

    assert town.ask("wallet", ALICE)[1][0] == "kbank"


def test_an_agency_without_licence_opens_nothing(town):
    town.refuse("welfare", UnknownFsp, opening("alice", fsp="welfare"))

    assert town.ask("wallet", ALICE) is None


def test_a_suspended_bank_opens_nothing(town):
    town.do("bot", SuspendFsp("bot", "kbank"))

    town.refuse("kbank", FspSuspended, opening("alice"))

    assert town.ask("fsp", "kbank")[3] == "suspended"


def test_an_address_is_opened_once(town):
    town.do("kbank", opening("alice"))

    town.refuse("scb", WalletExists, opening("alice", fsp="scb"))
    town.do("kbank", CloseWallet("kbank", ALICE))
    town.refuse("kbank", WalletExists, opening("alice"))

    assert town.ask("wallet", ALICE)[6] == "WALLET_CLOSED"


def test_a_holder_has_so_many_wallets_and_no_more():
    town = Town(parameters={"wallets-max": 2})
    town.do("kbank", opening("alice"))
    town.do("kbank", opening("purse", holder="alice"))

    town.refuse("kbank", TooManyWallets, opening("third", holder="alice"))
    town.do("kbank", CloseWallet("kbank", ALICE))
    town.do("kbank", opening("third", holder="alice"))

    assert town.ask("holder", "kbank", name_of("alice"))[3] == 2


WRONG_KINDS = {
    "a merchant without attestation": (opening("shop", MERCHANT), WrongTier),
    "a merchant of too low a level": (
        opening("shop", MERCHANT, proof=proof_for("shop", 130)),
        WrongTier,
    ),
    "a kind that is none": (opening("shop", "king"), WrongWalletKind),
    "a bank's account": (opening("shop", "fsp"), WrongWalletKind),
    "an alias": (opening("shop", "alias"), WrongWalletKind),
    "an institution that has a holder": (opening("shop", INSTITUTION), WrongWalletKind),
    "a person without holder": (OpenWallet("kbank", SHOP, PERSON, None, None), WrongWalletKind),
    "an institution that is no agency": (
        OpenWallet("kbank", SHOP, INSTITUTION, None, None),
        WrongWalletKind,
    ),
}


@pytest.mark.parametrize("case", WRONG_KINDS)
def test_a_wallet_of_the_wrong_kind_is_refused(town, case):
    message, error = WRONG_KINDS[case]

    town.refuse("kbank", error, message)

    assert town.ask("wallet", SHOP) is None


def test_a_person_does_not_become_a_merchant_by_a_second_wallet(town):
    town.do("kbank", opening("alice", proof=proof_for("alice", 210)))

    town.refuse("kbank", WrongTier, opening("shop", MERCHANT, holder="alice"))

    assert town.ask("wallet", SHOP) is None


def test_an_institution_has_no_attestation(town):
    with_proof = OpenWallet("kbank", admin("welfare"), INSTITUTION, None, proof_for("x", 210))

    town.refuse("kbank", AttestationWithoutHolder, with_proof)
    town.institution("welfare")

    assert town.ask("limits_left", admin("welfare"))[0] == ""


def test_many_wallets_open_at_once_or_none(town):
    rows = tuple(
        Opening(Town.address(f"w{n}"), PERSON, name_of(f"w{n}"), proof_for(f"w{n}", 210))
        for n in range(100)
    )

    again = (*rows[:50], rows[0])
    town.refuse("kbank", WalletExists, OpenWallets("kbank", again))
    town.refuse("kbank", ArgumentOutOfBounds, OpenWallets("kbank", (*rows, rows[0])))
    town.do("kbank", OpenWallets("kbank", rows))

    assert town.names().count("WalletOpened") == 100
    assert town.ask("wallet", Town.address("w99"))[2] == "T2"


def test_one_bad_signature_among_many_refuses_all(town):
    rows = tuple(
        Opening(Town.address(f"w{n}"), PERSON, name_of(f"w{n}"), proof_for(f"w{1}", 210))
        for n in range(2)
    )

    town.refuse("kbank", AttestationForged, OpenWallets("kbank", rows))

    assert town.ask("wallet", Town.address("w1")) is None


def test_an_unregistered_account_neither_pays_nor_receives(town):
    town.person("alice", 210, money=100)

    town.refuse("alice", UnknownWallet, Transfer(BOB, 1, ""))
    town.refuse("bob", UnknownWallet, Transfer(ALICE, 1, ""))

    assert town.balance("alice") == 100


def test_a_wallet_does_not_pay_itself(town):
    town.person("alice", 210, money=100)

    town.refuse("alice", SelfTransfer, Transfer(ALICE, 1, ""))

    assert town.balance("alice") == 100


def test_a_closed_wallet_neither_pays_nor_receives(town):
    town.person("alice", 210, money=100)
    town.person("bob", 210)
    town.do("kbank", CloseWallet("kbank", BOB))

    assert town.fields("WalletEnded") == (BOB, "kbank")
    town.refuse("alice", WalletClosed, Transfer(BOB, 1, ""))
    town.refuse("bob", WalletClosed, Transfer(ALICE, 1, ""))
    town.refuse("kbank", WalletClosed, CloseWallet("kbank", BOB))


def test_a_wallet_with_money_is_not_closed(town):
    town.person("alice", 210, money=1)

    town.refuse("kbank", NotEmpty, CloseWallet("kbank", ALICE))

    assert town.balance("alice") == 1


def test_a_wallet_with_vouchers_is_not_closed(town):
    town.institution("welfare", money=1_000)
    town.person("alice", 210)
    end = town.now + HOUR_MS
    town.do("welfare", IssueVoucher("p", ALICE, 100, (), (), "", 0, end))
    assert len(bound.page(town.ctx(), (ALICE,), limit=5)) == 1

    town.refuse("kbank", NotEmpty, CloseWallet("kbank", ALICE))


def test_a_frozen_wallet_is_not_closed(town):
    town.person("alice", 210)
    town.do("sec", Freeze("sec", ALICE, "out", name_of("order"), town.now + HOUR_MS))

    town.refuse("kbank", Frozen, CloseWallet("kbank", ALICE))


@pytest.mark.parametrize("name", ["scb", "bob", "kbank"])
def test_only_the_wallets_bank_closes_it_and_only_a_customers(town, name):
    town.person("alice", 210)
    wallet = admin("kbank") if name == "kbank" else ALICE
    error = NotAllowed if name == "bob" else NotBank
    fsp = "kbank" if name == "bob" else name

    town.refuse(name, error, CloseWallet(fsp, wallet))
    town.refuse("kbank", UnknownWallet, CloseWallet("kbank", BOB))


def test_an_account_with_money_that_is_registered_counts_to_its_holder():
    town = Town(unregistered_accounts=1)
    town.do("bot", Issue(ALICE, 300 * BAHT, "R-x"))

    town.person("alice", 210)
    town.check_sums()

    assert town.ask("holder", "kbank", name_of("alice"))[4] == 300 * BAHT


def test_an_institutions_wallet_is_closed(town):
    town.institution("welfare")

    town.do("kbank", CloseWallet("kbank", admin("welfare")))

    assert town.ask("wallet", admin("welfare"))[6] == "WALLET_CLOSED"
