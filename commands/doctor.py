"""Finds out what is wrong with a node: what failed, which validator is missing, the fix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.answers import Answer, field_of, list_field, text_field, uint_field
from client.errors import NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from commands.field_text import time_text

if TYPE_CHECKING:
    from node.checks import Checked

_CLOCK_FAIL_MS = 1_000
_DUTIES = {"keys": "keys", "sums": "sums of keys", "answers": "answers and their count"}
_RUNNING_STEPS = frozenset({"idle", "decided"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what mends it."""

    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found; `summary` says where the node stands, `notes` what to look into."""

    summary: str
    findings: tuple[Finding, ...]
    is_reachable: bool = True
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return {ok, summary, findings: [{what, fix}], notes: [text]}."""
        return {
            "ok": not self.findings,
            "summary": self.summary,
            "findings": [{"what": found.what, "fix": found.fix} for found in self.findings],
            "notes": list(self.notes),
        }


async def examine(
    rpc: RpcClient, files: "Sequence[Checked]", voucher: str | None = None
) -> Diagnosis:
    """Return what is wrong by the node's own answers and the checks of its files.

    With a voucher, an agency of identity, also what is due of it.
    """
    findings = _of_files(files)
    try:
        status = await rpc.call("chain_getStatus")
        health = await rpc.call("node_getHealth")
        peers = await rpc.call("node_getPeers")
        consensus = await rpc.call("node_getConsensus")
        refused: list[Finding] = []
        participation = await _asked(rpc, refused, "chain_getParticipation")
        evidence = await _asked(rpc, refused, "chain_getEvidence", {"limit": 1})
    except NodeUnreachable as error:
        fix = (
            "if it runs elsewhere or in another directory, give --dir of that one, or --operator"
            " and --token-file. Never start a second copy: only if none runs, sapha node start"
            " --dir DIR; if it stops again, its last log line says why"
        )
        unreachable = Finding(f"the node does not answer: {error}", fix)
        return Diagnosis("the node does not answer", (unreachable, *findings), is_reachable=False)
    findings += _of_health(health) + _of_peers(peers, status) + _of_clocks(peers)
    findings += _of_consensus(consensus) + await _of_voucher(rpc, voucher) + refused
    notes = (
        *_warnings(health),
        *([] if evidence is None else _newest(evidence)),
        *([] if participation is None else _rare(participation)),
        *_turns_missed(consensus),
    )
    node = text_field(status, "node")
    height = uint_field(status, "height")
    syncing = ", catching up" if field_of(status, "syncing") else ""
    state = "everything is in order" if not findings else f"wrong: {len(findings)}"
    summary = f"{node} at height {height}{syncing}: {state}"
    return Diagnosis(summary, tuple(findings), notes=notes)


async def _asked(
    rpc: RpcClient, refused: list[Finding], method: str, params: dict[str, object] | None = None
) -> Answer:
    """Return what the node's store says, None when it cannot: the rest is told all the same."""
    try:
        return await rpc.call(method, params)
    except RpcRefused as error:
        fix = "see the checks of its files and its log: its store may be damaged or gone"
        refused.append(Finding(f"the node cannot answer {method}: {error}", fix))
        return None


async def _of_voucher(rpc: RpcClient, agency: str | None) -> list[Finding]:
    """Name the keys that a voucher has not posted, and the epochs that it has not answered."""
    if agency is None:
        return []
    question = {"contract": "identity", "query": "duties_of", "args": [agency]}
    due = list_field(await rpc.call("state_query", question), "value")
    fix = f"see whether sapha id voucher run {agency} runs, and its log"
    findings = []
    for one in due:
        asked, until = field_of(one, "asked"), time_text(uint_field(one, "until_ms"))
        what = _DUTIES.get(text_field(one, "act"), text_field(one, "act"))
        period = f"{text_field(asked, 'kind')} {uint_field(asked, 'period')}"
        findings.append(Finding(f"voucher {agency}: {what} of {period} due until {until}", fix))
    return findings


def _rare(participation: Answer) -> tuple[str, ...]:
    """Name the validators that signed fewer than half of the last certificates."""
    rare = [
        f"{text_field(one, 'name')} {uint_field(one, 'signed')}"
        f" of {uint_field(one, 'certificates')}"
        for one in list_field(participation, "validators")
        if 2 * uint_field(one, "signed") < uint_field(one, "certificates")
    ]
    if not rare:
        return ()
    first, last = (uint_field(participation, name) for name in ("from_height", "to_height"))
    return (
        f"in fewer than half of the certificates of {first} to {last}: {', '.join(rare)};"
        " away, cut off, or only slower than the quorum",
    )


def _of_files(files: "Sequence[Checked]") -> list[Finding]:
    return [
        Finding(f"{item.name}: {item.problem}", "mend the file as the message says")
        for item in files
        if item.problem is not None
    ]


def _of_health(health: Answer) -> list[Finding]:
    failing = [item for item in list_field(health, "checks") if not field_of(item, "ok")]
    return [
        Finding(
            f"check {text_field(item, 'name')} fails: {text_field(item, 'seen')}",
            text_field(item, "fix"),
        )
        for item in failing
    ]


def _warnings(health: Answer) -> list[str]:
    return [
        f"{text_field(item, 'seen')}; {text_field(item, 'fix')}"
        for item in list_field(health, "checks")
        if item.get("warning", False)
    ]


def _newest(evidence: Answer) -> list[str]:
    """Name the last validator that signed two different things; the agencies decide."""
    return [
        f"{text_field(item, 'validator')} signed two different things ({text_field(item, 'kind')})"
        f" at height {uint_field(item, 'height')}, view {uint_field(item, 'view')};"
        " all of it: sapha chain evidence"
        for item in list_field(evidence, "evidence")
    ]


def _of_clocks(peers: Answer) -> list[Finding]:
    """Name each peer whose clock is so far off that its blocks and the others' are refused."""
    offsets = {text_field(peer, "name"): peer.get("clock_offset_ms") for peer in peers}
    return [
        Finding(
            f"the clock of {name} is {int(offset):,} ms off, by its own word",
            f"tell who runs {name}: it uses up a fault that the network tolerates",
        )
        for name, offset in offsets.items()
        if offset is not None and abs(int(offset)) >= _CLOCK_FAIL_MS
    ]


def _of_peers(peers: Answer, status: Answer) -> list[Finding]:
    """Name each validator without a session; say so when no quorum is left."""
    away = [
        peer for peer in peers if not field_of(peer, "connected") and peer.get("is_validator", True)
    ]
    findings = [
        Finding(
            f"validator {text_field(peer, 'name')} is missing: no session with"
            f" {peer.get('host')}:{peer.get('port')}{_reason(peer)}",
            f"see whether {text_field(peer, 'name')} runs and its port is open from here",
        )
        for peer in away
    ]
    count = uint_field(status, "validators")
    tolerated = (count - 1) // 3
    if len(away) > tolerated:
        findings.append(
            Finding(
                f"{len(away)} of {count} validators are missing, at most {tolerated} may be:"
                " nothing can be decided",
                "bring validators back; no data is lost, the network goes on by itself",
            )
        )
    return findings


def _reason(peer: Answer) -> str:
    reason = peer.get("last_reason")
    return f" ({reason})" if reason else ""


def _of_consensus(consensus: Answer) -> list[Finding]:
    step = text_field(consensus, "step")
    missing = [str(name) for name in consensus.get("missing", [])]
    if step == "halted":
        return [
            Finding(
                "consensus has halted: a safety condition is broken",
                "keep this node as it is, tell the other agencies, and read its dump file",
            )
        ]
    if step in _RUNNING_STEPS or not missing:
        return []
    view = uint_field(consensus, "view")
    if view == 0:
        return []  # a block is being decided; votes that are still on their way are no fault
    height = uint_field(consensus, "height")
    why = {str(name): "listens" for name in consensus.get("listeners", [])}
    for one in consensus.get("elsewhere", []):
        why[text_field(one, "validator")] = "follows another restart statement"
    shown = [f"{name} ({why[name]})" if name in why else name for name in missing]
    away = [name for name in missing if name not in why]
    fix = f"see whether {', '.join(away)} run, are connected and agree on the time"
    return [
        Finding(
            f"height {height} is at view {view}, step {step}; no vote from {', '.join(shown)}",
            fix if away else "they run: what keeps them from signing is said beside this",
        )
    ]


def _turns_missed(consensus: Answer) -> tuple[str, ...]:
    """Name each validator that others propose for; one that is back needs nothing but time."""
    over = set(map(str, consensus.get("passed_over", [])))
    return tuple(
        f"validator {text_field(turn, 'validator')} is passed over up to height"
        f" {uint_field(turn, 'until')}: it missed {uint_field(turn, 'missed')} turns in a row, the"
        f" last at height {uint_field(turn, 'charged')}; it still votes, and the first block that"
        " it proposes clears this"
        for turn in consensus.get("turns", [])
        if text_field(turn, "validator") in over
    )
