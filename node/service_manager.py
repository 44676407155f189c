"""Tells the service manager that the node serves, is alive, and stops: the protocol of sd_notify.

Nothing is sent where no manager asks: the variables NOTIFY_SOCKET and WATCHDOG_USEC are its own.
Source: sd_notify(3), "Notes" and "WATCHDOG=1".
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger("sapha.node")

READY = "READY=1"
STOPPING = "STOPPING=1"
_ALIVE = "WATCHDOG=1"
_EVERY_S = 10.0


class ServiceManager:
    """The manager that started this process, if one did."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        path = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._every_s = _interval_s(environment)
        self._is_deaf = False

    def tell(self, *lines: str) -> None:
        """Send the lines; a manager that does not listen changes nothing for the node."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                text = "\n".join(lines).encode()
                sender.sendto(text, socket.MSG_DONTWAIT, self._address)
            self._is_deaf = False
        except OSError as error:
            if not self._is_deaf:
                log.warning("service_manager_deaf", extra={"reason": error.strerror})
            self._is_deaf = True

    async def keep_alive(self, status: Callable[[], str]) -> None:
        """Say for ever that the event loop runs, twice in each span that the manager allows.

        `status` is what `systemctl status` shows, in one line.
        """
        while self._address:
            self.tell(_ALIVE, f"STATUS={status()}")
            await asyncio.sleep(self._every_s)


def _interval_s(environment: Mapping[str, str]) -> float:
    """Return how often to say so: half of what the manager allows this process."""
    allowed_us = environment.get("WATCHDOG_USEC", "")
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return _EVERY_S
    if not allowed_us.isdecimal() or int(allowed_us) == 0:
        return _EVERY_S
    return min(_EVERY_S, int(allowed_us) / 2_000_000)
