"""What requests leave behind, and how queries answer. Amounts are satang."""

from contracts.cbdc.core.messages import AmountOrZero, BillReference, Id, RequestId, TimeMs, Word
from contracts.sdk import Address, Digest, Map, record

PAID = "paid"
CANCELLED = "cancelled"


@record
class Request:
    """A merchant's request; amount 0 lets the payer choose. Expiry is computed from the time."""

    amount: AmountOrZero
    expires_ms: TimeMs
    bill_ref1: BillReference
    bill_ref2: BillReference
    qr_hash: Digest | None
    status: Word  # open, paid or cancelled
    payment_id: Id | None


requests = Map[tuple[Address, RequestId], Request]("requests")  # (merchant, request id)

EXPIRED = "expired"


@record
class RequestState:
    """A request and what it is now: open, paid, cancelled or expired."""

    request: Request
    state: Word
