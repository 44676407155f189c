"""The words of `sapha account`: what a user can write, and where it is done."""

from commands.framework.kinds import NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local, signs

WORDS = {
    "keys": Word("Public keys: 0x and 64 hex digits, or names of key files here."),
    "--threshold": Word("So many of the keys must sign together.", NUMBER, low=1, high=16),
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
        words={"account": Word("An address, or the name of a key.")},
    ),
    signs(
        "set-keys",
        commands.account.set_keys,
        "keys... --threshold [--out]",
        "Put an account under these keys; those that it is under now sign.",
    ),
    signs(
        "rotate",
        commands.account.rotate,
        "old new [--out]",
        "Replace one key of an account by another; as many sign as before.",
        words={"old": Word("The key that goes."), "new": Word("The key that takes its place.")},
    ),
    words=WORDS | COMMON,
)
