"""`sapha id show, trail`: what the ledger says of a subject; who asked for a citizen."""

from pathlib import Path

from client.contract import ask, json_of
from client.identity import ledger
from commands.citizen import open_citizen
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import emit, lines
from commands.table import show_table
from contracts.identity.attestations.handlers import effective_ial, usable_attestations
from contracts.identity.subjects.handlers import is_person_unique


async def subject(sid: bytes, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show the level that a subject has now, and the attestations that bear it."""
    async with open_rpc(rpc) as client:
        attested = await ask(client, usable_attestations, sid)
        data: dict[str, object] = {
            "sid": "0x" + sid.hex(),
            "effective_ial": await ask(client, effective_ial, sid),
            "is_unique": await ask(client, is_person_unique, sid),
            "attestations": ["0x" + att_id.hex() for att_id in attested],
        }
    emit(data, lines(data), as_json=as_json)


async def trail(*, citizen: Path, rpc: list[str] | None, as_json: bool) -> None:
    """List who asked for this citizen, for what, and when; only their own file finds it."""
    owner = open_citizen(citizen)
    async with open_rpc(rpc) as client:
        found = await ledger.own_trail(client, owner.view_key)
    columns = ["at", "rp", "purpose", "idp", "is_reuse"]
    rows = [
        [time_text(entry.at * 1_000), entry.rp, entry.purpose, entry.idp, entry.is_reuse]
        for entry in found
    ]
    entries = [json_of(entry) for entry in found]
    emit({"trail": entries}, show_table("Who asked", columns, rows), as_json=as_json)
