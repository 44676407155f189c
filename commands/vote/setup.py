"""`sapha vote`: the authority founds an election, the official decides objections to its roll."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from client.answers import uint_field
from client.contract import all_pages, ask, written_record
from client.outcome import Outcome
from client.voting.calendar import dates_of, standing_of
from client.voting.events import CONTRACT
from client.voting.roll import add_voters as enter_voters
from client.voting.roll import freeze_roll
from commands.field_text import FieldText, time_text
from commands.keyring import address_argument, key_names
from commands.nodes import open_rpc
from commands.output import Shown, echo, emit_prose
from commands.progress import progress
from commands.queries import answer_of
from commands.table import show_table
from commands.vote.acting import Session
from commands.vote.dates import void_text
from commands.vote.reading import read_json
from contracts.voting.core.messages import Manifest
from contracts.voting.elections.messages import CreateElection
from contracts.voting.elections.stage import actors_page
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
        "eligibility": {"attestation": "proofing", "min_ial": 210, "namespace": "th.cid"},
        "official": show_address(address_argument(official)),
        "registrars": {"agencies": ["reg-1", "reg-2", "reg-3"], "needed": 2},
        "trustees": {"agencies": ["tru-1", "tru-2", "tru-3"], "needed": 2},
        "windows": windows,
        "seating": {"seats": [1], "quorum_percent": 50, "lots_from": "เลขรางวัลที่ 1 งวดถัดไป"},
    }
    echo(json.dumps(manifest, ensure_ascii=False, indent=2))


def create(election_id: str, agency: str, manifest: Path) -> CreateElection:
    """Return the message that founds an election; the manifest never changes afterwards."""
    written = written_record(Manifest, read_json(manifest))
    return CreateElection(election_id=election_id, agency=agency, manifest=written)


async def add_voters(session: Session, election_id: str, roll: list[VoterEntry]) -> Shown:
    """Enter voters on the roll in pages; again after a failure enters those who are missing."""
    with progress("entering voters", is_quiet=session.is_quiet) as told:
        await enter_voters(session.actor, session.facts, election_id, roll, told)
    return Shown({"voters": len(roll)}, f"{len(roll)} voters are on the roll")


async def freeze(session: Session, election_id: str) -> Outcome:
    """Freeze the roll under its root; anyone may."""
    return await freeze_roll(session.actor, election_id)


async def show(election_id: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show an election's stage, its windows and its public numbers, as a node says."""
    async with open_rpc(rpc) as client:
        answers: dict[str, Any] = {
            query: await answer_of(client, CONTRACT, query, [election_id])
            for query in ("election", "manifest", "windows", "trustees", "reconciliation")
        }
        acting = await all_pages(
            lambda after, limit: ask(client, actors_page, election_id, after, limit),
            None,
            lambda one: one.account,
        )
        standing = await standing_of(client, election_id)
    answers["void"] = void_text(election_id, standing)
    answers["dates"] = [
        (name.replace("_", " "), time_text(at))
        for name, at in dates_of(standing.manifest, standing.windows)
    ]
    answers["actors"] = [
        {"part": one.part, "account": show_address(one.account)}
        for one in sorted(acting, key=lambda one: (one.part, one.account))
    ]
    data = {
        **answers["election"],
        "title": answers["manifest"]["title_th"],
        "parts": _parts(answers["election"], answers["manifest"]),
        "actors": answers["actors"],
        "windows": answers["windows"],
        "trustees": answers["trustees"],
        "reconciliation": answers["reconciliation"],
    }
    text = "" if as_json else _shown(election_id, answers)
    emit_prose({"election": data}, text, as_json=as_json)


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
    signing = "members of a ring; no registrar"
    if parts["right_to_vote"]:
        names = ", ".join(parts["right_to_vote"])
        signing = f"{names}; {parts['sign_each_token']} sign each token"
    return "\n".join(
        [
            f"Right to vote: {signing}",
            f"Box: {', '.join(parts['box'])}; {parts['decrypt']} decrypt together",
        ]
    )


def _actor_rows(actors: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return a row for each account, and each key of one that has several, that has a part."""
    return [(one["part"], one["account"]) for one in actors]


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
            show_table("Who acts", ("part", "account or key"), _actor_rows(answers["actors"])),
            *([answers["void"]] if answers["void"] else []),
            show_table("Dates", ("part", "date"), answers["dates"]),
            texts.page("Trustees", types["trustees"], answers["trustees"]),
            texts.page("Voters by class", types["reconciliation"], answers["reconciliation"]),
        ]
    )
