"""The words of `sapha devnet`: what a user can write, and where it is done."""

from commands.framework.kinds import FOLDER, NUMBER
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "--dir": Word("The network's directory.", FOLDER, name="directory"),
    "index": Word("Number of the node, from 0: validators, then observers.", NUMBER),
}

app = listed(
    "Run a development network on this machine.",
    f"""
local {commands.devnet.up}: up [-n=4] [--observers] [--dir=devnet] [--base-port=26600] [--with...]
    Start the nodes, fund demo accounts, and run until Ctrl-C.
    | With services, a new network also has agencies, officers and citizens to try them with.
    > --with voting --with cbdc
    --with TEXT name=services choices=identity,voting,cbdc,complaints  A service; give several.
    -n NUMBER name=validators low=1 high=16  Number of validators.
    --observers NUMBER low=0 high=8  Nodes that serve readers and vote on nothing.
    --base-port NUMBER low=0 high=65000  First port; 0 takes free ports.
local {commands.devnet.stop_network}: stop [--dir=devnet]
    Stop every process of a network.
local {commands.devnet.kill_validator}: kill index [--dir=devnet]
    Kill one node as a power cut would (SIGKILL).
local {commands.devnet.restart}: restart index [--dir=devnet]
    Start one node again and return when it answers.
local {commands.devnet.status}: status [--dir=devnet]
    Show each node's process and height, the spare's too; exit 1 unless all validators answer.
plain {commands.devnet.join}: join [--dir=devnet]
    Run the network's spare member here: it follows the blocks and does not vote.
""",
    words=COMMON | WORDS,
)
