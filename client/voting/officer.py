"""The election authority's and the official's acts: manifest, roll, objections, opening.

Long lists go in pages. Every act may be repeated after a crash: what the ledger has is skipped.
"""

from collections.abc import Callable, Sequence

from client.errors import RpcRefused
from client.outcome import Outcome
from client.voting.desk import Desk, require_ok
from client.voting.errors import LedgerRefused
from client.voting.facts import Facts
from contracts.voting.core.messages import PAGE_VOTERS_MAX, Windows
from contracts.voting.elections.messages import CancelElection, OpenElection
from contracts.voting.offices.messages import AcceptOverissue, AnnulElection, ExtendElection
from contracts.voting.roll.messages import (
    AddVoters,
    AdmitVoter,
    FreezeRoll,
    StrikeVoter,
    VoterEntry,
)
from contracts.voting.tokens.messages import CloseIssuing

Progress = Callable[[int, int], None]

_CLOSED = "RollClosed"


class Officer:
    """Who acts for the election's authority, or as the official whom the manifest names."""

    def __init__(self, desk: Desk, facts: Facts) -> None:
        self.desk = desk
        self._facts = facts

    async def create(self, election_id: str, agency: str, manifest: object) -> Outcome:
        """Found an election. `manifest` has the contract's fields by name, as JSON writes them.

        Raises:
            WrongArgumentCount, WrongArgumentType, ArgumentOutOfBounds: names the field.
            RpcRefused, LedgerRefused: the ledger does not take it.
        """
        fields: dict[str, object] = {
            "election_id": election_id,
            "agency": agency,
            "manifest": manifest,
        }
        return require_ok(await self.desk.send_call("create_election", fields))

    async def add_voters(
        self, election_id: str, voters: Sequence[VoterEntry], progress: Progress | None = None
    ) -> None:
        """Enter voters page by page; those who are on the roll already are left as they are.

        Raises:
            RpcRefused, LedgerRefused: a page is refused, such as for NOT_ELIGIBLE.
        """
        for start in range(0, len(voters), PAGE_VOTERS_MAX):
            page = tuple(voters[start : start + PAGE_VOTERS_MAX])
            await self._add_page(election_id, page)
            if progress is not None:
                progress(start + len(page), len(voters))

    async def admit(self, election_id: str, entry: VoterEntry, reason: str) -> Outcome:
        """Put a person on the roll after an objection. Raises RpcRefused or LedgerRefused."""
        message = AdmitVoter(election_id, entry.sid, entry.class_id, reason)
        return await self.desk.do(message)

    async def strike(self, election_id: str, sid: bytes, reason: str) -> Outcome:
        """Take a person off the roll after an objection. Raises RpcRefused or LedgerRefused."""
        return await self.desk.do(StrikeVoter(election_id, sid, reason))

    async def freeze(self, election_id: str) -> Outcome:
        """Freeze the roll, in as many steps as it needs. Raises RpcRefused or LedgerRefused."""
        while True:
            outcome = await self.desk.do(FreezeRoll(election_id))
            if _CLOSED in events_of(outcome):
                return outcome

    async def open(self, election_id: str) -> Outcome:
        """Give the election its context and key. Raises RpcRefused or LedgerRefused."""
        return await self.desk.do(OpenElection(election_id))

    async def cancel(self, election_id: str, reason: str) -> Outcome:
        """Give the election up before it opens. Raises RpcRefused or LedgerRefused."""
        return await self.desk.do(CancelElection(election_id, reason))

    async def close_issuing(self, election_id: str) -> Outcome:
        """Fix who signs for each class, once answers are closed. Raises as `open`."""
        return await self.desk.do(CloseIssuing(election_id))

    async def annul(self, election_id: str, reason: str) -> Outcome:
        """Say, as one of the two offices, that the election is annulled. Raises as `open`."""
        return await self.desk.do(AnnulElection(election_id, reason))

    async def extend(self, election_id: str, windows: Windows, reason: str) -> Outcome:
        """Say, as one of the two offices, that these dates hold. Raises as `open`."""
        return await self.desk.do(ExtendElection(election_id, windows, reason))

    async def accept_overissue(self, election_id: str, reason: str) -> Outcome:
        """Say, as one of the two offices, that it is counted all the same. Raises as `open`."""
        return await self.desk.do(AcceptOverissue(election_id, reason))

    async def _add_page(self, election_id: str, page: tuple[VoterEntry, ...]) -> None:
        try:
            await self.desk.do(AddVoters(election_id, page))
        except (RpcRefused, LedgerRefused) as refused:
            if refused.code != "DUPLICATE_VOTER":
                raise
            missing = await self._missing(election_id, page)
            if missing == page:
                raise  # the page names somebody twice
            if missing:
                await self.desk.do(AddVoters(election_id, missing))

    async def _missing(
        self, election_id: str, page: tuple[VoterEntry, ...]
    ) -> tuple[VoterEntry, ...]:
        facts = await self._facts.election(election_id)
        return tuple([entry for entry in page if not await self._facts.voter(facts, entry.sid)])


def events_of(outcome: Outcome) -> tuple[str, ...]:
    """Return the names of the events of a transaction, as the node shows them."""
    events = (outcome.receipt or {}).get("events", [])
    return tuple(str(event.get("name")) for event in events if isinstance(event, dict))
