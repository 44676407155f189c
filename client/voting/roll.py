"""The roll of an election: voters in pages, and its freezing in as many steps as it needs.

Every act may be repeated after a crash: what the ledger has is skipped.
"""

from collections.abc import Callable, Sequence

from client.contract import Actor, events_in
from client.errors import LedgerRefused, RpcRefused
from client.outcome import Outcome
from client.voting.facts import Facts
from contracts.voting.core.messages import PAGE_VOTERS_MAX
from contracts.voting.roll.messages import AddVoters, FreezeRoll, RollClosed, VoterEntry

Progress = Callable[[int, int], None]


async def add_voters(
    actor: Actor,
    facts: Facts,
    election_id: str,
    entries: Sequence[VoterEntry],
    progress: Progress | None = None,
) -> None:
    """Enter voters page by page; those who are on the roll already are left as they are.

    Raises:
        RpcRefused, LedgerRefused: a page is refused, such as for NOT_ELIGIBLE.
    """
    for start in range(0, len(entries), PAGE_VOTERS_MAX):
        page = tuple(entries[start : start + PAGE_VOTERS_MAX])
        await _add_page(actor, facts, election_id, page)
        if progress is not None:
            progress(start + len(page), len(entries))


async def freeze_roll(actor: Actor, election_id: str) -> Outcome:
    """Freeze the roll. Raises RpcRefused or LedgerRefused."""
    while True:
        outcome = await actor.do(FreezeRoll(election_id=election_id))
        if events_in(outcome, RollClosed):
            return outcome


async def _add_page(
    actor: Actor, facts: Facts, election_id: str, page: tuple[VoterEntry, ...]
) -> None:
    try:
        await actor.do(AddVoters(election_id=election_id, voters=page))
    except (RpcRefused, LedgerRefused) as refused:
        if refused.code != "DUPLICATE_VOTER":
            raise
        election = await facts.election(election_id)
        missing = tuple([each for each in page if not await facts.voter(election, each.sid)])
        if missing == page:
            raise  # the page names somebody twice
        if missing:
            await actor.do(AddVoters(election_id=election_id, voters=missing))
