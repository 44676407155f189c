"""`sapha node status, peers, doctor`: what a running node says of itself and of the others."""

from pathlib import Path
from typing import TYPE_CHECKING

from client.answers import Answer, field_of, list_field, text_field, uint_field
from commands.alerts import ALERTS, alert_of
from commands.doctor import examine
from commands.nodes import open_operator, open_rpc
from commands.output import REFUSED, UNREACHABLE, UsageFault, emit, emit_prose
from commands.table import show_table
from node.standstill import listeners_finding, restarts_finding

if TYPE_CHECKING:
    from node.checks import Checked


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
    emit_prose(answer, "\n".join(lines), as_json=as_json)


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


async def doctor(  # noqa: PLR0913 - each is an option of the command
    *,
    directory: Path | None,
    operator: str | None,
    token_file: Path | None,
    alert: str | None,
    voucher: str | None,
    as_json: bool,
) -> None:
    """Say what is wrong, who is missing, and what mends it; exit 1 if anything is wrong.

    With --dir the node's files are checked too. With --alert no node is asked: it says what that
    alarm of the monitoring means. Raises UsageFault when there is none of this name.
    """
    if alert is not None:
        _explain(alert, as_json=as_json)
        return
    files: list[Checked] = []
    if directory is not None:
        from node.checks import check_node  # noqa: PLC0415 - who asks only the node starts faster

        files = check_node(directory)
    async with open_operator(directory, operator, token_file) as client:
        diagnosis = await examine(client, files, voucher)
    lines = [f"{finding.what}\n  fix: {finding.fix}" for finding in diagnosis.findings]
    lines += [f"note: {note}" for note in diagnosis.notes]
    emit_prose(diagnosis.to_json(), "\n".join([diagnosis.summary, *lines]), as_json=as_json)
    if not diagnosis.is_reachable:
        raise SystemExit(UNREACHABLE)
    if diagnosis.findings:
        raise SystemExit(REFUSED)


def _explain(name: str, *, as_json: bool) -> None:
    found = alert_of(name)
    if found is None:
        names = ", ".join(one.name for one in ALERTS)
        raise UsageFault(f"there is no alert {name!r}; there are {names}")
    answer = {
        "alert": found.name,
        "severity": found.severity,
        "means": found.means,
        "fix": found.mend,
        "expression": found.expression,
        "for": found.lasts,
    }
    lines = (
        f"{found.name} ({found.severity}): {found.means}",
        f"  fix: {found.mend}",
        f"  raised when this holds for {found.lasts}: {found.expression}",
    )
    emit_prose(answer, "\n".join(lines), as_json=as_json)


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
