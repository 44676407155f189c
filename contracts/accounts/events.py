"""What observers learn of accounts."""

from contracts.accounts.messages import Keys, Threshold
from contracts.sdk import Address, PublicKey, event


@event
class AccountConfigured:
    """An account came under these keys, in ascending order."""

    address: Address
    keys: Keys
    threshold: Threshold


@event
class KeyRotated:
    """One key of an account was replaced."""

    address: Address
    old_key: PublicKey
    new_key: PublicKey
