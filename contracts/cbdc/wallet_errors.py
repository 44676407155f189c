"""Why an act about wallets, tiers, links, delegates, batches or recoveries is refused."""

from contracts.sdk import ContractError


class BadAttestation(ContractError):
    """The attestation is expired, revoked, not signed by its issuer, or the issuer may not."""


class NullifierUsed(ContractError):
    """This person's attestation serves another customer; a person has one tier, once."""


class UnknownAttestation(ContractError):
    """Another agency issued under this nullifier."""


class TooManyWallets(ContractError):
    """The holder has as many wallets as it may have."""


class NoMandate(ContractError):
    """The wallet is not linked to this bank."""


class MandateLimit(ContractError):
    """The mandate does not allow such a top-up."""


class BadConsent(ContractError):
    """The bank did not sign this with one of its keys."""


class TopupMismatch(ContractError):
    """The top-up is not exactly what the payment lacks."""


class UnknownPayout(ContractError):
    """The bank owes nothing under this number, or has confirmed it."""


class NotParty(ContractError):
    """The sender acts neither for the wallet nor for its bank."""


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


class BatchTotal(ContractError):
    """The total is not the sum of the lines."""


class BatchSize(ContractError):
    """A batch has more lines than one call may pay."""


class BatchMode(ContractError):
    """A batch is all_or_nothing or partial."""


class RepeatedRef(ContractError):
    """Two lines of the batch have one reference."""


class RecoveryExists(ContractError):
    """A recovery of the wallet is under way."""


class UnknownRecovery(ContractError):
    """No such recovery is under way."""


class RecoveryNotApproved(ContractError):
    """No supervisor has approved the recovery."""


class RecoveryTooEarly(ContractError):
    """The recovery's waiting time is not over."""
