"""How many bytes of requests are held at once, of all clients together and of each address.

A thousand sockets with a large body each, or with dozens of calls each, must not fill the memory:
over the bound a request is refused, and its client tries again or elsewhere. An address may hold as
much as half of what is still free, so that any number of them leave room for the next. Source:
Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from node.rpc.errors import TooManyBytes

BODIES_BYTES_MAX = 64 * 1024 * 1024
_FREE_PARTS = 2  # an address may hold so large a part of what is free
_LEAST_PARTS = 1_024  # or so large a part of all, whatever others hold


class Bodies:
    """The bytes of requests being read or answered."""

    def __init__(self, bytes_max: int = BODIES_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._by_address: Counter[str] = Counter()
        self.bytes_held = 0

    @contextmanager
    def held(self, address: str) -> Iterator["Body"]:
        """Count one request of `address` from its first byte to its answer."""
        body = Body(self, address)
        try:
            yield body
        finally:
            body.empty()

    def take(self, address: str, size: int) -> None:
        """Count `size` bytes more. Raises TooManyBytes."""
        wanted = self._by_address[address] + size
        free = self._bytes_max - self.bytes_held
        if wanted > max(free // _FREE_PARTS, self._bytes_max // _LEAST_PARTS):
            raise TooManyBytes(
                f"{self.bytes_held} bytes of requests are held, {wanted - size} of {address}; "
                "try again soon"
            )
        self._by_address[address] = wanted
        self.bytes_held += size

    def give_back(self, address: str, size: int) -> None:
        """Count `size` bytes less."""
        self.bytes_held -= size
        self._by_address[address] -= size
        if not self._by_address[address]:
            del self._by_address[address]


class Body:
    """The bytes of one request."""

    def __init__(self, bodies: Bodies, address: str) -> None:
        self._bodies = bodies
        self._address = address
        self.size = 0

    def grow(self, size: int) -> None:
        """Count `size` bytes more of this request. Raises TooManyBytes."""
        self._bodies.take(self._address, size)
        self.size += size

    def empty(self) -> None:
        """Count no byte of it any more."""
        self._bodies.give_back(self._address, self.size)
        self.size = 0
