"""The share of the event loop that calls get, in fair turns between clients.

Measured in processor time of the loop's thread. A client is an address, then a connection of it.
A call whose turn has not come waits in a bounded line, then it is refused: it is never left to
wait. Turns of one pass of the loop are worth `SLICE_S` together, so that votes and timers come
between. Source: start-time fair queuing (Goyal, Vin, Cheng 1996), with learned prices.
"""

import asyncio
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from time import monotonic

from node.rpc.line import SMALL_TOGETHER, Client, Line, ShareLimits, Waiter
from node.rpc.processor import Processor

SLICE_S = 0.002
PRICE_FLOOR_S = 0.000_1
_PRICE_WEIGHT = 0.1  # of the newest call in a method's running mean
_PRICE_FIRST_S = 0.001  # of a method that was never called
_PUMP_S_MIN = 0.000_5
_PUMP_S_MAX = 0.05
_SMALL_BURST_S = 0.1  # that small users together may take at once when others used up the part
_DEBT_S_MAX = 0.25  # of all together: who used it is charged all, the others do not wait for it
_GIVEN_LEAST = 0.5
_IPV6_NETWORK_BITS = 64


class Share:
    """A part of the loop for many clients. Owned by the event loop.

    Where the machine gives the loop less than it asks for, because of other processes, the part is
    of what it gets, but at least half. Who uses a tenth of the part or less does not wait for what
    others used, however much that is: small clients are served under attack. All of them together
    may use half of the part so.

    `prices` are what a call of each method costs, in seconds: the running mean of what it did
    cost. A call is charged what it uses, whatever its price.
    """

    def __init__(
        self,
        limits: ShareLimits | None = None,
        clock: Callable[[], float] = monotonic,
        processor: Processor | None = None,
    ) -> None:
        self.limits = limits or ShareLimits()
        self._clock = clock
        self._processor = processor or Processor()
        self.prices: dict[str, float] = {}
        self._line = Line(self.limits, clock)
        self._left_s = self.limits.burst_s
        self._small_left_s = _SMALL_BURST_S
        self._filled_s = clock()
        self._in_slice_s = 0.0
        self._pump: asyncio.Handle | None = None
        self._is_pump_soon = False

    def __len__(self) -> int:
        return self._line.waiting

    @property
    def refused(self) -> int:
        """How many calls were told to come back."""
        return self._line.refused

    def price_s(self, method: str) -> float:
        """Return what a call of `method` is expected to cost."""
        return self.prices.get(method, _PRICE_FIRST_S)

    def learn(self, method: str, cost_s: float) -> None:
        """Take note of what one call of `method` did cost."""
        known = self.prices.get(method, cost_s)
        mean = known + _PRICE_WEIGHT * (cost_s - known)
        self.prices[method] = max(PRICE_FLOOR_S, mean)

    def spend(self, address: str, used_s: float) -> None:
        """Charge processor time to an address."""
        self._left_s = max(-_DEBT_S_MAX, self._left_s - used_s)
        if self._line.is_small(address):
            self._small_left_s -= used_s
        self._line.charge(address, used_s)

    async def turn(self, client: Client, price_s: float) -> None:
        """Return when the client may use about `price_s`.

        Raises:
            TooBusy: the line is full, or the turn has not come in time.
        """
        if not self.begins(client, price_s):
            await self.place(client, price_s)

    def begins(self, client: Client, price_s: float) -> bool:
        """Return whether the client may use about `price_s` at once; then it counts as begun."""
        self._fill()
        if self._in_slice_s >= SLICE_S or not self._may_begin(client):
            return False
        self._in_slice_s += price_s
        self._ask_for_pump(is_due=True)  # which begins the next slice
        return True

    def place(self, client: Client, price_s: float) -> "asyncio.Future[None]":
        """Return what is done when the turn comes, and fails with TooBusy when it does not.

        Cancel it to give the place up. Raises TooBusy: the line is full.
        """
        waiter = self._line.join(client, price_s)
        waiter.turn.add_done_callback(
            lambda turn: self._line.leave(waiter) if turn.cancelled() else None
        )
        self._ask_for_pump(is_due=self._line.is_small(client.address))
        return waiter.turn

    def _may_begin(self, client: Client) -> bool:
        if self._left_s > 0 and not self._line.waiting:
            return True
        is_small = self._line.is_small(client.address) and not self._line.waits(client.address)
        return is_small and self._small_left_s > 0

    def _ask_for_pump(self, *, is_due: bool = False) -> None:
        loop = asyncio.get_running_loop()
        if is_due or self._left_s > 0:
            if self._pump is None or not self._is_pump_soon:
                self._stop_pump()
                self._pump, self._is_pump_soon = loop.call_soon(self._serve), True
        elif self._pump is None:
            wait_s = min(_PUMP_S_MAX, _PUMP_S_MIN - self._left_s / self.limits.part)
            self._pump, self._is_pump_soon = loop.call_later(wait_s, self._serve), False

    def _stop_pump(self) -> None:
        if self._pump is not None:
            self._pump.cancel()

    def _serve(self) -> None:
        """Give the next turns: a slice of them, those of who used least first."""
        self._pump = None
        self._fill()
        self._in_slice_s = 0.0
        self._line.shed_late()
        while self._in_slice_s < SLICE_S and (waiter := self._next()) is not None:
            self._in_slice_s += waiter.price_s
            waiter.turn.set_result(None)
        if self._line.waiting or self._in_slice_s:
            self._ask_for_pump(is_due=self._in_slice_s > 0)

    def _next(self) -> Waiter | None:
        """Take out the call whose turn it is, None when nobody may begin."""
        if self._left_s > 0:
            return self._line.next()
        return self._line.next_small() if self._small_left_s > 0 else None

    def _fill(self) -> None:
        now_s = self._clock()
        given = max(_GIVEN_LEAST, self._processor.given())
        gained_s = (now_s - self._filled_s) * self.limits.part * given
        self._left_s = min(self.limits.burst_s, self._left_s + gained_s)
        small_s = self._small_left_s + gained_s * SMALL_TOGETHER
        self._small_left_s = min(_SMALL_BURST_S, small_s)
        self._filled_s = now_s


def address_of_client(ip: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return ip
    if not isinstance(address, IPv6Address):
        return ip
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    network = int(address) >> (128 - _IPV6_NETWORK_BITS)
    return f"{IPv6Address(network << (128 - _IPV6_NETWORK_BITS))}/{_IPV6_NETWORK_BITS}"
