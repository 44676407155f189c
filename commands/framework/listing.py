"""Leaves written as text: a line for what a user writes, one for what it does, one a word.

    sends {contracts.cbdc.payments.messages.Transfer}: transfer to amount [--memo=]
        Move money to another account.
        | A second paragraph.
        > shop 125.50 --key somchai
        = scope out
        --memo TEXT env=SAPHA_MEMO  What it is for.

A leaf begins at the left with its way, the place of what does it (formatted in, so that whoever
looks for uses finds it), its name and its usage; a line that is indented twice goes on with the one
before. `>` is an example, `=` a value of its own, the last line a word: its kind and other
properties, two spaces, its meaning.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from commands.framework import kinds
from commands.framework.places import Place
from commands.framework.tree import Leaf
from commands.framework.words import Word

Way = Callable[..., Leaf]  # takes name, place, usage and text, and makes a leaf

_HEAD = re.compile(r"(?P<way>\w+) (?P<place>[\w.]+): (?P<name>[\w-]+)(?: (?P<usage>.*))?")
_WORD = re.compile(r"(?P<word>-{0,2}[a-z][\w-]*)(?: (?P<kind>[A-Z_0-9]+))?(?P<rest>( \w+=\S+)*)  ")

_CLAIMS = {"yes": True, "no": False}


class BadListing(ValueError):
    """A listing is not written as listings are; our own mistake."""


def leaves(text: str, ways: Mapping[str, Way]) -> Iterator[Leaf]:
    """Yield the leaves of a listing. Raises BadListing naming the line."""
    for block in re.split(r"\n(?=\S)", text.strip("\n")):
        head, *lines = re.sub(r"\n {8,}", " ", block).split("\n")
        match = _HEAD.fullmatch(head)
        if match is None or match["way"] not in ways:
            raise BadListing(f"{head!r} begins no leaf")
        about, more = _read([line.strip() for line in lines])
        make = ways[match["way"]]
        yield make(match["name"], Place(match["place"]), match["usage"] or "", about, **more)


def _read(lines: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the text of a leaf, and what else is said of it."""
    about, fixed, words = list[str](), dict[str, object](), dict[str, Word]()
    more: dict[str, Any] = {}
    for line in lines:
        mark, _, rest = line.partition(" ")
        if mark == ">":
            more["example"] = rest
        elif mark == "=":
            name, _, value = rest.partition(" ")
            fixed[name] = int(value) if value.isdecimal() else _CLAIMS.get(value, value)
        elif mark == "|":
            about.append(f"\n\n{rest}")
        elif match := _WORD.match(line):
            words[match["word"]] = _word(match, line[match.end() :])
        else:
            about.append(f" {line}")
    more |= {"fixed": fixed} if fixed else {}
    more |= {"words": words} if words else {}
    return "".join(about).strip(), more


def _word(match: re.Match[str], meaning: str) -> Word:
    given: dict[str, Any] = dict(part.split("=", 1) for part in match["rest"].split())
    given |= {name: int(given[name]) for name in ("low", "high") if name in given}
    given |= {"choices": tuple(given["choices"].split(","))} if "choices" in given else {}
    kind = getattr(kinds, match["kind"]) if match["kind"] else kinds.TEXT
    return Word(meaning, kind, **given)
