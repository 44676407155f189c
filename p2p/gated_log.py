"""Log lines whose rate or words somebody else chooses: bounded, and one line each."""

import logging
from collections.abc import Callable
from time import monotonic

from p2p.rates import LogGate

WORDS_CHARS_MAX = 200


class GatedLog:
    """Writes the first line of a kind and party, then one a minute with the count left out.

    A party is who has it written: "peer=NAME", "from=ADDRESS", or "" where many may be behind it.
    All lines of a log together are bounded too (`LogGate`).
    """

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._gate = LogGate()

    def write(
        self, level: int, kind: str, party: str, *, is_bug: bool = False, **fields: object
    ) -> None:
        """Write a line, or count it. With `is_bug` the traceback of the present error follows.

        Texts are shown in printable ASCII, the first 200 characters.
        """
        left_out = self._gate.passes((kind, party), self._clock())
        if left_out is None:
            return
        shown = [f"{name}={_shown(value)}" for name, value in fields.items()]
        line = " ".join(part for part in (kind, party, *shown, f"left_out={left_out}") if part)
        self._logger.log(level, "%s", line, exc_info=is_bug)


def printable(text: str) -> str:
    """Return the first 200 characters of a foreign text, other than printable ASCII escaped."""
    kept = text[:WORDS_CHARS_MAX]
    if kept.isascii() and kept.isprintable():
        return kept
    return "".join(one if one.isascii() and one.isprintable() else ascii(one)[1:-1] for one in kept)


def _shown(value: object) -> str:
    return f"'{printable(value)}'" if isinstance(value, str) else printable(str(value))
