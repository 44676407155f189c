"""What the accounts contract remembers. An address without a record has one key: its own."""

from contracts.accounts.messages import Keys, Origins, Threshold, Version
from contracts.sdk import Address, Digest, Map, PublicKey, record


@record
class Account:
    """The keys of an account, in ascending order, and how many must sign."""

    keys: Keys
    threshold: Threshold


@record
class Passkey:
    """Where a passkey signs: the SHA-256 of its relying party's id, and the origins of pages."""

    version: Version
    rp_id_hash: Digest
    origins: Origins


accounts = Map[Address, Account]("accounts")
passkeys = Map[PublicKey, Passkey]("passkeys")
