"""Ties a genesis document to the contract code that this node ships."""

from collections.abc import Mapping

from contracts.registry import CONTRACTS, code_hash
from genesis.errors import GenesisCodeDiffers, GenesisFieldWrong
from genesis.schema import Genesis, GenesisContract, Json


def shipped_contracts(configs: Mapping[str, Mapping[str, Json]]) -> tuple[GenesisContract, ...]:
    """Return every contract that this node ships, with its configuration from `configs`.

    Raises:
        GenesisFieldWrong: a configuration for a contract that does not exist.
    """
    for name in configs:
        _check_known(name, f"contracts.{name}")
    return tuple(
        GenesisContract(
            name=name,
            version=CONTRACTS[name].version,
            code_hash=code_hash(name),
            config=configs.get(name, {}),
        )
        for name in sorted(CONTRACTS)
    )


def check_code(genesis: Genesis) -> None:
    """Check that this node ships exactly the contract code that `genesis` names.

    Raises:
        GenesisFieldWrong: a contract that this node does not have.
        GenesisCodeDiffers: another version or other code.
    """
    for index, contract in enumerate(genesis.contracts):
        place = f"contracts[{index}]"
        _check_known(contract.name, f"{place}.name")
        shipped = CONTRACTS[contract.name].version
        if contract.version != shipped:
            reason = f"this node ships version {shipped} of {contract.name}, not {contract.version}"
            raise GenesisCodeDiffers(f"{place}.version", reason)
        ours = code_hash(contract.name)
        if contract.code_hash != ours:
            reason = (
                f"this node ships other code for {contract.name}: 0x{ours.hex()}, the genesis"
                f" names 0x{contract.code_hash.hex()};"
                " install the release the network runs, and the libraries of its requirements.lock"
            )
            raise GenesisCodeDiffers(f"{place}.code_hash", reason)


def _check_known(name: str, place: str) -> None:
    if name not in CONTRACTS:
        known = ", ".join(sorted(CONTRACTS))
        raise GenesisFieldWrong(place, f"this node has no contract {name!r}; it has {known}")
