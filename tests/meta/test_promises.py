"""Every sentence of promise names a test that proves it: threat model and READMEs.

A mark `[t7]` stands in the sentence; the end of the document says where it leads, as
`[t7]: path/to/test_file.py#test_name`. Whether the test proves the words is for the reader.
"""

import ast
import re

import pytest

from tests.meta.sources import ROOT, modules, texts

THREAT_MODEL = "docs/threat-model.md"
READMES = {"README.md": "## What it promises", "README.th.md": "## สิ่งที่รับรอง"}
DOCUMENTS = (THREAT_MODEL, *READMES, "docs/identity-scenarios.md")
MARK = re.compile(r"\[(t\d+)\](?!:)")
TARGET = re.compile(r"^\[(t\d+)\]: (\S+)#(\w+)$", re.M)
TITLE = re.compile(r"^\*\*[^*]+[.:]\*\* ")
SENTENCE_END = re.compile(r"(?<=[.:]) (?=[A-Z`*])")


def section(name: str, heading: str) -> str:
    """Return the text under a heading, up to the next heading."""
    _before, found, after = texts()[name].partition(f"{heading}\n")
    assert found, f"{name} has no heading {heading}"
    return re.split(r"^## ", after, maxsplit=1, flags=re.M)[0]


def items(text: str) -> list[str]:
    """Return the points of a numbered or unnumbered list, each in one line."""
    points = re.split(r"^(?:\d+\.|-) ", text, flags=re.M)[1:]
    return [" ".join(point.split("\n\n")[0].split()) for point in points]


def sentences(point: str) -> list[str]:
    """Return the sentences of a point; its title in bold is none when it ends with a full stop."""
    return SENTENCE_END.split(TITLE.sub("", point))


def answers() -> list[str]:
    """Return the answers of the table of attacks."""
    rows = section(THREAT_MODEL, "## Attacks and answers").strip().splitlines()[2:]
    return [row.split(" | ", 1)[1] for row in rows if row.startswith("|")]


def promises() -> list[tuple[str, str]]:
    """Return (document, sentence) of all that is promised."""
    said = [s for point in items(section(THREAT_MODEL, "## Promises")) for s in sentences(point)]
    of_readmes = [
        (name, sentence)
        for name, heading in READMES.items()
        for point in items(section(name, heading))
        for sentence in sentences(point)
    ]
    return [(THREAT_MODEL, sentence) for sentence in [*said, *answers()]] + of_readmes


def test_every_promise_names_a_test():
    found = promises()

    assert len(found) > 80
    assert [f"{name}: {words}" for name, words in found if not MARK.search(words)] == []


def defined_in(path: str) -> set[str]:
    """Return the names of the tests that a file defines, assigned test cases included."""
    names: set[str] = set()
    for node in modules()[path].body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in names if name.startswith(("test_", "Test"))}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_named_test_exists(name):
    wrong = []
    for mark, target, test in TARGET.findall(texts()[name]):
        path = str(((ROOT / name).parent / target).resolve().relative_to(ROOT))
        if path not in modules() or test not in defined_in(path):
            wrong.append(f"{mark}: {path} has no {test}")

    assert wrong == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_mark_leads_to_one_place_and_no_place_is_left_over(name):
    text = texts()[name]
    places = [mark for mark, _, _ in TARGET.findall(text)]

    assert sorted(places) == sorted(set(MARK.findall(text)))


def test_both_readmes_prove_each_point_by_the_same_tests():
    proofs = []
    for name, heading in READMES.items():
        where = {mark: (target, test) for mark, target, test in TARGET.findall(texts()[name])}
        points = items(section(name, heading))
        proofs.append([{where[mark] for mark in MARK.findall(point)} for point in points])

    assert proofs[0] == proofs[1]
