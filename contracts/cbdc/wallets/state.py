"""What attestations, delegates and recoveries leave behind, and how queries answer.

Amounts are satang.
"""

from typing import Annotated

from contracts.cbdc.core.messages import PAGE, AgencyId, Count, Merchants, Sum, TimeMs, Word
from contracts.cbdc.core.state import Wallet
from contracts.sdk import Address, CountMax, Digest, Map, record


@record
class Standing:
    """Whom an attestation's nullifier is used for, and until when it has been revoked."""

    issuer: AgencyId
    fsp: Word
    holder: Digest | None
    revoked_ms: TimeMs  # what was issued until then does not count


@record
class Delegation:
    """What a delegate may pay from a wallet, and what it has paid on a Bangkok day."""

    per_payment: Sum
    per_day: Sum
    merchants: Merchants  # none means anyone
    until_ms: TimeMs
    day: Count
    day_sent: Sum


@record
class Recovery:
    """A replacement of lost keys under way; `ends_ms` is 0 until a supervisor approves."""

    new_address: Address
    case_hash: Digest
    started_by: Address
    ends_ms: TimeMs


nullifiers = Map[Digest, Standing]("nullifiers")
delegations = Map[tuple[Address, Address], Delegation]("delegations")  # (wallet, delegate)
recoveries = Map[Address, Recovery]("recoveries")


@record
class WalletState:
    """A wallet as it is now; `address` is the wallet's own when an alias was asked for.

    `refusal` is why nothing may leave it now, "" when something may.
    """

    address: Address
    wallet: Wallet
    tier: Word
    available: Sum
    held: Sum
    offline: Sum
    refusal: Word


@record
class LimitsLeft:
    """What a holder may still pay and receive now; a sum of 10^17 means no limit."""

    tier: Word
    payment: Sum
    day: Sum
    month: Sum
    receive: Sum


@record
class DelegateLine:
    """A delegate of a wallet."""

    delegate: Address
    delegation: Delegation


DelegateLines = Annotated[tuple[DelegateLine, ...], CountMax(PAGE)]

NO_LIMITS = LimitsLeft("", 10**17, 10**17, 10**17, 10**17)
