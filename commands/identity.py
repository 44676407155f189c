"""`sapha id`: requests, attestations and one's own trail; a citizen's keys; comparing two faces.

What a citizen must not lose or show is in one file, their seed. Words of a request travel in a
file of their own: the ledger holds only commitments to them.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from client.fvs import Decision, FvsPolicy, FvsService, ModelFiles
from client.identity import (
    CitizenKeys,
    CitizenWallet,
    Office,
    Opening,
    Question,
    RelyingParty,
    ledger,
)
from client.identity.office import CONTRACT
from client.keystore import read_secret, write_secret
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.options import Rpc, open_rpc
from commands.output import AsJson, UsageFault, command, emit, show_table
from commands.signing import Account, SigningKeys, builder_for, open_account
from commands.tx import show_outcome
from contracts.identity.attestations.messages import SetAttestation
from genesis.files import read_text
from primitives.crypto import SEED_BYTES

app = typer.Typer(no_args_is_help=True, help="Digital identity: ask, look up, withdraw, revoke.")

_ID_BYTES = 32
_IMAGE_BYTES_READ_MAX = 16 * 1024 * 1024
_POLICY_FIELDS = ("match_ppm", "no_match_ppm", "face_score_ppm", "face_px_min", "pad_level")

AgencyId = Annotated[str, typer.Argument(help="Id of the agency that acts, such as revenue.")]
CitizenFile = Annotated[
    Path,
    typer.Option("--citizen", envvar="SAPHA_CITIZEN", help="The citizen's secret file."),
]


@app.command("citizen")
@command
def citizen(
    file: Annotated[Path, typer.Argument(help="File to make; it is the citizen's only secret.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a citizen's keys from one fresh seed, and print the public ones."""
    keys = CitizenKeys.generate()
    write_secret(file, keys.seed.hex() + "\n")
    data = _public(keys, None) | {"file": str(file)}
    text = f"{_lines(data)}\nback {file} up; nobody can restore it"
    emit(data, text, as_json=as_json)


@app.command("keys")
@command
def keys(
    *,
    citizen: CitizenFile,
    sector: Annotated[str | None, typer.Option(help="Also the key that a sector sees.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a citizen's public keys."""
    data = _public(_open_citizen(citizen), sector)
    emit(data, _lines(data), as_json=as_json)


@app.command("subject")
@command
async def subject(
    sid: Annotated[str, typer.Argument(help="The subject, 0x and 64 hex digits.")],
    *,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show the level that a subject has now, and the attestations that bear it."""
    identifier = _identifier(sid)
    async with open_rpc(rpc) as client:
        data: dict[str, object] = {
            "sid": "0x" + identifier.hex(),
            "effective_ial": await ledger.effective_ial(client, identifier),
            "is_unique": await ledger.ask(client, "is_person_unique", identifier),
            "attestations": await ledger.ask(client, "usable_attestations", identifier),
        }
    emit(data, _lines(data), as_json=as_json)


@app.command("request")
@command
async def request(
    req_id: Annotated[str, typer.Argument(help="The request, 0x and 64 hex digits.")],
    *,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show what a request asks and where it stands now."""
    await _show("request", _identifier(req_id), (rpc, as_json))


@app.command("session")
@command
async def session(
    ses_id: Annotated[str, typer.Argument(help="The session, 0x and 64 hex digits.")],
    *,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show a session and whether it may be used now."""
    await _show("session", _identifier(ses_id), (rpc, as_json))


@app.command("consent")
@command
async def consent(
    con_id: Annotated[str, typer.Argument(help="The consent, 0x and 64 hex digits.")],
    *,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show a consent and whether it is granted now."""
    await _show("consent", _identifier(con_id), (rpc, as_json))


@app.command("ask")
@command
async def ask(  # noqa: PLR0913 - each is an option of the command
    agency: AgencyId,
    *,
    idp: Annotated[list[str], typer.Option(help="An IdP that may answer; give several.")],
    words: Annotated[str, typer.Option(help="What the citizen is asked.")],
    out: Annotated[Path, typer.Option(help="File for the words, to hand to the citizen.")],
    purpose: Annotated[str, typer.Option(help="Such as login, tax or benefit.")] = "login",
    min_ial: Annotated[int, typer.Option(help="IAL 2.1 is 210.")] = 210,
    min_aal: Annotated[int, typer.Option(help="AAL 2.2 is 220.")] = 220,
    claim: Annotated[list[str] | None, typer.Option(help="A claim to consent to.")] = None,
    service: Annotated[list[str] | None, typer.Option(help="Data asked of a source.")] = None,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Ask as a relying party who a citizen is; the ledger holds commitments to the words."""
    question = Question(
        idps=tuple(idp),
        purpose=purpose,
        min_ial=min_ial,
        min_aal=min_aal,
        words=words,
        claims=tuple(claim or ()),
        services=tuple(service or ()),
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
        typer.echo(f"request     {document['req_id']}")
    show_outcome(outcome, as_json=as_json)


@app.command("revoke")
@command
async def revoke(  # noqa: PLR0913 - each is an option of the command
    agency: AgencyId,
    att_id: Annotated[str, typer.Argument(help="The attestation, 0x and 64 hex digits.")],
    *,
    reason: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Revoke an attestation of this agency, for ever; reuse stops with it."""
    identifier = _identifier(att_id)
    wallet = open_account(key, account)
    async with open_rpc(rpc) as client:
        office = await _office(client, agency, wallet)
        outcome = await office.send(SetAttestation(agency, identifier, "revoked", reason))
    show_outcome(outcome, as_json=as_json)


@app.command("withdraw")
@command
async def withdraw(  # noqa: PLR0913 - each is an option of the command
    con_id: Annotated[str, typer.Argument(help="The consent, 0x and 64 hex digits.")],
    *,
    sector: Annotated[str, typer.Option(help="The sector of the agency it was given to.")],
    citizen: CitizenFile,
    key: SigningKeys,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Take a consent back; any key may carry the citizen's word."""
    identifier = _identifier(con_id)
    owner = _open_citizen(citizen)
    wallet = open_account(key, None)
    async with open_rpc(rpc) as client:
        office = await _office(client, "", wallet)
        message = CitizenWallet(owner, office.chain_id).withdraw(identifier, sector)
        outcome = await office.send(message)
    show_outcome(outcome, as_json=as_json)


@app.command("trail")
@command
async def trail(*, citizen: CitizenFile, rpc: Rpc = None, as_json: AsJson = False) -> None:
    """List who asked for this citizen, for what, and when; only their own file finds it."""
    owner = _open_citizen(citizen)
    async with open_rpc(rpc) as client:
        found = await ledger.own_trail(client, owner.view_key)
    entries = [asdict(entry) | {"req_id": "0x" + entry.req_id.hex()} for entry in found]
    columns = ["at", "rp", "purpose", "idp", "is_reuse"]
    rows = [[entry[column] for column in columns] for entry in entries]
    emit({"trail": entries}, show_table("Who asked", columns, rows), as_json=as_json)


@app.command("compare")
@command
def compare(  # noqa: PLR0913 - each is an option of the command
    reference: Annotated[Path, typer.Argument(help="Picture of the document; DELETED.")],
    probe: Annotated[Path, typer.Argument(help="Picture taken now; DELETED.")],
    *,
    detector: Annotated[Path, typer.Option(help="ONNX face detector (YuNet's form).")],
    embedder: Annotated[Path, typer.Option(help="ONNX face embedder (SFace's form).")],
    policy: Annotated[Path, typer.Option(help="JSON of the thresholds; see docs/identity.md.")],
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete the pictures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two faces by your models; exit 0 only for a match. Says nothing of liveness."""
    service = FvsService(ModelFiles(detector=detector, embedder=embedder), _policy(policy))
    try:
        verdict = service.compare(_picture(reference), _picture(probe))
    finally:
        if not keep:
            reference.unlink(missing_ok=True)
            probe.unlink(missing_ok=True)
    data: dict[str, object] = {
        "decision": verdict.decision.value,
        "reason": verdict.reason.value,
        "similarity_ppm": verdict.similarity_ppm,
    }
    emit(data, _lines(data), as_json=as_json)
    if verdict.decision is not Decision.MATCH:
        raise typer.Exit(1)


async def _show(query: str, identifier: bytes, options: tuple[list[str] | None, bool]) -> None:
    urls, as_json = options
    async with open_rpc(urls) as client:
        value = await ledger.ask(client, query, identifier)
    if value is None:
        raise UsageFault(f"there is no {query} 0x{identifier.hex()}")
    text = json.dumps(value, indent=2, ensure_ascii=False)
    emit({query: value}, text, as_json=as_json)


async def _office(client: RpcClient, agency: str, wallet: Wallet) -> Office:
    return Office(client, await builder_for(client, CONTRACT), agency, wallet)


def _open_citizen(path: Path) -> CitizenKeys:
    try:
        return CitizenKeys(bytes.fromhex(read_secret(path).strip()))
    except ValueError as error:
        raise UsageFault(f"{path}: is no citizen's file of {SEED_BYTES} bytes in hex") from error


def _public(keys: CitizenKeys, sector: str | None) -> dict[str, object]:
    data: dict[str, object] = {
        "subject_key": "0x" + keys.subject.public_key.hex(),
        "box_key": "0x" + keys.box.public.hex(),
    }
    if sector is not None:
        data |= {"sector": sector, "pairwise_key": "0x" + keys.pairwise(sector).public_key.hex()}
    return data


def _identifier(text: str) -> bytes:
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != _ID_BYTES:
        raise UsageFault(f"{text[:80]!r} is no identifier: 0x and 64 hex digits")
    return data


def _opening_json(opening: Opening) -> dict[str, object]:
    named = {"namespace": opening.namespace, "salt": "0x" + opening.salt.hex()}
    return named | {"payload": opening.payload}


def _policy(path: Path) -> FvsPolicy:
    try:
        document = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"--policy {path}: is no readable JSON file") from error
    wanted = {"policy_id", *_POLICY_FIELDS}
    if not isinstance(document, dict) or set(document) != wanted:
        raise UsageFault(f"--policy {path}: must have exactly {', '.join(sorted(wanted))}")
    numbers = {name: document[name] for name in _POLICY_FIELDS}
    is_whole = all(type(number) is int for number in numbers.values())
    if not is_whole or not isinstance(document["policy_id"], str):
        raise UsageFault(f"--policy {path}: policy_id is text, the rest whole numbers")
    return FvsPolicy(policy_id=document["policy_id"], **numbers)


def _picture(path: Path) -> bytearray:
    """Read a picture into a buffer that can be overwritten; its copy on disk is not."""
    try:
        with path.open("rb") as file:
            size = min(path.stat().st_size, _IMAGE_BYTES_READ_MAX)
            picture = bytearray(size)
            file.readinto(picture)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    return picture


def _lines(data: dict[str, object]) -> str:
    return "\n".join(f"{name:16} {value}" for name, value in data.items())
