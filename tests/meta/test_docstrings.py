"""What a docstring sets in backticks exists: a name of the class, of the module, or a path to it.

A word that is no name of Python stands there when the module holds it as a text (a field of JSON,
a contract), as a command of `sapha` or `make`, or as a phrase that is not Python at all.
"""

import ast
import builtins
import re
from functools import cache
from importlib import import_module

from tests.meta.sources import FUNCTIONS, module_of, modules
from tests.meta.test_documents import command_paths, make_targets

QUOTED = re.compile(r"`([^`]+)`")
OWNERS = (ast.ClassDef, *FUNCTIONS)


@cache
def own_words(node):
    """Return every name and text that stands in a part of a module, docstrings aside."""
    words = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            words |= {each.value} if each.value.isprintable() and " " not in each.value else set()
        fields = (getattr(each, name, None) for name in ("id", "attr", "arg", "name", "asname"))
        words |= {field for field in fields if isinstance(field, str)}
    return words


def is_path(text, module):
    """Whether a dotted path leads to something, from the root or a package around the module."""
    names = module.split(".")
    owners = [".".join(names[:count]) for count in range(1, len(names) + 1)]
    return any(map(_exists, (text, *(f"{owner}.{text}" for owner in owners))))


@cache
def _exists(path):
    """Whether a path leads to a module, or from one to a name, a member or a field."""
    names = path.split(".")
    for count in range(len(names), 0, -1):
        try:
            owner = import_module(".".join(names[:count]))
        except ImportError:
            continue
        return _has(owner, names[count:])
    return False


def _has(owner, names):
    if not names:
        return True
    if hasattr(owner, names[0]):
        return _has(getattr(owner, names[0]), names[1:])
    return len(names) == 1 and names[0] in getattr(owner, "__annotations__", {})


def paths_in(text):
    """Return the dotted names in a piece of Python, None when it is no Python."""
    for form in (text, f"{text}: ...", f"{text}\nclass C: ..."):
        try:
            tree = ast.parse(form)
        except SyntaxError:
            continue
        return list(_dotted(tree))
    return None


def _dotted(node):
    """Yield the dotted names of a tree; an index, and a name that it binds, are the reader's."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield ast.unparse(node)
        return
    for name, child in ast.iter_fields(node):
        if not (isinstance(node, ast.Subscript) and name == "slice"):
            children = child if isinstance(child, list) else [child]
            for each in children:
                if isinstance(each, ast.AST):
                    yield from _dotted(each)


@cache
def commands():
    return command_paths()


def is_shown_command(text):
    """Whether a text is a command that exists: `sapha node status, peers`, `make bench`."""
    if text.startswith("make "):
        return text.split()[1] in make_targets()
    first, *others = re.split(r", | \| ", re.sub(r",? \.\.\.$", "", text))
    group = first.rsplit(" ", 1)[0]
    shown = [first, *(f"{group} {other}" for other in others)]
    return all(command in commands() for command in shown)


def missing_in(text, words, module):
    """Return the names of a quoted text that nothing has."""
    if text == "sapha" or text.startswith(("sapha ", "make ")):
        return [] if is_shown_command(text) else [text]
    known = words | set(dir(builtins))
    return [
        path
        for path in paths_in(text) or []
        if not (set(path.split(".")) <= known or is_path(path, module))
    ]


def docstrings_in(node, around=()):
    """Return (line, docstring, words known there) of what is inside `node`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, OWNERS):
            parts = (*around, child)
            if "`" in (text := ast.get_docstring(child) or ""):
                yield child.lineno, text, set().union(*map(own_words, parts))
            yield from docstrings_in(child, parts)


def docstrings_of(tree):
    """Return (line, docstring, words known there) of every docstring of a module.

    A function's docstring knows the words of the function, of its class and of the module's own
    level; the module's docstring knows all words.
    """
    if "`" in (text := ast.get_docstring(tree) or ""):
        yield 1, text, own_words(tree)
    top = {node.name for node in tree.body if isinstance(node, FUNCTIONS)}
    for node in tree.body:
        top |= set() if isinstance(node, FUNCTIONS) else own_words(node)
    for line, text, words in docstrings_in(tree):
        yield line, text, words | top


def test_every_name_that_a_docstring_quotes_exists():
    missing = [
        f"{path}:{line}: {name}"
        for path, tree in modules().items()
        if not path.startswith("tests/")
        for line, text, words in docstrings_of(tree)
        for quoted in QUOTED.findall(text)
        for name in missing_in(quoted, words, module_of(path))
    ]

    assert missing == []
