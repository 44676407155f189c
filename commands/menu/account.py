"""The words of `sapha account`: what a user can write, and where it is done."""

from commands.framework.kinds import ADDRESS, NUMBER, PUBLIC_KEY
from commands.framework.places import commands, contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local, sends

WORDS = {
    "keys": Word("Public keys: 0x and 64 hex digits, or names of key files here.", PUBLIC_KEY),
    "--threshold": Word(
        "So many of the keys must sign together.", NUMBER, low=1, high=16, sample="2"
    ),
}

app = Group(
    "Accounts that several keys share.",
    local(
        "address",
        commands.account_address.address,
        "keys... --threshold",
        "Show the address that an account of these keys has when a genesis names it.",
    ),
    asks(
        "show",
        commands.account.show,
        "account",
        "Show which keys an account is under, and how many must sign.",
        words={"account": Word("An address, or the name of a key.", ADDRESS)},
    ),
    sends(
        "set-keys",
        contracts.accounts.messages.Configure,
        "keys... --threshold",
        "Put an account under these keys; those that it is under now sign.",
    ),
    sends(
        "rotate",
        contracts.accounts.messages.RotateKey,
        "old_key new_key",
        "Replace one key of an account by another; as many sign as before.",
        words={
            "old_key": Word("The key that goes.", PUBLIC_KEY),
            "new_key": Word("The key that takes its place.", PUBLIC_KEY, sample="somchai-new"),
        },
    ),
    words=WORDS | COMMON,
)
