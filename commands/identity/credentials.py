"""`sapha id credential`: an IdP issues it, a citizen shows some of it, a verifier looks at it."""

import sys
from pathlib import Path

from client.identity.credential import Audience, Credential, present, told_by
from client.identity.draft_file import read_draft
from client.identity.errors import BadDraft
from client.identity.idp import credential_of
from client.identity.relying_party import check_shown
from client.keystore import read_secret, write_secret
from commands.citizen import open_citizen
from commands.identity.desk import Desk
from commands.identity.papers import node_key
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, lines, say
from contracts.identity.attestations.messages import IssueAttestation
from primitives.crypto import PublicKey

_PRESENTATION_CHARS_MAX = 262_144


async def issue(  # noqa: PLR0913 - each is an option of the command
    draft: Path,
    *,
    node: Path,
    holder: PublicKey,
    credential: Path,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Issue the credential of a proofing, as its IdP."""
    paper = read_draft(draft)
    if not isinstance(paper.message, IssueAttestation) or paper.opening is None:
        raise BadDraft("a credential is of a proofing, with the claims that it commits to")
    async with open_rpc(rpc) as client:
        now = (await Desk.open(client)).now
    made = credential_of(node_key(node), paper.message, paper.opening, (holder, now))
    write_secret(credential, made.compact + "\n")
    data: dict[str, object] = {"file": str(credential), "claims": sorted(paper.opening.payload)}
    emit(data, lines(data), as_json=as_json)


async def show(  # noqa: PLR0913 - each is an option of the command
    credential: Path,
    claims: tuple[str, ...],
    *,
    citizen: Path,
    verifier: str,
    nonce: str,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Show some claims of a credential to one verifier."""
    owner = open_citizen(citizen)
    token, *disclosures, end = read_secret(credential).strip().split("~")
    if end:
        raise UsageFault(f"{credential}: is no credential")
    async with open_rpc(rpc) as client:
        audience = Audience(verifier=verifier, nonce=nonce, at=(await Desk.open(client)).now)
    held = Credential(token, tuple(disclosures))
    text = present(held, claims, owner.subject, audience)
    say(lines({"shown to": verifier} | told_by(text)))
    emit({"presentation": text}, text, as_json=as_json)


async def check(
    *,
    verifier: str,
    nonce: str,
    issuer: list[str] | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Say what a presentation shows, if its issuer's word stands."""
    text = sys.stdin.read(_PRESENTATION_CHARS_MAX).strip()
    async with open_rpc(rpc) as client:
        audience = Audience(verifier=verifier, nonce=nonce, at=(await Desk.open(client)).now)
        shown = await check_shown(client, text, audience, issuer or ())
    data: dict[str, object] = {"issuer": shown.issuer, "kind": shown.kind}
    data |= {"expires_at": shown.expires_at, "claims": shown.claims}
    emit(data, lines(data), as_json=as_json)
