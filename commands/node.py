"""`sapha node`: start a node, see how it is, find out what is wrong with it, mend it."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from client.answers import field_of
from client.rpc import Answer
from commands import restoring
from commands.bundle import bundle
from commands.doctor import examine
from commands.options import NodeDir, Operator, OwnDir, Rpc, TokenFile, open_operator, open_rpc
from commands.output import REFUSED, UNREACHABLE, AsJson, CheckFailed, command, emit, show_table
from node.certificate import renew
from node.checks import check_node, repair_wal
from node.config import CONFIG_FILE, read_text

app = typer.Typer(no_args_is_help=True, help="Run and look after a node.")
app.command("rebuild")(restoring.rebuild)
app.command("backup")(restoring.backup)
app.command("restore")(restoring.restore)
app.command("inspect")(restoring.inspect)
app.command("rollback")(restoring.rollback)
app.command("bundle")(bundle)


@app.command("start")
@command
def start(*, directory: NodeDir) -> None:
    """Run the node of a directory until Ctrl-C or SIGTERM."""
    from node.lifecycle import run  # noqa: PLC0415 - the other commands start faster without it

    raise typer.Exit(run(directory))


@app.command("status")
@command
async def status(*, rpc: Rpc = None, as_json: AsJson = False) -> None:
    """Show height, head, whether the node is catching up, and who is passed over."""
    async with open_rpc(rpc) as client:
        answer = await client.call("chain_getStatus")
    keys = ("node", "version", "chain_id", "height", "block_hash", "state_root", "syncing")
    lines = [f"{key:11} {answer[key]}" for key in keys if key in answer]
    lines.append(f"{'signing':11} {_signing(answer)}")
    if answer.get("passed_over"):
        lines.append(f"passed over {', '.join(answer['passed_over'])}")
    emit(answer, "\n".join(lines), as_json=as_json)


def _signing(status: Answer) -> str:
    signing = field_of(status, "signing")
    if field_of(signing, "may_sign"):
        return "yes"
    return f"no: {field_of(signing, 'waits_for') or 'an observer'}"


@app.command("config")
@command
def config(*, directory: NodeDir, as_json: AsJson = False) -> None:
    """Show every setting that is in force, and where it came from; no secret is one."""
    from node.sources import effective  # noqa: PLC0415 - the other commands start faster without it

    path = directory / CONFIG_FILE
    found = effective(read_text(path), str(path))
    rows = [(f"{item.section}.{item.key}", json.dumps(item.value), item.source) for item in found]
    data = {
        "settings": [
            {"setting": f"{item.section}.{item.key}", "value": item.value, "from": item.source}
            for item in found
        ]
    }
    emit(data, show_table(str(path), ["setting", "value", "from"], rows), as_json=as_json)


@app.command("check")
@command
def check(*, directory: NodeDir, as_json: AsJson = False) -> None:
    """Check a node's files without starting it; exit 1 if anything is wrong."""
    found = check_node(directory)
    failed = [item for item in found if item.problem is not None]
    rows = [
        (item.name, "ok" if item.problem is None else "WRONG", item.problem or item.note)
        for item in found
    ]
    data = {
        "ok": not failed,
        "checks": [
            {"name": item.name, "ok": item.problem is None, "detail": item.problem or item.note}
            for item in found
        ],
    }
    emit(data, show_table(str(directory), ["check", "", "detail"], rows), as_json=as_json)
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(found)} checks failed: {failed[0].problem}")


@app.command("repair-wal")
@command
def repair(*, directory: NodeDir, as_json: AsJson = False) -> None:
    """Make a damaged consensus log usable again; the damaged file is kept."""
    done = repair_wal(directory)
    is_sound = done.saved_as is None
    emit(
        {
            "sound": is_sound,
            "kept": done.kept,
            "bytes_before": done.bytes_before,
            "bytes_after": done.bytes_after,
            "saved_as": None if is_sound else str(done.saved_as),
        },
        f"the WAL is sound, {done.kept} records; nothing was changed"
        if is_sound
        else f"{done.kept} records kept; the damaged file is {done.saved_as}",
        as_json=as_json,
    )


@app.command("renew-certificate")
@command
def renew_certificate(
    *,
    directory: NodeDir,
    force: Annotated[
        bool, typer.Option("--force", help="Also while the present one lasts long.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Renew this node's TLS certificate; a running node takes it into use by itself."""
    done = renew(directory, datetime.now(UTC), is_forced=force)
    emit(
        {
            "certificate": str(done.path),
            "kept_as": str(done.kept_as),
            "days_left": done.days_left,
            "until": done.until,
        },
        f"{done.path}: {done.days_left} days left, until {done.until}\n"
        f"the old one is {done.kept_as.name}; nothing has to be sent to the other members",
        as_json=as_json,
    )


@app.command("doctor")
@command
async def doctor(
    *,
    directory: OwnDir = None,
    operator: Operator = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong, who is missing, and what mends it; exit 1 if anything is wrong.

    With --dir the node's files are checked too.
    """
    files = [] if directory is None else check_node(directory)
    async with open_operator(directory, operator, token_file) as client:
        diagnosis = await examine(client, files)
    lines = [f"{finding.what}\n  fix: {finding.fix}" for finding in diagnosis.findings]
    lines += [f"note: {note}" for note in diagnosis.notes]
    emit(diagnosis.to_json(), "\n".join([diagnosis.summary, *lines]), as_json=as_json)
    if not diagnosis.is_reachable:
        raise typer.Exit(UNREACHABLE)
    if diagnosis.findings:
        raise typer.Exit(REFUSED)


@app.command("peers")
@command
async def peers(
    *,
    directory: OwnDir = None,
    operator: Operator = None,
    token_file: TokenFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the other members and whether they are connected."""
    async with open_operator(directory, operator, token_file) as client:
        answer = await client.call("node_getPeers")
    rows = [
        (
            field_of(peer, "name"),
            "yes" if field_of(peer, "connected") else "NO",
            f"{field_of(peer, 'host')}:{field_of(peer, 'port')}",
        )
        for peer in answer
    ]
    text = show_table("Members", ["name", "connected", "address"], rows)
    emit({"peers": answer}, text, as_json=as_json)
