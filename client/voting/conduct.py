"""The authority's part from the founding to the result: what is due now is done, again and again.

What is done looks at what the ledger holds, so a step may be repeated at any time, also after a
crash. Only the founding and the roll are the authority's alone; the rest anyone may do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from client.contract import Actor, ask
from client.voting.counting import count_box, delivered, publish
from client.voting.errors import NotThisElection
from client.voting.facts import ElectionFacts, Facts
from client.voting.plan import Plan
from client.voting.roll import add_voters, freeze_roll
from contracts.voting.core.rules import freeze_span, open_span, roll_span, sets_span
from contracts.voting.core.state import closed, closings, elections, freezes
from contracts.voting.elections.messages import OpenElection
from contracts.voting.elections.stage import (
    ANNULLED,
    CANCELLED,
    TALLIED,
    UNRECOVERABLE,
    VOID,
    WITHHELD,
)
from contracts.voting.elections.stage import election as election_of
from contracts.voting.roll.messages import VoterEntry
from contracts.voting.tokens.messages import CloseIssuing

ENDED = frozenset({ANNULLED, CANCELLED, TALLIED, UNRECOVERABLE, VOID, WITHHELD})
FOUNDED, ENTERED, FROZEN, OPENED = "founded", "voters entered", "roll frozen", "opened"
SETS_FIXED, COUNTED, PUBLISHED = "answers closed", "box counted", "result published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """Who conducts an election by a plan: the authority's account, and the roll to enter."""

    actor: Actor
    facts: Facts
    plan: Plan
    entries: Sequence[VoterEntry] = ()

    async def step(self) -> list[str]:
        """Do what is due now, and return the names of what was done.

        Raises:
            NotThisElection: the ledger has another election of this name than the plan's.
            RpcRefused, LedgerRefused: the ledger does not take it, and says why.
        """
        done: list[str] = []
        if await self.facts.value(elections, self.plan.election_id) is None:
            await self.actor.do(self.plan.message)
            done.append(FOUNDED)
        election = await self.facts.election(self.plan.election_id)
        if election.manifest != self.plan.manifest:
            raise NotThisElection(f"{election.election_id} was founded by another plan")
        if await self.stage() in ENDED:
            return done
        done += await self._set_up(election)
        return done + await self._after(election)

    async def stage(self) -> str:
        """Return where the election stands, as the node says."""
        return (await ask(self.actor.rpc, election_of, self.plan.election_id)).stage

    async def _set_up(self, election: ElectionFacts) -> list[str]:
        """Enter the roll, freeze it, and open, each while it is due and not done."""
        of, now_ms, windows = election.election_id, election.now_ms, election.windows
        done: list[str] = []
        may_enter = len(self.entries) > 0 and _is_in(now_ms, roll_span(windows))
        if may_enter and await self.facts.voter(election, self.entries[-1].sid) is None:
            await add_voters(self.actor, self.facts, of, self.entries)
            done.append(ENTERED)
        freeze = await self.facts.value(freezes, of)
        is_frozen = freeze is not None and freeze.root is not None
        if not is_frozen and _is_in(now_ms, freeze_span(windows)):
            await freeze_roll(self.actor, of)
            done.append(FROZEN)
        if election.opening is None and _is_in(now_ms, open_span(windows)):
            await self.actor.do(OpenElection(election_id=of))
            done.append(OPENED)
        return done

    async def _after(self, election: ElectionFacts) -> list[str]:
        """Close the answers, count the box, publish the result, each while it is due."""
        of, now_ms, windows = election.election_id, election.now_ms, election.windows
        if election.opening is None:
            return []
        may_close = not election.has_rings and _is_in(now_ms, sets_span(windows))
        if may_close and await self.facts.value(closed, of) is None:
            await self.actor.do(CloseIssuing(election_id=of))
            return [SETS_FIXED]
        if now_ms < windows.cast_until_ms:
            return []
        done: list[str] = []
        if await self.facts.value(closings, of) is None:
            await count_box(self.actor, of)
            done.append(COUNTED)
        if len(await delivered(self.facts, election)) >= election.manifest.trustees.needed:
            await publish(self.actor, self.facts, of)
            done.append(PUBLISHED)
        return done


def _is_in(now_ms: int, span: tuple[int, int]) -> bool:
    return span[0] <= now_ms < span[1]
