"""What may be asked about disputes of payments. Evidence stays off the chain."""

from contracts.cbdc.fields import Word
from contracts.cbdc.flow_fields import AmountOrZero, Id
from contracts.sdk import Digest, message


@message
class DisputeOpen:
    """Dispute a payment that the sender made."""

    payment_id: Id
    evidence_hash: Digest  # salted, as for every commitment


@message
class DisputeRespond:
    """Answer a dispute of a payment that the sender received."""

    payment_id: Id
    evidence_hash: Digest


@message
class DisputeResolve:
    """Decide a dispute as the payee's bank: "hold", then "refund" or "reject"."""

    payment_id: Id
    outcome: Word
    amount: AmountOrZero  # to hold or to refund; 0 to reject
