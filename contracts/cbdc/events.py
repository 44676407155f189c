"""What observers learn of money that moves. Amounts are satang.

A client makes a wallet's statement of these: every event that has an amount names both sides, as
`sender` and `to` where both are accounts.
"""

from typing import Annotated

from contracts.cbdc.fields import AgencyId, Amount, Count, Memo, Reference, Slug, Sum
from contracts.sdk import Address, Chars, Digest, event

Code = Annotated[str, Chars(1, 64)]
Ref = Annotated[str, Chars(1, 32)]


@event
class Issued:
    """The central bank created money."""

    to: Address
    amount: Amount
    reference: Reference


@event
class Redeemed:
    """A holder gave money back to the central bank, at once."""

    holder: Address
    amount: Amount
    reference: Reference


@event
class RedeemAsked:
    """A bank set money aside that it gives back."""

    holder: Address
    amount: Amount
    reference: Reference


@event
class RedeemSettled:
    """The central bank destroyed the money that a bank had set aside."""

    holder: Address
    amount: Amount
    reference: Reference


@event
class RedeemRefused:
    """Money that a bank had set aside returned to its account."""

    holder: Address
    amount: Amount
    reference: Reference


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
class DelegatePaid:
    """The payment before this event was made by a delegate of the sender."""

    sender: Address
    delegate: Address


@event
class BatchRow:
    """A line of a batch was paid; `ref` is the payer's."""

    sender: Address
    to: Address
    amount: Amount
    ref: Ref


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
    ref: Ref
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
class SupplyMismatch:
    """The supply equation, or a full recount, failed; no money moves from now on.

    `accounted` is what accounts and pools hold; `what` is "equation" or the sum that is wrong.
    """

    issued: int
    redeemed: int
    accounted: int
    what: Slug
