"""`sapha cbdc dispute ...`: a payer disputes, a payee answers, the payee's bank decides."""

from commands.cbdc.acting import identifier, satang_or_zero
from contracts.cbdc.disputes_messages import DisputeOpen, DisputeResolve, DisputeRespond
from primitives.crypto import Digest


def open_dispute(payment_id: str, evidence: str) -> DisputeOpen:
    """Dispute a payment that the account made."""
    return DisputeOpen(identifier(payment_id), Digest(identifier(evidence)))


def respond(payment_id: str, evidence: str) -> DisputeRespond:
    """Answer a dispute of a payment that the account received."""
    return DisputeRespond(identifier(payment_id), Digest(identifier(evidence)))


def resolve(payment_id: str, outcome: str, amount: str, *, in_satang: bool) -> DisputeResolve:
    """Decide a dispute as the payee's bank."""
    satang = satang_or_zero(amount, in_satang=in_satang)
    return DisputeResolve(identifier(payment_id), outcome, satang)
