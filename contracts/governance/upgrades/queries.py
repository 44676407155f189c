"""What anyone may ask of the versions of contracts."""

from typing import Annotated

from contracts.governance.network.messages import ContractName, NodeName
from contracts.governance.network.state import NODES_MAX
from contracts.governance.state import contract
from contracts.governance.upgrades.rules import names_of_seats
from contracts.governance.upgrades.state import (
    CONTRACTS_MAX,
    AcceptedUpgrade,
    RunningContract,
    RunningContracts,
    carriers,
    running,
    upgrades,
)
from contracts.sdk import Context, CountMax, record

NodeNames = Annotated[tuple[NodeName, ...], CountMax(NODES_MAX)]


@record
class UpgradeStanding:
    """An upgrade that waits: which nodes carry its code, and which validators lack it."""

    contract: ContractName
    upgrade: AcceptedUpgrade
    carried_by: NodeNames
    lacking: NodeNames


Upgrades = Annotated[tuple[UpgradeStanding, ...], CountMax(CONTRACTS_MAX)]
AllRunning = Annotated[tuple[RunningContract, ...], CountMax(CONTRACTS_MAX)]


@contract.query
def running_contracts(ctx: Context) -> AllRunning:
    """The versions of all contracts that run in the next block, in order of their names."""
    return running.get(ctx, RunningContracts(())).contracts


@contract.query
def upgrades_awaited(ctx: Context) -> Upgrades:
    """The upgrades that wait for their time, and who carries them."""
    found = []
    for name, entry in upgrades.page(ctx, limit=CONTRACTS_MAX):
        having = [key[1] for key, _ in carriers.page(ctx, (name,), limit=NODES_MAX)]
        lacking = [seat for seat in names_of_seats(ctx) if seat not in having]
        found.append(UpgradeStanding(name, entry, tuple(having), tuple(lacking)))
    return tuple(found)
