"""Words that contracts give a meaning: how they are written, and that none comes twice."""

from unicodedata import ucd_3_2_0

_FIRST = "abcdefghijklmnopqrstuvwxyz"
_REST = _FIRST + "0123456789-"
# A reader of a number sees its digits, and what ends it: letters and other numerals. All else that
# stands between two digits is passed over: spaces, punctuation, symbols, marks, what is invisible.
# The tables are those of Unicode 3.2, which are frozen in every CPython and hold every character
# that a text may have.
_SEEN = frozenset({"Lu", "Ll", "Lt", "Lo", "Nl", "No"})
_FILLERS = frozenset({"\u115f", "\u1160", "\u3164", "\uffa0"})  # letters of Hangul that are blank
# Digits in rings, in brackets, or with a full stop: that they are digits is not frozen with the
# rest, so it is written down, as the first of each nine.
_ONES = (0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A)
_NINES = "".join(chr(one + place) for one in _ONES for place in range(9))
_RINGED_ZERO = "\u24ea"
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


def holds_citizen_number(text: str, *, is_name: bool = False) -> bool:
    """Whether a text holds a citizen's number: 13 digits of which the last is the check digit.

    Digits of every script count; what stands between them does not, unless it is a letter or
    another numeral that a reader sees. In a name (a slug, an address) letters end no number either:
    there is no reason for one. Thirteen digits that touch a fourteenth of the same script, as in a
    time or a longer number, are none.
    """
    digits: list[tuple[int, bool]] = []  # value, whether it touches the digit before
    before = -1  # the zero of the digit that stands right before, -1 where none does
    for character in text:
        value = _digit(character)
        zero = ord(character) - value if value >= 0 else -1
        if value >= 0:
            digits.append((value, zero == before))
        elif not is_name and _is_seen(character):
            digits.append((-1, False))
        before = zero
    digits.append((-1, False))
    return any(_is_number(digits, first) for first in range(len(digits) - _CITIZEN_DIGITS))


def _digit(character: str) -> int:
    """Return the value of a digit of any script, -1 for what is none."""
    place = _NINES.find(character)
    if place >= 0:
        return place % 9 + 1
    return 0 if character == _RINGED_ZERO else ucd_3_2_0.decimal(character, -1)


def _is_seen(character: str) -> bool:
    """Whether a reader sees a letter or a numeral."""
    return ucd_3_2_0.category(character) in _SEEN and character not in _FILLERS


def _is_number(digits: list[tuple[int, bool]], first: int) -> bool:
    """Whether the 13 digits from `first` are a citizen's number, touching no other digit."""
    values = [value for value, _ in digits[first : first + _CITIZEN_DIGITS]]
    if min(values) < 0 or digits[first][1] or digits[first + _CITIZEN_DIGITS][1]:
        return False
    total = sum(value * (_CITIZEN_DIGITS - place) for place, value in enumerate(values[:-1]))
    return (11 - total % 11) % 10 == values[-1]
