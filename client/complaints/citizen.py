"""The citizen's side of a complaint: files, follows, answers, rates, appeals, asks for erasure.

Who files with an account, or as a verified subject, reads with a key that is derived from the
account's first signing key; a citizen with a receipt has both keys from its words.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from client.complaints import ledger
from client.complaints.actor import Audience, CaseActor, Connection, audience_of
from client.complaints.content import Progress
from client.complaints.errors import CaseNotFound
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey
from client.complaints.writing import Attachment, Form, Note, Writing
from client.contract import ask
from client.outcome import Outcome
from client.wallet import Wallet
from contracts.complaints.cases.messages import File
from contracts.complaints.cases.queries import deadlines
from contracts.complaints.cases.views import CaseView, Deadline, TimelineLine
from contracts.complaints.core.messages import PARTICIPANT, ContentItem
from contracts.complaints.reviews.messages import Appeal
from contracts.complaints.templates.handlers import template_in_force
from contracts.complaints.work.messages import AddContent, Answer
from primitives.crypto import PublicKey

CASE_ID_BYTES = 16
_READS = b"sapha/complaint-reader/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is complained of. `fields` are texts by the template's codes; `area` is coarse."""

    template: str
    category: str
    agency: str
    area: str
    fields: Mapping[str, str] = field(repr=False)
    attachments: Sequence[Attachment] = ()
    case_id: bytes | None = None  # 16 random bytes; made when it is filed


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint that was sent, and what became of it."""

    case_id: bytes
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Tracked:
    """A case as its citizen sees it."""

    case: CaseView
    deadlines: tuple[Deadline, ...]
    timeline: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True)
class Filer:
    """In whose name a complaint is filed: a receipt's key, a subject of identity, or neither."""

    reading_key: bytes
    owner_pk: PublicKey | None = None
    sid: bytes | None = None


class Citizen:
    """Whose case it is."""

    def __init__(self, actor: CaseActor, filer: Filer) -> None:
        self.actor = actor
        self._filer = filer

    @classmethod
    def by_account(
        cls, connection: Connection, wallet: Wallet, sid: bytes | None = None
    ) -> "Citizen":
        """Return the citizen who files as an account, or with a key of the subject `sid`."""
        reader = reading_key_of(wallet)
        return cls(CaseActor(connection, wallet, reader), Filer(reader.public, None, sid))

    @classmethod
    def anonymous(cls, connection: Connection, receipt: ComplaintReceipt) -> "Citizen":
        """Return whoever has the receipt; a fresh one files, the same one follows the case."""
        actor = CaseActor(connection, Wallet([receipt.signing_key]), receipt.reading_key)
        return cls(actor, filer_with(receipt))

    async def file(self, complaint: Complaint, progress: Progress | None = None) -> Filed:
        """Put the form and the files at a node, then file the case. `progress` counts bytes.

        Raises:
            CaseNotFound: no template of this code is in force.
            NoReadingKey: the agency takes no complaints.
            ContentTooLarge, RpcRefused, NodeUnreachable: nothing is on the ledger.
        """
        return await file_for(self.actor, self._filer, complaint, progress)

    async def track(self, case_id: bytes) -> Tracked:
        """Return where the case is, its clocks, and all that happened. Raises CaseNotFound."""
        rpc = self.actor.rpc
        case = await ledger.case(rpc, case_id)
        return Tracked(
            case, await ask(rpc, deadlines, case_id), await ledger.timeline(rpc, case_id)
        )

    async def answer(self, case_id: bytes, text: str) -> Outcome:
        """Answer the holder's question."""
        return await self.actor.send(Answer(case_id, await self._put(case_id, Note(text), None)))

    async def add(
        self, case_id: bytes, writing: Writing, progress: Progress | None = None
    ) -> Outcome:
        """Add a note or a file."""
        item = await self._put(case_id, writing, progress)
        return await self.actor.send(AddContent(case_id, "", item))

    async def appeal(
        self, case_id: bytes, grounds: str, supervisors: Sequence[str] = ()
    ) -> Outcome:
        """Ask a supervisor to look at the case; those named can read what the citizen can."""
        case = await ledger.case(self.actor.rpc, case_id)
        to = await audience_of(self.actor, case, PARTICIPANT, self._filer.reading_key)
        more = await self.actor.keys_of(supervisors)
        readers = tuple(dict.fromkeys((*to.readers, *more)))
        item = await self.actor.put(case_id, Note(grounds), Audience(PARTICIPANT, readers))
        outcome = await self.actor.send(Appeal(case_id, item))
        if outcome.is_ok and supervisors:
            await self.actor.share(case_id, supervisors)
        return outcome

    async def _put(
        self, case_id: bytes, writing: Writing, progress: Progress | None
    ) -> ContentItem:
        case = await ledger.case(self.actor.rpc, case_id)
        to = await audience_of(self.actor, case, PARTICIPANT, self._filer.reading_key)
        return await self.actor.put(case_id, writing, to, progress)


def reading_key_of(wallet: Wallet) -> ReadingKey:
    """Return the reading key of an account: HMAC-SHA256 of its first key's seed."""
    return ReadingKey(hmac.digest(wallet.seed, _READS, "sha256"))


def filer_with(receipt: ComplaintReceipt) -> Filer:
    """Return who files with a receipt: its keys, and nobody's name."""
    return Filer(receipt.reading_key.public, receipt.signing_key.public_key)


async def file_for(
    actor: CaseActor, filer: Filer, complaint: Complaint, progress: Progress | None = None
) -> Filed:
    """File a complaint in the name of `filer`, sent by `actor`. Raises as `Citizen.file`."""
    case_id = complaint.case_id or secrets.token_bytes(CASE_ID_BYTES)
    template = await ask(actor.rpc, template_in_force, complaint.template)
    if template is None:
        raise CaseNotFound(f"no template {complaint.template} is in force")
    readers = (filer.reading_key, *await actor.keys_of((complaint.agency,)))
    to = Audience(PARTICIPANT, tuple(dict.fromkeys(readers)))
    form = Form.of(filer.reading_key, complaint.fields)
    writings: tuple[Writing, ...] = (form, *complaint.attachments)
    items = [await actor.put(case_id, writing, to, progress) for writing in writings]
    message = File(
        case_id=case_id,
        template=complaint.template,
        version=template.version,
        category=complaint.category,
        agency=complaint.agency,
        area=complaint.area,
        commitment=items[0].commitment,
        fields=tuple(one.commit for one in form.fields),
        contents=tuple(items),
        owner_pk=filer.owner_pk,
        sid=filer.sid,
    )
    return Filed(case_id, await actor.send(message))
