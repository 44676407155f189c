"""The command line of Sapha: assembles the command groups by name, and nothing else."""

from commands.framework.places import commands
from commands.framework.tree import Group
from commands.version import completion, version

# In the order of `sapha --help`: where each group, or single command, is.
PLACES = {
    "devnet": commands.menu.devnet.app,
    "member": commands.menu.member.app,
    "network": commands.menu.network.app,
    "node": commands.menu.node.app,
    "snapshot": commands.menu.snapshot.app,
    "signer": commands.menu.signer.app,
    "keys": commands.menu.keys.app,
    "account": commands.menu.account.app,
    "tx": commands.menu.tx.app,
    "query": commands.menu.single.query,
    "chain": commands.menu.chain.app,
    "cbdc": commands.menu.cbdc.app,
    "agency": commands.menu.agency.app,
    "officer": commands.menu.officer.app,
    "id": commands.menu.identity.app,
    "fvs": commands.menu.fvs.app,
    "gateway": commands.menu.gateway.app,
    "vote": commands.menu.vote.app,
    "complaint": commands.menu.complaint.app,
    "demo": commands.menu.single.demo,
    "bench": commands.menu.single.bench,
}


app = Group(
    "Sapha: a permissioned ledger for public services.\n\n"
    "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no node answered, 4 sent and the outcome is "
    "not known, 130 interrupted and nothing is open.",
    places=PLACES,
    answers={
        "--version": ("Show the version.", version),
        "--show-completion": (
            'Print what a shell reads to complete words: eval "$(sapha --show-completion)".',
            completion,
        ),
    },
)
