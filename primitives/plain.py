"""Foreign text as people are shown it: in one line, and nothing in it that cannot be seen."""

import json

# Letters and marks that are drawn as nothing, though Python takes them for printable: fillers of
# Hangul and Khitan, joiners, variation selectors, the empty Braille cell and the null notehead.
# Source: Unicode DerivedCoreProperties, Default_Ignorable_Code_Point.
_UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0x16FE4, 0x16FE4),
        (0x1D159, 0x1D159),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)


def plain_line(text: str) -> str:
    r"""Return a text in one line; what cannot be seen, or moves what is seen, as JSON escapes it.

    So newlines, escape sequences of terminals and marks that turn the direction of writing become
    such as \n, \u001b and \u202e. What is JSON stays the same JSON.
    """
    if text.isprintable() and (text.isascii() or _UNSEEN.isdisjoint(text)):
        return text
    return "".join(char if _is_seen(char) else _escaped(char) for char in text)


def plain_lines(text: str) -> str:
    """Return each line of a text as `plain_line` does; tabs stay too."""
    return "\n".join("\t".join(map(plain_line, line.split("\t"))) for line in text.split("\n"))


def _is_seen(char: str) -> bool:
    return char.isprintable() and char not in _UNSEEN


def _escaped(char: str) -> str:
    return "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]
