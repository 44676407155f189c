"""The law of the digital baht: every wrong payment has a named refusal and changes nothing."""

import pytest

from contracts.cbdc.authority.messages import Issue, Issued, Redeem, Redeemed
from contracts.cbdc.core.messages import (
    InsufficientFunds,
    Paused,
    ReferenceReused,
    SelfTransfer,
    SupplyCapExceeded,
)
from contracts.cbdc.payments.messages import Transfer, Transferred
from contracts.sdk.errors import BadConfig
from contracts.tools.testing import Ledger
from primitives.errors import (
    ArgumentOutOfBounds,
    BadText,
    NotAllowed,
    UnknownContract,
    UnknownMethod,
    UnknownQuery,
    WrongArgumentCount,
    WrongArgumentType,
)
from primitives.limits import AMOUNT_SATANG_MAX
from tests.contracts.governance.ledgers import decide, status
from tests.contracts.ledgers import START_SATANG, empty_ledger, funded_ledger

BOB = Ledger.address("bob")

# Every wrong field of a transfer (to, amount, memo), with the error and the field that it names.
BAD_TRANSFERS = {
    "amount 0": ((BOB, 0, ""), ArgumentOutOfBounds, "amount"),
    "amount negative": ((BOB, -1, ""), ArgumentOutOfBounds, "amount"),
    "amount over the maximum": ((BOB, AMOUNT_SATANG_MAX + 1, ""), ArgumentOutOfBounds, "amount"),
    "amount true": ((BOB, True, ""), WrongArgumentType, "amount"),
    "amount a float": ((BOB, 1.0, ""), WrongArgumentType, "amount"),
    "amount not a number": ((BOB, float("nan"), ""), WrongArgumentType, "amount"),
    "amount a text": ((BOB, "1.005", ""), WrongArgumentType, "amount"),
    "amount in Thai digits": ((BOB, "๑๐", ""), WrongArgumentType, "amount"),
    "amount nothing": ((BOB, None, ""), WrongArgumentType, "amount"),
    "receiver a text": (("bob", 1, ""), WrongArgumentType, "to"),
    "receiver of 19 bytes": ((BOB[:19], 1, ""), ArgumentOutOfBounds, "to"),
    "receiver of 21 bytes": ((BOB + b"x", 1, ""), ArgumentOutOfBounds, "to"),
    "memo bytes": ((BOB, 1, b"x"), WrongArgumentType, "memo"),
    "memo too long": ((BOB, 1, "x" * 141), ArgumentOutOfBounds, "memo"),
    "memo not NFC": ((BOB, 1, "e\u0301"), BadText, "memo"),
    "memo with a control character": ((BOB, 1, "a\nb"), BadText, "memo"),
    "memo with a right-to-left override": ((BOB, 1, "a\u202eb"), BadText, "memo"),
    "memo with a line separator": ((BOB, 1, "a\u2028b"), BadText, "memo"),
    "memo with a private character": ((BOB, 1, "\ue000"), BadText, "memo"),
    "memo with half a surrogate pair": ((BOB, 1, "\ud800"), BadText, "memo"),
    "memo with an unassigned character": ((BOB, 1, "\u0378"), BadText, "memo"),
    "memo with a character newer than Unicode 3.2": ((BOB, 1, "\U0001f600"), BadText, "memo"),
}


@pytest.mark.parametrize("case", BAD_TRANSFERS)
def test_a_wrong_field_is_refused_by_name_and_changes_nothing(case):
    args, error, field = BAD_TRANSFERS[case]
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects_call(error, "cbdc", "transfer", args)

    assert dict(refusal.details)["field"] == field
    assert field in refusal.message


@pytest.mark.parametrize("args", [(), (BOB,), (BOB, 1), (BOB, 1, "", 0)])
def test_a_wrong_number_of_arguments_is_refused(args):
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects_call(WrongArgumentCount, "cbdc", "transfer", args)

    assert "to, amount, memo" in refusal.message


def test_an_unknown_contract_or_method_is_refused_by_name():
    alice = funded_ledger("alice").as_("alice")

    no_contract = alice.rejects_call(UnknownContract, "gold", "transfer", (BOB, 1, ""))
    no_method = alice.rejects_call(UnknownMethod, "cbdc", "steal", (BOB, 1, ""))

    assert "gold" in no_contract.message
    assert "steal" in no_method.message


@pytest.mark.parametrize("memo", ["", "lunch", "ค่าข้าว", "क\u094d\u200dष", "x" * 140])
def test_a_memo_may_be_any_printable_text(memo):
    ledger = funded_ledger("alice")

    events = ledger.as_("alice").execute(Transfer(BOB, 1, memo))

    assert events[0].fields[3] == memo


def test_a_transfer_moves_money_and_says_so():
    ledger = funded_ledger("alice")

    events = ledger.as_("alice").execute(Transfer(BOB, 300, "lunch"))

    assert ledger.query("cbdc", "balance", ledger.address("alice")) == START_SATANG - 300
    assert ledger.query("cbdc", "balance", BOB) == 300
    assert [(event.contract, event.name) for event in events] == [("cbdc", Transferred.__name__)]
    assert events[0].fields == (ledger.address("alice"), BOB, 300, "lunch")


def test_a_whole_balance_may_be_spent_but_no_more():
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects(InsufficientFunds, Transfer(BOB, START_SATANG + 1, ""))
    ledger.as_("alice").execute(Transfer(BOB, START_SATANG, ""))

    assert refusal.details == (("amount", START_SATANG + 1), ("balance", START_SATANG))
    assert ledger.query("cbdc", "balance", ledger.address("alice")) == 0


def test_a_spent_balance_leaves_no_entry_behind():
    ledger = funded_ledger("alice")
    key = b"cbdc\x00balances\x00" + ledger.address("alice")
    assert key in ledger.state.committed

    ledger.as_("alice").execute(Transfer(BOB, START_SATANG, ""))

    assert key not in ledger.state.committed


def test_nobody_pays_themselves():
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects(SelfTransfer, Transfer(ledger.address("alice"), 1, ""))

    assert refusal.code == "SELF_TRANSFER"


def test_an_account_without_money_cannot_pay():
    ledger = funded_ledger("alice")

    refusal = ledger.as_("bob").rejects(InsufficientFunds, Transfer(ledger.address("alice"), 1, ""))

    assert dict(refusal.details)["balance"] == 0


def test_of_two_payments_of_the_same_money_one_succeeds():
    ledger = funded_ledger("alice")
    pay_bob = Transfer(BOB, START_SATANG, "")
    pay_carol = Transfer(ledger.address("carol"), START_SATANG, "")

    ledger.as_("alice").execute(pay_bob)
    ledger.as_("alice").rejects(InsufficientFunds, pay_carol)

    assert ledger.query("cbdc", "balance", BOB) == START_SATANG
    assert ledger.query("cbdc", "balance", ledger.address("carol")) == 0


def test_only_the_central_bank_issues():
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects(NotAllowed, Issue(ledger.address("alice"), 1, "R9"))

    assert "central bank" in refusal.message


def test_a_central_bank_that_is_suspended_issues_nothing():
    ledger = empty_ledger()
    decide(ledger, status("bank", "suspended"))

    ledger.as_("bank").rejects(NotAllowed, Issue(BOB, 1, "R9"))


def test_an_issue_makes_money_and_says_so():
    ledger = empty_ledger()

    events = ledger.as_("bank").execute(Issue(BOB, 500, "R1"))

    assert ledger.query("cbdc", "balance", BOB) == 500
    assert (events[0].name, events[0].fields) == (Issued.__name__, (BOB, 500, "R1"))


def test_a_reference_serves_for_one_issue():
    ledger = empty_ledger()
    ledger.as_("bank").execute(Issue(BOB, 500, "R1"))

    refusal = ledger.as_("bank").rejects(ReferenceReused, Issue(BOB, 600, "R1"))

    assert refusal.code == "REFERENCE_REUSED"


def test_a_redemption_destroys_money_and_says_so():
    ledger = funded_ledger("alice")

    events = ledger.as_("alice").execute(Redeem(400, "R1"))

    assert ledger.query("cbdc", "supply")[:5] == (START_SATANG, 400, 600, 600, False)
    assert events[0].name == Redeemed.__name__
    assert events[0].fields == (ledger.address("alice"), 400, "R1")


def test_a_reference_serves_for_one_redemption_of_one_holder():
    ledger = funded_ledger("alice", "carol")
    ledger.as_("alice").execute(Redeem(1, "R1"))

    ledger.as_("alice").rejects(ReferenceReused, Redeem(1, "R1"))
    ledger.as_("carol").execute(Redeem(1, "R1"))

    assert ledger.query("cbdc", "supply")[1] == 2


def test_nobody_redeems_more_than_they_have():
    ledger = funded_ledger("alice")

    refusal = ledger.as_("alice").rejects(InsufficientFunds, Redeem(START_SATANG + 1, "R1"))

    assert dict(refusal.details)["balance"] == START_SATANG


def test_money_outstanding_never_exceeds_the_cap():
    ledger = empty_ledger(supply_satang_max=100)
    ledger.as_("bank").execute(Issue(BOB, 60, "R1"))

    refusal = ledger.as_("bank").rejects(SupplyCapExceeded, Issue(BOB, 41, "R2"))
    ledger.as_("bob").execute(Redeem(1, "R1"))
    ledger.as_("bank").execute(Issue(BOB, 41, "R2"))

    assert refusal.details == (("cap", 100), ("outstanding", 60))
    assert ledger.query("cbdc", "supply")[:5] == (101, 1, 100, 100, False)


def test_money_stops_in_the_block_after_the_supply_equation_fails():
    ledger = funded_ledger("alice")
    ledger.state.committed[b"cbdc\x00accounted\x00"] = b"\x05"  # as a faulty disk or bug would

    events = ledger.next_block()

    assert [(event.name, event.fields) for event in events] == [
        ("SupplyMismatch", (START_SATANG, 0, 5, "equation"))
    ]
    assert ledger.query("cbdc", "supply")[4] is True
    ledger.as_("alice").rejects(Paused, Transfer(BOB, 1, ""))
    ledger.as_("alice").rejects(Paused, Redeem(1, "R1"))
    ledger.as_("bank").rejects(Paused, Issue(BOB, 1, "R1"))


def test_a_failed_supply_equation_is_told_once():
    ledger = funded_ledger("alice")
    ledger.state.committed[b"cbdc\x00accounted\x00"] = b"\x05"
    ledger.next_block()

    events = ledger.next_block()

    assert events == ()


def test_a_block_without_a_fault_changes_nothing_at_its_end():
    ledger = funded_ledger("alice")
    before = dict(ledger.state.committed)

    events = ledger.next_block()

    assert events == ()
    assert ledger.state.committed == before


def test_a_refused_query_names_what_is_unknown():
    ledger = empty_ledger()

    with pytest.raises(UnknownQuery, match="wealth"):
        ledger.query("cbdc", "wealth")
    with pytest.raises(WrongArgumentCount, match="address"):
        ledger.query("cbdc", "balance")
    with pytest.raises(ArgumentOutOfBounds, match="address"):
        ledger.query("cbdc", "balance", b"short")


BAD_CONFIGS = [
    ({"supply_satang_max": 0}, r"cbdc\.supply_satang_max: must be"),
    ({"supply_satang_max": True}, r"cbdc\.supply_satang_max: must be"),
    ({"colour": "blue"}, r"cbdc\.colour: unknown"),
]


@pytest.mark.parametrize(("config", "place"), BAD_CONFIGS)
def test_a_wrong_genesis_configuration_is_refused_by_place(config, place):
    ledger = empty_ledger()

    with pytest.raises(BadConfig, match=place):
        Ledger(ledger.contracts, {"cbdc": config})
