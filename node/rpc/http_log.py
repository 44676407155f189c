"""What the HTTP library has to say of strangers' bytes: one bounded line a kind and minute.

The library logs a traceback for each malformed request; a stranger would fill the disk with them.
"""

import logging
import time

from aiohttp.http_exceptions import HttpProcessingError

from p2p.rates import LogGate

log = logging.getLogger("sapha.rpc")


class OneLine(logging.Filter):
    """Lets the first of each kind of error pass, then one a minute with a count."""

    def __init__(self, gate: LogGate | None = None) -> None:
        super().__init__()
        self._gate = gate or LogGate()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write an entry as it is; for a malformed request's write a line."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        kind = type(error).__name__
        left_out = self._gate.passes(kind, time.monotonic())
        if left_out is None:
            return False
        if isinstance(error, HttpProcessingError):
            sender = record.args[0] if isinstance(record.args, tuple) and record.args else None
            fault = {"kind": kind, "client": sender, "left_out": left_out, "reason": error.message}
            log.info("http_malformed", extra=fault)
            return False
        record.left_out = left_out
        return True


http_log = logging.getLogger("sapha.rpc.http")
http_log.addFilter(OneLine())
