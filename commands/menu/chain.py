"""The words of `sapha chain`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "file": Word("The file of blocks.", FILE),
}

app = listed(
    "Export the chain and verify it independently.",
    f"""
asks {commands.chain.export}: export file --genesis
    Write every block with its certificate to a file, verifying each on the way.
local {commands.chain.verify}: verify file --genesis
    Verify certificates, parent links and transactions; trusts only the genesis.
asks {commands.chain.head}: head --genesis [--head-file] [--second-rpc]
    Show the last block, proven from the genesis; remember it, and ask a second node too.
    --head-file FILE env=SAPHA_HEAD_FILE  Remember the highest proven block here, and refuse to go
        back. The variable does it for every command that takes --genesis.
    --second-rpc env=SAPHA_SECOND_RPC  A node that must have the same chain; says which of the two
        is behind. The variable does it for every command that proves what a node answers.
asks {commands.chain.evidence}: evidence [--limit=20] [--after]
    List which validators signed two different things, the newest first (of two weeks).
    --limit NUMBER low=1 high=100  How many, at most 100.
    --after  Go on after this, as `next` says.
""",
    words=WORDS | COMMON,
)
