"""Moves a contract's state from one version to another: a page a block, until nothing is left."""

from contracts.sdk.context import WRITING, Context, Run
from contracts.sdk.contract import Contract
from contracts.sdk.dispatch import BUGS, Contracts, ask
from contracts.sdk.errors import EndOfBlockFailed
from contracts.sdk.ports import BlockInfo, StateView
from primitives.errors import Rejected
from primitives.receipt import Event

WHOLE = ("accounts", "governance")  # no block can be without them
WHOLE_PAGES_MAX = 64


def migrate(
    contracts: Contracts, state: StateView, block: BlockInfo, contract: Contract, from_version: int
) -> tuple[bool, tuple[Event, ...]]:
    """Do one page of a migration; return whether nothing is left, and the events.

    Of the contracts that no block can be without, all pages are done.

    Raises:
        EndOfBlockFailed: it fails, on every node alike; or it is too long for such a contract.
    """
    page = contract.migrations.get(from_version)
    if page is None:
        return True, ()
    events: list[Event] = []
    is_whole = contract.name in WHOLE
    for _ in range(WHOLE_PAGES_MAX if is_whole else 1):
        run = Run(state, block, ask, contracts)
        try:
            is_done = page(Context(run, contract.scope, WRITING))
        except (Rejected, *BUGS) as error:
            raise EndOfBlockFailed(contract.name, block.height, error, "migration") from error
        events += run.events
        if is_done:
            return True, tuple(events)
    if is_whole:
        long = ValueError(f"more than {WHOLE_PAGES_MAX} pages, and no block is without it")
        raise EndOfBlockFailed(contract.name, block.height, long, "migration")
    return False, tuple(events)
