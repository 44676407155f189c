"""The command line of Sapha: assembles the command groups by name, and nothing else."""

import typer

from commands.groups import groups_of

# In the order of `sapha --help`: where each group, or single command, is.
PLACES = {
    "devnet": "commands.devnet:app",
    "member": "commands.member:app",
    "network": "commands.network:app",
    "node": "commands.node:app",
    "keys": "commands.keys:app",
    "account": "commands.account:app",
    "tx": "commands.tx:app",
    "query": "commands.query:query",
    "chain": "commands.chain:app",
    "cbdc": "commands.cbdc:app",
    "agency": "commands.agency:app",
    "officer": "commands.officer:app",
    "id": "commands.identity:app",
    "vote": "commands.vote:app",
    "complaint": "commands.complaint:app",
    "demo": "commands.demo:demo",
    "bench": "commands.bench:bench",
}


app = typer.Typer(
    name="sapha",
    cls=groups_of(PLACES),
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no node answered, "
    "4 sent and the outcome is not known, 130 interrupted and nothing is open.",
)


@app.callback()
def top() -> None:
    """Sapha: a permissioned ledger for public services."""
