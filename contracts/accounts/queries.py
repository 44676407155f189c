"""What anyone may ask of accounts."""

from contracts.accounts.contract import contract
from contracts.accounts.state import accounts, passkeys

account = contract.expose(
    "account",
    accounts,
    ("address",),
    "The account's keys and threshold; nothing when its only key is the one it is named by.",
)
passkey = contract.expose(
    "passkey",
    passkeys,
    ("key",),
    "Where a passkey signs; nothing when it has no record, and so cannot sign.",
)
