"""Why voting refuses: tokens, ballots, counting and the tally."""

from contracts.sdk import ContractError


class BadVoterSignature(ContractError):
    """The request is not signed by the key that it names."""

    code = "BAD_SIG"


class NotVoterKey(ContractError):
    """The key is not one of the voter's in identity, or the voter is frozen there."""

    code = "NOT_VOTER_KEY"


class WrongClass(ContractError):
    """The class is another than the voter's, or than the pseudonym's."""

    code = "WRONG_CLASS"


class AlreadyRequested(ContractError):
    """The voter has requested tokens; one request serves for ever."""

    code = "ALREADY_REQUESTED"


class BadBlinded(ContractError):
    """The blinded messages are not one for each registrar, below its modulus and coprime to it."""

    code = "BAD_BLINDED"


class UnknownRequest(ContractError):
    """The voter has not requested tokens."""

    code = "UNKNOWN_REQUEST"


class AlreadyAnswered(ContractError):
    """The registrar has answered this request."""

    code = "ALREADY_ANSWERED"


class BadBlindSignature(ContractError):
    """The answer is not the registrar's signature of the blinded message."""

    code = "BAD_BLIND_SIGNATURE"


class UnknownReason(ContractError):
    """There is no such reason to refuse."""

    code = "UNKNOWN_REASON"


class BadTokens(ContractError):
    """The tokens are not of as many different registrars as are needed, for this key and class."""

    code = "BAD_TOKENS"


class SeqNotRising(ContractError):
    """The ballot's number is not above that of the pseudonym's last ballot."""

    code = "SEQ_NOT_RISING"


class TooManyBallots(ContractError):
    """The pseudonym has announced, cast and spoiled as many ballots as one may."""

    code = "TOO_MANY_BALLOTS"


class MoreThanIssued(ContractError):
    """There are as many pseudonyms in the class as voters with enough tokens."""

    code = "MORE_THAN_ISSUED"


class CiphertextReused(ContractError):
    """A ciphertext of the ballot was cast or spoiled before."""

    code = "CIPHERTEXT_REUSED"


class NotCommitted(ContractError):
    """The pseudonym has not announced this ballot."""

    code = "NOT_COMMITTED"


class AlreadyCast(ContractError):
    """The ballot was cast; what is in the box is never opened."""

    code = "ALREADY_CAST"


class AlreadySpoiled(ContractError):
    """A ballot of this hash was spoiled."""

    code = "ALREADY_SPOILED"


class AlreadyCounted(ContractError):
    """The box is counted."""

    code = "ALREADY_COUNTED"


class NotCounted(ContractError):
    """The box is not counted yet."""

    code = "NOT_COUNTED"


class TooFewBallots(ContractError):
    """So few ballots were cast that a result would show who voted how; nothing is decrypted."""

    code = "TOO_FEW_BALLOTS"


class NotQualified(ContractError):
    """The trustee holds no share of the election's key."""

    code = "NOT_QUALIFIED"


class BadShare(ContractError):
    """A decryption share does not hold against the trustee's verification key."""

    code = "BAD_SHARE"


class AlreadyDelivered(ContractError):
    """The trustee has delivered its shares."""

    code = "ALREADY_DELIVERED"


class SharesMissing(ContractError):
    """The tally does not name as many different trustees as are needed, with shares delivered."""

    code = "SHARES_MISSING"


class WrongCounts(ContractError):
    """The counts are not what the box decrypts to."""

    code = "WRONG_COUNTS"


class AlreadyTallied(ContractError):
    """The election has its result."""

    code = "ALREADY_TALLIED"
