"""The help of groups and leaves as plain text, for any terminal and any reader."""

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence

from commands.framework.parser import range_text
from commands.framework.words import Parameter

_WIDTH_MAX = 100
_NAMES_MAX = 34  # columns; a longer one has a line of its own


def width_here() -> int:
    """Return the columns of help: the terminal's, at most 100."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or _WIDTH_MAX
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = _WIDTH_MAX
    return max(40, min(columns, _WIDTH_MAX))


def leaf_usage(path: str, parameters: Sequence[Parameter]) -> str:
    """Return the usage of a leaf in one line."""
    arguments = [_argument_text(each) for each in parameters if not each.flag]
    return " ".join([f"Usage: {path} [OPTIONS]", *arguments])


def leaf_help(
    path: str, text: str, parameters: Sequence[Parameter], example: str, width: int
) -> str:
    """Return the whole help of a leaf."""
    arguments = [(each.metavar, _about(each)) for each in parameters if not each.flag]
    options = [(_option_text(each), _about(each)) for each in parameters if each.flag]
    parts = [leaf_usage(path, parameters), _paragraphs(text, width)]
    parts += section("Arguments", arguments, width)
    parts += section("Options", [*options, ("--help", "Show this help.")], width)
    parts.append(f"Example:\n  {example}")
    return "\n\n".join(parts) + "\n"


def group_help(
    path: str, text: str, members: Iterable[tuple[str, str]], options: Sequence[str], width: int
) -> str:
    """Return the help of a group: `members` are names and what they do."""
    rows = [(name, about.partition("\n")[0]) for name, about in members]
    shown = [tuple(option.split("  ", 1)) for option in [*options, "--help  Show this help."]]
    parts = [f"Usage: {path} [OPTIONS] COMMAND [ARGS]...", _paragraphs(text, width)]
    parts += section("Options", [(row[0], row[1]) for row in shown], width)
    parts += section("Commands", rows, width)
    return "\n\n".join(parts) + "\n"


def section(title: str, rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return a titled list of names and texts, nothing where there are no rows."""
    if not rows:
        return []
    fitting = [len(name) for name, _ in rows if len(name) <= _NAMES_MAX]
    column = max(fitting, default=_NAMES_MAX) + 4
    lines = [f"{title}:"]
    for name, text in rows:
        first = f"  {name}".ljust(column)
        if len(first) > column:
            lines.append(first)
            first = " " * column
        lines += textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=" " * column
        ) or [first.rstrip()]
    return ["\n".join(lines)]


def _paragraphs(text: str, width: int) -> str:
    wrapped = [
        textwrap.fill(" ".join(part.split()), width, initial_indent="  ", subsequent_indent="  ")
        for part in text.split("\n\n")
    ]
    return "\n\n".join(wrapped)


def _argument_text(parameter: Parameter) -> str:
    text = parameter.metavar + "..." * parameter.is_many
    return text if parameter.is_required else f"[{text}]"


def _option_text(parameter: Parameter) -> str:
    return f"{parameter.flag} {parameter.metavar}".rstrip()


def _about(parameter: Parameter) -> str:
    word = parameter.word
    notes = []
    if word.env:
        notes.append(f"variable {word.env}")
    if parameter.default:
        notes.append(f"default {parameter.default}")
    if word.low is not None or word.high is not None:
        notes.append(range_text(word.low, word.high))
    if parameter.is_many:
        notes.append("several")
    if parameter.flag and parameter.is_required:
        notes.append("required")
    return word.help + (f"  [{'; '.join(notes)}]" if notes else "")
