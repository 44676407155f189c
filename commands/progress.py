"""How far a command is: one line on standard error, where somebody looks."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_EVERY_S = 0.1


@contextmanager
def progress(text: str, *, is_quiet: bool = False) -> Iterator[Callable[..., None]]:
    """Give a function that is told how much is done, and of how much if that is known."""
    if is_quiet or not sys.stderr.isatty():
        yield _nothing
        return
    last_s = 0.0

    def show(done: int, whole: int = 0) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= _EVERY_S:
            last_s = time.monotonic()
            of_whole = f" of {whole:,}" if whole else ""
            sys.stderr.write(f"\r\x1b[K{text}: {done:,}{of_whole}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")


def _nothing(_done: int, _whole: int = 0) -> None:
    """Show nothing."""
