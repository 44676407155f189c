"""Why voting refuses: the trustees' key ceremony."""

from contracts.sdk import ContractError


class UnknownTrustee(ContractError):
    """The manifest does not name this trustee."""

    code = "UNKNOWN_TRUSTEE"


class AlreadyCommitted(ContractError):
    """The trustee has committed to its part of the key."""

    code = "ALREADY_COMMITTED"


class NoCommitment(ContractError):
    """The trustee has not committed to its part in time."""

    code = "NO_COMMITMENT"


class WrongReveal(ContractError):
    """What is revealed is not what was committed to."""

    code = "WRONG_REVEAL"


class BadDealing(ContractError):
    """The part has another key or number of coefficients, or its trustee does not know it."""

    code = "BAD_DEALING"


class AlreadyRevealed(ContractError):
    """The trustee has revealed its part."""

    code = "ALREADY_REVEALED"


class NoDealing(ContractError):
    """The trustee has not revealed its part in time."""

    code = "NO_DEALING"


class WrongShareCount(ContractError):
    """The shares are not one for each trustee."""

    code = "WRONG_SHARE_COUNT"


class AlreadyDealt(ContractError):
    """The trustee has sent its shares."""

    code = "ALREADY_DEALT"


class NotDealt(ContractError):
    """The dealer has sent no shares, and is out without a complaint."""

    code = "NOT_DEALT"


class AlreadyComplained(ContractError):
    """The trustee has complained of this dealer."""

    code = "ALREADY_COMPLAINED"


class NoComplaint(ContractError):
    """There is no such complaint, or it is answered."""

    code = "NO_COMPLAINT"


class WrongDealtShare(ContractError):
    """The share that the dealer shows is not the one that its commitments owe."""

    code = "WRONG_DEALT_SHARE"


class TooFewQualified(ContractError):
    """Fewer trustees came through the ceremony than decrypting needs."""

    code = "TOO_FEW_QUALIFIED"
