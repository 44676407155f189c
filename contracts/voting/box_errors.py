"""Why voting refuses: tokens, ballots, counting and the tally."""

from contracts.sdk import ContractError


class BadVoterSignature(ContractError):
    """The request is not signed by the key that it names."""


class NotVoterKey(ContractError):
    """The key is not one of the voter's in identity, or the voter is frozen there."""


class WrongClass(ContractError):
    """The class is another than the voter's, or than the pseudonym's."""


class AlreadyRequested(ContractError):
    """The voter has requested tokens; one request serves for ever."""


class BadBlinded(ContractError):
    """The blinded messages are not one for each registrar, below its modulus and coprime to it."""


class UnknownRequest(ContractError):
    """The voter has not requested tokens."""


class AlreadyAnswered(ContractError):
    """The registrar has answered this request."""


class BadBlindSignature(ContractError):
    """The answer is not the registrar's signature of the blinded message."""


class UnknownReason(ContractError):
    """There is no such reason to refuse."""


class BadTokens(ContractError):
    """The tokens are not of as many different registrars as are needed, for this key and class."""


class SeqNotRising(ContractError):
    """The ballot's number is not above that of the pseudonym's last ballot."""


class TooManyBallots(ContractError):
    """The pseudonym has announced, cast and spoiled as many ballots as one may."""


class MoreThanIssued(ContractError):
    """There are as many pseudonyms in the class as voters with enough tokens."""


class CiphertextReused(ContractError):
    """A ciphertext of the ballot was cast or spoiled before."""


class NotCommitted(ContractError):
    """The pseudonym has not announced this ballot."""


class AlreadyCast(ContractError):
    """The ballot was cast; what is in the box is never opened."""


class AlreadySpoiled(ContractError):
    """A ballot of this hash was spoiled."""


class AlreadyCounted(ContractError):
    """The box is counted."""


class NotCounted(ContractError):
    """The box is not counted yet."""


class TooFewBallots(ContractError):
    """So few ballots were cast that a result would show who voted how; nothing is decrypted."""


class NotQualified(ContractError):
    """The trustee holds no share of the election's key."""


class BadShare(ContractError):
    """A decryption share does not hold against the trustee's verification key."""


class AlreadyDelivered(ContractError):
    """The trustee has delivered its shares."""


class SharesMissing(ContractError):
    """The tally does not name as many different trustees as are needed, with shares delivered."""


class WrongCounts(ContractError):
    """The counts are not what the box decrypts to."""


class AlreadyTallied(ContractError):
    """The election has its result."""
