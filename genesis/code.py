"""Ties a genesis document to the contract code that this node ships."""

from collections.abc import Mapping

from contracts.registry import CONTRACTS, code_hash, frozen_of
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


def check_code(genesis: Genesis, *, is_founding: bool = True) -> None:
    """Check that this node carries exactly the contract code that `genesis` names.

    A network that was upgraded may not need it any more: unless `is_founding`, a version that is
    no longer carried passes here, and the ledger asks for what its head says.

    Raises:
        GenesisFieldWrong: a contract that this node does not have.
        GenesisCodeDiffers: another version or other code.
    """
    for index, contract in enumerate(genesis.contracts):
        place = f"contracts[{index}]"
        _check_known(contract.name, f"{place}.name")
        newest, frozen = CONTRACTS[contract.name].version, frozen_of(contract.name)
        if contract.version not in {newest, *frozen}:
            if contract.version < newest and not is_founding:
                continue
            shipped = " and ".join(map(str, (*frozen, newest)))
            reason = f"this node ships version {shipped} of {contract.name}, not {contract.version}"
            raise GenesisCodeDiffers(f"{place}.version", reason)
        version = None if contract.version == newest else contract.version
        ours = code_hash(contract.name, version)
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
