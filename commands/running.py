"""Runs a command that asks nodes: watched, and ended by SIGTERM as by Ctrl-C."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any

from commands.watch import Watch, watching


def run(work: Coroutine[Any, Any, None], watches: list[Watch], *, as_json: bool) -> None:
    """Do the work; `watches` gets the one that is told of every transaction, whatever happens.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM ended it.
    """
    with watching(as_json=as_json) as watch:
        watches.append(watch)
        try:
            asyncio.run(_terminable(work))
        except asyncio.CancelledError as stopped:
            raise KeyboardInterrupt from stopped


async def _terminable(work: Coroutine[Any, Any, None]) -> None:
    """Run a command so that SIGTERM ends it as Ctrl-C does, saying what is still open."""
    task = asyncio.current_task()
    if task is not None and threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work
