"""The share of the event loop that calls get, in fair turns between clients.

Measured in processor time of the loop's thread. A client is an address, then a connection of it.
A call whose turn has not come waits in a bounded line, then it is refused: it is never left to
wait. Turns of one pass of the loop are worth `SLICE_S` together, so that votes and timers come
between. Source: start-time fair queuing (Goyal, Vin, Cheng 1996), with learned prices.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from ipaddress import IPv6Address, ip_address
from time import monotonic

from node.rpc.errors import TooBusy

SLICE_S = 0.002
PRICE_FLOOR_S = 0.000_1
RETRY_AFTER_S = 1
_RETRY_S_MAX = 10
_REFUSALS_A_SECOND = 10  # of an address, for which a second of waiting is added
_PRICE_WEIGHT = 0.1  # of the newest call in a method's running mean
_PRICE_FIRST_S = 0.001  # of a method that was never called
_ACCOUNTS_MAX = 4_096
_PUMP_S_MIN = 0.000_5
_PUMP_S_MAX = 0.05
_SMALL_S_MAX = 0.02
_SMALL_PART = 0.1  # of the share: who uses less is a small user
_OVERDRAFT_S = 0.1  # that small users together may take before it is their turn
_DEBT_S_MAX = 0.25  # of all together: who used it is charged all, the others do not wait for it
_MEMORY = 0.999
_GIVEN_LEAST = 0.5
_IPV6_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLimits:
    """How much of the loop, and who waits for it: seconds of processor time and of waiting."""

    part: float = 0.25
    burst_s: float = 0.1
    line_max: int = 2_000
    line_per_address_max: int = 500
    wait_s_max: float = 2.0
    request_wait_s_max: float = 10.0


@dataclass(frozen=True, slots=True)
class Client:
    """Who is served: an address (of IPv6 its /64) and which of its connections."""

    address: str
    connection: int


@dataclass(slots=True, eq=False)
class _Waiter:
    """One call in the line."""

    price_s: float
    account: "_Account"
    turn: "asyncio.Future[None]"


@dataclass(slots=True, eq=False)
class _Account:
    """What an address used, in processor time, and its calls in the line, by connection."""

    used_s: float = 0.0  # virtual: an address that comes back starts where the others are
    small_s: float = 0.0  # what it may use at once, however much others do
    filled_s: float = 0.0
    refusals: float = 0.0  # of the last seconds, fading
    refused_s: float = 0.0
    count: int = 0
    lines: "OrderedDict[int, deque[_Waiter]]" = field(default_factory=OrderedDict)

    def head(self) -> _Waiter | None:
        """Return the next call whose turn it is, dropping those that wait no more."""
        while self.lines:
            connection, line = next(iter(self.lines.items()))
            while line and line[0].turn.done():
                line.popleft()
            if line:
                return line[0]
            del self.lines[connection]
        return None

    def small_left_s(self, now_s: float, part: float) -> float:
        """Return what it may use now as one that uses little of a share of `part`."""
        gained_s = (now_s - self.filled_s) * part * _SMALL_PART
        self.small_s = min(_SMALL_S_MAX, self.small_s + gained_s)
        self.filled_s = now_s
        return self.small_s

    def take(self) -> None:
        """Remove the head; the next turn is another connection's."""
        connection, line = next(iter(self.lines.items()))
        line.popleft()
        self.lines.move_to_end(connection)


class _Line:
    """The calls that wait, by address and connection: who used least is next."""

    def __init__(self, limits: ShareLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._heap: list[tuple[float, int, _Account]] = []
        self._ticket = 0
        self._now_s = 0.0  # virtual: what the address last served had used
        self._by_time: deque[tuple[float, _Waiter]] = deque()
        self.waiting = 0
        self.refused = 0

    def charge(self, address: str, used_s: float) -> None:
        """Take note of what an address used."""
        account = self._account(address)
        account.used_s = max(account.used_s, self._now_s) + used_s
        left_s = account.small_left_s(self._clock(), self._limits.part)
        account.small_s = max(-_SMALL_S_MAX, left_s - used_s)

    def is_small(self, address: str) -> bool:
        """Return whether an address uses so little that it need not wait for what others used."""
        return self._account(address).small_left_s(self._clock(), self._limits.part) > 0

    def waits(self, address: str) -> bool:
        """Return whether a call of the address is in the line."""
        return self._account(address).count > 0

    def join(self, client: Client, price_s: float) -> _Waiter:
        """Return a new place in the line. Raises TooBusy when there is none."""
        account = self._account(client.address)
        limits = self._limits
        if account.count >= limits.line_per_address_max:
            raise self._refusal(account, f"{account.count} calls of {client.address} wait already")
        if self.waiting >= limits.line_max:
            self._shed_for(account)
        turn = asyncio.get_running_loop().create_future()
        waiter = _Waiter(price_s, account, turn)
        account.lines.setdefault(client.connection, deque()).append(waiter)
        account.count += 1
        self.waiting += 1
        self._by_time.append((self._clock() + limits.wait_s_max, waiter))
        if account.count == 1:
            account.used_s = max(account.used_s, self._now_s)
            self._offer(account, price_s)
        return waiter

    def leave(self, waiter: _Waiter) -> None:
        """Count a place free: its turn came, or its call was given up."""
        waiter.account.count -= 1
        self.waiting -= 1

    def next(self, *, is_small: bool = False) -> _Waiter | None:
        """Take out the next call, None when none waits; if `is_small`, of a small user only."""
        while self._heap:
            tag, _ticket, account = heappop(self._heap)
            waiter = account.head()
            if waiter is None:
                continue
            if account.used_s + waiter.price_s > tag:
                self._offer(account, waiter.price_s)  # it used more since it was offered
                continue
            if is_small and account.small_left_s(self._clock(), self._limits.part) <= 0:
                self._offer(account, waiter.price_s)
                return None  # who used least is no small user, nor are the others
            account.take()
            self.leave(waiter)
            self._now_s = max(self._now_s, account.used_s)
            following = account.head()
            if following is not None:
                # What the turn will use is not known yet; until then its price counts.
                self._offer(account, waiter.price_s + following.price_s)
            return waiter
        return None

    def shed_late(self) -> None:
        """Refuse the calls that have waited too long."""
        now_s = self._clock()
        while self._by_time and (self._by_time[0][1].turn.done() or self._by_time[0][0] <= now_s):
            _until_s, waiter = self._by_time.popleft()
            if not waiter.turn.done():
                self._refuse(waiter, f"no turn within {self._limits.wait_s_max} s")

    def _shed_for(self, newcomer: _Account) -> None:
        """Refuse the newest call of the address with most in the line, or the newcomer's own."""
        longest = max(self._accounts.values(), key=lambda account: account.count)
        why = f"{self.waiting} calls wait already"
        if longest.count > newcomer.count + 1:
            for line in reversed(longest.lines.values()):
                for waiter in reversed(line):
                    if not waiter.turn.done():
                        return self._refuse(waiter, why)
        raise self._refusal(newcomer, why)

    def _refuse(self, waiter: _Waiter, why: str) -> None:
        self.leave(waiter)
        waiter.turn.set_exception(self._refusal(waiter.account, why))

    def _refusal(self, account: _Account, why: str) -> TooBusy:
        """Return the refusal; who is refused often is told to come back later."""
        self.refused += 1
        now_s = self._clock()
        fading = max(0.0, 1.0 - (now_s - account.refused_s) / _RETRY_S_MAX)
        account.refusals, account.refused_s = account.refusals * fading + 1, now_s
        later_s = int(account.refusals / _REFUSALS_A_SECOND)
        return too_busy(why, min(_RETRY_S_MAX, RETRY_AFTER_S + later_s))

    def _offer(self, account: _Account, price_s: float) -> None:
        self._ticket += 1
        heappush(self._heap, (account.used_s + price_s, self._ticket, account))

    def _account(self, address: str) -> _Account:
        account = self._accounts.get(address)
        if account is None:
            account = self._accounts[address] = _Account(
                used_s=self._now_s, small_s=_SMALL_S_MAX, filled_s=self._clock()
            )
            if len(self._accounts) > _ACCOUNTS_MAX:
                self._forget_one()
        return account

    def _forget_one(self) -> None:
        """Forget the oldest address that has nothing in the line."""
        for address, account in self._accounts.items():
            if not account.count:
                del self._accounts[address]
                return


class Share:
    """A part of the loop for many clients. Owned by the event loop.

    Where the machine gives the loop less than it asks for, because of other processes, the part is
    of what it gets, but at least half. Who uses a tenth of the part or less does not wait for what
    others used, within an overdraft: small clients are served under attack.

    `prices` are what a call of each method costs, in seconds: the running mean of what it did
    cost. A call is charged what it uses, whatever its price.
    """

    def __init__(
        self, limits: ShareLimits | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self.limits = limits or ShareLimits()
        self._clock = clock
        self._used_s = self._held_s = 1e-9
        self.prices: dict[str, float] = {}
        self._line = _Line(self.limits, clock)
        self._left_s = self.limits.burst_s
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

    def spend(self, address: str, used_s: float, held_s: float | None = None) -> None:
        """Charge processor time to an address; the loop was held for `held_s`.

        Held and used differ where the machine gave the loop's processor to others meanwhile.
        """
        self._left_s = max(-_DEBT_S_MAX, self._left_s - used_s)
        self._line.charge(address, used_s)
        if held_s is not None:
            self._used_s = self._used_s * _MEMORY + used_s
            self._held_s = self._held_s * _MEMORY + max(used_s, held_s)

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
        return is_small and self._left_s > -_OVERDRAFT_S

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
        while self._line.waiting and self._left_s > -_OVERDRAFT_S and self._in_slice_s < SLICE_S:
            waiter = self._line.next(is_small=self._left_s <= 0)
            if waiter is None:
                break
            self._in_slice_s += waiter.price_s
            waiter.turn.set_result(None)
        if self._line.waiting or self._in_slice_s:
            self._ask_for_pump(is_due=self._in_slice_s > 0)

    def _fill(self) -> None:
        now_s = self._clock()
        given = max(_GIVEN_LEAST, self._used_s / self._held_s)
        gained_s = (now_s - self._filled_s) * self.limits.part * given
        self._left_s = min(self.limits.burst_s, self._left_s + gained_s)
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


def too_busy(why: str, retry_after_s: int = RETRY_AFTER_S) -> TooBusy:
    """Return the refusal that names the time after which to come back."""
    return TooBusy(f"{why}; try again in {retry_after_s} s", retry_after_s=retry_after_s)
