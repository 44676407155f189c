"""Drafts on their way: an agency makes one, the citizen signs it, the agency's account sends it.

A leaf that drafts is a function from a desk and its own words to a draft, which goes into --out.
One that amends also takes the draft of its file, and writes it back.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cbdc.picture import picture_bytes, terminal_picture
from client.contract import Actor, ask, json_of
from client.documents import read_document
from client.files import OWNER_MODE, write_whole
from client.identity import ledger
from client.identity.draft_file import (
    Draft,
    draft_from,
    draft_text,
    opening_of,
    read_draft,
    write_draft,
)
from client.identity.errors import BadDraft
from client.identity.keys import CitizenKeys
from client.identity.signing import ABOUT_REQUESTS, Signer
from client.identity.wallet import RequestShown, draft_lines
from client.keystore import read_secret
from commands.citizen import open_citizen, placed
from commands.framework.places import found_at
from commands.identity.certificates import certificates_for
from commands.identity.desk import Desk
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, lines, say
from commands.sending import Make
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.subjects.handlers import holds_key
from primitives.crypto import SEED_BYTES, SigningKey

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

_SCANNED_CHARS_MAX = 8_192  # more than any QR holds
_Command = Callable[..., Coroutine[Any, Any, None]]


def drafts(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that makes a draft, and writes it to --out."""
    make = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        out, rpc, as_json = (given.pop(name) for name in ("out", "rpc", "as_json"))
        async with open_rpc(rpc) as client:
            desk = await Desk.open(client)
            await _written(make(desk, **desk.settled(given)), out, as_json=as_json)

    return run


def amends(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that adds to the draft in a file."""
    amend = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        path, rpc, as_json = (given.pop(name) for name in ("draft", "rpc", "as_json"))
        async with open_rpc(rpc) as client:
            desk = await Desk.open(client)
            amended = amend(desk, read_draft(path), **desk.settled(given))
            await _written(amended, path, as_json=as_json)

    return run


async def sign(
    desk: Desk, draft: Draft, *, citizen: Path, words: Path | None, agree: bool
) -> Draft:
    """Show a draft to the citizen, and sign it if they agree."""
    owner = await placed(desk.rpc, open_citizen(citizen))
    shown = None
    if isinstance(draft.message, IssueAttestation):
        await _check_own(desk, draft.message.sid, owner)
    if isinstance(draft.message, ABOUT_REQUESTS):
        shown = await _request(desk, draft.message.req_id, words)
        say(lines(dict([*shown.lines(), *draft_lines(draft.message)])))
    else:
        say(lines({"to sign": type(draft.message).__name__} | json_of(draft.message)))
    if draft.opening is not None:
        say(json.dumps(draft.opening.payload, ensure_ascii=False, indent=2))
    signer = Signer(keys=owner, chain_id=desk.chain_id, shown=shown)
    signed = signer.sign(draft)
    if not agree:
        say("nothing is signed; add --agree to sign it")
        return draft
    certificates = await certificates_for(desk, owner, citizen, signer.act_of(draft))
    return replace(signed, certificates=certificates)


def message(draft: Path) -> Make:
    """Return what sends the message of a draft, after the certificates that lie with it."""
    read = read_draft(draft)

    async def make(actor: Actor) -> object:
        if read.certificates is not None:
            await actor.do(read.certificates)
        return read.message

    return make


def qr(draft: Path, *, picture: Path | None, as_json: bool) -> None:
    """Show a draft as a QR, or draw it into a file."""
    read = read_draft(draft)
    text = draft_text(read)
    if picture is not None:
        write_whole(picture, picture_bytes(text, picture), mode=OWNER_MODE)
        emit({"text": text, "file": str(picture)}, f"drawn into {picture}", as_json=as_json)
        return
    if read.opening is not None:
        say("the QR and its text hold claims in clear: show them to nobody but who signs")
    say(terminal_picture(text))
    emit({"text": text}, text, as_json=as_json)


def scan(*, out: Path, as_json: bool) -> None:
    """Write the draft of a scanned text, which standard input gives, to a file."""
    draft = draft_from(sys.stdin.read(_SCANNED_CHARS_MAX))
    write_draft(out, draft)
    _show(draft, out, as_json=as_json)


def node_key(path: Path) -> SigningKey:
    """Return the signing key of an agency's node in a file. Raises UsageFault, KeystoreFault."""
    return SigningKey(secret(path, "a node's key"))


def secret(path: Path, what: str) -> bytes:
    """Return the 32 secret bytes in a file. Raises UsageFault, KeystoreFault."""
    try:
        data = bytes.fromhex(read_secret(path).strip())
    except ValueError as error:
        raise UsageFault(f"{path}: is not {what} in hex") from error
    if len(data) != SEED_BYTES:
        raise UsageFault(f"{path}: {what} has {SEED_BYTES} bytes, not {len(data)}")
    return data


async def _check_own(desk: Desk, sid: bytes, owner: CitizenKeys) -> None:
    """Refuse what is about somebody else's subject. Raises BadDraft."""
    if not await ask(desk.rpc, holds_key, sid, owner.subject.public_key):
        raise BadDraft(f"the draft is of 0x{sid.hex()}, which has no key of this citizen file")


async def _request(desk: Desk, req_id: bytes, words: Path | None) -> RequestShown:
    if words is None:
        raise UsageFault("--words FILE: the words of the request, which its relying party gave")
    document = read_document(words, BadDraft)
    opened = (opening_of(document.get("message")), opening_of(document.get("scope")))
    shown = await ledger.show_request(desk.rpc, req_id, opened)
    if shown is None:
        raise BadDraft("the draft is about no request of this ledger")
    return shown


async def _written(made: Draft | Awaitable[Draft], path: Path, *, as_json: bool) -> None:
    draft = made if isinstance(made, Draft) else await made
    write_draft(path, draft)
    _show(draft, path, as_json=as_json)


def _show(draft: Draft, path: Path, *, as_json: bool) -> None:
    fields = json_of(draft.message)
    data: dict[str, object] = {"draft": type(draft.message).__name__, "file": str(path)}
    emit(data | {"fields": fields}, lines(data | fields), as_json=as_json)
