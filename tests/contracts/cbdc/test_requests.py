"""The law of requests: asked once, paid once and exactly, refunded at most as paid."""

import pytest

from contracts.cbdc.core.messages import (
    ALL,
    CLOSED,
    OUT,
    YEAR_MS,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    KeyReplaced,
    OverRefund,
    Paused,
    SelfTransfer,
    SumTooLarge,
    TxLimit,
    UnknownPayment,
    UnknownWallet,
    WalletClosed,
    WrongTier,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.requests.messages import (
    AmountMismatch,
    BadRequestEnd,
    CancelRequest,
    ClaimRefund,
    CreateRequest,
    OverClaim,
    PayRequest,
    Refund,
    RequestCancelled,
    RequestExists,
    RequestExpired,
    RequestPaid,
    UnknownRequest,
)
from primitives.crypto import digest
from primitives.errors import ArgumentOutOfBounds, WrongArgumentType
from primitives.limits import AMOUNT_SATANG_MAX
from tests.contracts.cbdc.flows import HOUR_MS, START, World

SHOP = World.address("shop")
ALICE = World.address("alice")
NOWHERE = digest("txid", b"nowhere")


def asking(world, *, request_id="R1", amount=500, expires_ms=None, qr_hash=None):
    end = world.now + HOUR_MS if expires_ms is None else expires_ms
    return CreateRequest(request_id, amount, end, "CUSTOMER1", "MAY", qr_hash)


def paying(amount=500, tip=0, *, request_id="R1", merchant=SHOP):
    return PayRequest(merchant, request_id, amount, tip, None)


def asked(world, **changes):
    """A shop that has asked for a payment."""
    world.do("shop", asking(world, **changes))
    return world


def paid(world, payer="alice", amount=500):
    """A payment of a request; returns its id."""
    asked(world, amount=amount)
    return world.do(payer, paying(amount))


def state(world, request_id="R1"):
    return world.ask("request_state", SHOP, request_id)[1]


def test_a_payer_pays_what_a_merchant_asks(world):
    qr_hash = digest("qr", b"text")
    asked(world, qr_hash=qr_hash)

    payment_id = world.do("alice", paying())

    assert world.gained("alice", "shop") == (-500, 500)
    assert world.fields("Paid") == (payment_id, SHOP, "R1", ALICE, 500, 0)
    request, now = world.ask("request_state", SHOP, "R1")
    assert (request[0], request[2:5], request[6], now) == (
        500,
        ("CUSTOMER1", "MAY", qr_hash),
        payment_id,
        "paid",
    )


def test_a_request_that_names_no_amount_lets_the_payer_choose(world):
    asked(world, amount=0)

    world.do("alice", paying(730))

    assert world.gained("alice", "shop") == (-730, 730)


def test_a_tip_comes_on_top_of_what_is_asked(world):
    asked(world)

    payment_id = world.do("alice", paying(tip=40))

    assert world.gained("alice", "shop") == (-540, 540)
    assert world.ask("payment_state", payment_id)[2] == 540


def test_the_lowest_tier_may_pay_a_merchant(world):
    asked(world)

    world.do("carl", paying())

    assert world.gained("carl", "shop") == (-500, 500)


@pytest.mark.parametrize("second", ["alice", "bob"])
def test_of_two_payments_of_a_request_in_a_block_exactly_one_succeeds(world, second):
    first = "bob" if second == "alice" else "alice"
    asked(world)

    world.do(first, paying())
    world.refuse(second, RequestPaid, paying())

    assert world.gained(first, second, "shop") == (-500, 0, 500)


@pytest.mark.parametrize("amount", [499, 501])
def test_another_amount_than_asked_is_refused(world, amount):
    asked(world)

    refusal = world.refuse("alice", AmountMismatch, paying(amount))

    assert refusal.details == (("asked", 500),)


def test_a_request_is_over_at_its_end_and_not_before(world):
    asked(world, expires_ms=world.now + 2_000)
    asked(world, request_id="R2", expires_ms=world.now + 2_000)

    world.wait(1_999)
    world.do("alice", paying())
    world.wait(1)

    world.refuse("alice", RequestExpired, paying(request_id="R2"))
    assert (state(world), state(world, "R2")) == ("paid", "expired")


def test_an_unknown_request_is_refused_and_has_no_state(world):
    asked(world)

    world.refuse("alice", UnknownRequest, paying(request_id="R2"))
    world.refuse("alice", UnknownRequest, paying(merchant=World.address("stall")))

    assert world.ask("request_state", SHOP, "R2") is None


def test_a_withdrawn_request_is_not_paid_and_a_paid_one_not_withdrawn(world):
    asked(world)
    asked(world, request_id="R2")
    assert state(world) == "open"

    world.do("shop", CancelRequest("R1"))
    world.do("alice", paying(request_id="R2"))

    world.refuse("alice", RequestCancelled, paying())
    world.refuse("shop", RequestCancelled, CancelRequest("R1"))
    world.refuse("shop", RequestPaid, CancelRequest("R2"))
    world.refuse("stall", UnknownRequest, CancelRequest("R1"))
    assert state(world) == "cancelled"


def test_a_merchant_uses_a_name_once_whatever_became_of_it(world):
    asked(world)
    world.refuse("shop", RequestExists, asking(world, amount=1))
    world.do("shop", CancelRequest("R1"))
    world.refuse("shop", RequestExists, asking(world))

    world.do("stall", asking(world))

    assert world.names() == ["RequestCreated"]


@pytest.mark.parametrize("who", ["alice", "bob", "carl"])
def test_only_merchants_ask(world, who):
    refusal = world.refuse(who, WrongTier, asking(world))

    assert refusal.code == "WRONG_TIER"


def test_an_account_without_a_wallet_neither_asks_nor_pays(world):
    asked(world)

    world.refuse("nobody", UnknownWallet, asking(world))
    world.refuse("nobody", UnknownWallet, paying())

    assert state(world) == "open"


@pytest.mark.parametrize("after_ms", [-1, 0, YEAR_MS + 1])
def test_a_request_must_end_ahead_and_within_a_year(world, after_ms):
    refusal = world.refuse("shop", BadRequestEnd, asking(world, expires_ms=world.now + after_ms))

    assert refusal.details == (("now", world.now),)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ((SHOP, "R1", 0, 0, None), ArgumentOutOfBounds),
        ((SHOP, "R1", -1, 0, None), ArgumentOutOfBounds),
        ((SHOP, "R1", AMOUNT_SATANG_MAX + 1, 0, None), ArgumentOutOfBounds),
        ((SHOP, "R1", 1, -1, None), ArgumentOutOfBounds),
        ((SHOP, "R1", 5.0, 0, None), WrongArgumentType),
        ((SHOP, "R1", True, 0, None), WrongArgumentType),
        ((SHOP, "R1", "500", 0, None), WrongArgumentType),
        ((SHOP, "R1", "๑๐", 0, None), WrongArgumentType),
        ((SHOP, "R" * 26, 1, 0, None), ArgumentOutOfBounds),
        ((SHOP, "", 1, 0, None), ArgumentOutOfBounds),
        ((SHOP, "R1", 1, 0, b"short"), ArgumentOutOfBounds),
    ],
)
def test_a_wrong_field_of_a_payment_is_refused(world, args, error):
    refusal = world.ledger.as_("alice").rejects_call(error, "cbdc", "pay_request", args)

    assert refusal.code == error.code


def test_amount_and_tip_together_are_at_most_one_payment(world):
    asked(world, amount=0)

    world.refuse("alice", SumTooLarge, paying(AMOUNT_SATANG_MAX, 1))

    assert state(world) == "open"


def test_a_merchant_does_not_pay_its_own_request(world):
    asked(world)

    world.refuse("shop", SelfTransfer, paying())

    assert state(world) == "open"


def test_a_request_is_paid_within_the_payers_limits_and_balance(world):
    asked(world, amount=0)

    world.refuse("carl", TxLimit, paying(50_001))
    world.refuse("stall", InsufficientFunds, paying(START + 1))

    assert state(world) == "open"


def test_nothing_moves_for_a_frozen_payer_or_a_closed_merchant(world):
    asked(world)
    world.given.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("alice", Frozen, paying())
    world.given.change("shop", status=CLOSED)
    world.refuse("bob", WalletClosed, paying())

    world.refuse("shop", WalletClosed, asking(world, request_id="R2"))

    assert world.gained("alice", "bob", "shop") == (0, 0, 0)


def test_a_payment_is_refunded_in_parts_but_never_more_than_paid(world):
    payment_id = paid(world)

    world.do("shop", Refund(payment_id, 200, "one broken"))
    assert world.fields("Refunded") == (payment_id, SHOP, ALICE, 200, 0, 0, "one broken")
    world.refuse("shop", OverRefund, Refund(payment_id, 301, ""))
    world.do("shop", Refund(payment_id, 300, ""))
    refusal = world.refuse("shop", OverRefund, Refund(payment_id, 1, ""))

    assert refusal.details == (("left", 0),)
    assert world.gained("alice", "shop") == (0, 0)


def test_only_who_received_a_payment_refunds_it(world):
    payment_id = paid(world)

    for name in ("alice", "bob", "stall"):
        world.refuse(name, UnknownPayment, Refund(payment_id, 1, ""))
    world.refuse("shop", UnknownPayment, Refund(NOWHERE, 1, ""))

    assert world.ask("payment_state", NOWHERE) is None


def test_a_refund_needs_the_money_and_a_wallet_that_it_may_leave(world):
    payment_id = paid(world)
    asked_back = Refund(payment_id, 500, "")
    world.given.change("shop", frozen_scope=OUT, frozen_until_ms=world.now + 1_000)
    world.refuse("shop", Frozen, asked_back)
    world.wait(1_000)
    world.do("stall", asking(world, amount=0))
    world.do("shop", paying(START + 500, merchant=World.address("stall")))

    world.refuse("shop", InsufficientFunds, asked_back)

    assert world.gained("alice", "shop") == (-500, -START)


def fill(world, name, most):
    """Give a wallet all that its tier may own."""
    world.given.fund(name, most - world.balance(name))


def test_a_refund_to_a_full_wallet_waits_for_the_payer(world):
    payment_id = paid(world, "bob")
    fill(world, "bob", 2_000_000)
    before = world.ask("limits_left", SHOP)

    world.do("shop", Refund(payment_id, 500, ""))

    assert world.fields("Refunded")[4] == 500
    assert world.ask("limits_left", SHOP) == before
    assert world.share("held", "shop") == 500
    world.refuse("bob", HoldingLimit, ClaimRefund(payment_id, 500))
    world.do("bob", PayRequest(SHOP, asked(world, request_id="R2") and "R2", 500, 0, None))
    world.refuse("bob", OverClaim, ClaimRefund(payment_id, 501))
    world.refuse("alice", UnknownPayment, ClaimRefund(payment_id, 1))
    world.refuse("bob", UnknownPayment, ClaimRefund(NOWHERE, 1))
    world.do("bob", ClaimRefund(payment_id, 300))
    assert world.fields("RefundClaimed") == (payment_id, World.address("bob"), 300)
    assert world.ask("payment_state", payment_id)[3:5] == (500, 200)
    assert world.balance("bob") == 2_000_000 - 200


def test_a_refund_over_the_limit_goes_on_to_a_linked_bank(world):
    payment_id = paid(world, "bob")
    fill(world, "bob", 2_000_000)
    world.given.link("bob")

    world.do("shop", Refund(payment_id, 500, ""))

    assert world.fields("Refunded")[4] == 0
    assert world.balance("bob") == 2_000_000
    assert world.gained("scb") == (500,)


def test_a_refund_to_a_frozen_payer_waits_and_to_a_closed_one_is_refused(world):
    payment_id = paid(world, "bob")
    world.given.change("bob", frozen_scope=ALL, frozen_until_ms=world.now + 1)

    world.do("shop", Refund(payment_id, 100, ""))
    world.given.change("bob", status=CLOSED, frozen_until_ms=0)

    world.refuse("shop", WalletClosed, Refund(payment_id, 100, ""))
    assert world.ask("payment_state", payment_id)[3:5] == (100, 100)


def test_nothing_of_requests_works_while_payments_are_paused(world):
    payment_id = paid(world)
    world.given.pause("payments")

    world.refuse("shop", Paused, asking(world, request_id="R2"))
    world.refuse("alice", Paused, paying())
    world.refuse("shop", Paused, CancelRequest("R1"))
    world.refuse("shop", Paused, Refund(payment_id, 1, ""))
    world.refuse("alice", Paused, ClaimRefund(payment_id, 1))

    assert state(world) == "paid"


def test_after_a_recovery_the_new_key_acts_under_either_address(world):
    payment_id = paid(world)
    world.given.recover("shop", "new-shop")
    world.given.recover("alice", "new-alice")
    world.refuse("shop", KeyReplaced, asking(world, request_id="R2"))
    world.do("new-shop", asking(world, request_id="R2"))
    world.refuse("alice", KeyReplaced, paying(request_id="R2"))

    world.do("new-alice", paying(request_id="R2", merchant=World.address("new-shop")))
    world.do("new-shop", Refund(payment_id, 500, ""))

    assert world.gained("alice", "shop") == (-500, 500)
    assert world.ask("request_state", World.address("new-shop"), "R2")[1] == "paid"


def test_a_transfer_to_a_merchant_can_be_refunded_under_its_transactions_id(world):
    payment_id = world.do("carl", Transfer(SHOP, 500, "QR on the counter"))

    world.do("shop", Refund(payment_id, 500, ""))

    assert world.gained("carl", "shop") == (0, 0)


def test_a_transfer_between_persons_is_no_payment_to_refund(world):
    payment_id = world.do("alice", Transfer(World.address("bob"), 500, ""))

    world.refuse("bob", UnknownPayment, Refund(payment_id, 500, ""))

    assert world.ask("payment_state", payment_id) is None
