"""The rules of the language of contracts, as checks of a module's syntax tree.

Source: measured hazards of CPython (set order by hash seed, Unicode tables by version, sum of
floats by version, unbounded integers in one step); docs/contracts-guide.md#language.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.tools.lint_tables import (
    ALLOWED,
    BANNED_NAMES,
    CLASS_DECORATORS,
    EXPOSE,
    FORMATTING,
    FRAMES,
    FUNCTION_DECORATORS,
    INTEGER_BITS_MAX,
    MAKERS,
    MODULE_LEVEL,
    MUTABLE,
    REFUSED,
    REFUSED_OPERATORS,
    SDK_MODULES,
    SPACE_METHODS,
    TYPES_ONLY,
    UNBOUNDED,
    UNICODE,
    VIEWS,
    call_of,
    is_bounded,
    is_sequence,
    is_small_power,
    is_text,
    method_of,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule."""

    path: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


_TEXTS = frozenset({"id", "attr", "arg", "name", "kind", "type_comment"})  # hold no node
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}  # that hold nodes of the source


def nodes_of(root: ast.AST) -> list[ast.AST]:
    """Return `root` and all nodes below it, each before what it holds, in order of the source.

    In place of ast.walk, which takes most of the time that loading the contracts takes. Whether a
    name is read or set (`ctx`) stands in the node that has it and is none of them.
    """
    found: list[ast.AST] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        held: list[ast.AST] = []
        kind = type(node)
        if kind not in _FIELDS:
            _FIELDS[kind] = tuple(name for name in kind._fields if name not in {*_TEXTS, "ctx"})
        for name in _FIELDS[kind]:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                held.append(value)
            elif isinstance(value, list):
                held += [item for item in value if isinstance(item, ast.AST)]
        waiting += reversed(held)
    return found


_RULES: dict[str, str | None] = {}  # by the name of a node's type


def _rule_against(kind: type[ast.AST]) -> str | None:
    """Return the rule that every node of this type breaks, None when it may be used."""
    name = kind.__name__
    if name not in _RULES:
        rule = REFUSED.get(kind)
        if rule is None and not issubclass(kind, ALLOWED):
            rule = f"{name} is not in the language of contracts"
        _RULES[name] = rule
    return _RULES[name]


class Checker:
    """Collects the broken rules of one module."""

    def __init__(self, path: str, package: str) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self.package = package
        self.line = 1

    def check(self, nodes: list[ast.AST]) -> None:
        """Check each node by its type; `nodes` are those of a module, as `nodes_of` gives them."""
        for node in nodes:
            kind = type(node)
            self.line = getattr(node, "lineno", self.line)
            rule = _rule_against(kind)
            if rule is not None:
                self.refuse(kind, rule)
            check = _CHECKS.get(kind)
            if check is not None:
                check(self, node)

    def refuse(self, is_broken: object, rule: str) -> None:
        """Note that the current line breaks `rule` if `is_broken` is true."""
        if is_broken:
            self.findings.append(Finding(self._path, self.line, rule))


def _check_module(checker: Checker, node: ast.Module) -> None:
    for statement in node.body:
        checker.line = statement.lineno
        is_known = isinstance(statement, MODULE_LEVEL) or _is_declaration(statement)
        checker.refuse(not is_known, "a module holds imports, constants and definitions only")
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            checker.refuse(
                isinstance(statement.value, MUTABLE) or call_of(statement.value) in MAKERS,
                "a mutable module value would be state outside the ledger",
            )


def _is_declaration(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring, or exposes a map as a query."""
    if not isinstance(statement, ast.Expr):
        return False
    call = statement.value
    return is_text(call) or (isinstance(call, ast.Call) and ast.unparse(call.func) == EXPOSE)


def _check_function(checker: Checker, node: ast.FunctionDef) -> None:
    _check_name(checker, node.name)
    arguments = node.args
    checker.refuse(arguments.vararg or arguments.kwarg, "arguments must be named: no * or **")
    defaults = [*arguments.defaults, *arguments.kw_defaults]
    checker.refuse(
        any(isinstance(default, MUTABLE) for default in defaults),
        "a mutable default would be state outside the ledger",
    )
    inner = [child for child in nodes_of(node) if isinstance(child, ast.FunctionDef)]
    checker.refuse(len(inner) > 1, "no functions inside functions")
    for decorator in node.decorator_list:
        _check_decorator(checker, decorator, FUNCTION_DECORATORS)


def _check_class(checker: Checker, node: ast.ClassDef) -> None:
    _check_name(checker, node.name)
    checker.refuse(len(node.bases) > 1 or node.keywords, "a class has at most one base")
    for decorator in node.decorator_list:
        _check_decorator(checker, decorator, CLASS_DECORATORS)
    for statement in node.body:
        is_docstring = isinstance(statement, ast.Expr) and is_text(statement.value)
        if not is_docstring and not isinstance(statement, ast.Assign | ast.AnnAssign):
            checker.line = statement.lineno
            checker.refuse(statement, "a class holds fields only")


def _check_decorator(checker: Checker, node: ast.expr, allowed: frozenset[str]) -> None:
    name = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    checker.refuse(name not in allowed, f"decorator {name} is not in the language of contracts")


def _check_name(checker: Checker, name: str) -> None:
    # Naming what a module re-exports has no effect at run time.
    is_own = name.startswith("__") and name != "__all__"
    checker.refuse(is_own, f"{name}: names with __ are Python's own")


def _check_import(checker: Checker, _node: ast.Import) -> None:
    checker.refuse(_node, "import names only: from contracts.sdk import ...")


def _check_import_from(checker: Checker, node: ast.ImportFrom) -> None:
    names = [alias.name for alias in node.names]
    module = node.module or ""
    is_own = module == checker.package or module.startswith(checker.package + ".")
    is_frozen = re.match(re.escape(checker.package) + r"\.v[0-9]+(\.|$)", module) is not None
    checker.refuse(
        is_frozen, "an older version goes away one day: say in the migration what it had"
    )
    is_allowed = is_own or module in SDK_MODULES
    is_allowed = is_allowed or (module == "typing" and names == ["Annotated"])
    checker.refuse(node.level or not is_allowed, f"import of {module or '.'} is not allowed")
    checker.refuse("*" in names, "import names one by one")


def _check_reference(checker: Checker, node: ast.Name) -> None:
    _check_name(checker, node.id)
    checker.refuse(node.id in BANNED_NAMES, f"{node.id} is not in the language of contracts")


def _check_argument(checker: Checker, node: ast.arg) -> None:
    _check_name(checker, node.arg)
    checker.refuse(node.arg in BANNED_NAMES, f"{node.arg} is a name of Python's own")


def _check_attribute(checker: Checker, node: ast.Attribute) -> None:
    name = node.attr
    checker.refuse(name.startswith("_"), f".{name} is private")
    checker.refuse(name in FRAMES, f".{name} reaches into the interpreter")
    checker.refuse(name in UNICODE, f".{name} depends on the version's Unicode tables")
    checker.refuse(name in FORMATTING, f".{name} can read attributes and build any size")
    checker.refuse(name in UNBOUNDED, f".{name} can build text of any size in one step")
    is_write = not isinstance(node.ctx, ast.Load)
    checker.refuse(is_write, f".{name} cannot be set: values are frozen")


def _check_call(checker: Checker, node: ast.Call) -> None:
    name = call_of(node)
    checker.refuse(name in TYPES_ONLY, TYPES_ONLY.get(name or "", ""))
    if name == "range":
        has_bound = all(is_bounded(argument) for argument in node.args)
        checker.refuse(not has_bound, "range needs a visible bound: a constant, len() or min()")
    if name == "bytes":
        has_bound = all(is_bounded(argument) for argument in node.args)
        checker.refuse(not has_bound, "bytes() needs a visible bound: a constant or len()")
    if isinstance(node.func, ast.Attribute):
        _check_method_call(checker, node.func.attr, node.args)


def _check_method_call(checker: Checker, name: str, arguments: list[ast.expr]) -> None:
    checker.refuse(
        name in SPACE_METHODS and not arguments,
        f".{name}() without a text depends on the version's Unicode tables",
    )
    if name == "to_bytes":
        has_bound = all(is_bounded(argument) for argument in arguments[:1])
        checker.refuse(not has_bound, "to_bytes needs a visible bound: a constant or len()")


def _check_operation(checker: Checker, node: ast.BinOp | ast.AugAssign) -> None:
    left = node.left if isinstance(node, ast.BinOp) else node.target
    right = node.right if isinstance(node, ast.BinOp) else node.value
    if not is_small_power(node):
        rule = REFUSED_OPERATORS.get(type(node.op))
        checker.refuse(rule is not None, rule or "")
    if isinstance(node.op, ast.Mult):
        is_repeat = is_sequence(left) or is_sequence(right)
        checker.refuse(is_repeat, "repetition by * can build any size in one step")
    if isinstance(node.op, ast.Mod):
        checker.refuse(is_text(left), "no formatting by %")
    is_view = {method_of(left), method_of(right)} & VIEWS
    checker.refuse(is_view, "an operation on dict views gives a set, whose order is not fixed")


def _check_comparison(checker: Checker, node: ast.Compare) -> None:
    is_identity = any(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops)
    with_none = any(
        isinstance(side, ast.Constant) and side.value is None
        for side in (node.left, *node.comparators)
    )
    checker.refuse(is_identity and not with_none, "`is` compares objects; only `is None` may be")


def _check_constant(checker: Checker, node: ast.Constant) -> None:
    value = node.value
    checker.refuse(isinstance(value, float | complex), "no floats: integers of the minor unit")
    is_huge = isinstance(value, int) and value.bit_length() > INTEGER_BITS_MAX
    checker.refuse(is_huge, f"an integer of more than {INTEGER_BITS_MAX} bits")


def _check_formatted(checker: Checker, node: ast.FormattedValue) -> None:
    checker.refuse(node.format_spec, "no format specifications: they can build any size")
    checker.refuse(node.conversion != -1, "!r, !s and !a depend on Unicode tables")


def _check_for(checker: Checker, node: ast.For) -> None:
    if not isinstance(node.iter, ast.Name):
        return
    for child in nodes_of(node):
        if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name):
            grows = child.attr in {"append", "extend", "insert"}
            if grows and child.value.id == node.iter.id:
                checker.refuse(child, f"{node.iter.id} grows while it is looped over")


_CHECKS: dict[type[ast.AST], Callable[[Checker, Any], None]] = {
    ast.Module: _check_module,
    ast.FunctionDef: _check_function,
    ast.ClassDef: _check_class,
    ast.Import: _check_import,
    ast.ImportFrom: _check_import_from,
    ast.Name: _check_reference,
    ast.arg: _check_argument,
    ast.Attribute: _check_attribute,
    ast.Call: _check_call,
    ast.BinOp: _check_operation,
    ast.AugAssign: _check_operation,
    ast.Compare: _check_comparison,
    ast.Constant: _check_constant,
    ast.FormattedValue: _check_formatted,
    ast.For: _check_for,
}
