"""What may be asked about wallets: opening, closing, tiers, and recovery of lost keys."""

from typing import Annotated

from contracts.cbdc.attestation_messages import Proof
from contracts.cbdc.fields import AgencyId, Slug
from contracts.sdk import Address, CountMax, Digest, message, record

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
