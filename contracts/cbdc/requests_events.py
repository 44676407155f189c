"""What observers learn of requests, payments and refunds. Amounts are satang."""

from contracts.cbdc.fields import Amount, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, Id, Reason, RequestId
from contracts.sdk import Address, event


@event
class RequestCreated:
    """A merchant asks for a payment; amount 0 lets the payer choose."""

    merchant: Address
    request_id: RequestId
    amount: AmountOrZero
    expires_ms: TimeMs


@event
class Paid:
    """A request is paid; `amount` is without the tip."""

    payment_id: Id
    merchant: Address
    request_id: RequestId
    payer: Address
    amount: Amount
    tip: AmountOrZero


@event
class RequestWithdrawn:
    """A merchant no longer asks for a payment."""

    merchant: Address
    request_id: RequestId


@event
class Refunded:
    """A payment was given back in part or whole.

    `pending` of it waits for the payer to claim; `vouchers` of it went back to vouchers or to
    those who issued them.
    """

    payment_id: Id
    payee: Address
    payer: Address
    amount: Amount
    pending: AmountOrZero
    vouchers: AmountOrZero
    reason: Reason


@event
class RefundClaimed:
    """The payer took a refund that waited."""

    payment_id: Id
    payer: Address
    amount: Amount
