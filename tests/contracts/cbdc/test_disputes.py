"""The law of disputes: objected in time, answered, decided by the payee's bank, paid by refund."""

import pytest

from contracts.cbdc.core.messages import (
    OUT,
    Frozen,
    InsufficientFunds,
    OverRefund,
    Paused,
    UnknownPayment,
    UnknownWallet,
)
from contracts.cbdc.disputes.handlers import ANSWER_MS_MAX, OPEN_MS_MAX
from contracts.cbdc.disputes.messages import (
    AnsweredBefore,
    DisputeClosed,
    DisputeExists,
    DisputeOpen,
    DisputeResolve,
    DisputeRespond,
    NotArbiter,
    OutcomeAmount,
    UnknownDispute,
    UnknownOutcome,
    WindowClosed,
    WindowOpen,
)
from contracts.cbdc.requests.messages import CreateRequest, PayRequest, Refund
from primitives.crypto import digest
from tests.contracts.cbdc.flows import HOUR_MS, START, World

ALICE, SHOP = World.address("alice"), World.address("shop")
EVIDENCE, ANSWER = digest("evidence", b"photo"), digest("evidence", b"receipt")
NOWHERE = digest("txid", b"nowhere")


def paid(world, amount=500):
    """A payment of alice to the shop, whose bank is scb."""
    world.do("shop", CreateRequest("R1", amount, world.now + HOUR_MS, "", "", None))
    return world.do("alice", PayRequest(SHOP, "R1", amount, 0, None))


def opened(world):
    payment_id = paid(world)
    world.do("alice", DisputeOpen(payment_id, EVIDENCE))
    return payment_id


def answered(world):
    payment_id = opened(world)
    world.do("shop", DisputeRespond(payment_id, ANSWER))
    return payment_id


def test_an_answered_dispute_is_decided_by_a_refund(world):
    payment_id = answered(world)
    assert world.fields("DisputeAnswered") == (payment_id, SHOP, ANSWER)

    world.do("scb", DisputeResolve(payment_id, "refund", 300))

    assert world.names() == ["Refunded", "DisputeDecided"]
    assert world.gained("alice", "shop") == (-200, 200)
    assert world.ask("dispute_state", payment_id)[1:] == ("refunded", EVIDENCE, ANSWER, 0)


def test_a_rejected_dispute_moves_nothing_and_is_final(world):
    payment_id = answered(world)

    world.do("scb", DisputeResolve(payment_id, "reject", 0))

    assert world.gained("alice", "shop") == (-500, 500)
    world.refuse("scb", DisputeClosed, DisputeResolve(payment_id, "refund", 1))
    world.refuse("shop", DisputeClosed, DisputeRespond(payment_id, ANSWER))
    world.refuse("alice", DisputeExists, DisputeOpen(payment_id, EVIDENCE))


def test_money_that_the_bank_holds_is_there_for_the_refund(world):
    payment_id = opened(world)
    world.do("scb", DisputeResolve(payment_id, "hold", 200))
    world.do("scb", DisputeResolve(payment_id, "hold", 300))
    assert world.fields("DisputeHeld") == (payment_id, SHOP, 300)
    world.refuse("scb", OverRefund, DisputeResolve(payment_id, "hold", 1))
    assert (world.gained("shop"), world.share("held", "shop")) == ((0,), 500)
    world.do("shop", DisputeRespond(payment_id, ANSWER))

    world.do("scb", DisputeResolve(payment_id, "refund", 400))

    assert world.names() == ["DisputeReleased", "Refunded", "DisputeDecided"]
    assert world.fields("DisputeReleased") == (payment_id, SHOP, 500)
    assert (world.gained("alice", "shop"), world.share("held", "shop")) == ((-100, 100), 0)


def test_held_money_returns_when_the_dispute_is_rejected(world):
    payment_id = answered(world)
    world.do("scb", DisputeResolve(payment_id, "hold", 500))
    assert world.ask("dispute_state", payment_id)[4] == 500

    world.do("scb", DisputeResolve(payment_id, "reject", 0))

    assert (world.gained("alice", "shop"), world.share("held", "shop")) == ((-500, 500), 0)


def test_a_dispute_is_opened_by_the_payer_once_and_in_time(world):
    payment_id = paid(world)
    for name in ("bob", "shop"):
        world.refuse(name, UnknownPayment, DisputeOpen(payment_id, EVIDENCE))
    world.refuse("alice", UnknownPayment, DisputeOpen(NOWHERE, EVIDENCE))
    world.wait(OPEN_MS_MAX - 1)
    world.do("alice", DisputeOpen(payment_id, EVIDENCE))

    world.refuse("alice", DisputeExists, DisputeOpen(payment_id, EVIDENCE))

    assert world.fields("DisputeOpened") == (payment_id, ALICE, SHOP, EVIDENCE)


def test_after_the_window_nothing_is_disputed(world):
    payment_id = paid(world)

    world.wait(OPEN_MS_MAX)

    world.refuse("alice", WindowClosed, DisputeOpen(payment_id, EVIDENCE))
    assert world.ask("dispute_state", payment_id) is None


def test_a_dispute_is_answered_by_the_payee_once_and_in_time(world):
    payment_id = opened(world)
    world.refuse("stall", UnknownPayment, DisputeRespond(payment_id, ANSWER))
    world.refuse("shop", UnknownPayment, DisputeRespond(NOWHERE, ANSWER))
    world.wait(ANSWER_MS_MAX)
    world.refuse("shop", WindowClosed, DisputeRespond(payment_id, ANSWER))

    world.do("scb", DisputeResolve(payment_id, "refund", 500))

    assert world.gained("alice") == (0,)


def test_an_answer_is_given_once(world):
    payment_id = answered(world)

    refusal = world.refuse("shop", AnsweredBefore, DisputeRespond(payment_id, EVIDENCE))

    assert refusal.code == "ANSWERED_BEFORE"


@pytest.mark.parametrize(("outcome", "amount"), [("refund", 1), ("reject", 0)])
def test_nothing_is_decided_before_the_payee_could_answer(world, outcome, amount):
    payment_id = opened(world)
    world.wait(ANSWER_MS_MAX - 1)

    refusal = world.refuse("scb", WindowOpen, DisputeResolve(payment_id, outcome, amount))

    assert refusal.code == "WINDOW_OPEN"


@pytest.mark.parametrize("name", ["alice", "shop", "kbank", "sup"])
def test_only_the_payees_bank_decides(world, name):
    payment_id = answered(world)

    refusal = world.refuse(name, NotArbiter, DisputeResolve(payment_id, "refund", 1))

    assert refusal.code == "NOT_ARBITER"


def test_nobody_decides_on_a_payment_of_their_own(world):
    world.do("shop", CreateRequest("R1", 500, world.now + HOUR_MS, "", "", None))
    payment_id = world.do("scb", PayRequest(SHOP, "R1", 500, 0, None))
    world.do("scb", DisputeOpen(payment_id, EVIDENCE))
    world.do("shop", DisputeRespond(payment_id, ANSWER))

    refusal = world.refuse("scb", NotArbiter, DisputeResolve(payment_id, "refund", 500))

    assert refusal.code == "NOT_ARBITER"


def test_an_account_without_a_wallet_disputes_nothing(world):
    payment_id = opened(world)

    world.refuse("nobody", UnknownWallet, DisputeOpen(payment_id, EVIDENCE))
    world.refuse("nobody", UnknownWallet, DisputeRespond(payment_id, ANSWER))

    assert world.ask("dispute_state", payment_id)[1] == "open"


AMOUNTS = (("refund", 0), ("hold", 0), ("reject", 1))


@pytest.mark.parametrize(
    ("outcome", "amount", "error"),
    [
        *((outcome, amount, OutcomeAmount) for outcome, amount in AMOUNTS),
        *((outcome, amount, UnknownOutcome) for outcome in ("keep", "") for amount in (0, 1)),
    ],
)
def test_an_outcome_is_one_of_three_with_its_amount(world, outcome, amount, error):
    payment_id = answered(world)

    refusal = world.refuse("scb", error, DisputeResolve(payment_id, outcome, amount))

    assert refusal.code == error.code


def test_a_dispute_refunds_at_most_what_was_paid_and_not_refunded(world):
    payment_id = answered(world)
    world.do("shop", Refund(payment_id, 200, ""))

    world.refuse("scb", OverRefund, DisputeResolve(payment_id, "refund", 301))
    world.do("scb", DisputeResolve(payment_id, "refund", 300))

    assert world.gained("alice") == (0,)


def test_what_the_payee_does_not_have_is_neither_held_nor_refunded(world):
    payment_id = answered(world)
    world.do("stall", CreateRequest("R1", 0, world.now + HOUR_MS, "", "", None))
    stall = World.address("stall")
    world.do("shop", PayRequest(stall, "R1", START + 300, 0, None))

    world.refuse("scb", InsufficientFunds, DisputeResolve(payment_id, "hold", 300))
    world.refuse("scb", InsufficientFunds, DisputeResolve(payment_id, "refund", 300))

    assert world.balance("shop") == 200


def test_frozen_money_of_the_payee_stays_where_it_is(world):
    payment_id = answered(world)
    world.given.change("shop", frozen_scope=OUT, frozen_until_ms=world.now + 1)

    world.refuse("scb", Frozen, DisputeResolve(payment_id, "hold", 300))
    world.refuse("scb", Frozen, DisputeResolve(payment_id, "refund", 300))

    assert world.gained("shop") == (500,)


def test_a_payment_without_a_dispute_is_not_decided(world):
    payment_id = paid(world)

    world.refuse("scb", UnknownDispute, DisputeResolve(payment_id, "reject", 0))
    world.refuse("shop", UnknownDispute, DisputeRespond(payment_id, ANSWER))
    world.refuse("scb", UnknownPayment, DisputeResolve(NOWHERE, "reject", 0))

    assert world.ask("dispute_state", payment_id) is None


def test_nothing_of_disputes_works_while_payments_are_paused(world):
    payment_id = answered(world)
    world.given.pause("payments")

    world.refuse("alice", Paused, DisputeOpen(payment_id, EVIDENCE))
    world.refuse("shop", Paused, DisputeRespond(payment_id, ANSWER))
    world.refuse("scb", Paused, DisputeResolve(payment_id, "reject", 0))

    assert world.ask("dispute_state", payment_id)[1] == "answered"
