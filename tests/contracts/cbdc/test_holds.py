"""The law of holds: set aside by the payer, decided by one, returned by time."""

import pytest

from contracts.cbdc.core.messages import (
    ALL,
    OUT,
    BadExpiry,
    DayLimit,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    Paused,
    SelfTransfer,
    TxLimit,
    WrongTier,
)
from contracts.cbdc.holds.handlers import HOLD_MS_MAX, HOLDS_MAX
from contracts.cbdc.holds.messages import (
    BadArbiter,
    Capture,
    Hold,
    HoldExpired,
    NoHashlock,
    NotDecider,
    OverCapture,
    PreimageMissing,
    Release,
    TooManyHolds,
    UnknownHold,
    WrongPreimage,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.requests.messages import Refund
from contracts.sdk.crypto import sha256
from primitives.errors import ArgumentOutOfBounds
from tests.contracts.cbdc.flows import HOUR_MS, START, World

ALICE, SHOP, BOB, CARL = (World.address(name) for name in ("alice", "shop", "bob", "carl"))
PREIMAGE = b"p" * 32
LOCK = sha256(PREIMAGE)


def holding(world, amount=500, *, to=SHOP, arbiter=None, hashlock=None, after_ms=HOUR_MS):
    return Hold(to, amount, world.now + after_ms, arbiter, hashlock, "room 7", None)


def held(world, **changes):
    return world.do("alice", holding(world, **changes))


def test_a_hold_sets_money_aside_and_a_capture_pays_it(world):
    hold_id = held(world)
    assert world.names() == ["Held"]
    assert (world.gained("alice", "shop"), world.share("held", "alice")) == ((-500, 0), 500)
    assert world.ask("hold_state", hold_id)[:3] == (ALICE, SHOP, 500)

    world.do("shop", Capture(hold_id, 500, None))

    assert world.fields("Captured") == (hold_id, ALICE, SHOP, 500, 0)
    assert (world.gained("alice", "shop"), world.share("held", "alice")) == ((-500, 500), 0)
    assert world.ask("hold_state", hold_id) is None


def test_what_a_capture_leaves_returns_at_once_and_a_hold_is_captured_once(world):
    hold_id = held(world)

    world.refuse("shop", OverCapture, Capture(hold_id, 501, None))
    world.do("shop", Capture(hold_id, 200, None))

    assert world.fields("Captured")[3:] == (200, 300)
    assert world.gained("alice", "shop") == (-200, 200)
    world.refuse("shop", UnknownHold, Capture(hold_id, 1, None))
    world.refuse("shop", UnknownHold, Release(hold_id))


def test_a_captured_hold_is_a_payment_that_can_be_refunded(world):
    hold_id = held(world)
    world.do("shop", Capture(hold_id, 200, None))

    world.do("shop", Refund(hold_id, 200, ""))

    assert world.gained("alice", "shop") == (0, 0)


def test_a_payer_has_so_many_open_holds_until_one_is_over(world):
    ids = [held(world, amount=1) for _ in range(HOLDS_MAX)]
    world.refuse("alice", TooManyHolds, holding(world, amount=1))

    world.do("shop", Release(ids[0]))

    held(world, amount=1)
    refusal = world.refuse("alice", TooManyHolds, holding(world, amount=1))
    assert refusal.details == (("most", HOLDS_MAX),)


def test_held_money_cannot_be_spent(world):
    held(world, amount=START - 100)

    refusal = world.refuse("alice", InsufficientFunds, holding(world, amount=101))

    assert dict(refusal.details)["balance"] == 100


def test_without_an_arbiter_only_the_payee_decides(world):
    hold_id = held(world)

    for name in ("alice", "bob"):
        world.refuse(name, NotDecider, Capture(hold_id, 1, None))
        world.refuse(name, NotDecider, Release(hold_id))
    world.do("shop", Release(hold_id))

    assert world.fields("Released") == (hold_id, ALICE, SHOP, 500, False)
    assert world.gained("alice", "shop") == (0, 0)


@pytest.mark.parametrize("act", ["capture", "release"])
def test_an_arbiter_decides_alone_and_needs_no_wallet(world, act):
    hold_id = held(world, arbiter=World.address("judge"))
    decision = Capture(hold_id, 500, None) if act == "capture" else Release(hold_id)

    for name in ("alice", "shop"):
        world.refuse(name, NotDecider, decision)
    world.do("judge", decision)

    assert world.gained("shop") == ((500,) if act == "capture" else (0,))


@pytest.mark.parametrize("name", ["alice", "shop", "new-shop"])
def test_an_arbiter_is_no_party(world, name):
    world.given.recover("shop", "new-shop")

    refusal = world.refuse("alice", BadArbiter, holding(world, arbiter=World.address(name)))

    assert refusal.code == "BAD_ARBITER"


def test_a_locked_hold_opens_to_its_preimage_only(world):
    hold_id = held(world, hashlock=LOCK)

    world.refuse("shop", PreimageMissing, Capture(hold_id, 500, None))
    world.refuse("shop", WrongPreimage, Capture(hold_id, 500, b"q" * 32))
    arguments = (hold_id, 500, PREIMAGE + b"x")
    shop = world.ledger.as_("shop")
    shop.rejects_call(ArgumentOutOfBounds, "cbdc", "capture", arguments)
    world.do("shop", Capture(hold_id, 500, PREIMAGE))

    assert world.gained("shop") == (500,)


def test_a_hold_without_a_lock_takes_no_preimage(world):
    hold_id = held(world)

    refusal = world.refuse("shop", NoHashlock, Capture(hold_id, 500, PREIMAGE))

    assert refusal.code == "NO_HASHLOCK"


def test_a_hold_returns_by_itself_at_the_end_of_the_block_of_its_end(world):
    hold_id = held(world, after_ms=5_000)

    world.wait(5_000)
    world.refuse("shop", HoldExpired, Capture(hold_id, 500, None))
    assert world.names() == []
    world.wait(1)

    assert world.fields("Released") == (hold_id, ALICE, SHOP, 500, True)
    assert world.gained("alice") == (0,)
    world.wait(1)
    assert world.names() == []


def test_a_hold_can_be_captured_until_its_end(world):
    hold_id = held(world, after_ms=5_000)

    world.wait(4_999)
    world.do("shop", Capture(hold_id, 500, None))
    world.wait_and_end(10_000)

    assert (world.names(), world.gained("shop")) == ([], (500,))


def test_anyone_may_return_a_hold_that_is_over(world):
    hold_id = held(world, after_ms=5_000)

    world.wait(5_000)
    world.do("bob", Release(hold_id))

    assert world.fields("Released")[4] is True
    assert world.gained("alice") == (0,)


@pytest.mark.parametrize("after_ms", [0, -1, HOLD_MS_MAX + 1])
def test_a_hold_must_end_ahead_and_in_time(world, after_ms):
    refusal = world.refuse("alice", BadExpiry, holding(world, after_ms=after_ms))

    assert dict(refusal.details)["most"] == HOLD_MS_MAX


def test_a_hold_is_made_by_the_rules_of_payments(world):
    world.refuse("alice", SelfTransfer, holding(world, to=ALICE))
    world.refuse("carl", WrongTier, holding(world, to=ALICE))
    world.refuse("carl", TxLimit, holding(world, amount=50_001))
    world.given.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("alice", Frozen, holding(world))

    assert world.gained("alice", "carl") == (0, 0)


def test_a_hold_counts_towards_the_day_when_it_is_made(world):
    for _ in range(2):
        world.do("carl", holding(world, amount=50_000))
        world.given.fund("carl", 50_000)

    refusal = world.refuse("carl", DayLimit, holding(world, amount=1))

    assert refusal.code == "DAY_LIMIT"


@pytest.mark.parametrize("captured", [None, 1, 49_999])
def test_only_what_is_captured_of_a_hold_uses_up_the_day(world, captured):
    before = world.ask("limits_left", CARL)
    hold_id = world.do("carl", holding(world, amount=50_000))
    assert world.ask("limits_left", CARL)[2] == before[2] - 50_000

    world.do("shop", Release(hold_id) if captured is None else Capture(hold_id, captured, None))

    left = world.ask("limits_left", CARL)
    assert left[2:4] == (before[2] - (captured or 0), before[3] - (captured or 0))


def test_a_hold_of_yesterday_gives_back_nothing_of_today(world):
    before = world.ask("limits_left", CARL)
    hold_id = world.do("carl", holding(world, amount=50_000, after_ms=48 * HOUR_MS))
    world.wait(24 * HOUR_MS)
    world.do("carl", Transfer(SHOP, 7, ""))

    world.do("shop", Release(hold_id))

    left = world.ask("limits_left", CARL)
    assert left[2:4] == (before[2] - 7, before[3] - 7)


def test_a_capture_needs_room_at_the_payee(world):
    hold_id = held(world, to=BOB)
    world.given.fund("bob", 2_000_000 - START)

    world.refuse("bob", HoldingLimit, Capture(hold_id, 500, None))
    world.given.change("bob", frozen_scope=ALL, frozen_until_ms=world.now + 1)
    world.refuse("bob", Frozen, Capture(hold_id, 500, None))

    assert world.share("held", "alice") == 500


def test_a_hold_returns_to_a_wallet_that_has_filled_meanwhile(world):
    hold_id = held(world)
    world.given.fund("alice", 10_000_000)

    world.do("shop", Release(hold_id))

    assert world.gained("alice") == (10_000_000,)


def test_two_decisions_in_a_block_do_not_both_count(world):
    hold_id = held(world)

    world.do("shop", Release(hold_id))
    world.refuse("shop", UnknownHold, Capture(hold_id, 500, None))

    assert world.gained("alice", "shop") == (0, 0)


def test_nothing_of_holds_works_while_payments_are_paused(world):
    hold_id = held(world, after_ms=1_000)
    world.given.pause("payments")

    world.refuse("alice", Paused, holding(world))
    world.refuse("shop", Paused, Capture(hold_id, 1, None))
    world.refuse("shop", Paused, Release(hold_id))
    world.wait_and_end(2_000)
    assert world.names() == []
    world.given.pause()
    world.wait(1)

    assert world.names() == ["Released"]
