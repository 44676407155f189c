"""A supervisor's side of complaints: templates, stuck cases, appeals, legal holds, erasure."""

from client.complaints import ledger
from client.complaints.actor import CaseActor, Connection, Read
from client.complaints.erasure import Erasure
from client.complaints.wraps import ReadingKey
from client.outcome import Outcome
from client.wallet import Wallet
from contracts.complaints.cases.views import CaseLine, EscalationLine
from contracts.complaints.core.messages import REASSIGN, Template
from contracts.complaints.reviews.messages import Decide
from contracts.complaints.templates.messages import SetHandler, SetTemplate
from contracts.complaints.transfers.messages import Assign


class Supervisor:
    """Who acts for an agency of kind supervisor."""

    def __init__(self, actor: CaseActor, agency: str) -> None:
        self.actor = actor
        self.agency = agency
        self.erasure = Erasure(actor, agency)

    @classmethod
    def open(
        cls, connection: Connection, agency: str, wallet: Wallet, reader: ReadingKey
    ) -> "Supervisor":
        """Return a supervisor with the account and reading key of its agency."""
        return cls(CaseActor(connection, wallet, reader), agency)

    async def set_template(self, template: Template) -> Outcome:
        """Put the next version of a template in force; cases filed before keep theirs."""
        return await self.actor.send(SetTemplate(template))

    async def set_key(self, hosts: tuple[str, ...]) -> Outcome:
        """Say to which key citizens who appeal may wrap their case."""
        return await self.actor.send(SetHandler(self.agency, self.actor.reader.public, hosts))

    async def appeals(self) -> tuple[CaseLine, ...]:
        """Return the cases whose appeal waits."""
        return await ledger.appeals(self.actor.rpc)

    async def escalations(self, from_ms: int = 0) -> tuple[EscalationLine, ...]:
        """Return the missed deadlines from a time on."""
        return await ledger.escalations(self.actor.rpc, from_ms)

    async def assign(self, case_id: bytes, to: str, reason: str) -> Outcome:
        """Give a stuck case to an agency, with what the supervisor can read of it."""
        outcome = await self.actor.send(Assign(case_id, self.agency, to, reason))
        if outcome.is_ok:
            await self._pass_on(case_id, to)
        return outcome

    async def decide(self, case_id: bytes, decision: str, to: str = "") -> Outcome:
        """Uphold what the holder did, reopen the case, or reassign it to an agency."""
        outcome = await self.actor.send(Decide(case_id, self.agency, decision, to))
        if outcome.is_ok and decision == REASSIGN:
            await self._pass_on(case_id, to)
        return outcome

    async def read(self, case_id: bytes) -> tuple[Read, ...]:
        """Return what the supervisor may read: of cases appealed or escalated, if wrapped to it."""
        return await self.actor.read(case_id)

    async def _pass_on(self, case_id: bytes, to: str) -> None:
        """Wrap for the new holder what was wrapped for the supervisor; there may be nothing."""
        readable = [one for one in await self.actor.read(case_id) if one.writing is not None]
        if readable:
            await self.actor.share(case_id, (to,))
