"""What may be asked about requests and refunds, what observers learn, what is refused."""

from contracts.cbdc.core.messages import (
    Amount,
    AmountOrZero,
    BillReference,
    Id,
    Reason,
    RequestId,
    TimeMs,
)
from contracts.sdk import Address, ContractError, Digest, event, message


@message
class CreateRequest:
    """Ask for a payment as a merchant; `amount` 0 lets the payer choose."""

    request_id: RequestId  # new for this merchant
    amount: AmountOrZero
    expires_ms: TimeMs
    bill_ref1: BillReference
    bill_ref2: BillReference
    qr_hash: Digest | None  # of the text of the QR that shows the request


@message
class PayRequest:
    """Pay a merchant's request, with a tip of 0 or more on top."""

    merchant: Address
    request_id: RequestId
    amount: Amount
    tip: AmountOrZero
    travel: Digest | None  # of what the providers exchanged; above the travel rule's amount


@message
class CancelRequest:
    """Withdraw the sender's own request that is not paid."""

    request_id: RequestId


@message
class Refund:
    """Give back a payment that the sender received, whole or in parts."""

    payment_id: Id
    amount: Amount
    reason: Reason  # public: no personal data in it


@message
class ClaimRefund:
    """Take a refund that waited because the sender's wallet was full."""

    payment_id: Id
    amount: Amount


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
class RefundClaimed:
    """The payer took a refund that waited."""

    payment_id: Id
    payer: Address
    amount: Amount


class BadRequestEnd(ContractError):
    """A request must end after now and within a year."""


class RequestExists(ContractError):
    """The merchant has used this request's name before."""


class UnknownRequest(ContractError):
    """The merchant has made no such request."""


class RequestPaid(ContractError):
    """The request is paid."""


class RequestCancelled(ContractError):
    """The merchant has withdrawn the request."""


class RequestExpired(ContractError):
    """The request is over."""


class AmountMismatch(ContractError):
    """The request asks for another amount."""


class OverClaim(ContractError):
    """Less than this waits to be claimed."""
