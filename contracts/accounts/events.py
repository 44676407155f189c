"""What observers learn of accounts."""

from contracts.accounts.messages import Keys, Origins, Threshold, Version
from contracts.sdk import Address, Digest, PublicKey, event


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


@event
class PasskeySet:
    """Where a passkey signs was stated, for the first time or anew."""

    key: PublicKey
    version: Version
    rp_id_hash: Digest
    origins: Origins
