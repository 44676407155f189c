"""Which names of a source use which: for recursion, and for what a method rejects.

An over-approximation: a name that a definition mentions counts as used.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from contracts.tools.lint_rules import nodes_of

Name: TypeAlias = tuple[str, str]  # (module, name)


@dataclass(frozen=True, slots=True)
class Source:
    """A module: what its functions and constants use, and where its imports come from."""

    module: str
    uses: dict[str, set[str]] = field(default_factory=dict)
    imports: dict[str, Name] = field(default_factory=dict)


def source_of(module: str, tree: ast.Module) -> Source:
    """Return the names of a module whose name is `module`. A class uses nothing."""
    source = Source(module)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            source.uses[node.name] = _used_names(node)
        elif isinstance(node, ast.ClassDef):
            source.uses[node.name] = set()
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = _names(node.value)
            source.uses.update({name: names for target in targets for name in _names(target)})
        elif isinstance(node, ast.ImportFrom):
            imported = {
                each.asname or each.name: (node.module or "", each.name) for each in node.names
            }
            source.imports.update(imported)
    return source


def reachable(start: Name, find: Callable[[str], Source | None]) -> set[Name]:
    """Return the definitions that `start` uses, directly or through others.

    `find` returns a module by its name, None for one that is not to be followed.
    """
    reached: set[Name] = set()
    waiting = list(_used_by(start, find))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _used_by(name, find)
    return reached


def _used_by(name: Name, find: Callable[[str], Source | None]) -> Iterable[Name]:
    source = find(name[0])
    if source is None:
        return ()
    if name[1] in source.imports:
        return (source.imports[name[1]],)
    used = source.uses.get(name[1], set())
    return [(source.module, each) for each in used if each in source.uses or each in source.imports]


def _used_names(function: ast.FunctionDef) -> set[str]:
    names = [node for node in nodes_of(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {argument.arg for argument in function.args.args}
    return {node.id for node in names} - own


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in nodes_of(node) if isinstance(each, ast.Name)}
