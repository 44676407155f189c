"""The words of `sapha snapshot`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, HEIGHT
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "--from": Word("The folder of a snapshot; without it the node's own.", FILE, name="source"),
    "--height": Word("Of this height; without it the newest.", HEIGHT),
    "--remove": Word("Remove the old store instead of keeping it aside.", FLAG),
}

app = listed(
    "Snapshots of the state, by which nodes join and come back.",
    f"""
local {commands.snapshot.create}: create --dir
    Make a snapshot of a stopped node's head; a running node makes them by itself.
local {commands.snapshot.listed}: list --dir
    List the snapshots of a node, the newest first.
local {commands.snapshot.verify}: verify --dir [--from] [--height]
    Prove a snapshot from the genesis, and look at every part of it.
local {commands.snapshot.restore}: restore --dir [--from] [--height] [--remove]
    Put a store made of a snapshot in the place of a stopped node's; it keeps its word.
""",
    words=WORDS | COMMON,
)
