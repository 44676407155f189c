"""Sizes, names and honesty of the sources. A rule that should bend is changed here, in the open."""

import ast
import functools
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.meta.sources import FUNCTIONS, functions, modules, nodes, project_files, texts
from tests.versions.interpreters import supported

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
METHODS_MAX = 15
LINE_CHARS_MAX = 100
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "manager", "base", "misc", "util", "helper"}

# Put together here, so that this file does not hold what it looks for.
INDEX_HOSTS = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "crates" + ".io",
]
MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "root", "home", "Users")]


def test_no_file_is_longer_than_a_reader_wants():
    sizes = {name: texts()[name].count("\n") for name in modules()}

    assert {name: lines for name, lines in sizes.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_a_screen():
    sizes = {place: (node.end_lineno or 0) - node.lineno + 1 for place, node in functions()}

    assert {place: lines for place, lines in sizes.items() if lines > FUNCTION_LINES_MAX} == {}


def test_no_class_does_everything():
    counts = {
        f"{path}:{node.lineno} {node.name}": sum(map(_is_method, node.body))
        for path, node in nodes()
        if isinstance(node, ast.ClassDef)
    }

    assert {place: count for place, count in counts.items() if count > METHODS_MAX} == {}


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, FUNCTIONS) and not node.name.startswith("__")


def test_every_module_is_named_for_what_it_owns():
    names = {path: path.stem for path in project_files() if path.suffix == ".py"}

    assert [str(path) for path, stem in names.items() if stem in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_says_what_it_is():
    sources = {path: tree for path, tree in modules().items() if not path.startswith("tests/")}

    assert [path for path, tree in sources.items() if not ast.get_docstring(tree)] == []


def test_the_command_line_only_assembles():
    imported = {
        (node.module or "").split(".")[0]
        if isinstance(node, ast.ImportFrom)
        else node.names[0].name
        for path, node in nodes()
        if path == "cli.py" and isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported == {"commands"}


def test_to_do_notes_have_a_number():
    loose = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b(?!\(#\d+\))")
    sources = {name: texts()[name] for name in modules()}

    assert [name for name, text in sources.items() if loose.search(text)] == []


def test_nothing_points_at_one_machine_or_one_package_index():
    words = [*INDEX_HOSTS, *MACHINE_PATHS]
    places = [f"{name}: {word}" for name, text in texts().items() for word in words if word in text]

    assert places == []


@pytest.mark.parametrize(
    "name", ["requirements.lock", "web/requirements.lock", "deploy/runtime.lock"]
)
def test_the_lock_file_names_versions_and_hashes_only(name):
    lines = texts()[name].splitlines()
    requirement = re.compile(r"[a-z0-9][a-z0-9._-]*==[\w.]+( ; [^:/]+)? \\")
    hashed = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")

    assert [x for x in lines if not (requirement.fullmatch(x) or hashed.fullmatch(x))] == []


@pytest.mark.parametrize("version", supported())
def test_the_lock_file_holds_what_the_project_asks_for_under_each_python(version):
    project = tomllib.loads(texts()["pyproject.toml"])["project"]
    asked = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["dev"]])
    lines = re.findall(r"^[a-z0-9].*==.*(?= \\$)", texts()["requirements.lock"], flags=re.M)
    world = {"python_version": version, "python_full_version": f"{version}.0"}
    locked = {
        x.name: x for x in map(Requirement, lines) if not x.marker or x.marker.evaluate(world)
    }
    missing = [
        str(wanted)
        for wanted in asked
        if not wanted.marker or wanted.marker.evaluate(world)
        if not wanted.specifier.contains(_version(locked.get(wanted.name.lower())))
    ]

    assert missing == []
    assert len({"plyvel", "plyvel-next"} & locked.keys()) == 1


def _version(pinned: Requirement | None) -> str:
    return next(iter(pinned.specifier)).version if pinned else "0"


def test_one_module_imports_the_binding_of_leveldb():
    importing = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _imported(node)
        if name.split(".")[0] in {"plyvel", "plyvel_next"}
    }

    assert importing == {"node/store/kv.py"}


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def test_every_test_asserts_something():
    asserting = _asserting_names()
    silent = [
        place
        for place, node in functions()
        if place.startswith("tests/")
        and node.name.startswith("test_")
        and not _calls(node) & asserting
    ]

    assert silent == []


def _asserting_names() -> set[str]:
    """Return the names of what asserts, directly or through another function of the tests."""
    defined = [
        (node.name, _calls(node))
        for place, node in functions()
        if place.startswith(("tests/", "contracts/tools/testing"))
        and not node.name.startswith("test_")
    ]
    names = {"assert", "raises", "warns", "fail", "AssertionError"}
    while found := {name for name, calls in defined if calls & names} - names:
        names |= found
    return names


@functools.cache
def _calls(function: ast.AST) -> frozenset[str]:
    """Return the names that a function calls, and "assert" when it holds that statement."""
    inside = list(ast.walk(function))
    called = (node.func for node in inside if isinstance(node, ast.Call))
    names = {node.attr if isinstance(node, ast.Attribute) else _name(node) for node in called}
    return frozenset(names | {"assert" for node in inside if isinstance(node, ast.Assert)})


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
