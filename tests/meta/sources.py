"""The project's own files as data: tracked files, parsed sources, headings, links."""

import ast
import functools
import re
import subprocess
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parent.parent.parent
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BINARY = {".png", ".ico", ".gz", ".zip", ".pem", ".bin"}


@functools.cache
def project_files() -> tuple[Path, ...]:
    """Return every file that is tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {ROOT / line for line in listed.stdout.splitlines()}
    return tuple(sorted(path for path in paths if path.is_file()))


@functools.cache
def texts() -> dict[str, str]:
    """Return the text of every file that is text, by its path from the root."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in project_files()
        if path.suffix not in BINARY
    }


@functools.cache
def modules() -> dict[str, ast.Module]:
    """Return every parsed Python file by its path from the root."""
    return {name: ast.parse(text, name) for name, text in texts().items() if name.endswith(".py")}


def module_of(path: str) -> str:
    """Return the name by which a Python file is imported."""
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Return (path, node) for every node of every parsed file."""
    return tuple((path, node) for path, tree in modules().items() for node in ast.walk(tree))


@functools.cache
def functions() -> tuple[tuple[str, FunctionNode], ...]:
    """Return ("path:line name", function) for every function and method."""
    return tuple(
        (f"{path}:{node.lineno} {node.name}", node)
        for path, node in nodes()
        if isinstance(node, FUNCTIONS)
    )


def documents() -> dict[str, str]:
    """Return every Markdown text by its path from the root."""
    return {name: text for name, text in texts().items() if name.endswith(".md")}


def anchors(markdown: str) -> set[str]:
    """Return the anchors that a Markdown viewer makes of the headings."""
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", markdown, flags=re.S), re.M)
    plain = (re.sub(r"[`*]", "", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def without_code(markdown: str) -> str:
    """Return a document without its code."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"```.*?```", "", markdown, flags=re.S))


def commands_shown(markdown: str) -> list[str]:
    """Return the command lines in the shell fences of a document, without comments."""
    fences = re.findall(r"```(?:sh|bash|console|text)?\n(.*?)```", markdown, flags=re.S)
    lines = (line.split(" # ")[0].split("#")[0].strip() for f in fences for line in f.splitlines())
    return [re.sub(r"^[a-z0-9-]*\$ ", "", line) for line in lines if line]
