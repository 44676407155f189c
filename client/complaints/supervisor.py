"""A supervisor's side of complaints: stuck cases and appeals, with what it can read of them."""

from client.complaints.actor import CaseActor, Connection
from client.complaints.wraps import ReadingKey
from client.outcome import Outcome
from client.wallet import Wallet
from contracts.complaints.core.messages import REASSIGN
from contracts.complaints.reviews.messages import Decide
from contracts.complaints.transfers.messages import Assign


class Supervisor:
    """Who acts for an agency of kind supervisor."""

    def __init__(self, actor: CaseActor, agency: str) -> None:
        self.actor = actor
        self.agency = agency

    @classmethod
    def open(
        cls, connection: Connection, agency: str, wallet: Wallet, reader: ReadingKey
    ) -> "Supervisor":
        """Return a supervisor with the account and reading key of its agency."""
        return cls(CaseActor(connection, wallet, reader), agency)

    async def assign(self, case_id: bytes, to: str, reason: str) -> Outcome:
        """Give a stuck case to an agency, with what the supervisor can read of it."""
        message = Assign(case_id=case_id, agency=self.agency, to=to, reason=reason)
        outcome = await self.actor.send(message)
        if outcome.is_ok:
            await self._pass_on(case_id, to)
        return outcome

    async def decide(self, case_id: bytes, decision: str, to: str = "") -> Outcome:
        """Uphold what the holder did, reopen the case, or reassign it to an agency."""
        message = Decide(case_id=case_id, agency=self.agency, decision=decision, to=to)
        outcome = await self.actor.send(message)
        if outcome.is_ok and decision == REASSIGN:
            await self._pass_on(case_id, to)
        return outcome

    async def _pass_on(self, case_id: bytes, to: str) -> None:
        """Wrap for the new holder what was wrapped for the supervisor; there may be nothing."""
        readable = [one for one in await self.actor.read(case_id) if one.writing is not None]
        if readable:
            await self.actor.share(case_id, (to,))
