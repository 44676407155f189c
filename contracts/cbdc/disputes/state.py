"""Disputes of payments. Amounts are satang."""

from contracts.cbdc.core.messages import AmountOrZero, Id, TimeMs, Word
from contracts.sdk import Digest, Map, record

ANSWERED = "answered"
REFUNDED = "refunded"
REJECTED = "rejected"


@record
class Dispute:
    """A dispute; `secured` of the payee's money is set aside for it."""

    opened_ms: TimeMs
    status: Word  # open, answered, refunded or rejected
    evidence_hash: Digest
    answer_hash: Digest | None
    secured: AmountOrZero


disputes = Map[Id, Dispute]("disputes")  # payment id
