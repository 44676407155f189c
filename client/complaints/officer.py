"""An agency's side of complaints: takes them up, works, hands them over with what they hold."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from client.complaints import ledger
from client.complaints.actor import CaseActor, Connection, audience_of
from client.complaints.citizen import CASE_ID_BYTES, Complaint, Filed, file_for, filer_with
from client.complaints.content import Progress, commitment_of
from client.complaints.errors import NoOffer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey
from client.complaints.writing import Form, Note, Writing
from client.outcome import Outcome
from client.rpc import RpcClient
from client.wallet import Wallet
from contracts.complaints.core.messages import (
    INTERNAL,
    PARTICIPANT,
    PUBLIC,
    Child,
    ContentItem,
)
from contracts.complaints.parts.messages import Split
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.transfers.messages import AddJoint, OfferTransfer
from contracts.complaints.work.messages import AddContent, AskCitizen, Resolve, SetStage

KINDS = (PUBLIC, PARTICIPANT, INTERNAL)


@dataclass(frozen=True, slots=True)
class Parted:
    """A case that was split, and its parts."""

    outcome: Outcome
    parts: tuple[bytes, ...]


async def offer_of(rpc: RpcClient, case_id: bytes) -> int:
    """Return the number of the offer of a case, which takes it over, rejects or cancels it.

    Raises:
        NoOffer: it is offered to nobody now.
    """
    case = await ledger.case(rpc, case_id)
    if case.offer is None:
        raise NoOffer(f"case 0x{case_id.hex()} is offered to nobody now")
    return case.offer.number


class Officer:
    """Who works on cases for an agency, takes in what others file, and hands cases on."""

    def __init__(self, actor: CaseActor, agency: str) -> None:
        self.actor = actor
        self.agency = agency
        self._citizens: dict[bytes, bytes] = {}

    @classmethod
    def open(
        cls, connection: Connection, agency: str, wallet: Wallet, reader: ReadingKey
    ) -> "Officer":
        """Return an officer; `wallet` is the administrator's, or one with role complaints."""
        return cls(CaseActor(connection, wallet, reader), agency)

    async def set_handler(self, hosts: Sequence[str]) -> Outcome:
        """Say that complaints are sealed to the reading key and kept by these members."""
        return await self.actor.send(
            SetHandler(self.agency, self.actor.reader.public, tuple(hosts))
        )

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

    async def invite(self, case_id: bytes, agency: str) -> Outcome:
        """Ask an agency to work on the case too, and wrap all of its content for it."""
        outcome = await self.actor.send(AddJoint(case_id, agency))
        if outcome.is_ok:
            await self.actor.share(case_id, (agency,))
        return outcome

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
        return await self.actor.send(AddContent(case_id, self.agency, item))

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
