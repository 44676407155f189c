"""What may be asked about payments at set times. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.fields import Amount, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, Id
from contracts.sdk import Address, Digest, Range, message


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
