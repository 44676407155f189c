"""Reads docs/operator.md: its headings, its blocks of commands, and what is said of them.

A block of commands is fenced as `console`. A line `anong$ sapha ...` is a command on the machine
or at the desk `anong`; lines without a prompt are what matters in the answer, in their order;
`...` in them stands for anything. Comments in the page's source, right before a block:

    <!-- likewise for anong: boonmi, chai -->   the block again, with each of these names
    <!-- not run: why -->                       no test runs the block

A command ends with `# exit code 1` where it does not exit 0.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operator.md"

_HEADING = re.compile(r"#{2,4} (.+)")
_FENCE = re.compile(r"```(\w*)")
_COMMENT = re.compile(r"<!-- (likewise|not run)(?: for ([a-z-]+))?: (.+) -->")
_COMMAND = re.compile(r"([a-z][a-z0-9-]*)\$ (.+)")


@dataclass
class Command:
    """One line to run at `machine`, and the lines that its answer must have."""

    machine: str
    text: str
    exit_code: int = 0
    answer: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A fenced block under a heading; `line` is the number of its fence in the page."""

    heading: str
    line: int
    kind: str
    text: str = ""
    first: str = ""
    likewise: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def commands(self) -> list[Command]:
        """The block's commands, and then again for each of those who do likewise."""
        again = [re.sub(rf"\b{self.first}\b", name, self.text) for name in self.likewise]
        texts = [self.text, *again]
        return [command for text in texts for command in self._read(text)]

    def _read(self, text: str) -> list[Command]:
        found: list[Command] = []
        for line in text.splitlines():
            match = _COMMAND.fullmatch(line)
            if match is not None:
                text, _, note = match[2].partition("   # exit code ")
                found.append(Command(match[1], text.rstrip(), int(note[:1] or 0)))
            elif line.strip():
                assert found, f"line {self.line}: an answer before any command: {line}"
                found[-1].answer.append(line.strip())
        return found


def blocks(text: str | None = None) -> list[Block]:
    """Every fenced block of the page, in order."""
    found: list[Block] = []
    heading, said, block = "", {}, None
    for number, line in enumerate((text or GUIDE.read_text("utf-8")).splitlines(), start=1):
        if block is not None:
            if line == "```":
                found.append(block)
                block = None
            else:
                block.text += line + "\n"
        elif match := _FENCE.fullmatch(line):
            block = Block(heading, number, match[1])
            block.first, names = said.get("likewise", ("", ""))
            block.likewise = [name.strip() for name in names.split(",") if name]
            _, block.not_run = said.get("not run", ("", ""))
            said = {}
        elif match := _HEADING.fullmatch(line):
            heading = match[1]
        elif match := _COMMENT.fullmatch(line):
            said[match[1]] = (match[2] or "", match[3])
        elif line.strip():
            said = {}
    assert block is None, f"line {block.line}: the block has no end"
    return found


def procedure(heading: str) -> list[Block]:
    """The blocks of commands under a heading that are to be run."""
    under = [each for each in blocks() if each.heading == heading and each.kind == "console"]
    assert under, f"the page has no commands under {heading!r}"
    return [each for each in under if not each.not_run]
