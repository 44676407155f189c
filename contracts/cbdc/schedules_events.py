"""What observers learn of payments at set times. Amounts are satang."""

from contracts.cbdc.fields import Amount, Count, TimeMs, Word
from contracts.cbdc.flow_fields import Id
from contracts.sdk import Address, event


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
