"""The contracts of this version: name -> contract, and the hash of each one's code.

A contract is a folder beside this file. `contracts.tools.lint` checks its source; then all its
modules are imported, in order of their names, and what they define belongs to the contract.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from contracts.sdk.contract import Contract
from contracts.sdk.errors import BadContract
from contracts.tools.code_hash import hash_of_code
from contracts.tools.lint import check_folder
from primitives.crypto import Digest
from primitives.errors import UnknownContract

NAMES = ("accounts", "cbdc", "complaints", "governance", "identity", "voting")

_FOLDER = Path(__file__).parent


@cache
def code_hash(name: str) -> Digest:
    """Return the hash of the code of `name`, as `contracts.tools.code_hash` defines it.

    Raises:
        UnknownContract: this version ships no contract `name`.
    """
    if name not in NAMES:
        raise UnknownContract(f"no contract {name!r:.70} is shipped", contract=name[:64])
    return hash_of_code(name)


def load_contract(name: str) -> Contract:
    """Return the contract in folder `name`, after its source passed the determinism rules.

    Raises:
        ContractRefused: a line breaks a rule; names file, line and rule.
        BadContract: the folder declares no contract of that name.
    """
    folder = _FOLDER / name
    check_folder(folder, package=f"contracts.{name}")
    modules = [import_module(part) for part in _module_names(folder)]
    things = [thing for module in modules for thing in vars(module).values()]
    declared = {thing for thing in things if isinstance(thing, Contract)}
    if [contract.name for contract in declared] != [name]:
        raise BadContract(f"contracts/{name} declares no contract named {name}, or several")
    contract = declared.pop()
    for module in modules:
        contract.adopt(module)
    return contract


def _module_names(folder: Path) -> list[str]:
    """Return the import names of a folder's modules, sorted."""
    paths = [path.relative_to(_FOLDER).with_suffix("") for path in folder.rglob("*.py")]
    return sorted(".".join(("contracts", *path.parts)) for path in paths if path.stem != "__init__")


# Receipts carry the first lines of docstrings, and validators agree on receipts.
if __doc__ is None:
    raise BadContract("Python runs with -OO, which strips the messages of receipts; run without")


class _Shipped(Mapping[str, Contract]):
    """The contracts by name; each is loaded when it is first asked for, and once."""

    def __init__(self) -> None:
        self._loaded: dict[str, Contract] = {}

    def __getitem__(self, name: str) -> Contract:
        if name not in NAMES:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = load_contract(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


CONTRACTS: Mapping[str, Contract] = _Shipped()
