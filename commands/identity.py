"""`sapha id`: requests, attestations and one's own trail; a citizen's keys; comparing two faces.

What a citizen must not lose or show is in one file, their seed. Words of a request travel in a
file of their own: the ledger holds only commitments to them.
"""

import json
from dataclasses import asdict
from pathlib import Path

from client.identity import ledger, queries
from client.identity.office import CONTRACT, Office
from client.identity.payload import Opening
from client.identity.relying_party import Question, RelyingParty
from client.identity.wallet import CitizenWallet
from client.keystore import write_secret
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.citizen import open_citizen
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import UsageFault, echo, emit, lines
from commands.sending import builder_for, open_account, show_outcome
from commands.table import show_table


async def subject(sid: bytes, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show the level that a subject has now, and the attestations that bear it."""
    async with open_rpc(rpc) as client:
        data: dict[str, object] = {
            "sid": "0x" + sid.hex(),
            "effective_ial": await ledger.effective_ial(client, sid),
            "is_unique": await queries.ask(client, "is_person_unique", sid),
            "attestations": await queries.ask(client, "usable_attestations", sid),
        }
    emit(data, lines(data), as_json=as_json)


async def ask(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    *,
    idp: list[str],
    words: str,
    out: Path,
    purpose: str,
    min_ial: int,
    min_aal: int,
    claim: list[str] | None,
    service: list[str] | None,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Ask as a relying party who a citizen is; the ledger holds commitments to the words."""
    question = Question(
        idps=tuple(idp),
        purpose=purpose,
        min_ial=min_ial,
        min_aal=min_aal,
        words=words,
        claims=tuple(claim or ()),
        services=dict(map(_service, service or ())),
    )
    wallet = open_account(key, account)
    async with open_rpc(rpc) as client:
        party = RelyingParty(await _office(client, agency, wallet))
        asking = party.ask(question)
        document = {
            "req_id": "0x" + asking.request.req_id.hex(),
            "message": _opening_json(asking.message),
            "scope": _opening_json(asking.scope),
        }
        # Written first: a request whose words are lost can never be answered.
        write_secret(out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        outcome = await party.office.send(asking.request)
    if not as_json:
        echo(f"request     {document['req_id']}")
    show_outcome(outcome, as_json=as_json)


async def withdraw(  # noqa: PLR0913 - each is an option of the command
    con_id: bytes,
    *,
    sector: str,
    citizen: Path,
    key: list[str],
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Take a consent back; any key may carry the citizen's word."""
    owner = open_citizen(citizen)
    wallet = open_account(key, None)
    async with open_rpc(rpc) as client:
        office = await _office(client, "", wallet)
        message = CitizenWallet(owner, office.chain_id).permissions.withdraw(con_id, sector)
        outcome = await office.send(message)
    show_outcome(outcome, as_json=as_json)


async def trail(*, citizen: Path, rpc: list[str] | None, as_json: bool) -> None:
    """List who asked for this citizen, for what, and when; only their own file finds it."""
    owner = open_citizen(citizen)
    async with open_rpc(rpc) as client:
        found = await ledger.own_trail(client, owner.view_key)
    entries = [asdict(entry) | {"req_id": "0x" + entry.req_id.hex()} for entry in found]
    columns = ["at", "rp", "purpose", "idp", "is_reuse"]
    rows = [
        [time_text(entry.at * 1_000), entry.rp, entry.purpose, entry.idp, entry.is_reuse]
        for entry in found
    ]
    emit({"trail": entries}, show_table("Who asked", columns, rows), as_json=as_json)


async def _office(client: RpcClient, agency: str, wallet: Wallet) -> Office:
    return Office(client, await builder_for(client, CONTRACT), agency, wallet)


def _service(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a service and its claims from SERVICE:CLAIM,CLAIM. Raises UsageFault."""
    name, _, claims = text.partition(":")
    asked = tuple(claim for claim in claims.split(",") if claim)
    if not name or not asked:
        raise UsageFault(f"--service {text}: write SERVICE:CLAIM,CLAIM, such as address:province")
    return name, asked


def _opening_json(opening: Opening) -> dict[str, object]:
    named = {"namespace": opening.namespace, "salt": "0x" + opening.salt.hex()}
    return named | {"payload": opening.payload}
