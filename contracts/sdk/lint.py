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
from contracts.sdk.lint_rules import Checker, Finding, nodes_of

_STATE_KINDS = frozenset({"Item", "Map", "Counter"})

Name = tuple[str, str]  # (module, function)


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
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*.py"))
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
            tree = ast.parse(text)
        except SyntaxError as error:
            found.append(Finding(path, error.lineno or 0, "not Python"))
            continue
        nodes = nodes_of(tree)
        checker = Checker(path, package)
        checker.check(nodes)
        found += checker.findings
        modules.append(_Module(path, _module_name(path, package), tree, nodes))
    found += _repeated_state_names(modules)
    found += _recursion(modules, package)
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


def _recursion(modules: list[_Module], package: str) -> Iterator[Finding]:
    """No function may reach itself, through whichever functions of the contract."""
    calls: dict[Name, set[Name]] = {}
    places: dict[Name, Finding] = {}
    for module in modules:
        known = _visible_functions(module, package)
        for function in module.tree.body:
            if isinstance(function, ast.FunctionDef):
                name = (module.name, function.name)
                calls[name] = {known[used] for used in _used_names(function) & known.keys()}
                rule = f"{function.name} reaches itself: no recursion"
                places[name] = Finding(module.path, function.lineno, rule)
    for name in calls:
        if name in _reachable(name, calls):
            yield places[name]


def _visible_functions(module: _Module, package: str) -> dict[str, Name]:
    """Return what each name of the module stands for, if it may be a function of the contract."""
    visible: dict[str, Name] = {}
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            visible[node.name] = (module.name, node.name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package):
            for alias in node.names:
                visible[alias.asname or alias.name] = (node.module or "", alias.name)
    return visible


def _used_names(function: ast.FunctionDef) -> set[str]:
    names = [node for node in nodes_of(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {argument.arg for argument in function.args.args}
    return {node.id for node in names} - own


def _reachable(start: Name, calls: dict[Name, set[Name]]) -> set[Name]:
    reached: set[Name] = set()
    waiting = list(calls[start])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += calls.get(name, ())
    return reached
