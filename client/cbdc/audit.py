"""Counts all money again: every account and every pool, page by page, at one height.

A node answers queries at its last block. When a block comes between two pages, the count begins
again; where blocks come faster than pages, pause payments or ask a node that stands still.
"""

from collections.abc import Callable
from dataclasses import dataclass

from client.cbdc.errors import LedgerMoved
from client.contract import ask_at
from client.errors import BadAnswer
from client.rpc import RpcClient
from contracts.cbdc.contract import balances_sum, shares_sum, supply
from contracts.cbdc.core.messages import POOLS
from contracts.cbdc.core.state import PageSum, Supply
from contracts.sdk import PAGE_MAX
from primitives.ids import Address, show_address

ATTEMPTS = 20
AVAILABLE = "available"
PARTS = (AVAILABLE, *POOLS)

Progress = Callable[[int], None]  # entries counted so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the entries of one part add up to."""

    entries: int
    satang: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the ledger states at a height, and what its entries add up to."""

    height: int
    stated: Supply
    counted: dict[str, Counted]

    @property
    def total(self) -> int:
        """All money that was found."""
        return sum(part.satang for part in self.counted.values())

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not agree; nothing when all money is where the ledger says."""
        found = [
            f"{name}: stated {getattr(self.stated, name)}, counted {part.satang}"
            for name, part in self.counted.items()
            if getattr(self.stated, name) != part.satang
        ]
        created = self.stated.issued - self.stated.redeemed
        if created != self.total:
            found.append(f"issued - redeemed is {created}, counted {self.total}")
        if created > self.stated.supply_max:
            found.append(f"outstanding {created} is over the cap {self.stated.supply_max}")
        if self.stated.broken_at:
            found.append(f"the ledger stopped all money at block {self.stated.broken_at}")
        return tuple(found)


class _Moved(Exception):
    """A block came between two pages."""


async def audit(rpc: RpcClient, progress: Progress | None = None) -> Audit:
    """Return the count of all money at one height.

    Raises:
        LedgerMoved: a block came during each of the attempts.
    """
    for _ in range(ATTEMPTS):
        stated, height = await ask_at(rpc, supply)
        counter = _Counter(rpc, height, progress)
        try:
            counted = {name: await counter.count(name) for name in PARTS}
        except _Moved:
            continue
        return Audit(height=height, stated=stated, counted=counted)
    raise LedgerMoved(
        f"a block came during each of {ATTEMPTS} counts; pause payments, or ask again"
    )


class _Counter:
    """Counts at one height."""

    def __init__(self, rpc: RpcClient, height: int, progress: Progress | None) -> None:
        self._rpc = rpc
        self._height = height
        self._progress = progress
        self._entries = 0

    async def count(self, part: str) -> Counted:
        """Return what a part's entries add up to. Raises _Moved."""
        entries, satang, after = 0, 0, None
        while True:
            page = await self._page(part, after)
            entries, satang = entries + page.count, satang + page.amount
            self._tell(page.count)
            if page.count < PAGE_MAX or page.last is None:
                return Counted(entries=entries, satang=satang)
            if page.last == after:
                raise BadAnswer(f"the pages of {part} stay at {show_address(after)}")
            after = page.last

    async def _page(self, part: str, after: Address | None) -> PageSum:
        if part == AVAILABLE:
            page, height = await ask_at(self._rpc, balances_sum, after, PAGE_MAX)
        else:
            page, height = await ask_at(self._rpc, shares_sum, part, after, PAGE_MAX)
        if height != self._height:
            raise _Moved
        return page

    def _tell(self, found: int) -> None:
        self._entries += found
        if self._progress is not None:
            self._progress(self._entries)
