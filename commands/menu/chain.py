"""The words of `sapha chain`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local

WORDS = {
    "file": Word("The file of blocks.", FILE),
}

app = Group(
    "Export the chain and verify it independently.",
    asks(
        "export",
        commands.chain.export,
        "file --genesis",
        "Write every block with its certificate to a file, verifying each on the way.",
    ),
    local(
        "verify",
        commands.chain.verify,
        "file --genesis",
        "Verify certificates, parent links and transactions; trusts only the genesis.",
    ),
    asks(
        "head",
        commands.chain.head,
        "--genesis [--head-file] [--second-rpc]",
        "Show the last block, proven from the genesis; remember it, and ask a second node too.",
        words={
            "--head-file": Word(
                "Remember the highest proven block here, and refuse to go back. The variable "
                "does it for every command that takes --genesis.",
                FILE,
                env="SAPHA_HEAD_FILE",
            ),
            "--second-rpc": Word(
                "A node that must have the same chain; says which of the two is behind. The "
                "variable does it for every command that proves what a node answers.",
                env="SAPHA_SECOND_RPC",
            ),
        },
    ),
    asks(
        "evidence",
        commands.chain.evidence,
        "[--limit=20] [--after]",
        "List which validators signed two different things, the newest first (of two weeks).",
        words={
            "--limit": Word("How many, at most 100.", NUMBER, low=1, high=100),
            "--after": Word("Go on after this, as `next` says."),
        },
    ),
    words=WORDS | COMMON,
)
