"""`sapha vote`: the authority founds an election, the official decides objections to its roll."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from client.answers import field_of, uint_field
from client.outcome import Outcome
from client.rpc import RpcClient
from client.voting.facts import CONTRACT, Facts
from client.voting.officer import Officer
from commands.field_text import FieldText
from commands.keyring import address_argument, key_names
from commands.nodes import open_rpc
from commands.output import UsageFault, echo, emit
from commands.progress import progress
from commands.sending import show_outcome
from commands.trust import open_light
from commands.vote.options import open_desk, read_id, read_json, read_pairs
from contracts.voting.roll.messages import VoterEntry
from primitives.ids import show_address

_STEPS = (
    "roll_until_ms",
    "objections_until_ms",
    "commit_until_ms",
    "reveal_until_ms",
    "deal_until_ms",
    "complain_until_ms",
    "answer_until_ms",
    "keys_until_ms",
    "issue_from_ms",
    "request_until_ms",
    "issue_until_ms",
    "cast_from_ms",
    "cast_until_ms",
    "decrypt_until_ms",
)


async def template(*, official: str, step: int, rpc: list[str] | None) -> None:
    """Print a manifest to edit: one question, and windows of `step` each from now on."""
    async with open_rpc(rpc) as client:
        now_ms = uint_field(await client.call("chain_getStatus"), "contract_time_ms")
    windows = {name: now_ms + step * (place + 1) for place, name in enumerate(_STEPS)}
    manifest = {
        "title_th": "การเลือกตั้ง",
        "title_en": "Election",
        "suite": 1,
        "token_scheme": 1,
        "contests": [
            {
                "title": "ประธาน",
                "kind": "single",
                "options": ["ผู้สมัคร ก", "ผู้สมัคร ข"],
                "low": 0,
                "high": 0,
                "grades": [],
                "has_blank": True,
            }
        ],
        "english": [{"title": "Chair", "options": ["Candidate A", "Candidate B"], "grades": []}],
        "classes": [{"name_th": "สมาชิก", "name_en": "Members", "weight": 1, "joins": None}],
        "class_size_min": 5,
        "eligibility": {"attestation": "proofing", "min_ial": 210, "is_unique": True},
        "official": show_address(address_argument(official)),
        "registrars": {"agencies": ["reg-1", "reg-2", "reg-3"], "needed": 2},
        "trustees": {"agencies": ["tru-1", "tru-2", "tru-3"], "needed": 2},
        "windows": windows,
    }
    echo(json.dumps(manifest, ensure_ascii=False, indent=2))


async def create(  # noqa: PLR0913 - each is an option of the command
    election: str,
    agency: str,
    manifest: Path,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Found an election; the manifest never changes afterwards."""
    document = read_json(manifest)
    async with open_rpc(rpc) as client:
        desk = await open_desk(client, key, account)
        fields: dict[str, object] = {"election_id": election, "agency": agency}
        outcome = await desk.send_call("create_election", fields | {"manifest": document})
    show_outcome(outcome, as_json=as_json)


async def add_voters(  # noqa: PLR0913 - each is an option of the command
    election: str,
    roll: Path,
    *,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Enter voters on the roll in pages; again after a failure enters those who are missing."""
    entries = _read_roll(roll)
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        with progress("entering voters", is_quiet=as_json) as told:
            await officer.add_voters(election, entries, told)
    emit({"voters": len(entries)}, f"{len(entries)} voters are on the roll", as_json=as_json)


async def admit(  # noqa: PLR0913 - each is an option of the command
    election: str,
    sid: str,
    *,
    reason: str,
    class_number: int,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Put a person on the roll after an objection, as the official."""
    entry = VoterEntry(read_id(sid), class_number - 1)
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        outcome = await officer.admit(election, entry, reason)
    show_outcome(outcome, as_json=as_json)


async def strike(  # noqa: PLR0913 - each is an option of the command
    election: str,
    sid: str,
    *,
    reason: str,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Take a person off the roll after an objection, as the official."""
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        outcome = await officer.strike(election, read_id(sid), reason)
    show_outcome(outcome, as_json=as_json)


async def freeze(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Freeze the roll under its root; anyone may."""
    outcome = await _act(("freeze", election), (key, account, genesis, rpc))
    show_outcome(outcome, as_json=as_json)


async def open_election(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Give the election its context and key, once everything is there; anyone may."""
    outcome = await _act(("open", election), (key, account, genesis, rpc))
    show_outcome(outcome, as_json=as_json)


async def cancel(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    reason: str,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Give an election up, for ever, before it opens."""
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        outcome = await officer.cancel(election, reason)
    show_outcome(outcome, as_json=as_json)


async def close(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Fix which registrars sign for each class, once answers are closed; anyone may."""
    outcome = await _act(("close", election), (key, account, genesis, rpc))
    show_outcome(outcome, as_json=as_json)


async def annul(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    reason: str,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Say, as authority or official, that the election is annulled; it takes both."""
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        outcome = await officer.annul(election, reason)
    show_outcome(outcome, as_json=as_json)


async def accept(  # noqa: PLR0913 - each is an option of the command
    election: str,
    *,
    reason: str,
    genesis: Path,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Say, as authority or official, that it is counted in spite of surplus tokens."""
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        outcome = await officer.accept_overissue(election, reason)
    show_outcome(outcome, as_json=as_json)


async def show(election: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show an election's stage, its windows and its public numbers, as a node says."""
    async with open_rpc(rpc) as client:
        answers: dict[str, Any] = {
            query: await _ask(client, query, election)
            for query in ("election", "manifest", "windows", "trustees", "reconciliation")
        }
    data = {
        **answers["election"],
        "title": answers["manifest"]["title_th"],
        "parts": _parts(answers["election"], answers["manifest"]),
        "windows": answers["windows"],
        "trustees": answers["trustees"],
        "reconciliation": answers["reconciliation"],
    }
    text = "" if as_json else _shown(election, answers)
    emit({"election": data}, text, as_json=as_json)


def _parts(election: dict[str, object], manifest: dict[str, Any]) -> dict[str, object]:
    """Return who confirms the right to vote and who opens the box; nobody does both."""
    registrars, trustees = manifest["registrars"], manifest["trustees"]
    return {
        "founded_by": election["agency"],
        "official": manifest["official"],
        "right_to_vote": registrars["agencies"],
        "sign_each_token": registrars["needed"],
        "box": trustees["agencies"],
        "decrypt": trustees["needed"],
    }


def _parts_text(parts: dict[str, Any]) -> str:
    """Return in lines who confirms the right to vote, and who opens the box."""
    return "\n".join(
        [
            f"Right to vote: {', '.join(parts['right_to_vote'])};"
            f" {parts['sign_each_token']} sign each token",
            f"Box: {', '.join(parts['box'])}; {parts['decrypt']} decrypt together",
        ]
    )


def _shown(election: str, answers: Mapping[str, Any]) -> str:
    """Return an election in lines: itself, its windows, trustees and numbers by class."""
    from contracts.registry import CONTRACTS  # noqa: PLC0415 - with --json nothing needs it

    texts = FieldText(is_money=False, is_told=True, names=key_names())
    queries = CONTRACTS[CONTRACT].queries
    types: dict[str, Any] = {name: query.returns.describe() for name, query in queries.items()}
    manifest = answers["manifest"]
    return "\n\n".join(
        [
            f"{election}: {manifest['title_th']} ({manifest['title_en']})",
            texts.page("Election", types["election"], answers["election"]),
            _parts_text(_parts(answers["election"], manifest)),
            "Windows, each from or until its date",
            texts.page("Windows", types["windows"], answers["windows"]),
            texts.page("Trustees", types["trustees"], answers["trustees"]),
            texts.page("Voters by class", types["reconciliation"], answers["reconciliation"]),
        ]
    )


async def _act(
    what: tuple[str, str], options: tuple[list[str], str | None, Path, list[str] | None]
) -> Outcome:
    name, election = what
    key, account, genesis, rpc = options
    async with open_rpc(rpc) as client:
        officer = await _officer(client, (key, account), genesis)
        acts = {"freeze": officer.freeze, "open": officer.open, "close": officer.close_issuing}
        return await acts[name](election)


async def _officer(
    client: RpcClient, signer: tuple[list[str], str | None], genesis: Path
) -> Officer:
    facts = Facts(client, open_light(genesis))
    return Officer(await open_desk(client, *signer), facts)


async def _ask(client: RpcClient, query: str, election: str) -> dict[str, object]:
    params = {"contract": CONTRACT, "query": query, "args": [election]}
    answer: dict[str, object] = field_of(await client.call("state_query", params), "value")
    return answer


def _read_roll(path: Path) -> list[VoterEntry]:
    rows = read_pairs(path, "a class")
    for number, (_, text) in enumerate(rows, start=1):
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise UsageFault(f"{path}, line {number}: a class is a number from 1")
    return [VoterEntry(sid, int(text) - 1) for sid, text in rows]
