"""What observers learn of parameters, pauses, licences and orders."""

from contracts.cbdc.fields import AgencyId, Amount, Height, Reference, Slug, Sum, TimeMs
from contracts.sdk import Address, Digest, event


@event
class ParamsSet:
    """The central bank decided on a parameter."""

    key: Slug
    value: Sum
    effective_height: Height


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
