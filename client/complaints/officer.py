"""An agency's side of complaints: takes them up, works, hands them over with what they hold."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from client.complaints import ledger
from client.complaints.actor import CaseActor, Connection, Read, audience_of
from client.complaints.citizen import CASE_ID_BYTES, Complaint, Filed, file_for, filer_with
from client.complaints.content import Progress, commitment_of
from client.complaints.erasure import Erasure
from client.complaints.errors import NoOffer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey
from client.complaints.writing import Form, Note, Writing
from client.outcome import Outcome
from client.wallet import Wallet
from contracts.complaints.cases.views import CaseLine
from contracts.complaints.core.messages import (
    HELD,
    INTERNAL,
    PARTICIPANT,
    PUBLIC,
    Child,
    ContentItem,
)
from contracts.complaints.parts.messages import Merge, Split
from contracts.complaints.reviews.messages import Reopen
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    CancelTransfer,
    OfferTransfer,
    RejectTransfer,
    RemoveJoint,
)
from contracts.complaints.work.messages import (
    Accept,
    AddContent,
    AskCitizen,
    Resolve,
    Resume,
    SetStage,
)
from primitives.crypto import Digest

KINDS = (PUBLIC, PARTICIPANT, INTERNAL)


@dataclass(frozen=True, slots=True)
class Parted:
    """A case that was split, and its parts."""

    outcome: Outcome
    parts: tuple[bytes, ...]


class Desk:
    """What an agency does with what comes in and goes out: filing, offers, joint work."""

    def __init__(self, actor: CaseActor, agency: str) -> None:
        self.actor = actor
        self.agency = agency

    @classmethod
    def open(
        cls, connection: Connection, agency: str, wallet: Wallet, reader: ReadingKey
    ) -> "Desk":
        """Return the desk of an agency; `wallet` is its administrator's, or an officer's."""
        return cls(CaseActor(connection, wallet, reader), agency)

    async def set_handler(self, hosts: Sequence[str]) -> Outcome:
        """Say that complaints are sealed to the reading key and kept by these members."""
        return await self.actor.send(
            SetHandler(self.agency, self.actor.reader.public, tuple(hosts))
        )

    async def inbox(self, kind: str = HELD) -> tuple[CaseLine, ...]:
        """Return the agency's open cases: held, offered, joint or invited."""
        return await ledger.inbox(self.actor.rpc, self.agency, kind)

    async def take_in(
        self, complaint: Complaint, receipt: ComplaintReceipt, progress: Progress | None = None
    ) -> Filed:
        """File with the own agency for someone who gets the receipt's words."""
        return await file_for(self.actor, filer_with(receipt), complaint, progress)

    async def offer(self, case_id: bytes, to: str, reason: str) -> Outcome:
        """Offer the case to an agency and wrap all of its content for it."""
        outcome = await self.actor.send(OfferTransfer(case_id, to, reason))
        if outcome.is_ok:
            await self.actor.share(case_id, (to,))
        return outcome

    async def accept_offer(self, case_id: bytes) -> Outcome:
        """Take over a case that is offered. Raises NoOffer."""
        return await self.actor.send(AcceptTransfer(case_id, await self._offer(case_id)))

    async def reject_offer(self, case_id: bytes, reason: str) -> Outcome:
        """Decline a case that is offered. Raises NoOffer."""
        return await self.actor.send(RejectTransfer(case_id, await self._offer(case_id), reason))

    async def cancel_offer(self, case_id: bytes) -> Outcome:
        """Take an offer back. Raises NoOffer."""
        return await self.actor.send(CancelTransfer(case_id, await self._offer(case_id)))

    async def invite(self, case_id: bytes, agency: str) -> Outcome:
        """Ask an agency to work on the case too, and wrap all of its content for it."""
        outcome = await self.actor.send(AddJoint(case_id, agency))
        if outcome.is_ok:
            await self.actor.share(case_id, (agency,))
        return outcome

    async def join(self, case_id: bytes) -> Outcome:
        """Agree to work on a case of another agency."""
        return await self.actor.send(AcceptJoint(case_id, self.agency))

    async def remove(self, case_id: bytes, agency: str = "") -> Outcome:
        """End an agency's part in the case, or its invitation; without one the own."""
        return await self.actor.send(RemoveJoint(case_id, agency or self.agency))

    async def share(self, case_id: bytes, agencies: Sequence[str] = ()) -> tuple[Digest, ...]:
        """Wrap all that the agency can read for agencies; without any for those involved now."""
        case = await ledger.case(self.actor.rpc, case_id)
        return await self.actor.share(case_id, agencies or (case.holder, *case.joints))

    async def _offer(self, case_id: bytes) -> int:
        case = await ledger.case(self.actor.rpc, case_id)
        if case.offer is None:
            raise NoOffer(f"case 0x{case_id.hex()} is offered to nobody now")
        return case.offer.number


class Officer:
    """Who works on cases for an agency; `desk` is what it receives and hands on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actor = desk.actor
        self.erasure = Erasure(desk.actor, desk.agency)
        self._citizens: dict[bytes, bytes] = {}

    @classmethod
    def open(
        cls, connection: Connection, agency: str, wallet: Wallet, reader: ReadingKey
    ) -> "Officer":
        """Return an officer; `wallet` is the administrator's, or one with role complaints."""
        return cls(Desk.open(connection, agency, wallet, reader))

    async def accept(self, case_id: bytes) -> Outcome:
        """Take up a case that the agency holds."""
        return await self.actor.send(Accept(case_id))

    async def set_stage(
        self, case_id: bytes, stage: str, note: str = "", kind: str = PARTICIPANT
    ) -> Outcome:
        """Move the case along its template; a note may go with it."""
        item = await self._put(case_id, Note(note), kind) if note else None
        return await self.actor.send(SetStage(case_id, stage, item))

    async def ask(self, case_id: bytes, question: str) -> Outcome:
        """Ask the citizen; the clocks stand until the answer."""
        item = await self._put(case_id, Note(question), PARTICIPANT)
        return await self.actor.send(AskCitizen(case_id, item))

    async def resume(self, case_id: bytes) -> Outcome:
        """Go on without the citizen's answer."""
        return await self.actor.send(Resume(case_id))

    async def resolve(
        self, case_id: bytes, outcome: str, result: str, kind: str = PARTICIPANT
    ) -> Outcome:
        """Say how the case ended."""
        item = await self._put(case_id, Note(result), kind)
        return await self.actor.send(Resolve(case_id, outcome, item))

    async def add(
        self, case_id: bytes, writing: Writing, kind: str, progress: Progress | None = None
    ) -> Outcome:
        """Add a note or a file: public, participant or internal."""
        item = await self._put(case_id, writing, kind, progress)
        return await self.actor.send(AddContent(case_id, self.desk.agency, item))

    async def split(self, case_id: bytes, categories: Sequence[str]) -> Parted:
        """Make a part for each category, each with the complaint's form.

        A part that got no form, because a node failed, can be given one with `give_form`.
        """
        form = await self.actor.form(case_id)
        parts = tuple(secrets.token_bytes(CASE_ID_BYTES) for _ in categories)
        salts = tuple(secrets.token_bytes(32) for _ in categories)
        children = tuple(
            Child(part, category, commitment_of(salt, case_id))
            for part, category, salt in zip(parts, categories, salts, strict=True)
        )
        outcome = await self.actor.send(Split(case_id, children))
        if outcome.is_ok:
            for part in parts:
                await self.give_form(part, form)
        return Parted(outcome, parts)

    async def give_form(self, case_id: bytes, form: Form) -> Outcome:
        """Put a complaint's form into a case that has none: a part of a split one.

        It is internal, for to the citizen it is no reply.
        """
        self._citizens[case_id] = form.reading_key
        return await self.add(case_id, form, INTERNAL)

    async def merge(self, case_id: bytes, into: bytes) -> Outcome:
        """Close a case in favour of another of the same holder."""
        return await self.actor.send(Merge(case_id, into))

    async def reopen(self, case_id: bytes) -> Outcome:
        """Open a resolved case of the own agency again."""
        return await self.actor.send(Reopen(case_id, self.desk.agency))

    async def read(self, case_id: bytes) -> tuple[Read, ...]:
        """Return what the agency may read of the case, opened and checked."""
        return await self.actor.read(case_id)

    async def _put(
        self, case_id: bytes, writing: Writing, kind: str, progress: Progress | None = None
    ) -> ContentItem:
        case = await ledger.case(self.actor.rpc, case_id)
        citizen = await self._citizen(case_id) if kind == PARTICIPANT else None
        to = await audience_of(self.actor, case, kind, citizen)
        return await self.actor.put(case_id, writing, to, progress)

    async def _citizen(self, case_id: bytes) -> bytes:
        """Return the citizen's X25519 key, which the form says. Raises NoReadingKey."""
        if case_id not in self._citizens:
            self._citizens[case_id] = (await self.actor.form(case_id)).reading_key
        return self._citizens[case_id]
