"""What may be asked about requests of merchants, payments and refunds. Amounts are satang."""

from contracts.cbdc.fields import Amount, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, BillReference, Id, Reason, RequestId
from contracts.sdk import Address, Digest, message


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
