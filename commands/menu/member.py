"""The words of `sapha member`: what a user can write, and where it is done."""

from commands.framework.places import commands
from commands.menu.words import COMMON, listed

app = listed(
    "Make this agency's node and its public member file.",
    f"""
local {commands.member.new}: new name --dir --address [--port=26600] [--rpc-port=26601]
        [--observer] [--sign-state-dir=] [--signer]
    Make keys, TLS certificate and node.toml, and member.json for the coordinator.
    name  Short name of the agency, lower-case.
    --dir FILE name=directory  Where the node's directory goes.
    --address  Host name or address that others dial.
    --port NUMBER low=1 high=65535  Port for other members.
    --rpc-port NUMBER low=1 high=65535  Port for clients.
    --observer FLAG  It will not vote.
    --sign-state-dir  Folder of the sign-state; best on a disk without snapshots.
    --signer FILE  Socket of a running signer, which holds the key; none is made here.
""",
    words=COMMON,
)
