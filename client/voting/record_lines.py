"""The lines of a record after its first: of one kind after the other, each told by a member."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from client.errors import BadAnswer
from client.voting.errors import BadRecord

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadAnswer)
# What may follow lines with this member.
_LATER = {"step": ("transaction", "keys"), "transaction": ("keys",)}
_Row = TypeVar("_Row")


class Rows:
    """The lines after the first, of one kind after the other."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = enumerate(lines, start=2)
        self._next: tuple[int, dict[str, Any]] | None = None

    def read(self, member: str, read: Callable[[dict[str, Any]], _Row]) -> Iterator[_Row]:
        """Yield what `read` makes of each line that has this member, until one has not.

        Raises:
            BadRecord: names a line that is of no kind, or whose kind comes too late.
        """
        while (numbered := self._take()) is not None:
            number, row = numbered
            if member not in row and not row.keys().isdisjoint(_LATER.get(member, ())):
                self._next = numbered
                return
            try:
                yield read(row)
            except UNREADABLE as error:
                raise BadRecord(f"line {number} is no entry of a record") from error

    def _take(self) -> tuple[int, dict[str, Any]] | None:
        kept, self._next = self._next, None
        if kept is not None:
            return kept
        numbered = next(self._lines, None)
        if numbered is None:
            return None
        try:
            row = json.loads(numbered[1])
        except UNREADABLE as error:
            raise BadRecord(f"line {numbered[0]} is no entry of a record") from error
        if not isinstance(row, dict):
            raise BadRecord(f"line {numbered[0]} is no entry of a record")
        return numbered[0], row
