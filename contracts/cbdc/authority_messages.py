"""What the central bank, supervisors and courts may ask."""

from contracts.cbdc.fields import AgencyId, Amount, Height, Reference, Slug, Sum, TimeMs
from contracts.sdk import Address, Digest, message


@message
class SetParams:
    """Give a parameter another value from the block of a height on."""

    key: Slug
    value: Sum
    effective_height: Height


@message
class Pause:
    """Stop a part of the contract: all, issue, payments, vouchers or offline."""

    scope: Slug


@message
class Resume:
    """Let a part go on that was paused; never what a failed supply equation stopped."""

    scope: Slug


@message
class AcknowledgeRedeem:
    """Destroy the money that a bank gave back, once it has been settled."""

    agency: AgencyId
    holder: Address
    reference: Reference


@message
class RefuseRedeem:
    """Return the money that a bank wanted to give back."""

    agency: AgencyId
    holder: Address
    reference: Reference


@message
class Freeze:
    """Stop what leaves `wallet` ("out"), or everything ("all"), by an order, until a time."""

    agency: AgencyId
    wallet: Address
    scope: Slug
    order_hash: Digest
    until_ms: TimeMs


@message
class ApproveFreeze:
    """Let a freeze last until the time that was asked for, as a second person."""

    agency: AgencyId
    wallet: Address
    order_hash: Digest


@message
class Unfreeze:
    """End a freeze."""

    agency: AgencyId
    wallet: Address


@message
class Seize:
    """Move money of a frozen wallet to `to`, by an order of the court."""

    wallet: Address
    amount: Amount
    order_hash: Digest
    to: Address
