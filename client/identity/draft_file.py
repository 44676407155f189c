"""A draft in a file, or as a text for a QR: one party makes it, the citizen signs, another sends.

The file may hold claims in clear, which the draft only commits to; so it is its owner's alone, and
goes to nobody but those who sign and send it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.contract import json_of, read_record
from client.documents import read_document, write_document
from client.errors import BadAnswer
from client.files import OWNER_MODE
from client.identity.errors import BadDraft, BadPayload, CommitMismatch
from client.identity.payload import Opening
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.consents.messages import GrantConsent
from contracts.identity.delegations.messages import GrantMandate
from contracts.identity.recovery.messages import LiftReport, StartRecovery, StartRecoveryInPerson
from contracts.identity.requests.messages import Respond
from contracts.identity.sessions.messages import OpenSession, ReuseSession
from contracts.identity.subjects.messages import AddKey, CreateSubject, LinkIdp, RevokeKey
from contracts.identity.vouching.messages import ShowCertificates
from primitives.errors import Rejected
from primitives.hex import read_hex

KINDS = {
    kind.__name__: kind
    for kind in (
        CreateSubject,
        LinkIdp,
        AddKey,
        RevokeKey,
        IssueAttestation,
        Respond,
        ReuseSession,
        GrantConsent,
        OpenSession,
        StartRecovery,
        StartRecoveryInPerson,
        LiftReport,
        GrantMandate,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message of identity, and what opens the commitment that it makes, if it makes one.

    `certificates` are what the citizen's wallet wants shown before the message is sent.
    """

    message: object
    opening: Opening | None = None
    certificates: ShowCertificates | None = None

    def to_json(self) -> dict[str, object]:
        """Return the draft as a document."""
        opening = None if self.opening is None else opening_json(self.opening)
        fields = json_of(self.message)
        document: dict[str, object] = {"draft": type(self.message).__name__}
        document |= {"fields": fields, "opening": opening}
        if self.certificates is not None:
            document["certificates"] = json_of(self.certificates)
        return document


def write_draft(path: Path, draft: Draft) -> None:
    """Write a draft to a file, new or in place of an earlier one. Raises BadDraft."""
    write_document(path, draft.to_json(), BadDraft, OWNER_MODE)


def read_draft(path: Path) -> Draft:
    """Return the draft in a file. Raises BadDraft."""
    return draft_of(read_document(path, BadDraft))


def draft_text(draft: Draft) -> str:
    """Return a draft as one line of text, for a QR."""
    return json.dumps(draft.to_json(), ensure_ascii=False, separators=(",", ":"))


def draft_from(text: str) -> Draft:
    """Return the draft of a scanned text. Raises BadDraft."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDraft("the text is no draft: no JSON document") from error
    return draft_of(document)


def draft_of(document: object) -> Draft:
    """Return the draft of a document. Raises BadDraft."""
    if not isinstance(document, Mapping) or document.get("draft") not in KINDS:
        raise BadDraft(f"no draft of {', '.join(KINDS)}")
    try:
        message: object = read_record(KINDS[document["draft"]], document.get("fields"))
        shown = document.get("certificates")
        certificates = None if shown is None else read_record(ShowCertificates, shown)
    except BadAnswer as error:
        raise BadDraft(f"the draft is none: {error}") from error
    opening = document.get("opening")
    opened = None if opening is None else _opened(message, opening)
    return Draft(message=message, opening=opened, certificates=certificates)


def _opened(message: object, document: object) -> Opening:
    """Return what opens a message's commitment; nothing else travels, or is shown, with it.

    Raises:
        BadDraft: the message commits to nothing, or to something else.
    """
    opening = opening_of(document)
    commit = getattr(message, "commit", None)
    if commit is None:
        raise BadDraft(f"a {type(message).__name__} opens nothing, and this draft holds an opening")
    try:
        opening.check(commit)
    except (BadPayload, CommitMismatch) as error:
        raise BadDraft(f"the draft's opening is not what it commits to: {error}") from error
    return opening


def opening_json(opening: Opening) -> dict[str, object]:
    """Return what opens a commitment as a document."""
    named = {"namespace": opening.namespace, "salt": "0x" + opening.salt.hex()}
    return named | {"payload": opening.payload}


def opening_of(document: Any) -> Opening:  # noqa: ANN401 - JSON data
    """Return what a document opens. Raises BadDraft."""
    try:
        return Opening(
            namespace=str(document["namespace"]),
            salt=read_hex(document["salt"], name="salt"),
            payload=dict(document["payload"]),
        )
    except (Rejected, KeyError, TypeError, ValueError) as error:
        raise BadDraft(f"what opens a commitment lacks a part: {error}") from error
