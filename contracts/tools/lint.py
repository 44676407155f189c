"""Refuses a contract whose source could run differently on two machines, or without bound.

The rules (by node of the syntax tree, in `lint_rules`) leave integers, text, bytes, tuples,
lists, dicts, `if`, bounded `for` and plain functions. This is hygiene for reviewed code, not a
sandbox: only contracts named in genesis run. Source: docs/contracts-guide.md#language.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.sdk.errors import ContractRefused
from contracts.tools.calls import reachable, source_of
from contracts.tools.code_hash import sources_of
from contracts.tools.lint_rules import Checker, Finding, nodes_of
from contracts.tools.source_form import tree_of

_STATE_KINDS = frozenset({"Item", "Map", "Counter"})


@dataclass(frozen=True, slots=True)
class _Module:
    """One source file of a contract."""

    path: str
    name: str
    tree: ast.Module
    nodes: list[ast.AST]


def check_folder(folder: Path, *, package: str) -> None:
    """Check every source file of the contract in `folder`, whose import name is `package`.

    Raises:
        ContractRefused: the rules that are broken, one a line, each with file and line.
    """
    sources = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sources_of(folder)
    }
    broken = findings(sources, package=package)
    if broken:
        lines = [f"{package}: {finding}" for finding in broken]
        raise ContractRefused("\n".join(lines))


def findings(sources: dict[str, str], *, package: str) -> list[Finding]:
    """Return every broken rule in `sources` (relative file name -> text), in order."""
    modules = []
    found: list[Finding] = []
    for path, text in sources.items():
        try:
            tree = tree_of(text.encode())
        except SyntaxError as error:
            found.append(Finding(path, error.lineno or 0, "not Python"))
            continue
        nodes = nodes_of(tree)
        checker = Checker(path, package)
        checker.check(nodes)
        found += checker.findings
        modules.append(_Module(path, _module_name(path, package), tree, nodes))
    found += _repeated_state_names(modules)
    found += _recursion(modules)
    return sorted(found, key=lambda finding: (finding.path, finding.line))


def _module_name(path: str, package: str) -> str:
    return f"{package}.{path.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")


def _repeated_state_names(modules: list[_Module]) -> Iterator[Finding]:
    """Two maps of one name would share their entries."""
    seen: set[str] = set()
    for module in modules:
        for node in module.nodes:
            name = _state_name(node)
            if name is None:
                continue
            if name in seen:
                yield Finding(module.path, node.lineno, f"state {name!r} is declared twice")  # type: ignore[attr-defined]
            seen.add(name)


def _state_name(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    made = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    first = node.args[0]
    if isinstance(made, ast.Name) and made.id in _STATE_KINDS and isinstance(first, ast.Constant):
        return str(first.value)
    return None


def _recursion(modules: list[_Module]) -> Iterator[Finding]:
    """No function may reach itself, through whichever functions of the contract."""
    sources = {module.name: source_of(module.name, module.tree) for module in modules}
    for module in modules:
        for function in module.tree.body:
            name = (module.name, getattr(function, "name", ""))
            if isinstance(function, ast.FunctionDef) and name in reachable(name, sources.get):
                rule = f"{function.name} reaches itself: no recursion"
                yield Finding(module.path, function.lineno, rule)
