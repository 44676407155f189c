"""Log entries whose rate or words somebody else chooses: bounded. Rendering escapes them."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic

from p2p.rates import LogGate

WORDS_CHARS_MAX = 200


class GatedLog:
    """Writes the first entry of an event and party, then one a minute with the count left out.

    A party is who has it written, as a field: {"peer": name}, or {} where many may be behind it.
    All entries of a log together are bounded too (`LogGate`).
    """

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._gate = LogGate()

    def write(
        self,
        level: int,
        event: str,
        party: Mapping[str, str],
        *,
        is_bug: bool = False,
        **fields: object,
    ) -> None:
        """Write an entry, or count it. With `is_bug` the traceback of the present error follows.

        Of a text the first 200 characters are written.
        """
        left_out = self._gate.passes((event, *party.values()), self._clock())
        if left_out is None:
            return
        cut = {name: _cut(value) for name, value in {**party, **fields}.items()}
        self._logger.log(level, event, exc_info=is_bug, extra={**cut, "left_out": left_out})


def printable(text: str) -> str:
    """Return the first 200 characters of a foreign text, other than printable ASCII escaped."""
    kept = text[:WORDS_CHARS_MAX]
    if kept.isascii() and kept.isprintable():
        return kept
    return "".join(one if one.isascii() and one.isprintable() else ascii(one)[1:-1] for one in kept)


def _cut(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)[:WORDS_CHARS_MAX]
