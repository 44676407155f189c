"""The form of a source that is the same on every Python: what it does, without how it is written.

A syntax tree is written as its nodes' class names and the fields that hold something, by name.
Comments, layout, docstrings and other texts that stand alone are not in it; nor is what only some
versions of Python note (type parameters, how a text was prefixed). `ast.dump` differs by version.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from primitives.crypto import Digest, digest
from primitives.errors import InvariantBroken

_UNWRITTEN = frozenset({"ctx", "kind", "type_comment", "type_params"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A module's form, and what of it other modules must know."""

    digest: Digest
    imports: frozenset[str]  # modules, and names in them that may be modules
    bases: dict[str, tuple[str, ...]]  # class -> the plain names of its bases
    rules: frozenset[str]  # functions that are named as `allow=`
    promises: dict[str, str]  # class or function -> first line of its docstring


@lru_cache(maxsize=512)
def tree_of(source: bytes) -> ast.Module:
    """Return the syntax tree of a source, for reading alone; kept until `forget_trees`.

    Raises SyntaxError.
    """
    return ast.parse(source)


def forget_trees() -> None:
    """Free the trees of all sources, some 40 MiB, once nothing is to be read for a while."""
    tree_of.cache_clear()


@lru_cache(maxsize=512)
def form_of(source: bytes) -> Form:
    """Return the form of a module. Raises SyntaxError."""
    tree = tree_of(source)
    parts: list[bytes] = []
    _write(tree, parts)
    nodes = list(ast.walk(tree))
    named = [each for each in tree.body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
    return Form(
        digest=digest("source-form", b" ".join(parts)),
        imports=frozenset(name for node in nodes for name in _imported(node)),
        bases={
            each.name: tuple(base.id for base in each.bases if isinstance(base, ast.Name))
            for each in named
            if isinstance(each, ast.ClassDef)
        },
        rules=frozenset(
            node.value.id
            for node in nodes
            if isinstance(node, ast.keyword)
            and node.arg == "allow"
            and isinstance(node.value, ast.Name)
        ),
        promises={each.name: (ast.get_docstring(each) or "").partition("\n")[0] for each in named},
    )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _write(value: Any, parts: list[bytes]) -> None:  # noqa: ANN401 - a node, or what a field holds
    if isinstance(value, ast.AST):
        parts.append(b"(" + type(value).__name__.encode())
        for field in value._fields:
            held = getattr(value, field, None)
            if held is not None and field not in _UNWRITTEN:
                parts.append(field.encode())
                _write(_joined(held) if isinstance(value, ast.JoinedStr) else held, parts)
        parts.append(b")")
    elif isinstance(value, list):
        parts.append(b"[")
        for item in value:
            if not _is_mute(item):
                _write(item, parts)
        parts.append(b"]")
    else:
        parts.append(_constant(value))


def _is_mute(item: object) -> bool:
    """Whether a statement is a text that stands alone, such as a docstring."""
    return (
        isinstance(item, ast.Expr)
        and isinstance(item.value, ast.Constant)
        and isinstance(item.value.value, str)
    )


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """Return the parts of an f-string with neighbouring texts joined, as versions differ there."""
    joined: list[ast.expr] = []
    for part in values:
        last = joined[-1] if joined else None
        if isinstance(part, ast.Constant) and isinstance(last, ast.Constant):
            joined[-1] = ast.Constant(f"{last.value}{part.value}")  # type: ignore[str-bytes-safe]
        else:
            joined.append(part)
    return [part for part in joined if not isinstance(part, ast.Constant) or part.value]


def _constant(value: object) -> bytes:
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogatepass")
        return b"s%d:%s" % (len(text), text)
    if isinstance(value, bytes):
        return b"b%d:%s" % (len(value), value)
    if value is None or value is ... or isinstance(value, bool):
        return repr(value).encode()
    if isinstance(value, int | float):
        return (hex(value) if isinstance(value, int) else value.hex()).encode()
    raise InvariantBroken(f"a constant of type {type(value).__name__} has no form")
