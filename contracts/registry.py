"""The contracts that this release carries: each one's newest version, older ones, and their hashes.

A contract is a folder beside this file; an older version that some network still runs is frozen in
its folder `v<version>`. `contracts.tools.lint` checks its source; then all modules are imported,
in order of their names, and what they define belongs to the contract.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from contracts.sdk.contract import Contract
from contracts.sdk.errors import BadContract
from contracts.tools.code_hash import frozen_versions, hash_of_code, sources_of
from contracts.tools.lint import check_folder
from contracts.tools.versions import check_state
from primitives.crypto import Digest
from primitives.errors import UnknownContract

NAMES = ("accounts", "cbdc", "complaints", "governance", "identity", "voting")

_FOLDER = Path(__file__).parent


def frozen_of(name: str) -> tuple[int, ...]:
    """Return the versions of `name` that this release carries beside the newest."""
    return frozen_versions(_FOLDER / name)


@cache
def code_hash(name: str, version: int | None = None) -> Digest:
    """Return the hash of the code of the newest `name`, or of a frozen version of it.

    Raises:
        UnknownContract: this release carries no such contract.
    """
    if name not in NAMES or version not in {None, *frozen_of(name)}:
        shown = f"{name!r:.70}" if version is None else f"{name!r:.70} of version {version}"
        raise UnknownContract(f"no contract {shown} is shipped", contract=name[:64])
    return hash_of_code(name, version=version)


def find_contract(name: str, version: int, wanted: Digest) -> Contract | None:
    """Return the contract of this version if this release carries it with just this code."""
    if name not in NAMES:
        return None
    if version in frozen_of(name):
        return frozen_contract(name, version) if code_hash(name, version) == wanted else None
    newest = CONTRACTS[name]
    return newest if newest.version == version and code_hash(name) == wanted else None


def hash_of(contract: Contract) -> Digest | None:
    """Return the hash of a contract's code, None for one that is not from here."""
    name, version = contract.name, contract.version
    if CONTRACTS.get(name) is contract:
        return code_hash(name)
    if name not in NAMES or version not in frozen_of(name):
        return None
    return code_hash(name, version) if frozen_contract(name, version) is contract else None


@cache
def frozen_contract(name: str, version: int) -> Contract:
    """Return a frozen version. Raises what `load_contract` raises."""
    return load_contract(name, version)


def load_contract(name: str, version: int | None = None) -> Contract:
    """Return the newest contract in folder `name`, or a frozen one, once its source is checked.

    Raises:
        ContractRefused: a line breaks a rule; names file, line and rule.
        BadContract: the folder declares no contract of that name, or of that version; or its state
            has another form than that of the same name in the newest.
    """
    folder = _FOLDER / name if version is None else _FOLDER / name / f"v{version}"
    package = ".".join(("contracts", *folder.relative_to(_FOLDER).parts))
    check_folder(folder, package=package)
    modules = [import_module(part) for part in _module_names(folder)]
    things = [thing for module in modules for thing in vars(module).values()]
    declared = {thing for thing in things if isinstance(thing, Contract)}
    if [contract.name for contract in declared] != [name]:
        raise BadContract(f"contracts/{name} declares no contract named {name}, or several")
    contract = declared.pop()
    for module in modules:
        contract.adopt(module)
    if version is not None:
        if contract.version != version:
            raise BadContract(f"{package} declares version {contract.version}")
        check_state(contract, CONTRACTS[name])
    return contract


def _module_names(folder: Path) -> list[str]:
    """Return the import names of a folder's modules, sorted."""
    paths = [path.relative_to(_FOLDER).with_suffix("") for path in sources_of(folder)]
    return sorted(".".join(("contracts", *path.parts)) for path in paths if path.stem != "__init__")


# Receipts carry the first lines of docstrings, and validators agree on receipts.
if __doc__ is None:
    raise BadContract("Python runs with -OO, which strips the messages of receipts; run without")


class _Shipped(Mapping[str, Contract]):
    """The newest contracts by name; each is loaded when it is first asked for, and once."""

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
