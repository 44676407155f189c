"""Money as people write it: baht with two decimals outside, whole satang inside, never floats."""

import re

from client.errors import BadAmount
from primitives.limits import AMOUNT_SATANG_MAX

SATANG_PER_BAHT = 100
_BAHT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2}))?")
_SATANG = re.compile(r"[0-9]{1,18}")
_BAHT_CHARS_MAX = 32


def read_baht(text: str) -> int:
    """Return the satang of baht text such as 1250, 1250.5 or 1,250.50.

    Raises:
        BadAmount: another form, more than two decimals, zero, or above the limit.
    """
    match = _BAHT.fullmatch(text) if len(text) <= _BAHT_CHARS_MAX else None
    if match is None:
        raise BadAmount(f"{text[:40]!r} is not baht such as 1250.50 (digits, at most 2 decimals)")
    baht, fraction = match.groups()
    whole = int(baht.replace(",", "")) * SATANG_PER_BAHT
    return _bounded(whole + int((fraction or "0").ljust(2, "0")), text)


def read_satang(text: str) -> int:
    """Return whole satang. Raises BadAmount."""
    if not _SATANG.fullmatch(text):
        raise BadAmount(f"{text[:40]!r} is not whole satang (digits only)")
    return _bounded(int(text), text)


def show_baht(satang: int) -> str:
    """Return satang as baht with two decimals and thousands commas: 1,250.50."""
    sign = "-" if satang < 0 else ""
    baht, rest = divmod(abs(satang), SATANG_PER_BAHT)
    return f"{sign}{baht:,}.{rest:02}"


def _bounded(satang: int, text: str) -> int:
    if not 1 <= satang <= AMOUNT_SATANG_MAX:
        limit = show_baht(AMOUNT_SATANG_MAX)
        raise BadAmount(f"{text[:40]!r} is outside 0.01 to {limit} baht")
    return satang
