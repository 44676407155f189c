"""What the accounts contract remembers. An address without a record has one key: its own."""

from contracts.accounts.messages import Keys, Threshold
from contracts.sdk import Address, Map, record


@record
class Account:
    """The keys of an account, in ascending order, and how many must sign."""

    keys: Keys
    threshold: Threshold


accounts = Map[Address, Account]("accounts")
