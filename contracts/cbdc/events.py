"""What observers learn of the digital baht. Amounts are satang."""

from contracts.cbdc.messages import Amount, Memo, Reference
from contracts.sdk import Address, event


@event
class Issued:
    """The central bank created money."""

    to: Address
    amount: Amount
    reference: Reference


@event
class Redeemed:
    """A holder gave money back to the central bank."""

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
class SupplyMismatch:
    """The supply equation failed; no money moves from now on."""

    issued: int
    redeemed: int
    accounted: int
