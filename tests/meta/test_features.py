"""A contract of many features is a folder a feature; imports between its modules stay few.

Source: docs/contracts-guide.md.
"""

import ast
from functools import cache
from graphlib import TopologicalSorter

import pytest

from contracts.registry import CONTRACTS
from tests.meta.sources import ROOT

# The most imports between modules of a contract; 404 was the digital baht's before it had folders.
ARROWS_MAX = {"cbdc": 404 // 3, "identity": 100, "voting": 117, "complaints": 100}
# A part that is counted by itself, with the arrows from and to its folders.
PARTS = {"identity": (("vouching", "crypto"), 28)}
SHARED = {"core", "crypto", "statistics"}  # folders without methods


@cache
def arrows(contract):
    """Return each module of a contract, with the modules of it that it imports."""
    folder = ROOT / "contracts" / contract
    paths = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in folder.rglob("*.py")
        if path.stem != "__init__"
    }
    found = {}
    for module, path in paths.items():
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        sources = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        found[module] = sources & paths.keys()
    return found


@pytest.mark.parametrize("contract", ARROWS_MAX)
def test_modules_of_a_contract_import_few_others(contract):
    folders, most = PARTS.get(contract, ((), 0))
    counts = {True: 0, False: 0}

    for module, sources in arrows(contract).items():
        for source in sources:
            is_of_part = any(each.split(".")[2] in folders for each in (module, source))
            counts[is_of_part] += 1

    assert counts[False] <= ARROWS_MAX[contract]
    assert counts[True] <= most


@pytest.mark.parametrize("contract", ARROWS_MAX)
def test_modules_of_a_contract_import_each_other_in_no_circle(contract):
    order = tuple(TopologicalSorter(arrows(contract)).static_order())

    assert set(order) == arrows(contract).keys()


@pytest.mark.parametrize("contract", ARROWS_MAX)
def test_a_feature_has_its_messages_and_its_handlers(contract):
    folder = ROOT / "contracts" / contract
    features = [each for each in folder.iterdir() if (each / "__init__.py").is_file()]

    assert features
    for feature in features:
        if feature.name not in SHARED:
            names = {path.name for path in feature.glob("*.py")}
            assert names >= {"messages.py", "handlers.py"}, feature.name


@pytest.mark.parametrize("contract", ARROWS_MAX)
def test_clients_find_every_message_in_the_messages_of_a_feature(contract):
    methods = CONTRACTS[contract].methods.values()

    modules = {method.schema.cls.__module__ for method in methods}

    assert {module.rpartition(".")[2] for module in modules} == {"messages"}
