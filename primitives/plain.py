"""Foreign text as people are shown it: in one line, and nothing in it that cannot be seen."""

import json


def plain_line(text: str) -> str:
    r"""Return a text in one line; what cannot be seen, or moves what is seen, as JSON escapes it.

    So newlines, escape sequences of terminals and marks that turn the direction of writing become
    such as \n, \u001b and \u202e. What is JSON stays the same JSON.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def plain_lines(text: str) -> str:
    """Return each line of a text as `plain_line` does; tabs stay too."""
    return "\n".join("\t".join(map(plain_line, line.split("\t"))) for line in text.split("\n"))


def _escaped(char: str) -> str:
    return "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]
