"""What the central bank, supervisors and courts may ask, what observers learn, what is refused.

Amounts are satang.
"""

from contracts.cbdc.core.messages import (
    AgencyId,
    Amount,
    FspKeys,
    Reference,
    Slug,
    Sum,
    TimeMs,
)
from contracts.sdk import Address, ContractError, Digest, event, message


@message
class Issue:
    """Create `amount` in the account `to`, against the settlement that `reference` names."""

    to: Address
    amount: Amount
    reference: Reference


@message
class Redeem:
    """Give `amount` of the sender's money back, against the settlement that `reference` names."""

    amount: Amount
    reference: Reference


@message
class SetParams:
    """Give a parameter another value, once a block has reached a time."""

    name: Slug
    value: Sum
    effective_ms: TimeMs


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
class ParamsSet:
    """The central bank decided on a parameter."""

    key: Slug
    value: Sum
    effective_ms: TimeMs


@event
class ParamsChanged:
    """A parameter has this value from the next block on."""

    key: Slug
    value: Sum


@event
class ScopePaused:
    """The central bank stopped a part of the contract."""

    scope: Slug


@event
class ScopeResumed:
    """The central bank let a part go on."""

    scope: Slug


@event
class FspSet:
    """A bank or payment provider was licensed, suspended or reinstated."""

    fsp: AgencyId
    settlement: Address
    licence: Reference
    status: Slug


@event
class FspKeysSet:
    """A bank replaced the keys that sign for it."""

    fsp: AgencyId


@event
class WalletFrozen:
    """A wallet is frozen, by an order of an agency, until a time."""

    wallet: Address
    scope: Slug
    agency: AgencyId
    order_hash: Digest
    until_ms: TimeMs


@event
class WalletUnfrozen:
    """A freeze ended before its time."""

    wallet: Address
    agency: AgencyId


@event
class Seized:
    """Money of a frozen wallet was taken by an order of a court."""

    sender: Address
    to: Address
    amount: Amount
    order_hash: Digest


class UnknownParameter(ContractError):
    """There is no parameter of this name."""


class ParameterOutOfBounds(ContractError):
    """The value is outside the bounds of the parameter."""


class ParameterTooSoon(ContractError):
    """A parameter changes at a time that is further ahead."""


class TooManyChanges(ContractError):
    """Too many changes of parameters wait for their time."""


class BadScope(ContractError):
    """There is nothing of this name to pause or freeze."""


class AlreadyPaused(ContractError):
    """The scope is paused."""


class NotPaused(ContractError):
    """The scope is not paused by the central bank."""


class FspExists(ContractError):
    """The agency is registered already."""


class RepeatedKey(ContractError):
    """A key is listed twice."""


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""


class UnknownRedemption(ContractError):
    """No money was set aside under this reference."""


class NoOrder(ContractError):
    """The order's hash is empty; a freeze or seizure needs an order."""


class AlreadyFrozen(ContractError):
    """The wallet is frozen by another order."""


class NotFrozen(ContractError):
    """The wallet is not frozen, or not by this order."""
