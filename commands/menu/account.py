"""The words of `sapha account`: what a user can write, and where it is done."""

from commands.framework.kinds import NUMBER, PUBLIC_KEY
from commands.framework.places import commands, contracts
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "keys": Word("Public keys: 0x and hex digits, or names of key files here.", PUBLIC_KEY),
    "--threshold": Word(
        "So many of the keys must sign together.", NUMBER, low=1, high=16, sample="2"
    ),
}

app = listed(
    "Accounts that several keys share.",
    f"""
local {commands.account_address.address}: address keys... --threshold
    Show the address that an account of these keys has when a genesis names it.
asks {commands.account.show}: show account
    Show which keys an account is under, and how many must sign.
    account ADDRESS  An address, or the name of a key.
sends {contracts.accounts.messages.Configure}: set-keys keys... --threshold
    Put an account under these keys; those that it is under now sign.
sends {contracts.accounts.messages.RotateKey}: rotate old_key new_key
    Replace one key of an account by another; as many sign as before.
    old_key PUBLIC_KEY  The key that goes.
    new_key PUBLIC_KEY sample=somchai-new  The key that takes its place.
""",
    words=WORDS | COMMON,
)
