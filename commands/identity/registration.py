"""`sapha id register, certify, link, proof, match`: a person's way into identity."""

import json
import secrets
import sys
from pathlib import Path

from client.contract import Actor, ask
from client.identity.draft_file import Draft, opening_json
from client.identity.drafts import IdpDrafts, Proofing
from client.identity.errors import BadDraft
from client.identity.face import FaceVerification, officer_evidence
from client.identity.office import Office
from client.identity.source import TAG_KEY_BYTES, TagAuthority
from client.keystore import read_secret, write_secret
from client.rpc import RpcClient
from commands.identity.desk import Desk
from commands.identity.papers import node_key
from commands.output import UsageFault, emit, say
from commands.sending import Make, WithFile
from contracts.identity.core.messages import DAY_S, MatchUse, RecoveryPolicy
from contracts.identity.core.state import Subject
from contracts.identity.subjects.handlers import subject_of
from contracts.identity.subjects.messages import CreateSubject
from genesis.files import read_text
from primitives.crypto import PublicKey

_CLAIMS_BYTES_MAX = 65_536
_IDENTIFIER_CHARS_MAX = 128
_TAG_KEY_FORM = "sapha-tag-key:"


def register(
    _desk: Desk,
    agency: str,
    *,
    subject_key: PublicKey,
    namespace: str,
    aal_cap: int,
    guardian: list[bytes] | None,
) -> Draft:
    """Draft a person's registration, as an IdP."""
    policy = RecoveryPolicy(allows_idp=True, guardians=tuple(guardian or ()))
    drafts = IdpDrafts(agency=agency)
    return Draft(message=drafts.subject(subject_key, namespace, aal_cap, policy))


def certify(  # noqa: PLR0913 - each is an option of the command
    desk: Desk,
    draft: Draft,
    identifier: str,
    *,
    node: Path,
    tag_key: Path,
    days: int,
    majority_ms: int | None,
) -> Draft:
    """Add the person's tag and its certificate, as the namespace's authority."""
    if not isinstance(draft.message, CreateSubject):
        raise BadDraft("only a registration is certified")
    authority = TagAuthority(desk.chain_id, node_key(node), _tag_key(tag_key))
    number = sys.stdin.read(_IDENTIFIER_CHARS_MAX).strip() if identifier == "-" else identifier
    certified = authority.certify(
        draft.message,
        number,
        expires_at=desk.now + days * DAY_S,
        majority_at=(majority_ms or 0) // 1_000,
    )
    return Draft(message=certified)


def tag_key(file: Path, *, as_json: bool) -> None:
    """Make a registry's secret key for tags; with another key the same person has another tag."""
    write_secret(file, tag_key_text(secrets.token_bytes(TAG_KEY_BYTES)))
    emit({"file": str(file)}, f"{file}: back it up; nobody can restore it", as_json=as_json)


def tag_key_text(key: bytes) -> str:
    """Return what a file of a tag key holds: a form of its own, so that no other key serves."""
    return f"{_TAG_KEY_FORM}{key.hex()}\n"


async def link(desk: Desk, agency: str, sid: bytes) -> Draft:
    """Draft the wish of an IdP to act for a subject."""
    subject = await subject_at(desk.rpc, sid)
    return Draft(message=IdpDrafts(agency=agency).link(sid, subject.seq + 1))


def proof(  # noqa: PLR0913 - each is an option of the command
    desk: Desk,
    agency: str,
    sid: bytes,
    claims: Path,
    *,
    ial: int,
    method: str,
    days: int,
    evidence: bytes | None,
) -> Draft:
    """Draft a proofing, as an IdP; the file holds the claims that the ledger never sees."""
    found = Proofing(
        sid=sid,
        ial=ial,
        method=method,
        claims=_claims(claims),
        expires_at=desk.now + days * DAY_S,
        evidence=evidence,
    )
    message, opening = IdpDrafts(agency=agency).proofing(found)
    return Draft(message=message, opening=opening)


def match(  # noqa: PLR0913 - each is an option of the command
    agency: str,
    sid: bytes,
    idp: str,
    *,
    subject_key: PublicKey,
    purpose: str,
    officer: str,
    pad_level: int,
    hours: int,
    opening_out: Path,
) -> Make:
    """Attest as a face verification service that an officer matched face and document."""
    use = MatchUse(idp=idp, purpose=purpose, key=subject_key)

    async def make(actor: Actor) -> WithFile:
        now = (await Desk.open(actor.rpc)).now
        evidence = officer_evidence(
            sid, "match", officer=officer, decided_at=now, pad_level=pad_level
        )
        faces = FaceVerification(office_of(actor, agency))
        message, opening = faces.attest(sid, evidence, use, now + hours * 3_600)
        write_secret(opening_out, json.dumps(opening_json(opening), ensure_ascii=False) + "\n")
        say(f"evidence 0x{message.att_id.hex()}")
        return WithFile(message, opening_out.unlink)

    return make


def office_of(actor: Actor, agency: str) -> Office:
    """Return the actor as one who acts for an agency."""
    return Office(
        rpc=actor.rpc,
        wallet=actor.wallet,
        chain_id=actor.chain_id,
        now_ms=actor.now_ms,
        agency=agency,
    )


async def subject_at(rpc: RpcClient, sid: bytes) -> Subject:
    """Return a subject as the ledger has it. Raises UsageFault when there is none."""
    subject = await ask(rpc, subject_of, sid)
    if subject is None:
        raise UsageFault(f"0x{sid.hex()}: no such subject")
    return subject


def _tag_key(path: Path) -> bytes:
    text = read_secret(path).strip()
    try:
        key = bytes.fromhex(text.removeprefix(_TAG_KEY_FORM))
    except ValueError:
        key = b""
    if not text.startswith(_TAG_KEY_FORM) or len(key) != TAG_KEY_BYTES:
        raise UsageFault(
            f"{path}: is no tag key: {_TAG_KEY_FORM} and {2 * TAG_KEY_BYTES} hex digits"
        )
    return key


def _claims(path: Path) -> dict[str, object]:
    try:
        claims = json.loads(read_text(path, _CLAIMS_BYTES_MAX))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"{path}: is no readable JSON file") from error
    if not isinstance(claims, dict):
        raise UsageFault(f"{path}: claims are one JSON object")
    return claims
