"""Why the accounts contract refuses."""

from contracts.sdk import ContractError


class ThresholdTooHigh(ContractError):
    """The threshold exceeds the number of keys; nobody could sign."""


class RepeatedKey(ContractError):
    """A key is listed twice."""


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key; nobody could sign with it."""


class KeyAbsent(ContractError):
    """The key to be replaced does not belong to the account."""


class KeyPresent(ContractError):
    """The new key belongs to the account already."""


class AccountExists(ContractError):
    """The same keys and threshold are listed twice in genesis."""
