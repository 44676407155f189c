"""The words of `sapha keys`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "name": Word("Name of the key."),
    "--kind": Word(
        "ed25519, or p256 as in secure elements.",
        choices=("ed25519", "p256"),
    ),
    "--keys": Word("Directory of key files.", FILE, env="SAPHA_KEYS"),
}

app = listed(
    "Make and show keys; files are sealed by a password.",
    f"""
local {commands.keys.new}: new name [--keys] [--kind=ed25519]
    Make a key under a password and print its address.
local {commands.keys.list_keys}: list [--keys]
    List the keys and their addresses.
local {commands.keys.show}: show name [--keys]
    Show a key's address and public key; needs no password.
local {commands.keys.export}: export name [--keys]
    Print the secret seed of a key. Whoever has it has the account.
""",
    words=WORDS | COMMON,
)
