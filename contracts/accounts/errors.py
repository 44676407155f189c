"""Why the accounts contract refuses."""

from contracts.sdk import ContractError


class ThresholdTooHigh(ContractError):
    """The threshold exceeds the number of keys; nobody could sign."""


class RepeatedKey(ContractError):
    """A key is listed twice."""


class UnusableKey(ContractError):
    """A key is no valid point, or of no known kind; nobody could sign with it."""


class KeyAbsent(ContractError):
    """The key to be replaced does not belong to the account."""


class KeyPresent(ContractError):
    """The new key belongs to the account already."""


class AccountExists(ContractError):
    """The same keys and threshold are listed twice in genesis."""


class PasskeyUnknown(ContractError):
    """A passkey has no record of where it signs; `set_passkey` makes one."""


class NoPasskey(ContractError):
    """The key is of a kind that signs anywhere, and needs no record."""


class BadPasskeyVersion(ContractError):
    """The record's version is another; `expected` is the next."""


class BadPasskeyProof(ContractError):
    """The passkey has not signed the record."""


class BadOrigin(ContractError):
    """An origin is there twice, or begins with neither https:// nor http://localhost."""
