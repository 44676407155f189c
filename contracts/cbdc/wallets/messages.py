"""What banks and holders may ask about wallets, what observers learn, and what is refused."""

from typing import Annotated

from contracts.cbdc.core.messages import (
    AgencyId,
    Amount,
    Count,
    Level,
    Memo,
    Merchants,
    Slug,
    TimeMs,
)
from contracts.sdk import (
    Address,
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


@record
class Proof:
    """An identity provider's word on a holder, signed by its node key of the identity contract.

    `ial` is 100 times the level: IAL 2.3 is 230. `nullifier` is the same for one person whatever
    the bank, so that nobody is attested at two. Times are ms.
    """

    ial: Level
    issuer: AgencyId
    issued_ms: TimeMs
    expires_ms: TimeMs
    policy_version: Count
    nullifier: Digest
    key: PublicKey
    signature: Signature


@message
class RevokeAttestation:
    """End what `agency` has attested under this nullifier until now."""

    agency: AgencyId
    nullifier: Digest


def attestation_statement(chain_id: str, holder: Digest, proof: Proof) -> tuple[str, bytes]:
    """Return what the identity provider signs for the holder that the bank calls `holder`."""
    times = (proof.issued_ms, proof.expires_ms, proof.policy_version)
    return "cbdc/attestation", encode(
        (chain_id, holder, proof.ial, proof.issuer, *times, proof.nullifier)
    )


OPENINGS_MAX = 100


@record
class Opening:
    """A wallet to be opened: of a holder, or, without one, of an institution."""

    wallet: Address
    kind: Slug
    holder: Digest | None
    proof: Proof | None


Openings = Annotated[tuple[Opening, ...], CountMax(OPENINGS_MAX, low=1)]


@message
class OpenWallet:
    """Register `wallet` for a customer of `fsp`, which calls the customer `holder`."""

    fsp: AgencyId
    wallet: Address
    kind: Slug
    holder: Digest | None
    proof: Proof | None


@message
class OpenWallets:
    """Register many wallets, all or none."""

    fsp: AgencyId
    openings: Openings


@message
class CloseWallet:
    """Close an empty wallet of a customer of `fsp`; its address is not used again."""

    fsp: AgencyId
    wallet: Address


@message
class SetTier:
    """Give the holder of `wallet` the tier that a new attestation allows."""

    fsp: AgencyId
    wallet: Address
    holder: Digest
    proof: Proof


@message
class RecoverStart:
    """Propose that the keys of `new_address` act for `wallet`, whose own are lost."""

    fsp: AgencyId
    wallet: Address
    new_address: Address
    case_hash: Digest


@message
class RecoverApprove:
    """Approve a recovery as a supervisor; the waiting time begins and nothing leaves the wallet."""

    agency: AgencyId
    wallet: Address
    case_hash: Digest


@message
class RecoverCancel:
    """End a recovery: whoever acts for the wallet, or its bank, may."""

    wallet: Address


@message
class RecoverFinish:
    """Put the wallet under the new keys, after the waiting time."""

    fsp: AgencyId
    wallet: Address


@message
class TransferFor:
    """Pay from `wallet`, which has made the sender its delegate."""

    wallet: Address
    to: Address
    amount: Amount
    memo: Memo
    travel: Digest | None  # of what the providers exchanged; above the travel rule's amount


@message
class Delegate:
    """Let `delegate` pay from the sender's wallet; no `merchants` means anyone."""

    delegate: Address
    per_payment: Amount
    per_day: Amount
    merchants: Merchants
    until_ms: TimeMs


@message
class RevokeDelegate:
    """End the right of `delegate`."""

    delegate: Address


@event
class DelegatePaid:
    """The payment before this event was made by a delegate of the sender."""

    sender: Address
    delegate: Address


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


class AttestationWithoutHolder(ContractError):
    """An attestation is for a holder, and an institution's wallet has none."""


class NotWalletsHolder(ContractError):
    """The wallet belongs to another holder."""


class AttestationNotYet(ContractError):
    """The attestation is issued after this block."""


class AttestationExpired(ContractError):
    """The attestation's time is over."""


class AttestationVoid(ContractError):
    """The issuer has revoked what it had attested until then."""


class AttestationForged(ContractError):
    """The signature is not of the attestation's key, for this holder and network."""


class PolicyTooOld(ContractError):
    """The attestation is of a policy before the least one that counts."""


class IssuerNotIdp(ContractError):
    """The attestation's issuer is no identity provider of governance."""


class IssuerInactive(ContractError):
    """The attestation's issuer has no active node in the contract of identity."""


class IssuerLevel(ContractError):
    """The attestation's level is above the issuer's."""


class NotIssuersKey(ContractError):
    """The attestation's key is none of the issuer's in force."""


class NullifierUsed(ContractError):
    """This person's attestation serves another customer; a person has one tier, once."""


class UnknownAttestation(ContractError):
    """Another agency issued under this nullifier."""


class TooManyWallets(ContractError):
    """The holder has as many wallets as it may have."""


class NoDelegation(ContractError):
    """The sender is no delegate of the wallet, or no longer."""


class DelegateReceiver(ContractError):
    """The delegate may not pay this receiver."""


class DelegateTxLimit(ContractError):
    """The amount is more than the delegate may pay at once."""


class DelegateDayLimit(ContractError):
    """The delegate would pay more in one Bangkok day than the wallet allows it."""


class TooManyDelegates(ContractError):
    """The wallet has as many delegates as it may have."""


class RecoveryExists(ContractError):
    """A recovery of the wallet is under way."""


class UnknownRecovery(ContractError):
    """No such recovery is under way."""


class RecoveryNotApproved(ContractError):
    """No supervisor has approved the recovery."""


class RecoveryTooEarly(ContractError):
    """The recovery's waiting time is not over."""
