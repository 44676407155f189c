"""Why the accounts contract refuses."""

from contracts.sdk import ContractError


class ThresholdTooHigh(ContractError):
    """The threshold exceeds the number of keys; nobody could sign."""

    code = "THRESHOLD_TOO_HIGH"


class RepeatedKey(ContractError):
    """A key is listed twice."""

    code = "REPEATED_KEY"


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key; nobody could sign with it."""

    code = "UNUSABLE_KEY"


class KeyAbsent(ContractError):
    """The key to be replaced does not belong to the account."""

    code = "KEY_ABSENT"


class KeyPresent(ContractError):
    """The new key belongs to the account already."""

    code = "KEY_PRESENT"


class AccountExists(ContractError):
    """The same keys and threshold are listed twice in genesis."""

    code = "ACCOUNT_EXISTS"
