"""The calls that wait for the loop: who is next, who is small, and who is told to come back.

Source: start-time fair queuing (Goyal, Vin, Cheng 1996), with learned prices.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from node.rpc.errors import TooBusy

RETRY_AFTER_S = 1
_RETRY_S_MAX = 10
_REFUSALS_A_SECOND = 10  # of an address, for which a second of waiting is added
_ACCOUNTS_MAX = 4_096
_SMALL_S_MAX = 0.02
_SMALL_BURST_S = 2.0  # of what a small user has, that it may use at once
_SMALL_PART = 0.1  # of the share: who uses less is a small user
SMALL_TOGETHER = 0.5  # of the share: what all small users have, however many they are
_CROWD_S = 1.0  # how long an address is counted that used something


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLimits:
    """How much of the loop, and who waits for it: seconds of processor time and of waiting."""

    part: float = 0.25
    burst_s: float = 0.05
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
class Waiter:
    """One call in the line."""

    price_s: float
    account: "Account"
    turn: "asyncio.Future[None]"


@dataclass(slots=True, eq=False)
class Account:
    """What an address used, in processor time, and its calls in the line, by connection."""

    used_s: float = 0.0  # virtual: an address that comes back starts where the others are
    small_s: float = 0.0  # what it may use at once, however much others do
    filled_s: float = 0.0
    refusals: float = 0.0  # of the last seconds, fading
    refused_s: float = 0.0
    count: int = 0
    is_offered: bool = False  # in the heap of those who have calls in the line
    lines: "OrderedDict[int, deque[Waiter]]" = field(default_factory=OrderedDict)

    def head(self) -> Waiter | None:
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
        """Return what it may use now as a small user, who has `part` of the loop."""
        most_s = min(_SMALL_S_MAX, part * _SMALL_BURST_S)
        self.small_s = min(most_s, self.small_s + (now_s - self.filled_s) * part)
        self.filled_s = now_s
        return self.small_s

    def take(self) -> None:
        """Remove the head; the next turn is another connection's."""
        connection, line = next(iter(self.lines.items()))
        line.popleft()
        self.lines.move_to_end(connection)


class _Crowd:
    """How many addresses used something lately."""

    def __init__(self, now_s: float) -> None:
        self._addresses: set[str] = set()
        self._since_s = now_s
        self._before = 0

    @property
    def size(self) -> int:
        """At least 1."""
        return max(self._before, len(self._addresses), 1)

    def count(self, address: str, now_s: float) -> None:
        """Count an address that uses something now."""
        if now_s - self._since_s >= _CROWD_S:
            self._before = len(self._addresses)
            self._addresses.clear()
            self._since_s = now_s
        if len(self._addresses) < _ACCOUNTS_MAX:
            self._addresses.add(address)


class Line:
    """The calls that wait, by address and connection: who used least is next."""

    def __init__(self, limits: ShareLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        self._heap: list[tuple[float, int, Account]] = []
        self._ticket = 0
        self._now_s = 0.0  # virtual: what the address last served had used
        self._by_time: deque[tuple[float, Waiter]] = deque()
        self._small: deque[Waiter] = deque()
        self._crowd = _Crowd(clock())
        self.waiting = 0
        self.refused = 0

    def charge(self, address: str, used_s: float) -> None:
        """Take note of what an address used."""
        account = self._account(address)
        account.used_s = max(account.used_s, self._now_s) + used_s
        if not self.waiting:  # time goes on: who comes next starts here, and nobody before it
            self._now_s = max(self._now_s, account.used_s)
        self._crowd.count(address, self._clock())
        account.small_s = max(-_SMALL_S_MAX, self._small_left_s(account) - used_s)

    def is_small(self, address: str) -> bool:
        """Return whether an address uses so little that it need not wait for what others used."""
        return self._small_left_s(self._account(address)) > 0

    def waits(self, address: str) -> bool:
        """Return whether a call of the address is in the line."""
        return self._account(address).count > 0

    def join(self, client: Client, price_s: float) -> Waiter:
        """Return a new place in the line. Raises TooBusy when there is none."""
        account = self._account(client.address)
        limits = self._limits
        if account.count >= limits.line_per_address_max:
            raise self._refusal(account, f"{account.count} calls of {client.address} wait already")
        if self.waiting >= limits.line_max:
            self._shed_for(account)
        turn = asyncio.get_running_loop().create_future()
        waiter = Waiter(price_s, account, turn)
        account.lines.setdefault(client.connection, deque()).append(waiter)
        account.count += 1
        self.waiting += 1
        self._by_time.append((self._clock() + limits.wait_s_max, waiter))
        while self._small and self._small[0].turn.done():
            self._small.popleft()
        if self.is_small(client.address):
            self._small.append(waiter)
        if not account.is_offered:  # also where one that gave up is still counted
            account.used_s = max(account.used_s, self._now_s)
            self._offer(account, price_s)
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Count a place free: its turn came, or its call was given up."""
        waiter.account.count -= 1
        self.waiting -= 1

    def next_small(self) -> Waiter | None:
        """Take out the call of a small user that waits longest, None when none waits."""
        while self._small:
            waiter = self._small.popleft()
            if not waiter.turn.done() and self._small_left_s(waiter.account) > 0:
                self.leave(waiter)
                return waiter
        return None

    def next(self) -> Waiter | None:
        """Take out the next call, None when none waits."""
        while self._heap:
            tag, _ticket, account = heappop(self._heap)
            account.is_offered = False
            waiter = account.head()
            if waiter is None:
                continue
            if account.used_s + waiter.price_s > tag:
                self._offer(account, waiter.price_s)  # it used more since it was offered
                continue
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

    def _shed_for(self, newcomer: Account) -> None:
        """Refuse the newest call of the address with most in the line, or the newcomer's own."""
        longest = max(self._accounts.values(), key=lambda account: account.count)
        why = f"{self.waiting} calls wait already"
        if longest.count > newcomer.count + 1:
            for line in reversed(longest.lines.values()):
                for waiter in reversed(line):
                    if not waiter.turn.done():
                        return self._refuse(waiter, why)
        raise self._refusal(newcomer, why)

    def _refuse(self, waiter: Waiter, why: str) -> None:
        self.leave(waiter)
        waiter.turn.set_exception(self._refusal(waiter.account, why))

    def _refusal(self, account: Account, why: str) -> TooBusy:
        """Return the refusal; who is refused often is told to come back later."""
        self.refused += 1
        now_s = self._clock()
        fading = max(0.0, 1.0 - (now_s - account.refused_s) / _RETRY_S_MAX)
        account.refusals, account.refused_s = account.refusals * fading + 1, now_s
        later_s = int(account.refusals / _REFUSALS_A_SECOND)
        return too_busy(why, min(_RETRY_S_MAX, RETRY_AFTER_S + later_s))

    def _small_left_s(self, account: Account) -> float:
        """Return what an address may use now as a small user.

        A few small users have a tenth of the share each. Many have half of it together: however
        many they are, the other half goes by fair turns.
        """
        part = self._limits.part * min(_SMALL_PART, SMALL_TOGETHER / self._crowd.size)
        return account.small_left_s(self._clock(), part)

    def _offer(self, account: Account, price_s: float) -> None:
        if account.is_offered:
            return
        account.is_offered = True
        self._ticket += 1
        heappush(self._heap, (account.used_s + price_s, self._ticket, account))

    def _account(self, address: str) -> Account:
        account = self._accounts.get(address)
        if account is None:
            account = self._accounts[address] = Account(
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


def too_busy(why: str, retry_after_s: int = RETRY_AFTER_S) -> TooBusy:
    """Return the refusal that names the time after which to come back."""
    return TooBusy(f"{why}; try again in {retry_after_s} s", retry_after_s=retry_after_s)
