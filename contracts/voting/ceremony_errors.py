"""Why voting refuses: the trustees' key ceremony."""

from contracts.sdk import ContractError


class UnknownTrustee(ContractError):
    """The manifest does not name this trustee."""


class AlreadyCommitted(ContractError):
    """The trustee has committed to its part of the key."""


class NoCommitment(ContractError):
    """The trustee has not committed to its part in time."""


class WrongReveal(ContractError):
    """What is revealed is not what was committed to."""


class BadDealing(ContractError):
    """The part has another key or number of coefficients, or its trustee does not know it."""


class AlreadyRevealed(ContractError):
    """The trustee has revealed its part."""


class NoDealing(ContractError):
    """The trustee has not revealed its part in time."""


class WrongShareCount(ContractError):
    """The shares are not one for each trustee."""


class AlreadyDealt(ContractError):
    """The trustee has sent its shares."""


class NotDealt(ContractError):
    """The dealer has sent no shares, and is out without a complaint."""


class AlreadyComplained(ContractError):
    """The trustee has complained of this dealer."""


class NoComplaint(ContractError):
    """There is no such complaint, or it is answered."""


class WrongDealtShare(ContractError):
    """The share that the dealer shows is not the one that its commitments owe."""


class TooFewQualified(ContractError):
    """Fewer trustees came through the ceremony than decrypting needs."""
