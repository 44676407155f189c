"""`sapha node`: start a node, see how it is, find out what is wrong with it, mend it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from commands.output import CheckFailed, emit
from commands.table import show_table
from node.certificate import renew
from node.checks import check_node, repair_wal
from node.config import CONFIG_FILE, read_text


def start(*, directory: Path) -> None:
    """Run the node of a directory until Ctrl-C or SIGTERM."""
    from node.lifecycle import run  # noqa: PLC0415 - the other commands start faster without it

    raise SystemExit(run(directory))


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
