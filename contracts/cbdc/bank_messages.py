"""What banks and payment providers do: licences, money in and out, links to bank accounts."""

from contracts.cbdc.fields import AgencyId, Amount, Count, FspKeys, Reference
from contracts.sdk import Address, Digest, message


@message
class RegisterFsp:
    """License the agency `fsp`; its administrator's account becomes its settlement account."""

    agency: AgencyId
    fsp: AgencyId
    keys: FspKeys
    licence: Reference


@message
class SuspendFsp:
    """Stop a bank: it acts no more, and its settlement account neither pays nor receives."""

    agency: AgencyId
    fsp: AgencyId


@message
class ReinstateFsp:
    """End the suspension of a bank."""

    agency: AgencyId
    fsp: AgencyId


@message
class SetFspKeys:
    """Replace the keys that sign what the bank agrees to in its customers' messages."""

    fsp: AgencyId
    keys: FspKeys


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
