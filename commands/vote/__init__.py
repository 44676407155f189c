"""`sapha vote`: an election from its manifest to its record, one file a party."""

import typer

from commands.vote import ballot, closing, registrar, relay, setup, trustee, voter

app = typer.Typer(
    no_args_is_help=True,
    help="Elections: secret ballots, counted in the open. Nobody is protected from coercion.",
)

for _part in (setup, voter, ballot, closing):
    app.registered_commands += _part.app.registered_commands
app.command("relay")(relay.relay)
app.add_typer(registrar.app, name="registrar")
app.add_typer(trustee.app, name="trustee")
