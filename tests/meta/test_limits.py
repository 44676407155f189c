"""The numbers of the protocol are what limits.toml says: who changes one changes it there too.

Lengths and bounds of contracts' fields are held by the golden ABI (tests/contracts/test_abi.py).
"""

import ast
import tomllib
from dataclasses import fields, is_dataclass
from importlib import import_module

from tests.meta.sources import module_of, modules, texts

FOLDERS = ("primitives/", "consensus/", "contracts/")
SETTINGS = ("consensus.config",)  # whose defaults are numbers of the protocol too
PARAMETER_FIELDS = ("name", "low", "high", "default")


def numbers_of(value):
    """Return the form that limits.toml has for a constant, None when it holds no numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, tuple) and value and all(type(each) is int for each in value):
        return list(value)
    if isinstance(value, dict) and value and all(type(each) is int for each in value.values()):
        names = [getattr(key, "name", getattr(key, "__name__", "")) for key in value]
        return dict(zip(names, value.values(), strict=True))
    return None


def parameters_of(value):
    """Return the parameters that a constant is or holds, by name: least, greatest, first value."""
    values = value if isinstance(value, tuple) else (value,)
    return {
        each.name: [each.low, each.high, each.default]
        for each in values
        if all(hasattr(each, field) for field in PARAMETER_FIELDS)
    }


def constants_of(path, tree):
    """Return (name, value) of every constant that a module defines, by its own assignment."""
    module = import_module(module_of(path))
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = [node.id for node in targets if isinstance(node, ast.Name) and node.id.isupper()]
    return module.__name__, [(name, getattr(module, name)) for name in names]


def defaults_of(module):
    """Return what fields of a module's dataclasses are when nobody sets them, as Class.field."""
    return {
        f"{cls.__name__}.{field.name}": numbers_of(field.default)
        for cls in vars(module).values()
        if isinstance(cls, type) and is_dataclass(cls) and cls.__module__ == module.__name__
        for field in fields(cls)
    }


def numbers_of_the_sources():
    """Return every number of the protocol by module and name."""
    tables = {}
    for path, tree in modules().items():
        if path.startswith(FOLDERS):
            module, constants = constants_of(path, tree)
            table = {name: numbers_of(value) for name, value in constants}
            if module in SETTINGS:
                table |= defaults_of(import_module(module))
            found = {name: number for name, number in table.items() if number is not None}
            for _, value in constants:
                found |= parameters_of(value)
            if found:
                tables[module] = found
    return tables


def test_every_number_of_the_protocol_is_the_literal_in_the_list():
    listed = tomllib.loads(texts()["tests/meta/limits.toml"])

    sources = numbers_of_the_sources()

    assert sum(map(len, sources.values())) > 250
    assert sorted(sources) == sorted(listed)
    for module, numbers in sources.items():
        assert numbers == listed[module], f"{module}: limits.toml has other numbers"
