"""Tables as plain text, of which nothing is left out."""

import os
import sys
import textwrap
from collections.abc import Sequence
from typing import TextIO
from unicodedata import category, east_asian_width

WIDTH = 120  # columns of what no terminal reads
_BETWEEN = " │ "
_WITHOUT_WIDTH = frozenset({"Mn", "Me", "Cf"})  # such as Thai vowels above a letter

_Cells = Sequence[str]


def show_table(title: str, columns: _Cells, rows: Sequence[Sequence[object]]) -> str:
    """Return a table as text; words that do not fit go on in the next line of their cell.

    Where a hash, key or address does not fit beside the rest, each row is a block of lines.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    whole = [list(columns), *cells]
    wanted = [max(map(_width, column)) for column in zip(*whole, strict=True)]
    least = [max(map(_longest_word, column)) for column in zip(*whole, strict=True)]
    room = room_of(sys.stdout) - len(_BETWEEN) * (len(columns) - 1)
    if sum(least) > room:
        return _blocks(title, columns, cells)
    widths = _fitted(wanted, least, room)
    rule = "─┼─".join("─" * width for width in widths)
    lines = [line for row in cells for line in _lines(row, widths)]
    return "\n".join([title, *_lines(columns, widths), rule, *lines])


def _fitted(wanted: list[int], least: list[int], room: int) -> list[int]:
    """Return widths of columns that fit; what can be wrapped most gives most."""
    widths = list(wanted)
    while sum(widths) > room:
        spare = [width - low for width, low in zip(widths, least, strict=True)]
        widths[spare.index(max(spare))] -= 1
    return widths


def _lines(row: _Cells, widths: Sequence[int]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, width, break_long_words=False, break_on_hyphens=False)
        if _width(cell) > width
        else [cell]
        for cell, width in zip(row, widths, strict=True)
    ]
    height = max(map(len, wrapped))
    full = [cell + [""] * (height - len(cell)) for cell in wrapped]
    return [_BETWEEN.join(map(padded, line, widths)).rstrip() for line in zip(*full, strict=True)]


def _blocks(title: str, columns: _Cells, rows: Sequence[_Cells]) -> str:
    names = [f"{column:<{max(map(len, columns))}}  " for column in columns]
    blocks = ["\n".join(map(str.__add__, names, row)) for row in rows]
    return "\n\n".join([title, *blocks])


def fitted_lines(text: str, room: int) -> str:
    """Return a text of which each line that is too long goes on below, as deep as it began.

    Nothing is cut: a word that is longer than the room stays whole, as do lines of tables.
    """
    return "\n".join(_fitted_line(line, room) for line in text.split("\n"))


def _fitted_line(line: str, room: int) -> str:
    if _width(line) <= room or _BETWEEN.strip() in line:
        return line
    begin = " " * (len(line) - len(line.lstrip(" ")))
    return textwrap.fill(
        line.strip(),
        room,
        initial_indent=begin,
        subsequent_indent=begin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def room_of(stream: TextIO) -> int:
    """Return the columns of a stream's terminal, WIDTH where there is none."""
    if not stream.isatty():
        return WIDTH
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except OSError:
        return WIDTH


def padded(text: str, width: int) -> str:
    """Return a text with spaces to so many columns of a terminal."""
    return text + " " * (width - _width(text))


def _longest_word(cell: str) -> int:
    """Return how many columns a cell needs so that no word in it is cut."""
    return max(map(_width, cell.split()), default=0)


def _width(text: str) -> int:
    """Return how many columns a terminal gives to a text."""
    if text.isascii():
        return len(text)
    shown = [letter for letter in text if category(letter) not in _WITHOUT_WIDTH]
    return len(shown) + sum(east_asian_width(letter) in "WF" for letter in shown)
