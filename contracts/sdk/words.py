"""Words that contracts give a meaning: how they are written, and that none comes twice."""

_FIRST = "abcdefghijklmnopqrstuvwxyz"
_REST = _FIRST + "0123456789-"
# Each script's ten digits in order, so that a digit's place modulo 10 is its value.
_DIGITS = "0123456789๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹໐໑໒໓໔໕໖໗໘໙០១២៣៤៥៦៧៨៩"
# What people write between the digits of a number, and what cannot be seen.
_BETWEEN = " -.,_/\\|:;+*()[]\u00a0\u00ad\u200c\u200d\u2010\u2011\u2012\u2013\u2014\u2212\u3000"
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
    """Whether 13 digits follow each other, whatever their script, checksum and separators."""
    run = 0
    for character in text:
        if character in _DIGITS:
            run += 1
        elif character not in _BETWEEN:
            run = 0
        if run >= _CITIZEN_DIGITS:
            return True
    return False
