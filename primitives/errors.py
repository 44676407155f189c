"""The error tree, by who is to blame. Every module raises only these.

SaphaError
├── Rejected          the user's input; stable `code`, goes into the receipt or the RPC answer
│   ├── encoding      NotCanonical TooLarge TooDeep TooManyItems BadShape BadVersion BadAddress
│   ├── envelope      WrongChain Expired ExpiryTooFar Replayed BadSignature BadAssertion
│   │                 ForeignSite MissingSignature RepeatedSignature ForeignSignature
│   │                 KeyNotInAccount QuotaExceeded MempoolFull
│   ├── call          UnknownContract UnknownMethod UnknownQuery WrongArgumentCount
│   │                 WrongArgumentType ArgumentOutOfBounds BadText NotAllowed
│   └── ContractError the errors that each contract declares
├── PeerFault         a remote node broke the protocol; it is cut off or penalised
├── LocalFault        our disk, configuration or key files; stop cleanly and say what to do
└── InvariantBroken   our own bug; crash loudly
"""

from typing import ClassVar

from primitives.names import snake_case


class SaphaError(Exception):
    """Root of all errors of this project."""


class Rejected(SaphaError):
    """The user's input is refused; state is unchanged.

    `code` is the class's name in capitals, BadText BAD_TEXT: stable for ever and part of the
    protocol. The message names the thing, the value and the limit; `details` are (name, value)
    pairs for programs.
    """

    code: ClassVar[str] = "REJECTED"

    def __init_subclass__(cls) -> None:
        cls.code = snake_case(cls.__name__).upper()

    def __init__(self, message: str = "", **details: int | str) -> None:
        """Keep `message` (default: first line of the class's docstring) and `details`."""
        self.message = message or (type(self).__doc__ or type(self).__name__).splitlines()[0]
        self.details = tuple(sorted(details.items()))
        super().__init__(self.message)


class PeerFault(SaphaError):
    """A remote node broke the protocol."""


class LocalFault(SaphaError):
    """Our own machine, files or configuration cannot be used as they are."""


class InvariantBroken(SaphaError):
    """A statement that our code must keep true is false."""


class NotCanonical(Rejected):
    """The bytes are not the one canonical encoding of their value."""


class TooLarge(Rejected):
    """The bytes are longer than the limit."""


class TooDeep(Rejected):
    """The value is nested deeper than the limit."""


class TooManyItems(Rejected):
    """The value holds more items than the limit."""


class BadShape(Rejected):
    """A field is missing, surplus, or of another type or length than the format says."""


class BadVersion(Rejected):
    """The format version is unknown."""


class BadAddress(Rejected):
    """The text is not a valid address."""


class WrongChain(Rejected):
    """The transaction was signed for another chain."""


class Expired(Rejected):
    """The transaction's expiry is not after the block's time."""


class ExpiryTooFar(Rejected):
    """The transaction's expiry is further ahead than allowed."""


class Replayed(Rejected):
    """The transaction is already in a block."""


class BadSignature(Rejected):
    """A signature does not verify."""


class BadAssertion(Rejected):
    """What a passkey gave fails a check; `check` names the first that does."""


class ForeignSite(Rejected):
    """A passkey signed elsewhere than its record says, or has no record."""


class MissingSignature(Rejected):
    """Fewer signatures than the account's threshold."""


class RepeatedSignature(Rejected):
    """A key signs twice, or the signatures are not sorted by key."""


class ForeignSignature(Rejected):
    """A signature is by a key that does not belong to the sender's account."""


class KeyNotInAccount(Rejected):
    """No signing key belongs to the sender's account."""


class QuotaExceeded(Rejected):
    """The sender or the submitting member has too many transactions waiting."""


class MempoolFull(Rejected):
    """The node has too many transactions waiting; try again later or at another node."""


class UnknownContract(Rejected):
    """No contract of this name is active."""


class UnknownMethod(Rejected):
    """The contract has no method of this name."""


class UnknownQuery(Rejected):
    """The contract has no query of this name."""


class WrongArgumentCount(Rejected):
    """The number of arguments is not the number of fields."""


class WrongArgumentType(Rejected):
    """An argument has another type than its field."""


class ArgumentOutOfBounds(Rejected):
    """An argument is outside the bounds of its field."""


class BadText(Rejected):
    """A text is not NFC, or holds control or unassigned characters."""


class NotAllowed(Rejected):
    """The sender may not call this method."""


class ContractError(Rejected):
    """Base of the errors that contracts declare."""
