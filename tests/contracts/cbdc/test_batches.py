"""The law of batches: the total, the references, all or nothing, or each line by itself."""

import pytest

from contracts.cbdc.core.messages import (
    MERCHANT,
    PERSON,
    HoldingLimit,
    InsufficientFunds,
    ReferenceReused,
    SelfTransfer,
    TravelRule,
    UnknownWallet,
    WrongWalletKind,
)
from contracts.cbdc.payments.messages import (
    ALL_OR_NOTHING,
    PARTIAL,
    AcceptLink,
    BatchLine,
    BatchMode,
    BatchSize,
    BatchTotal,
    BatchTransfer,
    LinkBank,
    RepeatedRef,
    Transfer,
)
from contracts.cbdc.wallets.messages import Opening, OpenWallets
from primitives.errors import ArgumentOutOfBounds, WrongArgumentType
from primitives.limits import AMOUNT_SATANG_MAX
from tests.contracts.cbdc.town import BAHT, Town, admin, name_of

WELFARE = admin("welfare")
PEOPLE = ("alice", "bob", "carl")


def batch(*lines, mode=PARTIAL, total=None, reference="W-1", series="2026-11", travel=None):
    rows = tuple(
        BatchLine(Town.address(name), satang, f"row-{number}", series, travel)
        for number, (name, satang) in enumerate(lines)
    )
    told = sum(satang for _, satang in lines) if total is None else total
    return BatchTransfer(reference, rows, told, mode)


@pytest.fixture
def welfare(town):
    """An institution with 10,000 satang and three people without money."""
    town.institution("welfare", money=10_000)
    for name in PEOPLE:
        town.person(name, 110)
    return town


@pytest.mark.parametrize("mode", [ALL_OR_NOTHING, PARTIAL])
def test_a_batch_pays_every_line_and_says_so(welfare, mode):
    welfare.do("welfare", batch(("alice", 100), ("bob", 200), ("alice", 300), mode=mode))

    assert welfare.names() == ["BatchRow"] * 3 + ["BatchDone"]
    assert welfare.events[1].fields == (WELFARE, Town.address("bob"), 200, "row-1", "2026-11")
    assert welfare.fields("BatchDone") == (WELFARE, "W-1", 3, 0, 600)
    assert [welfare.balance(name) for name in ("alice", "bob", "welfare")] == [400, 200, 9_400]
    assert welfare.ask("batch_result", WELFARE, "W-1")[1:] == (3, 600, ())


def test_a_partial_batch_pays_what_it_can(welfare):
    lines = (("alice", 100), ("nobody", 50), ("welfare", 5), ("bob", 9_901), ("bob", 9_900))

    welfare.do("welfare", batch(*lines))

    assert welfare.fields("BatchDone") == (WELFARE, "W-1", 2, 3, 10_000)
    codes = [event.fields[2:] for event in welfare.events if event.name == "BatchRowRefused"]
    assert codes == [
        ("row-1", "2026-11", "UNKNOWN_WALLET"),
        ("row-2", "2026-11", "SELF_TRANSFER"),
        ("row-3", "2026-11", "INSUFFICIENT_FUNDS"),
    ]
    refused = ((1, "UNKNOWN_WALLET"), (2, "SELF_TRANSFER"), (3, "INSUFFICIENT_FUNDS"))
    assert welfare.ask("batch_result", WELFARE, "W-1")[3] == refused
    assert (welfare.balance("bob"), welfare.balance("welfare")) == (9_900, 0)


ONE_BAD = {
    "nobody": (("nobody", 50), UnknownWallet),
    "the payer": (("welfare", 50), SelfTransfer),
    "too much": (("bob", 10_000), InsufficientFunds),
    "over the receiver's limit": (("bob", 20_000 * BAHT + 1), HoldingLimit),
    "above the travel threshold": (("bob", 50_001 * BAHT), TravelRule),
}


@pytest.mark.parametrize("case", ONE_BAD)
def test_all_or_nothing_is_nothing_when_one_line_is_bad(welfare, case):
    line, error = ONE_BAD[case]
    welfare.give("kbank", WELFARE, 100_000 * BAHT if line[1] > 20_000 * BAHT else 0)

    refusal = welfare.refuse("welfare", error, batch(("alice", 100), line, mode=ALL_OR_NOTHING))

    assert dict(refusal.details)["line"] == 1
    assert welfare.balance("alice") == 0


def test_a_batch_in_which_no_line_can_be_paid_is_told_line_by_line(welfare):
    welfare.do("welfare", batch(("nobody", 1), ("no-one", 2)))

    assert welfare.fields("BatchDone") == (WELFARE, "W-1", 0, 2, 0)
    assert welfare.balance("welfare") == 10_000


def test_the_total_is_the_sum_of_the_lines(welfare):
    for total in (299, 301, 0):
        welfare.refuse("welfare", BatchTotal, batch(("alice", 100), ("bob", 200), total=total))


def test_a_sum_beyond_all_money_is_refused(welfare):
    most = AMOUNT_SATANG_MAX
    lines = [("alice", most)] * 101

    welfare.refuse("welfare", ArgumentOutOfBounds, batch(*lines))
    welfare.refuse("welfare", BatchTotal, batch(*lines, total=0))


def test_501_lines_are_one_too_many(welfare):
    lines = [("alice", 1)] * 501

    refusal = welfare.refuse("welfare", BatchSize, batch(*lines))
    welfare.do("welfare", batch(*lines[:500]))

    assert dict(refusal.details)["most"] == 500
    assert welfare.balance("alice") == 500


def test_a_batch_has_a_line_at_least_and_whole_amounts(welfare):
    welfare.refuse("welfare", ArgumentOutOfBounds, batch(total=0))
    welfare.refuse("welfare", ArgumentOutOfBounds, batch(("alice", 0)))
    welfare.refuse("welfare", WrongArgumentType, batch(("alice", True), total=1))
    welfare.refuse("welfare", WrongArgumentType, batch(("alice", 1.5), total=1))


def test_a_mode_is_one_of_two(welfare):
    for mode in ("", "some", "ALL_OR_NOTHING"):
        welfare.refuse("welfare", BatchMode, batch(("alice", 1), mode=mode))


def test_references_of_lines_are_distinct(welfare):
    def rows(*series):
        pairs = zip(("alice", "bob"), series, strict=True)
        return tuple(BatchLine(Town.address(name), 1, "same", one, None) for name, one in pairs)

    welfare.refuse("welfare", RepeatedRef, BatchTransfer("W-1", rows("a", "a"), 2, PARTIAL))
    welfare.do("welfare", BatchTransfer("W-1", rows("a", "b"), 2, PARTIAL))

    assert welfare.fields("BatchDone") == (WELFARE, "W-1", 2, 0, 2)


def test_a_batch_is_not_paid_twice(welfare):
    welfare.do("welfare", batch(("alice", 100)))
    height = welfare.ledger.block.height

    refusal = welfare.refuse("welfare", ReferenceReused, batch(("alice", 100)))
    welfare.refuse("welfare", ReferenceReused, batch(("bob", 5)))
    welfare.do("welfare", batch(("alice", 100), reference="W-2", series="2026-12"))

    assert dict(refusal.details) == {"height": height, "amount": 100}
    assert welfare.balance("alice") == 200


def test_a_row_is_paid_once_whatever_batch_it_comes_in(welfare):
    welfare.do("welfare", batch(("alice", 100), ("nobody", 5)))
    height = welfare.ledger.block.height
    welfare.wait()
    again = batch(("alice", 100), ("bob", 5), ("carl", 7), reference="W-2")

    welfare.do("welfare", again)

    assert welfare.ask("batch_result", WELFARE, "W-2")[3] == ((0, "REFERENCE_REUSED"),)
    assert [welfare.balance(name) for name in PEOPLE] == [100, 5, 7]
    paid = welfare.ask("paid_row", WELFARE, "2026-11", "row-0")
    assert paid == (Town.address("alice"), 100, height)
    assert welfare.ask("paid_row", WELFARE, "2026-12", "row-0") is None


def test_a_paid_row_is_told_before_any_limit_and_balance(welfare):
    welfare.do("welfare", batch(("alice", 10_000)))
    again = batch(("alice", 10_000), mode=ALL_OR_NOTHING, reference="W-2")

    refusal = welfare.refuse("welfare", ReferenceReused, again)

    assert dict(refusal.details)["line"] == 0


def test_rows_of_two_payers_are_apart(welfare):
    for payer in ("welfare", "kbank"):
        welfare.do(payer, batch(("alice", 10)))

    assert welfare.balance("alice") == 20


def test_a_row_above_the_threshold_commits_to_travel_data(welfare):
    welfare.person("rich", 300)
    welfare.give("kbank", WELFARE, 60_000 * BAHT)
    salary = ("rich", 60_000 * BAHT)

    welfare.do("welfare", batch(salary, ("alice", 1)))
    assert welfare.ask("batch_result", WELFARE, "W-1")[3] == ((0, "TRAVEL_RULE"),)
    welfare.do("welfare", batch(salary, reference="W-2", travel=name_of("travel")))

    rich = Town.address("rich")
    assert welfare.fields("TravelDataNamed") == (WELFARE, rich, name_of("travel"))
    assert welfare.balance("rich") == 60_000 * BAHT


def test_institutions_merchants_and_banks_pay_batches_and_persons_do_not(welfare):
    welfare.merchant("shop", money=1_000)
    welfare.person("dao", 300, money=1_000)

    welfare.refuse("dao", WrongWalletKind, batch(("alice", 1)))
    welfare.refuse("nobody", UnknownWallet, batch(("alice", 1)))
    for payer in ("shop", "kbank"):
        welfare.do(payer, batch(("alice", 10)))

    assert welfare.balance("alice") == 20


def test_a_merchants_limits_count_its_lines_together():
    town = Town(parameters={"m-day": 500})
    town.merchant("shop", money=1_000)
    town.person("alice", 110)

    town.do("shop", batch(("alice", 300), ("alice", 300), ("alice", 200)))

    town.check_sums()
    assert town.ask("batch_result", Town.address("shop"), "W-1")[3] == ((1, "DAY_LIMIT"),)
    assert town.ask("limits_left", Town.address("shop"))[2] == 0


def test_a_merchant_may_pay_its_own_second_wallet(town):
    town.merchant("shop", money=1_000)
    town.open("till", MERCHANT, "scb", (name_of("shop"), None))

    town.do("shop", batch(("till", 300), ("till", 100)))

    assert (town.balance("shop"), town.balance("till")) == (600, 400)


def test_a_line_over_the_limit_of_a_linked_receiver_is_swept(welfare):
    welfare.give("kbank", WELFARE, 30_000 * BAHT)
    welfare.do("alice", LinkBank("kbank", name_of("m"), 50_000 * BAHT))
    welfare.do("kbank", AcceptLink("kbank", Town.address("alice"), name_of("m")))
    before = welfare.balance("kbank")

    welfare.do("welfare", batch(("alice", 15_000 * BAHT), ("alice", 15_000 * BAHT)))

    assert welfare.names() == ["BatchRow", "BatchRow", "Swept", "BatchDone"]
    assert welfare.balance("alice") == 20_000 * BAHT
    assert welfare.balance("kbank") == before + 10_000 * BAHT


def test_a_sweep_back_to_the_paying_bank_adds_up(welfare):
    welfare.do("alice", LinkBank("kbank", name_of("m"), 50_000 * BAHT))
    welfare.do("kbank", AcceptLink("kbank", Town.address("alice"), name_of("m")))
    before = welfare.balance("kbank")

    welfare.do("kbank", batch(("alice", 15_000 * BAHT), ("alice", 15_000 * BAHT)))

    assert welfare.balance("kbank") == before - 20_000 * BAHT


def test_five_hundred_lines_to_as_many_wallets_fit_in_one_call(town):
    town.institution("welfare", money=500 * 700)
    for page in range(5):
        names = [f"w{number}" for number in range(page * 100, page * 100 + 100)]
        rows = tuple(Opening(Town.address(n), PERSON, name_of(n), None) for n in names)
        town.do("kbank", OpenWallets("kbank", rows))

    town.do("welfare", batch(*[(f"w{number}", 700) for number in range(500)]))

    assert len(town.events) == 501
    assert town.balance("w499") == 700


def test_a_race_of_a_batch_and_a_payment_for_the_same_money_has_one_winner(welfare):
    welfare.do("welfare", batch(("alice", 10_000), mode=ALL_OR_NOTHING))

    welfare.refuse("welfare", InsufficientFunds, Transfer(Town.address("bob"), 10_000, ""))

    assert welfare.balance("bob") == 0
