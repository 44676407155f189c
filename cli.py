"""The command line of Sapha: assembles the command groups, and nothing else."""

import typer

from commands import (
    account,
    agency,
    cbdc,
    chain,
    complaint,
    devnet,
    identity,
    keys,
    member,
    network,
    node,
    officer,
    tx,
    vote,
)
from commands.bench import bench
from commands.demo import demo
from commands.query import query

app = typer.Typer(
    name="sapha",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Sapha: a permissioned ledger for public services.",
    epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no node answered.",
)

app.add_typer(devnet.app, name="devnet")
app.add_typer(member.app, name="member")
app.add_typer(network.app, name="network")
app.add_typer(node.app, name="node")
app.add_typer(keys.app, name="keys")
app.add_typer(account.app, name="account")
app.add_typer(tx.app, name="tx")
app.command("query")(query)
app.add_typer(chain.app, name="chain")
app.add_typer(cbdc.app, name="cbdc")
app.add_typer(agency.app, name="agency")
app.add_typer(officer.app, name="officer")
app.add_typer(identity.app, name="id")
app.add_typer(vote.app, name="vote")
app.add_typer(complaint.app, name="complaint")
app.command("demo")(demo)
app.command("bench")(bench)
