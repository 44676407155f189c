"""Reads a guide in docs/: its headings, its blocks of commands, and what is said of them.

A block of commands is fenced as `console`. A line `anong$ sapha ...` is a command on the machine
or at the desk `anong`; lines without a prompt are what matters in the answer, in their order;
`...` in them stands for anything. Right before a block, for all to read and in the page's source:

    For anong; likewise for boonmi and chai:    the block again, with each of these names
    <!-- not run: why -->                       no test runs the block

A command ends with `# exit code 1` where it does not exit 0.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
GUIDE = DOCS / "operator.md"
VOTING_GUIDES = (DOCS / "voting-guide.md", DOCS / "voting-guide.th.md")

_HEADING = re.compile(r"#{2,4} (.+)")
_FENCE = re.compile(r"```(\w*)")
_LIKEWISE = re.compile(r"For ([a-z-]+); likewise for ([a-z-]+(?:, [a-z-]+)*(?: and [a-z-]+)?):")
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
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
    page: str = GUIDE.name

    @property
    def place(self) -> str:
        """Where the block stands."""
        return f"{self.page}:{self.line}"

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


def blocks(text: str | None = None, guide: Path = GUIDE) -> list[Block]:
    """Every fenced block of a page, in order."""
    found: list[Block] = []
    heading, block = "", None
    first, likewise, not_run = "", [], ""
    for number, line in enumerate((text or guide.read_text("utf-8")).splitlines(), start=1):
        if block is not None:
            if line == "```":
                found.append(block)
                block = None
            else:
                block.text += line + "\n"
        elif match := _FENCE.fullmatch(line):
            said = {"first": first, "likewise": likewise, "not_run": not_run}
            block = Block(heading, number, match[1], page=guide.name, **said)
            first, likewise, not_run = "", [], ""
        elif match := _HEADING.fullmatch(line):
            heading = match[1]
        elif match := _LIKEWISE.fullmatch(line):
            first, likewise = match[1], re.split(r", | and ", match[2])
        elif match := _NOT_RUN.fullmatch(line):
            not_run = match[1]
        elif line.strip():
            first, likewise, not_run = "", [], ""
    assert block is None, f"line {block.line}: the block has no end"
    return found


def procedure(heading: str, guide: Path = GUIDE) -> list[Block]:
    """The blocks of commands under a heading that are to be run."""
    under = [
        each for each in blocks(guide=guide) if (each.heading, each.kind) == (heading, "console")
    ]
    assert under, f"the page has no commands under {heading!r}"
    return [each for each in under if not each.not_run]
