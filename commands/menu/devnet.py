"""The words of `sapha devnet`: what a user can write, and where it is done."""

from commands.framework.kinds import FOLDER, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, local

WORDS = {
    "--dir": Word("The network's directory.", FOLDER, name="directory"),
    "index": Word("Number of the validator, from 0.", NUMBER),
}

app = Group(
    "Run a development network on this machine.",
    local(
        "up",
        commands.devnet.up,
        "[-n=4] [--dir=devnet] [--base-port=26600]",
        "Start the validators, fund demo accounts, and run until Ctrl-C.",
        words={
            "-n": Word("Number of validators.", NUMBER, name="validators", low=1, high=16),
            "--base-port": Word("First port; 0 takes free ports.", NUMBER, low=0, high=65000),
        },
    ),
    local(
        "stop", commands.devnet.stop_network, "[--dir=devnet]", "Stop every process of a network."
    ),
    local(
        "kill",
        commands.devnet.kill_validator,
        "index [--dir=devnet]",
        "Kill one validator as a power cut would (SIGKILL).",
    ),
    local(
        "restart",
        commands.devnet.restart,
        "index [--dir=devnet]",
        "Start one validator again and return when it answers.",
    ),
    local(
        "status",
        commands.devnet.status,
        "[--dir=devnet]",
        "Show each validator's process and height; exit 1 unless all answer.",
    ),
    Leaf(
        "join",
        commands.devnet.join,
        "[--dir=devnet]",
        "Run the network's spare member here: it follows the blocks and does not vote.",
    ),
    words=WORDS | COMMON,
)
