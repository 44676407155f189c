"""A chain whose validators belong to agencies, and restart statements that they sign."""

from dataclasses import replace

from contracts.registry import code_hash
from genesis.schema import Genesis, GenesisContract
from node.execution.restarts import Pending, base_of
from node.ledger import LedgerOverStore, LedgerSettings
from primitives.crypto import SigningKey
from primitives.ids import address_of, show_address
from primitives.restart import RestartStatement, SignedRestart
from tests.builders import key
from tests.execution.chain import BANK, Chain, genesis

AGENCIES = ("v0", "v1", "v2", "v3")
HOUR_MS = 3_600_000


def administrator(agency_id: str) -> SigningKey:
    """Return the key of the account that administers an agency."""
    return key(2000 + AGENCIES.index(agency_id))


def founded(transactions_max: int = 2_000) -> Genesis:
    """Return the genesis of four validators, each of an agency of its name."""
    agencies = [_agency(name, "validator", administrator(name)) for name in AGENCIES] + [
        _agency("bank", "central-bank", BANK)
    ]
    base = genesis(transactions_max=transactions_max)
    contracts = tuple(
        GenesisContract(
            name=contract.name,
            version=contract.version,
            code_hash=code_hash(contract.name),
            config={"agencies": agencies} if contract.name == "governance" else contract.config,
        )
        for contract in base.contracts
    )
    return replace(base, contracts=contracts)


def _agency(agency_id: str, kind: str, signer: SigningKey) -> dict[str, object]:
    return {
        "id": agency_id,
        "name_th": agency_id,
        "name_en": agency_id,
        "kinds": [kind],
        "administrator": show_address(address_of(signer.public_key)),
    }


def statement(ledger: LedgerOverStore, **changes: object) -> RestartStatement:
    """Return the statement to go on above the ledger's head, with some fields changed."""
    base = base_of(ledger.head())
    fields: dict = {
        "chain_id": base.chain_id,
        "previous": base.restart,
        "height": base.height,
        "block_hash": base.block_hash,
        "validators": base.validators.hash,
        "reason": "power loss",
        "not_after_ms": ledger.head().header.time_ms + HOUR_MS,
        "suspended": (),
    }
    return RestartStatement(**(fields | changes))


def signed(of: RestartStatement, *agency_ids: str) -> SignedRestart:
    """Return a statement with the signatures of agencies' administrators (default: three)."""
    found = SignedRestart(of)
    for agency_id in agency_ids or AGENCIES[:3]:
        found = found.signed_by(agency_id, [administrator(agency_id)])
    return found


def applied(chain: Chain, *restarts: SignedRestart) -> LedgerOverStore:
    """Reopen the chain's ledger as after `apply` of these statements."""
    chain.settings = replace(chain.settings or LedgerSettings(), pending=Pending(restarts))
    return chain.reopen()
