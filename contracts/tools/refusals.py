"""What a method rejects: every error that its handler, rule and precheck can reach by name.

Nobody writes the list, so that none can be wrong; tests/vectors/abi freezes it. What a query of
another contract refuses is not in it.
"""

import sys
from functools import lru_cache
from pathlib import Path

from contracts.sdk.contract import Contract, Method
from contracts.tools.calls import Source, reachable, source_of
from contracts.tools.source_form import tree_of
from primitives.errors import ContractError

Refusals = tuple[type[ContractError], ...]


@lru_cache(maxsize=32)
def refusals(contract: Contract) -> dict[str, Refusals]:
    """Return the errors of each method of `contract`, sorted by code. Reads its source once."""
    return {name: _refusals_of(method) for name, method in sorted(contract.methods.items())}


def _refusals_of(method: Method) -> Refusals:
    shared = method.shared
    checks = () if shared is None else (shared.item, shared.are_right)
    functions = (method.handler, method.allow, method.precheck, *checks)
    starts = [(each.__module__, each.__name__) for each in functions if each is not None]
    own = {module for module, _ in starts}

    def find(module: str) -> Source | None:
        return _source(module) if module in own or module.startswith("contracts.") else None

    names = {name for start in starts for name in reachable(start, find)}
    things = [getattr(sys.modules.get(module), name, None) for module, name in names]
    errors = {each for each in things if isinstance(each, type) and issubclass(each, ContractError)}
    errors |= set() if shared is None else {shared.refused}
    return tuple(sorted(errors - {ContractError}, key=lambda error: error.code))


@lru_cache(maxsize=512)
def _source(module: str) -> Source | None:
    path = getattr(sys.modules.get(module), "__file__", None)
    return None if path is None else source_of(module, tree_of(Path(path).read_bytes()))
