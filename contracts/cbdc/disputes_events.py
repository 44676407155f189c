"""What observers learn of disputes. Amounts are satang."""

from contracts.cbdc.fields import Amount, Word
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
class DisputeHeld:
    """A bank has set money of the payee aside for a dispute."""

    payment_id: Id
    payee: Address
    amount: Amount


@event
class DisputeReleased:
    """What was set aside for a dispute is the payee's again; a refund may follow."""

    payment_id: Id
    payee: Address
    amount: Amount


@event
class DisputeDecided:
    """A bank has ended a dispute by a refund or a rejection."""

    payment_id: Id
    outcome: Word
    amount: AmountOrZero
