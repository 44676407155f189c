"""What may be asked about schedules, what observers learn, what is refused."""

from typing import Annotated

from contracts.cbdc.core.messages import Amount, AmountOrZero, Count, Id, TimeMs, Word
from contracts.sdk import Address, ContractError, Digest, Range, event, message


@message
class Schedule:
    """Pay `to` from `first_ms` on, `count` times; the transaction's id names the schedule."""

    to: Address
    amount: Amount
    first_ms: TimeMs
    every_days: Annotated[int, Range(1, 366)]
    count: Annotated[int, Range(1, 1_200)]
    min_left: AmountOrZero  # a payment that would leave less is skipped
    travel: Digest | None  # of what the providers exchanged; above the travel rule's amount


@message
class CancelSchedule:
    """End the sender's schedule."""

    schedule_id: Id


@event
class ScheduleSet:
    """A payer will pay at set times."""

    schedule_id: Id
    payer: Address
    to: Address
    amount: Amount
    first_ms: TimeMs
    count: Count


@event
class ScheduleRun:
    """A payment of a schedule was made; `left` remain."""

    schedule_id: Id
    payment_id: Id
    payer: Address
    to: Address
    amount: Amount
    left: Count


@event
class ScheduleFailed:
    """A payment of a schedule was skipped, for the reason `code`; `left` remain."""

    schedule_id: Id
    payer: Address
    to: Address
    code: Word
    left: Count


@event
class ScheduleCancelled:
    """A payer has ended a schedule."""

    schedule_id: Id
    payer: Address


class BadSchedule(ContractError):
    """The first payment must lie after now and within a year."""


class TooManySchedules(ContractError):
    """The wallet has as many schedules as it may."""


class UnknownSchedule(ContractError):
    """The sender has no such schedule."""
