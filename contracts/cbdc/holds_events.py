"""What observers learn of holds. Amounts are satang."""

from contracts.cbdc.fields import Amount, Memo, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, Id
from contracts.sdk import Address, event


@event
class Held:
    """A payer has set money aside for a payee."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    expires_ms: TimeMs
    memo: Memo


@event
class Captured:
    """A hold is paid; `returned` went back to the payer. The payment's id is the hold's."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    returned: AmountOrZero


@event
class Released:
    """A hold went back to its payer, by its end or before."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    is_expired: bool
