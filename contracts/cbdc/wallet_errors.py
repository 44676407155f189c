"""Why an act about wallets, tiers, links, delegates, batches or recoveries is refused."""

from contracts.sdk import ContractError


class BadAttestation(ContractError):
    """The attestation is expired, revoked, not signed by its issuer, or the issuer may not."""

    code = "BAD_ATTESTATION"


class NullifierUsed(ContractError):
    """This person's attestation serves another customer; a person has one tier, once."""

    code = "NULLIFIER_USED"


class UnknownAttestation(ContractError):
    """Another agency issued under this nullifier."""

    code = "UNKNOWN_ATTESTATION"


class TooManyWallets(ContractError):
    """The holder has as many wallets as it may have."""

    code = "TOO_MANY_WALLETS"


class NoMandate(ContractError):
    """The wallet is not linked to this bank, or not for such an amount."""

    code = "NO_MANDATE"


class BadConsent(ContractError):
    """The bank did not sign this with one of its keys."""

    code = "BAD_SIG"


class TopupMismatch(ContractError):
    """The top-up is not exactly what the payment lacks."""

    code = "TOPUP_MISMATCH"


class UnknownPayout(ContractError):
    """The bank owes nothing under this number, or has confirmed it."""

    code = "UNKNOWN_PAYOUT"


class NotParty(ContractError):
    """The sender acts neither for the wallet nor for its bank."""

    code = "NOT_PARTY"


class NoDelegation(ContractError):
    """The sender is no delegate of the wallet, or no longer."""

    code = "NO_DELEGATION"


class DelegateLimit(ContractError):
    """The delegate may not pay this amount, today, or to this receiver."""

    code = "DELEGATE_LIMIT"


class TooManyDelegates(ContractError):
    """The wallet has as many delegates as it may have."""

    code = "TOO_MANY_DELEGATES"


class BatchTotal(ContractError):
    """The total is not the sum of the lines."""

    code = "BATCH_TOTAL"


class BatchSize(ContractError):
    """A batch has more lines than one call may pay."""

    code = "BATCH_SIZE"


class BatchMode(ContractError):
    """A batch is all_or_nothing or partial."""

    code = "BATCH_MODE"


class RepeatedRef(ContractError):
    """Two lines of the batch have one reference."""

    code = "REPEATED_REF"


class RecoveryExists(ContractError):
    """A recovery of the wallet is under way."""

    code = "RECOVERY_EXISTS"


class UnknownRecovery(ContractError):
    """No such recovery is under way."""

    code = "UNKNOWN_RECOVERY"


class TooEarly(ContractError):
    """The recovery is not approved, or its waiting time is not over."""

    code = "TOO_EARLY"
