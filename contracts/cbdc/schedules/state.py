"""Schedules that have payments left, and how queries answer. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.core.messages import PAGE, Amount, AmountOrZero, Count, Id, TimeMs
from contracts.sdk import Address, CountMax, Digest, Map, record


@record
class StandingOrder:
    """A schedule that has payments left; the next is due at `next_ms`."""

    payer: Address
    to: Address
    amount: Amount
    next_ms: TimeMs
    every_ms: TimeMs
    left: Count
    min_left: AmountOrZero
    travel: Digest | None


schedules = Map[tuple[Address, Id], StandingOrder]("schedules")  # (payer, schedule id)
schedule_counts = Map[Address, int]("schedule_counts")


@record
class ScheduleLine:
    """A schedule in a list, with its id."""

    schedule_id: Id
    order: StandingOrder


ScheduleLines = Annotated[tuple[ScheduleLine, ...], CountMax(PAGE)]
