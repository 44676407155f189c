"""What governance remembers of the versions of contracts."""

from typing import Annotated

from contracts.governance.network.messages import (
    VERSION_MAX,
    BlockHeight,
    ContractName,
    ContractVersion,
    NodeName,
    Release,
    UpgradeTimeMs,
)
from contracts.sdk import Chars, Counter, CountMax, Digest, Item, Map, Range, record

CONTRACTS_MAX = 64


@record
class RunningContract:
    """A contract, the version and the code that run from the height `since` on.

    `before` is the version that ran until then, 0 for none; `release` the first that carries this
    one, "" for that of the genesis.
    """

    contract: ContractName
    version: ContractVersion
    code_hash: Digest
    since: BlockHeight
    before: Annotated[int, Range(0, VERSION_MAX)]
    release: Annotated[str, Chars(0, 32)]


@record
class RunningContracts:
    """All contracts of the network, in order of their names."""

    contracts: Annotated[tuple[RunningContract, ...], CountMax(CONTRACTS_MAX)]


@record
class AcceptedUpgrade:
    """An upgrade that waits for its time; accepted in the block `accepted`."""

    version: ContractVersion
    code_hash: Digest
    release: Release
    activate_at_ms: UpgradeTimeMs
    void_at_ms: UpgradeTimeMs
    accepted: BlockHeight


running = Item[RunningContracts]("running")  # what the next block runs; execution reads it
upgrades = Map[ContractName, AcceptedUpgrade]("upgrades")  # contract -> the one that waits
upgrades_waiting = Counter("upgrades_waiting")
carriers = Map[tuple[ContractName, NodeName], BlockHeight]("carriers")  # who has that code
