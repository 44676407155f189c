"""The words of `sapha member`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, local

app = Group(
    "Make this agency's node and its public member file.",
    local(
        "new",
        commands.member.new,
        "name --dir --address [--port=26600] [--rpc-port=26601] [--observer] [--sign-state-dir=]",
        "Make keys, TLS certificate and node.toml, and member.json for the coordinator.",
        words={
            "name": Word("Short name of the agency, lower-case."),
            "--dir": Word("Where the node's directory goes.", FILE, name="directory"),
            "--address": Word("Host name or address that others dial."),
            "--port": Word("Port for other members.", NUMBER, low=1, high=65535),
            "--rpc-port": Word("Port for clients.", NUMBER, low=1, high=65535),
            "--observer": Word("It will not vote.", FLAG),
            "--sign-state-dir": Word("Folder of the sign-state; best on a disk without snapshots."),
        },
    ),
    words=COMMON,
)
