"""Who a node is, as its clients are told, and what the contracts that run now are."""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from contracts.sdk.contract import Contract
from contracts.sdk.dispatch import Contracts
from contracts.tools.abi import abi
from contracts.tools.source_form import forget_trees
from genesis.schema import Genesis, genesis_document
from node.rpc import NodeFacts
from node.rpc.document_results import AbiJson, GenesisJson
from node.version import release_version


class RunningAbis(Mapping[str, AbiJson]):
    """The ABI of each contract by name, of the version that answers queries at the head."""

    def __init__(self, contracts: Callable[[], Contracts]) -> None:
        self._contracts = contracts
        self._known: dict[str, tuple[Contract, AbiJson]] = {}

    def __getitem__(self, name: str) -> AbiJson:
        contract = self._contracts()[name]
        known = self._known.get(name)
        if contract.is_closed and known is not None:
            return known[1]  # it refuses all for some blocks; what it was is told till then
        if known is None or known[0] is not contract:
            known = self._known[name] = contract, cast(AbiJson, abi(contract))
        return known[1]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._contracts()))

    def __len__(self) -> int:
        return len(self._contracts())


def facts_of(name: str, genesis: Genesis, contracts: Callable[[], Contracts]) -> NodeFacts:
    """Return what is told of a node of this name; `contracts` are those of the head."""
    abis = RunningAbis(contracts)
    dict(abis)  # made now, from trees that are at hand
    forget_trees()
    return NodeFacts(
        name=name,
        version=release_version(),
        chain_id=genesis.chain_id,
        genesis_hash=genesis.hash,
        genesis_document=cast(GenesisJson, genesis_document(genesis)),
        abis=abis,
    )
