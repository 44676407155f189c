"""Takes connections at a listening socket, a few a turn of the loop: a flood cannot hold it. IO.

Those that wait to be taken stand in the kernel's queue, first come first served. One that finds it
full is not answered and asks again after a second, then two: so the queue is long, and is emptied
faster than a flood of cheap connections fills it.
"""

import asyncio
import socket
from collections.abc import Callable

from p2p.rates import TokenBucket

BACKLOG = 4_096  # connections; the kernel takes less where net.core.somaxconn says so
TURN_MAX = 16  # connections a turn of the loop
PER_S_MAX = 2_000.0  # connections; the others wait in the kernel's queue
_BURST = 1_000.0
_FULL_WAIT_S = 0.02
_NO_DESCRIPTORS_WAIT_S = 0.5


class Acceptor:
    """Hands each connection, which does not block, with its IP address to `take`.

    A callback instead of `asyncio.AbstractEventLoop.sock_accept`, which loses a connection when it
    is cancelled.
    """

    def __init__(
        self,
        listening: socket.socket,
        take: Callable[[socket.socket, str], None],
        failed: Callable[[str], None],
    ) -> None:
        """`failed` is told why one could not be taken, such as no more file descriptors."""
        self.socket = listening
        self._take = take
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._rate = TokenBucket(per_s=PER_S_MAX, burst=_BURST)

    def open(self) -> None:
        """Accept from now on."""
        self._loop.add_reader(self.socket, self._accept)

    def close(self) -> None:
        """Accept nothing more; the socket is its owner's to close."""
        self._loop.remove_reader(self.socket)
        if self._pause is not None:
            self._pause.cancel()

    def _rest(self, seconds: float) -> None:
        self._loop.remove_reader(self.socket)
        self._pause = self._loop.call_later(seconds, self.open)

    def _accept(self) -> None:
        for _ in range(TURN_MAX):
            if not self._rate.take_if_full(1.0, self._loop.time()):
                self._rest(_FULL_WAIT_S)
                return
            if not self._accept_next():
                return

    def _accept_next(self) -> bool:
        """Return whether a connection was taken."""
        try:
            connection, address = self.socket.accept()
        except BlockingIOError:
            return False
        except OSError as error:  # no file descriptors, or gone before we took it
            self._failed(error.strerror or "accept failed")
            self._rest(_NO_DESCRIPTORS_WAIT_S)
            return False
        connection.settimeout(0.0)
        self._take(connection, str(address[0]))
        return True
