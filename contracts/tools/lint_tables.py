"""Tables for lint_rules: the syntax, names and methods of contracts, and why not others.

Source: measured hazards of CPython (set order by hash seed, Unicode tables by version, sum of
floats by version, unbounded integers in one step); docs/contracts-guide.md#language.
"""

import ast
import builtins

INTEGER_BITS_MAX = 256

# All that a contract may import, beside its own modules and `typing.Annotated`.
SDK_MODULES = frozenset({
    "contracts.sdk", "contracts.sdk.bls", "contracts.sdk.bls_blind", "contracts.sdk.calendar",
    "contracts.sdk.crypto", "contracts.sdk.group", "contracts.sdk.labels",
    "contracts.sdk.passkeys", "contracts.sdk.roles", "contracts.sdk.transcript",
    "contracts.sdk.words",
})  # fmt: skip

BUILTINS = frozenset({
    "abs", "all", "any", "bool", "bytes", "dict", "divmod", "enumerate", "int", "len", "list",
    "max", "min", "range", "reversed", "sorted", "str", "sum", "tuple", "zip",
})  # fmt: skip
BANNED_NAMES = frozenset(dir(builtins)) - BUILTINS - {"None", "True", "False"}

# Called, these depend on Unicode tables or Python's version; as types they are welcome.
TYPES_ONLY = {
    "int": "int() reads digits of any script; take integers from typed fields",
    "str": "str() of an object differs between versions; use text fields",
}

UNICODE = frozenset({
    "isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isidentifier", "islower",
    "isupper", "istitle", "isprintable", "isspace", "lower", "upper", "casefold", "title",
    "capitalize", "swapcase", "splitlines",
})  # fmt: skip
UNBOUNDED = frozenset({"ljust", "rjust", "center", "zfill", "expandtabs"})
FORMATTING = frozenset({"format", "format_map"})
FRAMES = frozenset({
    "mro", "gi_frame", "gi_code", "cr_frame", "f_globals", "f_locals", "tb_frame", "func_globals",
})  # fmt: skip
SPACE_METHODS = frozenset({"strip", "lstrip", "rstrip", "split", "rsplit"})
VIEWS = frozenset({"keys", "items"})

FUNCTION_DECORATORS = frozenset(
    f"contract.{name}"
    for name in (
        "execute",
        "precheck",
        "shared",
        "query",
        "genesis",
        "end_block",
        "migrate",
        "authorise",
        "knows",
    )
)
EXPOSE = "contract.expose"
CLASS_DECORATORS = frozenset({"message", "event", "record"})

ALLOWED = (
    ast.Module, ast.FunctionDef, ast.ClassDef, ast.arguments, ast.arg, ast.Return, ast.Assign,
    ast.AnnAssign, ast.AugAssign, ast.If, ast.For, ast.Break, ast.Continue, ast.Pass, ast.Expr,
    ast.Raise, ast.Import, ast.ImportFrom, ast.alias, ast.Call, ast.keyword, ast.Name,
    ast.Constant, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Tuple, ast.List,
    ast.Dict, ast.Subscript, ast.Slice, ast.Starred, ast.Attribute, ast.JoinedStr,
    ast.FormattedValue, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.comprehension,
    ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop,
)  # fmt: skip

REFUSED: dict[type[ast.AST], str] = {
    ast.While: "a while loop has no visible bound; use for over a bounded list or range",
    ast.Try: "a handler must not catch errors: budget and rejection would be lost",
    ast.Assert: "assert disappears under -O; use require",
    ast.Set: "the order of a set depends on the hash seed; use a list or a dict",
    ast.SetComp: "the order of a set depends on the hash seed; use a list or a dict",
    ast.Lambda: "write a named function",
    ast.Global: "state lives in Item, Map and Counter only",
    ast.Nonlocal: "state lives in Item, Map and Counter only",
}

REFUSED_OPERATORS: dict[type[ast.operator], str] = {
    ast.Pow: "** can build numbers of any size in one step",
    ast.LShift: "<< can build numbers of any size in one step",
    ast.Div: "/ gives floats; use //",
    ast.MatMult: "@ is not in the language of contracts",
}

MODULE_LEVEL = (
    ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef,
)  # fmt: skip
MUTABLE = (ast.List, ast.Dict, ast.ListComp, ast.DictComp)
MAKERS = frozenset({"list", "dict", "sorted"})


def call_of(node: ast.AST | None) -> str | None:
    """The plain name that `node` calls, None when it is no such call."""
    is_plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node.func.id if is_plain else None  # type: ignore[union-attr]


def method_of(node: ast.AST) -> str | None:
    """The method that `node` calls, None when it is no such call."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return node.func.attr if is_method else None  # type: ignore[attr-defined]


def is_text(node: ast.AST) -> bool:
    """Whether `node` is a literal text or byte string."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def is_sequence(node: ast.AST) -> bool:
    """Whether `node` is visibly a text, tuple or list."""
    return is_text(node) or isinstance(node, ast.JoinedStr | ast.Tuple | ast.List | ast.ListComp)


def is_small_power(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether `node` is a written-out constant such as 10**15."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow):
        return False
    base, exponent = _integer(node.left), _integer(node.right)
    if base is None or exponent is None or exponent < 0:
        return False
    return base.bit_length() * exponent <= INTEGER_BITS_MAX


def _integer(node: ast.expr) -> int | None:
    is_integer = isinstance(node, ast.Constant) and type(node.value) is int
    return node.value if is_integer else None  # type: ignore[attr-defined]


def is_bounded(node: ast.expr) -> bool:
    """Whether a reader sees that the value is small: constants, CAPITALS, len(), min() of one."""
    if isinstance(node, ast.Constant | ast.List | ast.Tuple):
        return True
    if isinstance(node, ast.Name):
        return node.id.isupper()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.FloorDiv):
        return is_bounded(node.left) and is_bounded(node.right)
    name = call_of(node)
    if name == "min" and isinstance(node, ast.Call):
        return any(is_bounded(argument) for argument in node.args)
    return name == "len"
