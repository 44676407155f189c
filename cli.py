"""The command line of Sapha: the command groups by name, each loaded when it is asked for."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

# In the order of `sapha --help`: where each group, or single command, is.
_PLACES = {
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


class _Groups(TyperGroup):
    """The top of the tree; importing all of it would take longer than most commands."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own copy of click
        return list(_PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        if cmd_name not in _PLACES:
            return None
        module, _, name = _PLACES[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        branch = typer.Typer(add_completion=False)
        branch.callback()(top)  # without one, a single command would be the whole branch
        if isinstance(found, typer.Typer):
            branch.add_typer(found, name=cmd_name)
        else:
            branch.command(cmd_name)(found)
        return get_group(branch).commands[cmd_name]


app = typer.Typer(
    name="sapha",
    cls=_Groups,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no node answered.",
)


@app.callback()
def top() -> None:
    """Sapha: a permissioned ledger for public services."""
