"""What a gateway logs: one bounded line a kind and minute, and no traceback.

Strangers choose how much is refused and what is malformed; neither fills a disk. A traceback could
name a person.
"""

import logging
import time
from collections.abc import Callable

_EVERY_S = 60.0
_KINDS_MAX, _CHARS_MAX = 1_024, 200
_FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"


class OneLine(logging.Filter):
    """Lets the first entry of each kind pass, then one a minute with the count of the others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[str, tuple[float, int]] = {}  # when it was written, and left out since

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write an entry, whose text this bounds."""
        error = record.exc_info[1] if record.exc_info else None
        kind = record.getMessage() if error is None else f"malformed: {type(error).__name__}"
        kind = kind.encode("unicode_escape").decode()[:_CHARS_MAX]
        now = self._clock()
        written_at, left_out = self._seen.get(kind, (now - _EVERY_S, 0))
        if now - written_at < _EVERY_S:
            self._seen[kind] = (written_at, left_out + 1)
            return False
        if len(self._seen) >= _KINDS_MAX:
            self._seen.clear()
        self._seen[kind] = (now, 0)
        record.msg, record.args = kind + (f" ({left_out} more)" if left_out else ""), ()
        record.exc_info = None
        return True


def set_up() -> None:
    """Send what a gateway logs to standard error."""
    logging.basicConfig(level=logging.INFO, format=_FORM)
