"""What observers learn of disputes. Amounts are satang."""

from contracts.cbdc.fields import Word
from contracts.cbdc.flow_fields import AmountOrZero, Id
from contracts.sdk import Address, Digest, event


@event
class DisputeOpened:
    """A payer disputes a payment."""

    payment_id: Id
    payer: Address
    payee: Address
    evidence_hash: Digest


@event
class DisputeAnswered:
    """A payee has answered a dispute."""

    payment_id: Id
    payee: Address
    evidence_hash: Digest


@event
class DisputeDecided:
    """A bank held the payee's money for a dispute, or ended it by a refund or a rejection."""

    payment_id: Id
    outcome: Word
    amount: AmountOrZero
