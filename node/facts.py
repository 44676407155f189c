"""What does not change while a node runs, as its clients are told."""

from typing import cast

from contracts.registry import CONTRACTS
from contracts.tools.abi import abi
from contracts.tools.source_form import forget_trees
from genesis.schema import Genesis, genesis_document
from node.execution.genesis_block import active_contracts
from node.rpc import NodeFacts
from node.rpc.document_results import AbiJson, GenesisJson
from node.version import release_version


def facts_of(name: str, genesis: Genesis) -> NodeFacts:
    """Return what does not change while a node of this name runs in this network."""
    facts = NodeFacts(
        name=name,
        version=release_version(),
        chain_id=genesis.chain_id,
        genesis_hash=genesis.hash,
        genesis_document=cast(GenesisJson, genesis_document(genesis)),
        abis={
            name: cast(AbiJson, abi(found))
            for name, found in active_contracts(genesis, CONTRACTS).items()
        },
    )
    forget_trees()
    return facts
