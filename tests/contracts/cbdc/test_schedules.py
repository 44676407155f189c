"""The law of schedules: paid in time and in order, so many a block, refusals skipped."""

from dataclasses import replace

import pytest

from contracts.cbdc.contract import DUE_A_BLOCK_MAX, run_due
from contracts.cbdc.core.messages import (
    ALL,
    CLOSED,
    OUT,
    RECOVERING,
    SUSPENDED,
    YEAR_MS,
    Frozen,
    Paused,
    SelfTransfer,
    UnknownWallet,
    WrongTier,
)
from contracts.cbdc.core.state import Sums, recount
from contracts.cbdc.requests.messages import Refund
from contracts.cbdc.schedules.handlers import SCHEDULES_MAX, scheduled_payment_id
from contracts.cbdc.schedules.messages import (
    BadSchedule,
    CancelSchedule,
    Schedule,
    TooManySchedules,
    UnknownSchedule,
)
from primitives.crypto import digest
from tests.contracts.cbdc.flows import DAY_MS, START, World

ALICE, SHOP, BOB = (World.address(name) for name in ("alice", "shop", "bob"))


def saving(world, **changes):
    """500 to the shop, tomorrow and each week, three times."""
    fields = {
        "to": SHOP,
        "amount": 500,
        "first_ms": world.now + DAY_MS,
        "every_days": 7,
        "count": 3,
        "min_left": 0,
        "travel": None,
    }
    return Schedule(**(fields | changes))


def scheduled(world, name="alice", **changes):
    return world.do(name, saving(world, **changes))


def test_a_schedule_pays_at_its_times_and_then_ends(world):
    schedule_id = scheduled(world)
    assert world.names() == ["ScheduleSet"]

    world.wait_and_end(DAY_MS - 1_000)
    assert world.names() == []
    world.wait(1_000)
    assert world.names() == ["ScheduleRun"]
    world.wait_and_end(7 * DAY_MS)
    world.wait_and_end(7 * DAY_MS)

    payment_id = scheduled_payment_id(schedule_id, 0)
    assert world.fields("ScheduleRun") == (schedule_id, payment_id, ALICE, SHOP, 500, 0)
    assert world.gained("alice", "shop") == (-1_500, 1_500)
    world.wait_and_end(7 * DAY_MS)
    assert (world.names(), world.ask("schedule_state", ALICE, schedule_id)) == ([], None)


def test_a_scheduled_payment_can_be_refunded(world):
    schedule_id = scheduled(world)
    world.wait_and_end(DAY_MS)

    world.do("shop", Refund(scheduled_payment_id(schedule_id, 2), 500, ""))

    assert world.gained("alice", "shop") == (0, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": START + 1}, "INSUFFICIENT_FUNDS"),
        ({"min_left": START - 499}, "INSUFFICIENT_FUNDS"),
        ({"amount": 5_000_001}, "TX_LIMIT"),
    ],
)
def test_a_payment_that_is_refused_is_skipped_and_the_next_is_tried(world, change, code):
    schedule_id = scheduled(world, **change)

    world.wait_and_end(DAY_MS)

    assert world.fields("ScheduleFailed") == (schedule_id, ALICE, SHOP, code, 2)
    assert world.ask("schedule_state", ALICE, schedule_id)[5] == 2
    world.given.fund("alice", 10**7)
    world.wait_and_end(7 * DAY_MS)
    assert world.names() == (["ScheduleFailed"] if code == "TX_LIMIT" else ["ScheduleRun"])


def test_a_payment_that_leaves_just_enough_is_made(world):
    scheduled(world, min_left=START - 500)

    world.wait_and_end(DAY_MS)

    assert world.names() == ["ScheduleRun"]


def test_what_stops_payer_or_payee_skips_the_payment(world):
    scheduled(world)
    world.given.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 2 * DAY_MS)
    world.wait_and_end(DAY_MS)
    assert world.fields("ScheduleFailed")[3] == "FROZEN"
    world.given.change("shop", frozen_scope=ALL, frozen_until_ms=world.now + 8 * DAY_MS)
    world.wait_and_end(7 * DAY_MS)
    assert world.fields("ScheduleFailed")[3] == "FROZEN"
    world.given.change_holder("alice", attested_until_ms=world.now)

    world.wait_and_end(7 * DAY_MS)

    assert world.fields("ScheduleFailed")[3:] == ("WRONG_TIER", 0)
    assert world.gained("alice", "shop") == (0, 0)


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("shop", {"status": CLOSED}, "WALLET_CLOSED"),
        ("alice", {"status": CLOSED}, "WALLET_CLOSED"),
        ("alice", {"status": RECOVERING}, "IN_RECOVERY"),
        ("alice", {"status": SUSPENDED}, "FSP_SUSPENDED"),
    ],
)
def test_a_schedule_never_stops_the_end_of_a_block(world, name, change, code):
    scheduled(world)
    world.given.change(name, **change)

    world.wait_and_end(DAY_MS)

    assert world.fields("ScheduleFailed")[3] == code


def test_what_a_scheduled_payee_may_not_keep_goes_to_its_bank(world):
    scheduled(world, to=BOB)
    world.given.fund("bob", 2_000_000 - START)
    world.wait_and_end(DAY_MS)
    assert world.fields("ScheduleFailed")[3] == "HOLDING_LIMIT"
    world.given.link("bob")

    world.wait_and_end(7 * DAY_MS)

    assert world.names() == ["ScheduleRun", "Swept"]
    assert world.gained("scb") == (500,)


def test_above_the_travel_threshold_a_schedule_names_what_providers_exchanged(world):
    amount = 5_000_001
    travel = digest("travel", b"data")
    for name, named in (("dao", None), ("dao", travel)):
        scheduled(world, name, amount=amount, count=1, travel=named)
    world.given.fund("dao", 2 * amount)

    world.wait_and_end(DAY_MS)

    assert sorted(world.names()) == ["ScheduleFailed", "ScheduleRun", "TravelDataNamed"]
    assert world.fields("ScheduleFailed")[3] == "TRAVEL_RULE"


@pytest.mark.parametrize("name", ["bob", "carl"])
def test_low_tiers_do_not_schedule(world, name):
    refusal = world.refuse(name, WrongTier, saving(world))

    assert refusal.code == "WRONG_TIER"


def test_a_schedule_is_for_others_that_have_a_wallet(world):
    world.refuse("alice", SelfTransfer, saving(world, to=ALICE))
    world.refuse("alice", UnknownWallet, saving(world, to=World.address("nobody")))
    world.given.change("alice", frozen_scope=OUT, frozen_until_ms=world.now + 1)
    world.refuse("alice", Frozen, saving(world))

    assert world.ask("schedules_page", ALICE, None, 10) == ()


@pytest.mark.parametrize("after_ms", [0, YEAR_MS + 1])
def test_the_first_payment_lies_ahead_and_within_a_year(world, after_ms):
    refusal = world.refuse("alice", BadSchedule, saving(world, first_ms=world.now + after_ms))

    assert refusal.code == "BAD_SCHEDULE"


def test_a_wallet_has_so_many_schedules_until_one_ends(world):
    ids = [scheduled(world, amount=index + 1) for index in range(SCHEDULES_MAX)]
    world.refuse("alice", TooManySchedules, saving(world))

    world.do("alice", CancelSchedule(ids[0]))

    assert world.fields("ScheduleCancelled") == (ids[0], ALICE)
    scheduled(world)
    world.refuse("alice", TooManySchedules, saving(world))


def test_only_its_payer_ends_a_schedule_and_then_nothing_is_paid(world):
    schedule_id = scheduled(world)
    world.refuse("shop", UnknownSchedule, CancelSchedule(schedule_id))

    world.do("alice", CancelSchedule(schedule_id))

    world.refuse("alice", UnknownSchedule, CancelSchedule(schedule_id))
    world.wait_and_end(DAY_MS)
    assert (world.names(), world.gained("shop")) == ([], (0,))


def test_a_wallets_schedules_come_in_pages(world):
    ids = sorted(scheduled(world, amount=index + 1) for index in range(3))
    scheduled(world, "stall", to=BOB)

    first = world.ask("schedules_page", ALICE, None, 2)
    second = world.ask("schedules_page", ALICE, first[1][0], 2)

    assert [line[0] for line in (*first, *second)] == ids


def test_a_block_does_so_much_and_the_next_the_rest_in_order(world):
    names = ("alice", "dao", "shop", "stall")
    sellers = {"shop": "bob"}
    for name in names:
        for index in range(SCHEDULES_MAX):
            to = World.address(sellers.get(name, "shop"))
            first_ms = world.now + DAY_MS + index
            scheduled(world, name, to=to, amount=1, first_ms=first_ms, count=1)
    world.wait(2 * DAY_MS)

    world.wait(1)
    first = [event.fields[0] for event in world.events]
    world.wait(1)
    second = [event.fields[0] for event in world.events]
    world.wait(1)

    assert (len(first), len(second)) == (DUE_A_BLOCK_MAX, 4 * SCHEDULES_MAX - DUE_A_BLOCK_MAX)
    assert len({*first, *second}) == 4 * SCHEDULES_MAX
    assert world.names() == []


def test_payments_that_fell_due_while_nothing_ran_are_made_afterwards(world):
    scheduled(world)
    world.wait(20 * DAY_MS)

    world.wait(1)
    world.wait(1)
    world.wait(1)
    world.wait(1)

    assert world.gained("alice", "shop") == (-1_500, 1_500)


@pytest.mark.parametrize("scope", ["all", "payments", "vouchers", "offline"])
def test_nothing_is_paid_while_money_is_paused_and_nothing_is_lost(world, scope):
    schedule_id = scheduled(world)
    world.given.pause(scope)
    world.wait_and_end(DAY_MS)
    assert world.names() == []
    if scope in {"all", "payments"}:
        world.refuse("alice", Paused, saving(world))
        world.refuse("alice", Paused, CancelSchedule(schedule_id))

    world.given.pause()
    world.wait(1)

    assert world.names() == ["ScheduleRun"]


def test_of_two_scheduled_payments_that_race_for_the_money_the_first_in_time_is_made(world):
    late = scheduled(world, amount=START, first_ms=world.now + DAY_MS + 1)
    early = scheduled(world, amount=START)

    world.wait_and_end(DAY_MS + 1)

    assert [(event.name, event.fields[0]) for event in world.events] == [
        ("ScheduleRun", early),
        ("ScheduleFailed", late),
    ]


def test_what_is_due_in_a_block_uses_at_most_half_of_a_hooks_budget(world):
    """The dearest: payments that are swept to a bank while a recount has passed all accounts."""
    world.given.link("bob")
    world.given.fund("bob", 2_000_000 - START)
    for name in ("alice", "dao", "shop", "stall"):
        for _ in range(DUE_A_BLOCK_MAX // 4):
            scheduled(world, name, to=BOB)
    ctx = world.given.ctx()
    recount.save(ctx, Sums(10**15, 10**15, 10**15, 10**15, 10**15))
    world.given.set_terms(cursor=bytes([4]) + b"\xff" * 20)
    world.ledger.block = replace(world.ledger.block, time_ms=world.now + DAY_MS)
    ctx = world.given.ctx()
    before = replace(ctx._run.budget)

    run_due(ctx)

    budget = ctx._run.budget
    assert len(ctx._run.events) == 2 * DUE_A_BLOCK_MAX
    assert before.reads - budget.reads <= before.reads // 2
    assert before.writes - budget.writes <= before.writes // 2
    recount.remove(ctx)
    world.given.set_terms(cursor=b"")
