"""What may be asked about disputes, what observers learn, what is refused."""

from contracts.cbdc.core.messages import Amount, AmountOrZero, Id, Word
from contracts.sdk import Address, ContractError, Digest, event, message


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


class DisputeExists(ContractError):
    """The payment was disputed before."""


class UnknownDispute(ContractError):
    """There is no such dispute."""


class DisputeClosed(ContractError):
    """The dispute is decided."""


class AnsweredBefore(ContractError):
    """The payee has answered the dispute."""


class WindowClosed(ContractError):
    """The time for this is over."""


class WindowOpen(ContractError):
    """The payee may still answer."""


class UnknownOutcome(ContractError):
    """An outcome is hold, refund or reject."""


class OutcomeAmount(ContractError):
    """To reject gives nothing back; to hold or to refund is of an amount."""


class NotArbiter(ContractError):
    """Only the bank of the payee's wallet decides, and never its own payments."""
