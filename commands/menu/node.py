"""The words of `sapha node`: what a user can write, and where it is done."""

from typing import Any

from commands.framework.kinds import FILE, FLAG
from commands.framework.places import Place, commands
from commands.framework.tree import Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, WAYS, listed, sends

WORDS = {
    "--remove": Word("Remove the old store instead of keeping it aside.", FLAG),
    "--operator": Word(
        "The operators' address of a node on another machine, with --token-file.",
        env="SAPHA_OPERATOR",
    ),
    "--token-file": Word("The file of an operator's token.", FILE, env="SAPHA_TOKEN_FILE"),
}


def rotates(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that sends another key for a node, and says from which height on it counts."""
    return sends(name, does, usage, text, via=commands.rotation.changes_key, **more)


def adds(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that sends another certificate of a node, and puts it into use."""
    return sends(name, does, usage, text, via=commands.certificate.adds, **more)


app = listed(
    "Run and look after a node.",
    f"""
local {commands.restoring.rebuild}: rebuild --dir [--remove]
    Make a store of the newest snapshot, or an empty one, where the old is lost or damaged.
local {commands.restoring.prune}: prune --dir
    Remove the blocks of a stopped node that its retention lets go, at once.
local {commands.restoring.backup}: backup file --dir [--encrypt]
    Write everything but the store, the keys included, into one file.
    file FILE  The file to write; it must not exist.
    --encrypt FLAG  Ask for a password.
local {commands.restoring.restore}: restore file --dir
    Put a backup into a directory; the node listens before it signs.
    file FILE  What `sapha node backup` wrote.
plain {commands.restoring.inspect}: inspect --dir [--port]
    Serve what a stopped node has stored, read-only, until Ctrl-C. Signs nothing.
    --port NUMBER low=0 high=65535  Where to serve; default: node.toml's.
local {commands.restoring.rollback}: rollback --to-height --dir [--remove]
    Undo this node's committed blocks above a height, by executing those up to it again.
    --to-height NUMBER low=0  The head afterwards.
local {commands.bundle.bundle}: bundle file --dir [--log...]
    Collect status, doctor, settings, versions, dumps and logs, without any secret.
    file FILE  The .tar.gz to write; it must not exist.
    --log FILE  A log file to add; give several.
plain {commands.node.start}: start --dir
    Run the node of a directory until Ctrl-C or SIGTERM.
asks {commands.node_status.status}: status
    Show height, head, whether the node is catching up, and who is passed over.
local {commands.node.config}: config --dir
    Show every setting that is in force, and where it came from; no secret is one.
local {commands.node.check}: check --dir
    Check a node's files without starting it; exit 1 if anything is wrong.
local {commands.node.repair}: repair-wal --dir
    Make a damaged consensus log usable again; the damaged file is kept.
local {commands.node.renew_certificate}: renew-certificate --dir [--force]
    Renew this node's TLS certificate; a running node takes it into use by itself.
    --force FLAG  Also while the present one lasts long.
adds {commands.certificate.new_certificate}: new-certificate --dir
    Give this node a TLS certificate of another TLS key, beside the present one, and use it.
    | The agency's administrator signs; a running node takes it into use by itself.
asks {commands.certificate.next_one}: next-certificate --dir
    The same in two steps: make it; run again, once the administrator has added it, use it.
sends {commands.certificate.withdraw_certificate}: withdraw-certificate --dir
    End the TLS certificate that this node shows no more; sessions with it end.
rotates {commands.rotation.rotate_key}: rotate-key --dir
    Give this node another consensus key, in its turn, and destroy the present one.
    | The agency's administrator signs; the running node changes its key by itself.
rotates {commands.rotation.report_stolen}: report-stolen --dir
    Say that this node's key is stolen: it has another one from the next height on.
asks {commands.rotation.new_key}: new-key file --dir
    Make another key for this node, to be asked for at the administrator's desk, or by vote.
    file FILE  The file to write, without a secret; it must not exist.
local {commands.node_status.doctor}: doctor [--dir] [--operator] [--token-file] [--alert]
        [--voucher]
    Say what is wrong, who is missing, and what mends it; exit 1 if anything is wrong.
    | With --dir the node's files are checked too.
    --dir FILE name=directory  The directory of a node on this machine: it has the socket.
    --voucher  Also what is due of this voucher of identity, such as pea.
    --alert  Explain this alert of the monitoring, such as SaphaNoQuorum, and ask no node.
local {commands.node_status.peers}: peers [--dir] [--operator] [--token-file]
    Show the other members and whether they are connected.
    --dir FILE name=directory  The directory of a node on this machine: it has the socket.
""",
    ways=WAYS | {"rotates": rotates, "adds": adds},
    words=WORDS | COMMON,
)
