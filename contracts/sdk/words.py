"""Words that contracts give a meaning: how they are written, and that none comes twice."""

from unicodedata import ucd_3_2_0

_FIRST = "abcdefghijklmnopqrstuvwxyz"
_REST = _FIRST + "0123456789-"
# What people write between the digits of a number, and what cannot be seen. The tables are those of
# Unicode 3.2, which are frozen in every CPython and hold every character that a text may have.
_BETWEEN = frozenset({"Cf", "Zs", "Pd", "Po", "Sk", "Pc", "Ps", "Pe", "Sm"})
_CITIZEN_DIGITS = 13

Items = tuple[str, ...] | tuple[bytes, ...] | tuple[int, ...]


def is_slug(text: str, *, more: str = "") -> bool:
    """Whether a text is a-z, 0-9, hyphens and characters of `more`, and begins with a letter."""
    rest = _REST + more
    return text[:1] in _FIRST and len(text) > 0 and all(letter in rest for letter in text)


def is_distinct(items: Items) -> bool:
    """Whether no item is listed twice."""
    ordered = sorted(items)
    return all(ordered[index - 1] != ordered[index] for index in range(1, len(ordered)))


def holds_citizen_number(text: str) -> bool:
    """Whether a text holds a citizen's number: 13 digits of which the last is the check digit.

    Digits of every script count, and what stands between them does not. Thirteen digits that touch
    a fourteenth, as in a time or a longer number, are none.
    """
    digits: list[tuple[int, bool]] = []  # value, whether it touches the digit before
    was_digit = False
    for character in text:
        value = ucd_3_2_0.decimal(character, -1)
        if value >= 0:
            digits.append((value, was_digit))
        elif ucd_3_2_0.category(character) not in _BETWEEN:
            digits.append((-1, False))
        was_digit = value >= 0
    digits.append((-1, False))
    return any(_is_number(digits, first) for first in range(len(digits) - _CITIZEN_DIGITS))


def _is_number(digits: list[tuple[int, bool]], first: int) -> bool:
    """Whether the 13 digits from `first` are a citizen's number, touching no other digit."""
    values = [value for value, _ in digits[first : first + _CITIZEN_DIGITS]]
    if min(values) < 0 or digits[first][1] or digits[first + _CITIZEN_DIGITS][1]:
        return False
    total = sum(value * (_CITIZEN_DIGITS - place) for place, value in enumerate(values[:-1]))
    return (11 - total % 11) % 10 == values[-1]
