"""Contents that this node wants, and when each is to be asked for again. No IO.

Strangers' filings name contents that nobody has, so the next one is found without a look at all.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from primitives.crypto import Digest

_STALE_MIN = 64  # entries of the heap that may be out of date before it is made anew


@dataclass(slots=True)
class Wanted:
    """How often a content was asked for, and when it is due, in seconds of the loop's clock."""

    tries: int = 0
    due_s: float = 0.0
    ticket: int = 0  # of its entry in the heap


class WantedContents:
    """Wanted contents in order of when they are due, then of when they came."""

    def __init__(self) -> None:
        self._wanted: OrderedDict[Digest, Wanted] = OrderedDict()
        self._heap: list[tuple[float, int, Digest]] = []
        self._ticket = 0

    def __len__(self) -> int:
        return len(self._wanted)

    def __contains__(self, content: Digest) -> bool:
        return content in self._wanted

    def __getitem__(self, content: Digest) -> Wanted:
        return self._wanted[content]

    def put(self, content: Digest) -> None:
        """Want a content now, as if it was never asked for."""
        self._wanted[content] = Wanted()
        self._enter(content)

    def drop(self, content: Digest) -> None:
        """Want a content no more."""
        self._wanted.pop(content, None)

    def drop_oldest(self) -> None:
        """Want that content no more which is wanted longest."""
        self._wanted.popitem(last=False)

    def retry(self) -> None:
        """Want all of them now, in the order in which they came."""
        for number, wanted in enumerate(self._wanted.values()):
            wanted.tries, wanted.due_s, wanted.ticket = 0, 0.0, number
        self._ticket = len(self._wanted)
        self._rebuild()

    def due_s(self) -> float:
        """Return when the first is due; infinity when there is none."""
        while self._heap:
            due_s, ticket, content = self._heap[0]
            wanted = self._wanted.get(content)
            if wanted is not None and wanted.ticket == ticket:
                return due_s
            heappop(self._heap)
        return math.inf

    def first(self) -> Digest:
        """Return the content that is due first. Raises IndexError when there is none."""
        self.due_s()
        return self._heap[0][2]

    def tried(self, content: Digest, due_s: float) -> None:
        """Count a try of a content that is wanted, and want it again at `due_s`."""
        self._wanted[content].tries += 1
        self.delay(content, due_s)

    def delay(self, content: Digest, due_s: float) -> None:
        """Want a content at `due_s`, if it is still wanted."""
        if content in self._wanted:
            self._wanted[content].due_s = due_s
            self._enter(content)

    def _enter(self, content: Digest) -> None:
        wanted = self._wanted[content]
        self._ticket += 1
        wanted.ticket = self._ticket
        heappush(self._heap, (wanted.due_s, wanted.ticket, content))
        if len(self._heap) > 2 * len(self._wanted) + _STALE_MIN:
            self._rebuild()

    def _rebuild(self) -> None:
        self._heap = [(w.due_s, w.ticket, content) for content, w in self._wanted.items()]
        heapify(self._heap)
