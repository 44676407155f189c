"""Sets that change: what operators ask for, and I7 and I11 reckoned from outside the ledger.

Owns the truth about who decides which height, as the first honest node opened it; quorums and the
order of proposers are reckoned here again, so that a wrong one in the engine cannot hide.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consensus.events import Head
from primitives.crypto import PublicKey
from primitives.validators import ValidatorSet
from tests.simulation.ledger import SeatChange, Seats
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.node import Node


@dataclass(slots=True)
class Changes:
    """The changes that agencies have decided, in order; every proposer knows them.

    Those for stolen keys come before all others; nothing else is decided of such a seat meanwhile.
    """

    decided: list[SeatChange] = field(default_factory=list)
    stolen: list[SeatChange] = field(default_factory=list)
    _all: list[SeatChange] = field(default_factory=list)

    def add(self, name: str, key: PublicKey | None) -> None:
        """Decide one more change of the seat called `name`."""
        serial = len(self.decided) + 1
        self.decided.append(SeatChange(serial=serial, name=name, key=key))
        self._all.append(self.decided[-1])

    def add_stolen(self, name: str, key: PublicKey) -> None:
        """Give the seat called `name` another key before all that is still to be done."""
        serial = len(self.stolen) + 1
        self.stolen.append(SeatChange(serial=serial, name=name, key=key, is_stolen=True))
        self._all.append(self.stolen[-1])

    def undone(self, seats: Seats) -> list[SeatChange]:
        """Return what is still to be done where these seats are."""
        return [*self.stolen[seats.stolen :], *self.decided[seats.done :]]

    def seats(self, first: ValidatorSet) -> dict[str, PublicKey]:
        """Return who sits where once all is done."""
        seats = {one.name: one.public_key for one in first.members}
        for change in self._all:
            seats.pop(change.name, None)
            if change.key is not None:
                seats[change.name] = change.key
        return seats


class Sets:
    """Raises Violation when nodes open a height with another set, or too much has changed."""

    def __init__(self, first: ValidatorSet) -> None:
        self._sets = {1: first}
        self._since: dict[int, dict[str, int]] = {1: {}}

    def at(self, height: int) -> ValidatorSet:
        """Return the set that decides `height`, which some honest node has opened."""
        return self._sets[min(height, max(self._sets))]

    def quorum(self, height: int) -> int:
        """Return how many of them decide."""
        count = len(self.at(height))
        return (count + (count - 1) // 3) // 2 + 1

    def faults_max(self, height: int) -> int:
        """Return how many of them may be faulty."""
        return (len(self.at(height)) - 1) // 3

    def on_head(self, node: "Node", head: Head) -> None:
        """I7: all open a height with one set; I11: of the one before at most f seats changed."""
        height = head.height + 1
        known = self._sets.get(height)
        if known is None:
            self._check_change(node, height, head.validators)
            self._sets[height] = head.validators
        elif known != head.validators:
            raise Violation(f"{node.name} opens height {height} with another set")
        if head.decided_by is not None and head.decided_by != self.at(head.height):
            raise Violation(f"{node.name} has another set that decided height {head.height}")

    def order(self, height: int, over: tuple[PublicKey, ...]) -> tuple[PublicKey, ...]:
        """Return the rotation by age and name from the height on, with `over` last (R3.1, S5)."""
        since = self._since[height]
        seats = sorted(self.at(height).members, key=lambda one: (since.get(one.name, 0), one.name))
        keys = [one.public_key for one in seats]
        rotation = [keys[(height + view) % len(keys)] for view in range(len(keys))]
        return tuple(sorted(rotation, key=lambda key: key in over))

    def _check_change(self, node: "Node", height: int, following: ValidatorSet) -> None:
        before = {one.name: one.public_key for one in self.at(height - 1).members}
        after = {one.name: one.public_key for one in following.members}
        touched = [name for name in {*before, *after} if before.get(name) != after.get(name)]
        if len(touched) > self.faults_max(height - 1):
            raise Violation(f"{node.name}: {len(touched)} seats change at height {height}")
        since = self._since.get(height - 1, {})
        self._since[height] = {
            name: since.get(name, 0) if name in before else height for name in after
        }
