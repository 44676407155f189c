"""`sapha cbdc dispute ...`: a payer disputes, a payee answers, the payee's bank decides."""

from typing import Annotated

import typer

from commands.cbdc.acting import InSatang, acts, identifier, satang_or_zero
from contracts.cbdc.disputes.messages import DisputeOpen, DisputeResolve, DisputeRespond
from primitives.crypto import Digest

app = typer.Typer(no_args_is_help=True, help="Disputes of payments.")

PaymentId = Annotated[str, typer.Argument(help="The payment, 0x and 64 hex digits.")]
Evidence = Annotated[str, typer.Argument(help="Salted hash of the evidence, 0x and 64 hex.")]


@acts(app, "open")
def open_dispute(payment_id: PaymentId, evidence: Evidence) -> DisputeOpen:
    """Dispute a payment that the account made."""
    return DisputeOpen(identifier(payment_id), Digest(identifier(evidence)))


@acts(app, "respond")
def respond(payment_id: PaymentId, evidence: Evidence) -> DisputeRespond:
    """Answer a dispute of a payment that the account received."""
    return DisputeRespond(identifier(payment_id), Digest(identifier(evidence)))


@acts(app, "resolve")
def resolve(
    payment_id: PaymentId,
    outcome: Annotated[str, typer.Argument(help="hold, then refund or reject.")],
    amount: Annotated[str, typer.Argument(help="Baht to hold or to refund; 0 to reject.")] = "0",
    *,
    in_satang: InSatang = False,
) -> DisputeResolve:
    """Decide a dispute as the payee's bank."""
    satang = satang_or_zero(amount, in_satang=in_satang)
    return DisputeResolve(identifier(payment_id), outcome, satang)
