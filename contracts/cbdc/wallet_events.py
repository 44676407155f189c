"""What observers learn of wallets, their tiers, links, delegates and recoveries."""

from contracts.cbdc.fields import AgencyId, AgencyOrNothing, Amount, Slug, TimeMs
from contracts.sdk import Address, Digest, event


@event
class WalletOpened:
    """A bank registered a wallet."""

    wallet: Address
    fsp: AgencyId
    kind: Slug


@event
class WalletEnded:
    """A bank closed a wallet."""

    wallet: Address
    fsp: AgencyId


@event
class TierSet:
    """A holder has this tier until a time, unless the attestation is revoked before."""

    fsp: AgencyId
    holder: Digest
    tier: Slug
    until_ms: TimeMs


@event
class AttestationRevoked:
    """An issuer took its attestations under a nullifier back."""

    issuer: AgencyId
    nullifier: Digest


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


@event
class Delegated:
    """A delegate may pay from a wallet."""

    wallet: Address
    delegate: Address
    per_payment: Amount
    per_day: Amount
    until_ms: TimeMs


@event
class DelegateRevoked:
    """A delegate may no longer pay."""

    wallet: Address
    delegate: Address


@event
class RecoveryStarted:
    """A bank proposed new keys for a wallet."""

    wallet: Address
    new_address: Address
    case_hash: Digest


@event
class RecoveryApproved:
    """A supervisor approved a recovery, which may be finished from a time on."""

    wallet: Address
    new_address: Address
    ends_ms: TimeMs


@event
class RecoveryCancelled:
    """A recovery ended without effect."""

    wallet: Address


@event
class Recovered:
    """Other keys act for a wallet now; its address stays, the new one stands for it too."""

    wallet: Address
    new_address: Address
