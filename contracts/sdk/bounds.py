"""Bounds that a contract's author writes in `typing.Annotated`; what they mean is in `fields`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest and the greatest integer, both allowed."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Chars:
    """The least and the most characters (code points) of a text."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Length:
    """The number of bytes; with `high` the least and the most."""

    low: int
    high: int | None = None


@dataclass(frozen=True, slots=True)
class CountMax:
    """The most items of a list; `low` the fewest."""

    high: int
    low: int = 0
