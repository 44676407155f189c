"""`sapha complaint track, timeline, inbox, read, stats, report`: looking, changing nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from client.complaints import ledger
from client.complaints.actor import Connection, Read
from client.complaints.report import render
from client.complaints.statistics import as_data, gather
from client.complaints.timeline import Step, Story, story_of
from client.complaints.words import Words, span
from client.complaints.writing import Attachment, Form, Note
from client.contract import ask, json_of
from client.files import write_whole
from commands.complaint.acting import (
    Chosen,
    Look,
    open_citizen,
    open_officer,
    own_case,
)
from commands.nodes import open_rpc
from commands.output import Shown, UsageFault, emit
from commands.table import show_table
from contracts.complaints.cases import queries
from contracts.complaints.cases.views import CaseLine
from contracts.complaints.core.messages import INBOXES


async def timeline(case_id: bytes, *, lang: str, rpc: list[str] | None, as_json: bool) -> None:
    """Show every step of a case, who held it, and the time left then."""
    async with open_rpc(rpc) as client:
        story = await story_of(client, case_id)
    emit(story_data(story), story.text(lang), as_json=as_json)


def track(case_id: bytes | None, *, lang: str) -> Look:
    """Show where one's own case is: by the receipt's words, a key, or the id alone."""

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        found = case_id or await own_case(open_citizen(connection, chosen), None)
        story = await story_of(connection.rpc, found)
        return Shown(story_data(story), story.text(lang))

    return look


async def show(case_id: bytes, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what everybody may see of a case; of sensitive kinds that is nothing."""
    async with open_rpc(rpc) as client:
        found = await ask(client, queries.public_view, case_id)
    if found is None:
        raise UsageFault("there is no such case, or it is not shown to everybody")
    data = json_of(found)
    emit(data, "\n".join(f"{name:10} {value}" for name, value in data.items()), as_json=as_json)


async def custody(case_id: bytes, *, at: int | None, rpc: list[str] | None, as_json: bool) -> None:
    """Show the chain of custody: who held a case from which block on."""
    async with open_rpc(rpc) as client:
        if at is not None:
            holder = await ask(client, queries.holder_at, case_id, at)
            emit({"height": at, "holder": holder}, holder or "not filed yet", as_json=as_json)
            return
        found = await ledger.custody(client, case_id)
    rows = [(one.from_height, one.holder, one.reason, _time(one.since_ms)) for one in found]
    text = show_table("Custody", ["from block", "holder", "why", "since"], rows)
    emit({"custody": [json_of(one) for one in found]}, text, as_json=as_json)


async def inbox(agency: str, *, kind: str, rpc: list[str] | None, as_json: bool) -> None:
    """List an agency's open cases, with the time left."""
    if kind not in INBOXES:
        raise UsageFault(f"--kind {kind}: must be one of {', '.join(INBOXES)}")
    async with open_rpc(rpc) as client:
        found = await ledger.inbox(client, agency, kind)
    _show_cases(f"{agency}: {kind}", found, as_json=as_json)


async def appeals(*, rpc: list[str] | None, as_json: bool) -> None:
    """List the cases whose appeal waits for a supervisor."""
    async with open_rpc(rpc) as client:
        found = await ledger.appeals(client)
    _show_cases("Appeals", found, as_json=as_json)


async def escalations(*, rpc: list[str] | None, as_json: bool) -> None:
    """List all missed deadlines, the oldest first."""
    async with open_rpc(rpc) as client:
        found = await ledger.escalations(client)
    rows = [(_time(one.due_ms), "0x" + one.case_id.hex(), one.clock, one.agency) for one in found]
    data = [json_of(one) for one in found]
    text = show_table("Missed deadlines", ["due", "case", "clock", "agency"], rows)
    emit({"escalations": data}, text, as_json=as_json)


def read(case_id: bytes | None, *, out: Path | None) -> Look:
    """Show what the citizen may read of the own case."""

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        citizen = open_citizen(connection, chosen)
        return _contents(await citizen.actor.read(await own_case(citizen, case_id)), out)

    return look


def open_case(case_id: bytes, *, out: Path | None) -> Look:
    """Show what the agency may read of a case."""

    async def look(connection: Connection, chosen: Chosen) -> Shown:
        return _contents(await open_officer(connection, chosen).actor.read(case_id), out)

    return look


async def stats(*, exact: bool, small_count: int, rpc: list[str] | None, as_json: bool) -> None:
    """Show counts, times and deadlines kept by agency; small counts are hidden."""
    async with open_rpc(rpc) as client:
        found = await gather(client)
    data = as_data(found, 0 if exact else small_count)
    names = ("agency", "filed", "taken", "backlog", "resolved", "median_ms", "p90_ms")
    rows = [[_cell(name, one[name]) for name in names] for one in data["agencies"]]
    titles = ["agency", "filed", "taken", "open", "resolved", "median", "p90"]
    emit(data, show_table("Complaints by agency", titles, rows), as_json=as_json)


async def report(
    *, out: Path, exact: bool, small_count: int, rpc: list[str] | None, as_json: bool
) -> None:
    """Write the statistics with plots as one HTML page that opens without a network."""
    async with open_rpc(rpc) as client:
        found = await gather(client)
    page = render(found, 0 if exact else small_count)
    try:
        write_whole(out, page.encode())
    except OSError as error:
        raise UsageFault(f"--out {out}: {error.strerror}") from error
    data: dict[str, object] = {"file": str(out), "height": found.height, "bytes": len(page)}
    emit(data, f"{out}: as of block {found.height}", as_json=as_json)


def story_data(story: Story) -> dict[str, object]:
    """Return a case's story as --json prints it."""
    case = story.case
    return {
        "case_id": "0x" + case.case_id.hex(),
        "template": case.template,
        "category": case.category,
        "holder": case.holder,
        "state": case.state,
        "stage": case.stage,
        "left_ms": case.left_ms,
        "outcome": case.outcome,
        "deadlines": [json_of(one) for one in story.deadlines],
        "steps": [_step_data(one) for one in story.steps],
    }


def _step_data(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "height": step.height,
        "at_ms": step.at_ms,
        "kind": step.kind,
        "left_ms": step.left_ms,
        **_both("what", step.what),
        **_both("holder", step.holder),
        **_both("stage", step.stage),
        **_both("left", step.left),
    }


def _both(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_th": words.th, f"{name}_en": words.en}


def _show_cases(title: str, found: Sequence[CaseLine], *, as_json: bool) -> None:
    rows = [
        (
            "0x" + one.case_id.hex(),
            one.template,
            one.holder,
            one.state,
            one.stage,
            ("missed" if one.left_ms < 0 else span(one.left_ms).en) if one.due_ms else "",
        )
        for one in found
    ]
    data = [json_of(one) for one in found]
    text = show_table(title, ["case", "template", "holder", "state", "stage", "left"], rows)
    emit({"cases": data}, text, as_json=as_json)


def _contents(found: Sequence[Read], out: Path | None) -> Shown:
    rows = [_content_data(one, out) for one in found]
    lines = [f"{row['number']:>3}  {row['kind']:<12} {row['by']:<14} {row['says']}" for row in rows]
    return Shown({"contents": rows}, "\n".join(lines) or "no content")


def _content_data(one: Read, out: Path | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "number": one.line.number,
        "kind": one.line.kind,
        "by": one.line.author or "citizen",
        "at_ms": one.line.at_ms,
    }
    writing = one.writing
    if isinstance(writing, Form):
        return data | {"says": "; ".join(f"{c}: {t}" for c, t in writing.texts.items())}
    if isinstance(writing, Note):
        return data | {"says": writing.text}
    if isinstance(writing, Attachment):
        saved = None if out is None else _save(writing, one.line.number, out)
        what = f"{writing.name} ({writing.media_type}, {len(writing.data)} bytes)"
        return data | {"says": what, "file": saved}
    return data | {"says": f"[{one.failure}]", "failure": one.failure}


def _save(attachment: Attachment, number: int, out: Path) -> str:
    """Write a file under its number and own name, without the folders it may name."""
    plain = "".join(c if c.isalnum() or c in "._- " else "_" for c in attachment.name)
    path = out / f"{number:03}-{plain[-100:].strip() or 'file'}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(path, attachment.data)
    except OSError as error:
        raise UsageFault(f"--out {out}: {error.strerror}") from error
    return str(path)


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - a count, a text or nothing
    if value is None:
        return "–"
    return span(value).en if name.endswith("_ms") else str(value)


def _time(time_ms: int) -> str:
    from commands.field_text import time_text  # noqa: PLC0415 - a timeline starts without it

    return time_text(time_ms)
