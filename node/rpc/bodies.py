"""How many bytes of requests are held at once, of all clients together.

A thousand sockets with a large body each, or with dozens of calls each, must not fill the memory:
over the bound a request is refused, and its client tries again or elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from node.rpc.errors import TooManyBytes

BODIES_BYTES_MAX = 64 * 1024 * 1024


class Bodies:
    """The bytes of requests being read or answered."""

    def __init__(self, bytes_max: int = BODIES_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self.bytes_held = 0

    @contextmanager
    def held(self) -> Iterator["Body"]:
        """Count one request from its first byte to its answer."""
        body = Body(self)
        try:
            yield body
        finally:
            self.bytes_held -= body.size

    def take(self, size: int) -> None:
        """Count `size` bytes more. Raises TooManyBytes."""
        if self.bytes_held + size > self._bytes_max:
            raise TooManyBytes(f"{self.bytes_held} bytes of requests are held, try again soon")
        self.bytes_held += size


class Body:
    """The bytes of one request."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self.size = 0

    def grow(self, size: int) -> None:
        """Count `size` bytes more of this request. Raises TooManyBytes."""
        self._bodies.take(size)
        self.size += size
