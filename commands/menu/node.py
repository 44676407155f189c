"""The words of `sapha node`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, FLAG, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local

WORDS = {
    "--remove": Word("Remove the old store instead of keeping it aside.", FLAG),
    "--operator": Word(
        "The operators' address of a node on another machine, with --token-file.",
        env="SAPHA_OPERATOR",
    ),
    "--token-file": Word("The file of an operator's token.", FILE, env="SAPHA_TOKEN_FILE"),
}

app = Group(
    "Run and look after a node.",
    local(
        "rebuild",
        commands.restoring.rebuild,
        "--dir [--remove]",
        "Make an empty store where the old one is lost or damaged; the node keeps its word.",
    ),
    local(
        "backup",
        commands.restoring.backup,
        "file --dir [--encrypt]",
        "Write everything but the store, the keys included, into one file.",
        words={
            "file": Word("The file to write; it must not exist.", FILE),
            "--encrypt": Word("Ask for a password.", FLAG),
        },
    ),
    local(
        "restore",
        commands.restoring.restore,
        "file --dir",
        "Put a backup into a directory; the node listens before it signs.",
        words={"file": Word("What `sapha node backup` wrote.", FILE)},
    ),
    Leaf(
        "inspect",
        commands.restoring.inspect,
        "--dir [--port]",
        "Serve what a stopped node has stored, read-only, until Ctrl-C. Signs nothing.",
        words={"--port": Word("Where to serve; default: node.toml's.", NUMBER, low=0, high=65535)},
    ),
    local(
        "rollback",
        commands.restoring.rollback,
        "--to-height --dir [--remove]",
        "Undo this node's committed blocks above a height, by executing those up to it again.",
        words={"--to-height": Word("The head afterwards.", NUMBER, low=0)},
    ),
    local(
        "bundle",
        commands.bundle.bundle,
        "file --dir [--log...]",
        "Collect status, doctor, settings, versions, dumps and logs, without any secret.",
        words={
            "file": Word("The .tar.gz to write; it must not exist.", FILE),
            "--log": Word("A log file to add; give several.", FILE),
        },
    ),
    Leaf(
        "start",
        commands.node.start,
        "--dir",
        "Run the node of a directory until Ctrl-C or SIGTERM.",
    ),
    asks(
        "status",
        commands.node_status.status,
        "",
        "Show height, head, whether the node is catching up, and who is passed over.",
    ),
    local(
        "config",
        commands.node.config,
        "--dir",
        "Show every setting that is in force, and where it came from; no secret is one.",
    ),
    local(
        "check",
        commands.node.check,
        "--dir",
        "Check a node's files without starting it; exit 1 if anything is wrong.",
    ),
    local(
        "repair-wal",
        commands.node.repair,
        "--dir",
        "Make a damaged consensus log usable again; the damaged file is kept.",
    ),
    local(
        "renew-certificate",
        commands.node.renew_certificate,
        "--dir [--force]",
        "Renew this node's TLS certificate; a running node takes it into use by itself.",
        words={"--force": Word("Also while the present one lasts long.", FLAG)},
    ),
    local(
        "doctor",
        commands.node_status.doctor,
        "[--dir] [--operator] [--token-file]",
        "Say what is wrong, who is missing, and what mends it; exit 1 if anything is wrong.\n\n"
        "With --dir the node's files are checked too.",
        words={
            "--dir": Word(
                "The directory of a node on this machine: it has the socket.",
                FILE,
                name="directory",
            )
        },
    ),
    local(
        "peers",
        commands.node_status.peers,
        "[--dir] [--operator] [--token-file]",
        "Show the other members and whether they are connected.",
        words={
            "--dir": Word(
                "The directory of a node on this machine: it has the socket.",
                FILE,
                name="directory",
            )
        },
    ),
    words=WORDS | COMMON,
)
