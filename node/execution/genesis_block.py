"""Block 0: the state that the contracts' genesis hooks make, under a header without votes."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Contracts
from contracts.sdk.ports import BlockInfo
from genesis.schema import Genesis
from node.execution import system
from node.execution.headers import APP_VERSION
from node.execution.network_record import GOVERNANCE, contracts_of, nodes_of
from node.execution.overlay import Overlay
from node.execution.receipts import receipts_root
from node.store.chain_store import BlockRecord
from node.store.state_store import StatePlan, StateStore
from primitives.block import Block, Header, transactions_root_of
from primitives.crypto import PUBLIC_KEY_BYTES, ZERO_DIGEST, PublicKey
from primitives.ids import Height


@dataclass(frozen=True, slots=True)
class GenesisBlock:
    """Block 0 and its state, ready to be stored."""

    record: BlockRecord
    state: StatePlan


def make_genesis_block(genesis: Genesis, contracts: Contracts, state: StateStore) -> GenesisBlock:
    """Return block 0 of `genesis` upon the empty `state`.

    Raises:
        LocalFault: a contract's configuration is wrong; names the field.
    """
    overlay = Overlay(state)
    block = BlockInfo(chain_id=genesis.chain_id, height=0, time_ms=genesis.time_ms)
    configs: dict[str, Mapping[str, object]] = {one.name: one.config for one in genesis.contracts}
    if GOVERNANCE in configs:
        founding = {"nodes": nodes_of(genesis), "contracts": contracts_of(genesis)}
        configs[GOVERNANCE] = {**configs[GOVERNANCE], **founding}
    dispatch.begin_genesis(contracts, overlay, block, configs)
    overlay.set(system.VALIDATORS_KEY, system.validators_value(genesis.validators))
    system.set_from(overlay, 1, genesis.validators)
    system.begin_hour(overlay, height=0, time_ms=genesis.time_ms)
    overlay.keep()
    plan = state.plan(overlay.writes)
    record = BlockRecord(
        block=Block(_header(genesis, plan), ()),
        certificate=None,
        receipts=(),
        transaction_ids=(),
        next_validators=genesis.validators,
    )
    return GenesisBlock(record, plan)


def _header(genesis: Genesis, plan: StatePlan) -> Header:
    return Header(
        chain_id=genesis.chain_id,
        height=Height(0),
        time_ms=genesis.time_ms,
        parent_hash=ZERO_DIGEST,
        transactions_root=transactions_root_of((), ()),
        receipts_root=receipts_root(()),
        state_root=plan.root,
        validators_hash=genesis.validators.hash,
        next_validators_hash=genesis.validators.hash,
        last_certificate_hash=ZERO_DIGEST,
        app_version=APP_VERSION,
        proposer=PublicKey(bytes(PUBLIC_KEY_BYTES)),
        restart=genesis.hash,
    )
