"""`sapha complaint`: complaints from filing to their end, for citizens, agencies, supervisors."""

import typer

from commands.complaint import citizen, filing, looking, officer, supervisor

app = typer.Typer(
    no_args_is_help=True, help="Complaints: file, track, work, hand over, resolve, report."
)

for flat in (filing.app, citizen.app, officer.app, supervisor.app, looking.app):
    app.registered_commands += flat.registered_commands
app.add_typer(officer.transfer, name="transfer")
app.add_typer(officer.joint, name="joint")
app.add_typer(supervisor.hold, name="hold")
