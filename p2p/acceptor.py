"""Takes connections at a listening socket, one a turn of the loop: a flood cannot hold it. IO."""

import asyncio
import socket
from collections.abc import Callable

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

    def open(self) -> None:
        """Accept from now on."""
        self._loop.add_reader(self.socket, self._accept)

    def close(self) -> None:
        """Accept nothing more; the socket is its owner's to close."""
        self._loop.remove_reader(self.socket)
        if self._pause is not None:
            self._pause.cancel()

    def _accept(self) -> None:
        try:
            connection, address = self.socket.accept()
        except BlockingIOError:
            return
        except OSError as error:  # no file descriptors, or gone before we took it
            self._failed(error.strerror or "accept failed")
            self._loop.remove_reader(self.socket)
            self._pause = self._loop.call_later(_NO_DESCRIPTORS_WAIT_S, self.open)
            return
        connection.settimeout(0.0)
        self._take(connection, str(address[0]))
