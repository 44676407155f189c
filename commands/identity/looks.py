"""`sapha id show, trail`: what the ledger says of a subject; who asked for a citizen."""

from pathlib import Path
from typing import Any

from client.contract import ask, json_of
from client.identity import ledger
from client.identity.nodes import sectors
from client.identity.trail import OwnTrail, own_trail
from client.rpc import RpcClient
from commands.citizen import open_citizen, placed
from commands.field_text import time_text
from commands.identity.registration import subject_at
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, lines
from commands.table import show_table
from contracts.identity.attestations.handlers import effective_ial, usable_attestations
from contracts.identity.requests.state import LeastLevels
from contracts.identity.subjects.handlers import is_person_unique
from primitives.crypto import PublicKey


async def subject(
    sid: bytes, *, subject_key: PublicKey | None, rpc: list[str] | None, as_json: bool
) -> None:
    """Show how a subject stands: status, levels, keys, IdPs, reports, its last recovery."""
    async with open_rpc(rpc) as client:
        attested = await ask(client, usable_attestations, sid)
        found = await subject_at(client, sid)
        reports = {}
        if subject_key is not None:
            reporters = await ledger.reporters_of(client, sid, subject_key)
            reports = {"0x" + subject_key.hex(): list(reporters)}
        data: dict[str, object] = {
            "sid": "0x" + sid.hex(),
            "status": found.status,
            "keys": ["0x" + each.key.hex() for each in found.keys],
            "idps": list(found.idps),
            "reports": reports,
            "recovery": await _recovery(client, sid),
            "effective_ial": await ask(client, effective_ial, sid),
            "is_unique": await ask(client, is_person_unique, sid),
            "attestations": ["0x" + att_id.hex() for att_id in attested],
        }
    shown = data | {"recovery": _recovery_text(data["recovery"])}
    emit(data, lines(shown), as_json=as_json)


async def recovery(sid: bytes, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show the last recovery of a subject, and when its hold ends."""
    async with open_rpc(rpc) as client:
        found = await _recovery(client, sid)
    if found is None:
        raise UsageFault("the ledger knows no such recovery")
    emit({"recovery": found}, _recovery_text(found), as_json=as_json)


async def idps(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    *,
    namespace: str,
    min_ial: int,
    min_aal: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """List the IdPs that may answer a request of a relying party now."""
    least = LeastLevels(min_ial=min_ial, min_aal=min_aal)
    async with open_rpc(rpc) as client:
        found = await ledger.idps_for(client, agency, namespace, least)
    emit({"idps": list(found)}, "\n".join(found) or "none", as_json=as_json)


async def trail(
    *,
    citizen: Path,
    sector: tuple[str, ...] | None,
    genesis: Path | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """List who asked for this citizen, for what, and when; only their own file finds it."""
    owner = open_citizen(citizen)
    async with open_rpc(rpc) as client:
        light = None
        if genesis is not None:
            from commands.trust import (  # noqa: PLC0415 - what proves nothing starts faster
                look_twice,
                open_light,
            )

            light = open_light(genesis)
            await look_twice(light, client)
        owner = await placed(client, owner)
        viewer = owner.viewer(*(sector or await sectors(client)))
        found = await own_trail(client, viewer, light)
    columns = ["at", "rp", "purpose", "idp", "is_reuse"]
    rows = [
        [
            time_text(own.entry.at * 1_000),
            *[getattr(own.entry, name) for name in columns[1:]],
            "another's" if own.is_foreign else "yours",
        ]
        for own in found.entries
    ]
    entries = [
        {"sector": own.sector, "number": own.number, "is_foreign": own.is_foreign}
        | json_of(own.entry)
        for own in found.entries
    ]
    text = "\n".join([show_table("Who asked", [*columns, "wallet"], rows), *_remarks(found)])
    emit({"trail": entries, "gone": dict(found.gone)}, text, as_json=as_json)


async def _recovery(client: RpcClient, sid: bytes) -> dict[str, object] | None:
    held = await ledger.recovery_held(client, sid)
    if held is None:
        return None
    return json_of(held[0]) | {"hold_ends_at": held[1]}


def _recovery_text(found: Any) -> str:  # noqa: ANN401 - as `_recovery` gives it
    if found is None:
        return "none"
    began, ends = (time_text(found[name] * 1_000) for name in ("started_at", "hold_ends_at"))
    return f"{found['status']}, to the key {found['new_key']}; began {began}, the hold ends {ends}"


def _remarks(found: OwnTrail) -> list[str]:
    """Return what a citizen must know beyond the entries."""
    gone = [
        f"{count} more of sector {sector} are on the ledger no more: over for the legal period"
        for sector, count in found.gone.items()
    ]
    foreign = sum(own.is_foreign for own in found.entries)
    if foreign == 0:
        return gone
    return [*gone, f"{foreign} by another wallet with your key: have the key reported lost"]
