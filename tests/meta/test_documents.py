"""The documents are true where a program can tell: links, anchors, commands, error codes."""

import ast
import re
from collections import Counter
from importlib import import_module
from itertools import groupby
from pathlib import Path

import pytest

from commands.framework.tree import leaves_of
from node.rpc.errors import RpcFault
from primitives.errors import Rejected
from tests.meta.sources import (
    ROOT,
    anchors,
    commands_shown,
    documents,
    modules,
    texts,
    without_code,
)

COMMANDS_IN = ["README.md", "README.th.md", "CONTRIBUTING.md", "docs/operator.md"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
RULE = re.compile(r"\|( ?:?-+:? ?\|)+")
FILE_TABLE = re.compile(r"^\| File \|.*\n(?:\|.*\n)+", re.MULTILINE)
PASSAGE_CHARS = 60
BASES = (Rejected, RpcFault)  # refusals by another name only
REFERENCE = re.compile(r"docs/[\w./-]+\.md(?:#[\w-]+)?")


def broken(source: str, target: str) -> str | None:
    """Return what is wrong with a link from `source`, None when it resolves."""
    if re.match(r"[a-z]+:", target):
        return None
    path, _, anchor = target.partition("#")
    file = (ROOT / source).parent / path if path else ROOT / source
    if not file.exists():
        return f"{source}: {target} does not exist"
    if anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"{source}: {target} has no such heading"
    return None


def test_links_between_documents_resolve():
    found = [
        broken(name, link)
        for name, text in documents().items()
        for link in LINK.findall(without_code(text))
    ]

    assert [words for words in found if words] == []


def test_what_a_folders_page_lists_as_its_files_is_there():
    pages = [name for name in documents() if name.endswith("README.md")]
    listed = {
        (page, name)
        for page in pages
        for row in FILE_TABLE.findall(documents()[page])
        for line in row.splitlines()[2:]
        for name in re.findall(r"`([a-z_]+(?:\.[a-z]+)?)`", line.split("|")[1])
    }
    folders = {page: (ROOT / page).parent for page in pages}

    missing = [
        (page, name)
        for page, name in listed
        if not any((folders[page] / f"{name}{end}").exists() for end in ("", ".py"))
    ]

    assert len(listed) > 20
    assert sorted(missing) == []


def test_documents_that_the_sources_cite_exist():
    cited = {
        (name, reference)
        for name in modules()
        if not name.startswith("tests/meta/")
        for reference in REFERENCE.findall(texts()[name])
    }
    found = [broken("README.md", reference) for _, reference in cited]

    assert sorted({words for words in found if words}) == []


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", texts()["Makefile"], flags=re.M))


@pytest.mark.parametrize("name", COMMANDS_IN)
def test_make_commands_shown_exist(name):
    shown = [line.split()[1] for line in commands_shown(texts()[name]) if line.startswith("make ")]

    assert [target for target in shown if target not in make_targets()] == []


def command_paths() -> set[str]:
    """Return every command of the command line, such as "sapha devnet up"."""
    import cli

    found = {"sapha"}
    for words, _ in leaves_of(cli.app):
        found |= {" ".join(("sapha", *words[:count])) for count in range(1, len(words) + 1)}
    return found


@pytest.mark.parametrize("name", COMMANDS_IN)
def test_sapha_commands_shown_exist(name):
    known = command_paths()
    shown = [line for line in commands_shown(texts()[name]) if line.startswith("sapha ")]
    named = [
        " ".join(re.findall(r"^sapha(?: [a-z][a-z-]*)*", line)[0].split()[:3]) for line in shown
    ]

    unknown = [
        words for words in named if words not in known and words.rsplit(" ", 1)[0] not in known
    ]
    groups = {path for path in known if any(other.startswith(path + " ") for other in known)}
    unknown += [
        words for words in named if words not in known and words.rsplit(" ", 1)[0] in groups
    ]

    assert unknown == []


@pytest.mark.parametrize("source", ["primitives.errors", "contracts.sdk.errors", "node.rpc.errors"])
def test_the_protocol_lists_every_error_code(source):
    listed = texts()["docs/protocol.md"]
    classes = [each for each in vars(import_module(source)).values() if isinstance(each, type)]
    raised = [each for each in classes if issubclass(each, Rejected) and each not in BASES]
    codes = [each.code for each in raised if each.__module__ == source]

    assert codes
    assert [code for code in codes if f"`{code}`" not in listed] == []


def test_the_protocol_lists_every_rpc_method():
    from node.rpc.methods import METHODS

    listed = texts()["docs/protocol.md"]

    assert [name for name in METHODS if f"`{name}`" not in listed] == []


LOCAL_TAGS = {"raw", "test-key"}  # of caches and tests; nobody else sees them


def test_the_protocol_lists_every_hash_tag_of_the_sources():
    listed = texts()["docs/protocol.md"]
    sources = [text for name, text in texts().items() if re.match(r"(prim|gen|contr|node/)", name)]
    tags = {tag for text in sources for tag in re.findall(r'\bdigest\("([a-z-]+)"', text)}

    assert {"block", "genesis"} <= tags
    assert [tag for tag in sorted(tags - LOCAL_TAGS) if f"`{tag}`" not in listed] == []


def test_the_protocol_lists_every_limit_with_its_value():
    from primitives import limits

    listed = texts()["docs/protocol.md"]
    values = {name: value for name, value in vars(limits).items() if name.isupper()}

    assert [n for n, v in values.items() if f"| `{n}` | {v:,} |" not in listed] == []


HOP = re.compile(r"^\| \d \| `([\w/.]+)` \| `([\w.]+)` \|", re.M)


def test_the_eight_hops_of_a_transaction_are_where_the_document_says():
    hops = HOP.findall(texts()["docs/ARCHITECTURE.md"])
    missing = [hop for hop in hops if not defines(modules()[hop[0]], hop[1].split("."))]

    assert len(hops) == 8
    assert missing == []


def defines(tree: ast.AST, names: list[str]) -> bool:
    """Whether the module or class `tree` defines `names`, each inside the one before."""
    for node in getattr(tree, "body", []):
        if getattr(node, "name", None) == names[0]:
            return len(names) == 1 or defines(node, names[1:])
    return False


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in Path(ROOT / "docs/adr").glob("[0-9]*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


def prose(text: str) -> list[str]:
    """Return a document's lines, those of its blocks of code empty."""
    lines, is_code = [], False
    for line in text.splitlines():
        is_fence = line.lstrip().startswith("```")
        is_code ^= is_fence
        lines.append("" if is_code or is_fence else line)
    return lines


def is_passage(line: str) -> bool:
    """Whether a line is prose too long to stand twice by accident; tables may repeat a row."""
    return len(line) > PASSAGE_CHARS and not line.startswith("|")


def test_no_document_has_a_heading_or_a_passage_twice():
    found = []
    for name, text in documents().items():
        lines = [line for line in prose(text) if line.startswith("#") or is_passage(line)]
        found += [f"{name}: {line[:60]}" for line, times in Counter(lines).items() if times > 1]

    assert found == []


def test_every_table_row_of_a_document_stands_in_a_table():
    found = []
    for name, text in documents().items():
        rows = groupby(enumerate(prose(text), start=1), lambda row: row[1].startswith("|"))
        tables = [list(lines) for is_table, lines in rows if is_table]
        found += [
            f"{name}:{lines[0][0]}: no table begins here"
            for lines in tables
            if len(lines) < 2 or not RULE.fullmatch(lines[1][1])
        ]
        found += [
            f"{name}:{number}: a second header row"
            for lines in tables
            for number, line in lines[2:]
            if RULE.fullmatch(line)
        ]

    assert found == []


# What one thing is not called beside its one name, in Thai: วาลิเดเตอร์, ลายมือชื่อ.
OTHER_WORDS = re.compile("เครื่องตรวจสอบ|ผู้ตรวจสอบ(?!ผล)|ลายเซ็น")


def test_one_thing_has_one_word_in_thai():
    thai = {name: text for name, text in documents().items() if name.endswith(".th.md")}
    found = {name: words for name, text in thai.items() if (words := OTHER_WORDS.findall(text))}

    assert len(thai) > 4
    assert found == {}


def test_both_readmes_show_the_same_commands():
    assert commands_shown(texts()["README.md"]) == commands_shown(texts()["README.th.md"])


@pytest.mark.parametrize("name", sorted(documents()))
def test_a_line_of_text_has_at_most_120_columns(name):
    lines = re.sub(r"^ *```.*?^ *```", "", documents()[name], flags=re.S | re.M).splitlines()
    texts_only = [line for line in lines if not re.match(r"\||\[t\d+\]: |<|    ", line)]

    assert [line for line in texts_only if len(line) > 120] == []
