"""What holders and banks may ask about payments, what observers learn, and what is refused.

Amounts are satang. A client makes a wallet's statement of the events: every event that has an
amount names both sides, as `sender` and `to` where both are accounts.
"""

from typing import Annotated

from contracts.cbdc.core.messages import (
    AgencyId,
    AgencyOrNothing,
    Amount,
    AmountOrZero,
    Code,
    Count,
    Id,
    Memo,
    Reason,
    Reference,
    Sum,
    Word,
)
from contracts.sdk import (
    Address,
    Chars,
    ContractError,
    CountMax,
    Digest,
    PublicKey,
    Signature,
    encode,
    event,
    message,
    record,
)

ALL_OR_NOTHING = "all_or_nothing"
PARTIAL = "partial"

RowReference = Annotated[str, Chars(1, 35)]  # what ISO 20022 allows for one
Series = Annotated[str, Chars(0, 32)]


@record
class BatchLine:
    """One payment of a batch, which `ref` names: it serves a payer once within `series`, for ever.

    A series is what the payer counts by, such as a month or a message; "" is one of them.
    """

    to: Address
    amount: Amount
    ref: RowReference
    series: Series
    travel: Digest | None  # of what the providers exchanged; above the travel rule's amount


BatchLines = Annotated[tuple[BatchLine, ...], CountMax(1_000, low=1)]


@message
class Transfer:
    """Move `amount` from the sender to `to`. The memo is public: no personal data in it."""

    to: Address
    amount: Amount
    memo: Memo


@message
class TransferWithTravel:
    """Pay above the travel threshold; `travel` commits to what the providers exchanged."""

    to: Address
    amount: Amount
    memo: Memo
    travel: Digest


@message
class TransferWithTopup:
    """Pay, with exactly the missing `topup` from the linked bank, which has signed for it."""

    to: Address
    amount: Amount
    memo: Memo
    travel: Digest | None
    fsp: AgencyId
    topup: Amount
    bank_ref: Reference
    key: PublicKey
    signature: Signature


@message
class BatchTransfer:
    """Pay every line, in order. `mode` is all_or_nothing or partial; `reference` serves once."""

    reference: Reference
    lines: BatchLines
    total: Sum
    mode: Word


def topup_statement(chain_id: str, sender: Address, msg: TransferWithTopup) -> tuple[str, bytes]:
    """Return what the bank signs: that it adds `topup` to this payment, under its reference."""
    payment = (chain_id, sender, msg.to, msg.amount)
    return "cbdc/topup", encode((*payment, msg.fsp, msg.topup, msg.bank_ref))


@message
class Fund:
    """Move money of the bank to a customer's wallet, for money that it took as `bank_ref`."""

    fsp: AgencyId
    wallet: Address
    amount: Amount
    bank_ref: Reference


@message
class Defund:
    """Move money of the sender to the bank `fsp`, which then owes it to the bank account."""

    fsp: AgencyId
    amount: Amount


@message
class ConfirmPayout:
    """Say that the bank has paid what it owed, as `bank_ref`."""

    fsp: AgencyId
    payout: Count
    bank_ref: Reference


@message
class LinkBank:
    """Let `fsp` take what the sender's wallet may not keep and add what it lacks.

    At most `max_auto` at once, under the mandate of this hash; the bank must accept.
    """

    fsp: AgencyId
    mandate: Digest
    max_auto: Amount


@message
class AcceptLink:
    """Accept a mandate as the bank that it names."""

    fsp: AgencyId
    wallet: Address
    mandate: Digest


@message
class UnlinkBank:
    """End a link, accepted or not: the holder or the bank may."""

    wallet: Address


@event
class Transferred:
    """Money moved from one account to another."""

    sender: Address
    to: Address
    amount: Amount
    memo: Memo


@event
class TravelDataNamed:
    """The payment before this event was above the threshold; the digest of what was exchanged."""

    sender: Address
    to: Address
    travel: Digest


@event
class BatchRow:
    """A line of a batch was paid; `series` and `ref` are the payer's."""

    sender: Address
    to: Address
    amount: Amount
    ref: RowReference
    series: Series


@event
class BatchDone:
    """A batch is done: how many lines were paid and refused, and the sum that was paid."""

    sender: Address
    reference: Reference
    paid: Count
    refused: Count
    amount: Sum


@event
class BatchRowRefused:
    """A line of a batch was not paid; `code` is the refusal's."""

    payer: Address
    payee: Address
    ref: RowReference
    series: Series
    code: Code


@event
class Funded:
    """A bank put money into a wallet."""

    sender: Address
    to: Address
    amount: Amount
    fsp: AgencyId
    bank_ref: Reference


@event
class ToppedUp:
    """A bank added what a payment lacked."""

    sender: Address
    to: Address
    amount: Amount
    fsp: AgencyId
    bank_ref: Reference


@event
class Defunded:
    """A holder gave money to a bank, which owes it to the bank account as `payout`."""

    sender: Address
    to: Address
    amount: Amount
    fsp: AgencyId
    payout: Count


@event
class Swept:
    """What a wallet may not keep went to its linked bank, which owes it as `payout`."""

    sender: Address
    to: Address
    amount: Amount
    fsp: AgencyId
    payout: Count


@event
class PayoutConfirmed:
    """A bank says that it has paid what it owed."""

    fsp: AgencyId
    payout: Count
    bank_ref: Reference


@event
class Refunded:
    """A payment was given back in part or whole.

    `pending` of it waits for the payer to claim; `vouchers` of it went back to vouchers or to
    those who issued them.
    """

    payment_id: Id
    payee: Address
    payer: Address
    amount: Amount
    pending: AmountOrZero
    vouchers: AmountOrZero
    reason: Reason


@event
class BankLinked:
    """A bank account is linked to a wallet."""

    wallet: Address
    fsp: AgencyId
    max_auto: Amount


@event
class LinkAsked:
    """A holder signed a mandate for a bank."""

    wallet: Address
    fsp: AgencyId
    mandate: Digest


@event
class BankUnlinked:
    """A link ended."""

    wallet: Address
    fsp: AgencyOrNothing


class NoMandate(ContractError):
    """The wallet is not linked to this bank."""


class MandateLimit(ContractError):
    """The mandate does not allow such a top-up."""


class BadConsent(ContractError):
    """The bank did not sign this with one of its keys."""


class TopupMismatch(ContractError):
    """The top-up is not exactly what the payment lacks."""


class UnknownPayout(ContractError):
    """The bank owes nothing under this number, or has confirmed it."""


class BatchTotal(ContractError):
    """The total is not the sum of the lines."""


class BatchSize(ContractError):
    """A batch has more lines than one call may pay."""


class BatchMode(ContractError):
    """A batch is all_or_nothing or partial."""


class RepeatedRef(ContractError):
    """Two lines of the batch have one reference in one series."""
