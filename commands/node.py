"""`sapha node`: start a node, see how it is, find out what is wrong with it, mend it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from client.answers import Answer, field_of, list_field, text_field, uint_field
from commands.doctor import examine
from commands.nodes import open_operator, open_rpc
from commands.output import REFUSED, UNREACHABLE, CheckFailed, emit
from commands.table import show_table
from node.certificate import renew
from node.checks import check_node, repair_wal
from node.config import CONFIG_FILE, read_text
from node.standstill import listeners_finding, restarts_finding


def start(*, directory: Path) -> None:
    """Run the node of a directory until Ctrl-C or SIGTERM."""
    from node.lifecycle import run  # noqa: PLC0415 - the other commands start faster without it

    raise SystemExit(run(directory))


async def status(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show height, head, whether the node is catching up, and who is passed over."""
    async with open_rpc(rpc) as client:
        answer = await client.call("chain_getStatus")
    keys = ("node", "version", "chain_id", "height", "block_hash", "state_root", "syncing")
    lines = [f"{key:11} {answer[key]}" for key in keys if key in answer]
    lines.append(f"{'signing':11} {_signing(answer)}")
    if answer.get("passed_over"):
        lines.append(f"passed over {', '.join(answer['passed_over'])}")
    lines += [f"{'look':11} {found}" for found in _standstill(answer)]
    emit(answer, "\n".join(lines), as_json=as_json)


def _standstill(status: Answer) -> list[str]:
    """Return what the node knows of validators that run and yet do not sign with it."""
    count = uint_field(status, "validators")
    listeners = [str(name) for name in list_field(status, "listeners")]
    others = {
        text_field(one, "validator"): text_field(one, "restart")
        for one in list_field(status, "elsewhere")
    }
    own = text_field(status, "restart")
    found = (
        listeners_finding(listeners, count),
        restarts_finding(own, others, count, stands=False),
    )
    return [f"{one.seen}; {one.mend}" for one in found if one is not None]


def _signing(status: Answer) -> str:
    signing = field_of(status, "signing")
    if field_of(signing, "may_sign"):
        return "yes"
    return f"no: {field_of(signing, 'waits_for') or 'an observer'}"


def config(*, directory: Path, as_json: bool) -> None:
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


def check(*, directory: Path, as_json: bool) -> None:
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


def repair(*, directory: Path, as_json: bool) -> None:
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


def renew_certificate(*, directory: Path, force: bool, as_json: bool) -> None:
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


async def doctor(
    *, directory: Path | None, operator: str | None, token_file: Path | None, as_json: bool
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
        raise SystemExit(UNREACHABLE)
    if diagnosis.findings:
        raise SystemExit(REFUSED)


async def peers(
    *, directory: Path | None, operator: str | None, token_file: Path | None, as_json: bool
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
