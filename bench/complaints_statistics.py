"""What a statistics question costs with few and with many cases behind it.

Cases are made through the contract over a bare ledger: filed, accepted, handed over, resolved and
rated over a year at ten agencies. Then the state is put into a node's real store, and asked there.
"""

import heapq
import random
import statistics
import tempfile
import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import ContentItem
from contracts.complaints.reviews.messages import Rate
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer
from contracts.complaints.work.messages import Accept, Resolve
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.schema import array_of
from contracts.tools.testing import Ledger
from node.execution.overlay import Overlay
from node.store.opening import StoreSettings, create_store
from primitives.codec import Value
from primitives.crypto import ZERO_DIGEST, digest
from primitives.ids import show_address
from primitives.names import method_name
from scenes.complaints.days import bare_filing

AGENCIES = 10
CITIZENS = 100
DAYS = 365
CONTRACT = "complaints"
_NAMES = ("accounts", "governance", "identity", CONTRACT)
_HOUR_MS = 3_600_000
_CHUNK = 50_000
_REPEATS = 15
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """A question: lines of its answer, keys of state that it read, median milliseconds."""

    name: str
    lines: int
    keys: int
    ms: float


class OrderedState:
    """State in memory whose maps are kept sorted; implements contracts.sdk.ports.StateView."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self.values: dict[bytes, bytes] = {}
        self._sorted: dict[bytes, list[bytes]] = {}
        self._undo: list[tuple[bytes, bytes | None]] = []
        for key, value in values.items():
            self._put(key, value)

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        return self.values.get(key)

    def set(self, key: bytes, value: bytes | None) -> None:
        """Set `key`; None removes it."""
        self._undo.append((key, self.values.get(key)))
        self._put(key, value)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix` in ascending order of keys."""
        keys = self._sorted.get(_map_of(prefix), [])
        place = bisect_left(keys, prefix) if after is None else bisect_right(keys, after)
        found = keys[max(place, bisect_left(keys, prefix)) :][:limit]
        for key in found:
            if not key.startswith(prefix):
                return
            yield key, self.values[key]

    def keep(self) -> None:
        """Make what was set final."""
        self._undo.clear()

    def discard(self) -> None:
        """Take back what was set since the last `keep`."""
        for key, value in reversed(self._undo):
            self._put(key, value)
        self._undo.clear()

    def _put(self, key: bytes, value: bytes | None) -> None:
        keys = self._sorted.setdefault(_map_of(key), [])
        if value is None:
            if self.values.pop(key, None) is not None:
                del keys[bisect_left(keys, key)]
            return
        if key not in self.values:
            insort(keys, key)
        self.values[key] = value


class CountingState:
    """A state that counts the keys read through it."""

    def __init__(self, base: Overlay) -> None:
        self._base = base
        self.keys = 0

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent."""
        self.keys += 1
        return self._base.get(key)

    def set(self, key: bytes, value: bytes | None) -> None:
        """Set `key`."""
        self._base.set(key, value)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs under `prefix`."""
        for pair in self._base.iterate(prefix, after=after, limit=limit):
            self.keys += 1
            yield pair


class Year:
    """A year of complaints, an hour a block."""

    def __init__(self, cases: int) -> None:
        self.ledger = Ledger({name: CONTRACTS[name] for name in _NAMES}, _configs())
        self.state = OrderedState(self.ledger.state.committed)
        self.ledger.state = self.state  # type: ignore[assignment]
        self._chance = random.Random(cases)
        self._plan: list[tuple[int, int, int]] = []  # (ms, case, step)
        for number in range(AGENCIES):
            key = digest("bench-x25519", bytes([number]))[:31] + b"\x07"
            self._do(_agency(number), SetHandler(_agency(number), key, ("bench",)))
        began_ms = self.ledger.block.time_ms + 2 * _HOUR_MS
        for number in range(cases):
            self._plan.append((began_ms + number * DAYS * 24 * _HOUR_MS // cases, number, 0))

    def pass_by(self) -> None:
        """Make all cases, and let the year pass."""
        heapq.heapify(self._plan)
        for _ in range((DAYS + 1) * 24):
            self.ledger.next_block(time_ms=_HOUR_MS)
            while self._plan and self._plan[0][0] <= self.ledger.block.time_ms:
                self._step(*heapq.heappop(self._plan)[1:])

    def _step(self, case: int, step: int) -> None:
        """Do the next thing to a case, and plan the one after."""
        acts = _acts(case)
        self._do(*acts[step])
        if step + 1 < len(acts):
            hours = self._chance.randrange(1, 36 if step < 3 else 300)
            later = self.ledger.block.time_ms + hours * _HOUR_MS
            heapq.heappush(self._plan, (later, case, step + 1))

    def _do(self, sender: str, message: object) -> None:
        method, arguments = method_name(type(message)), array_of(message)
        self.ledger.as_(sender).call(CONTRACT, method, arguments)  # type: ignore[arg-type]


def measure(cases: int) -> tuple[list[Answered], float]:
    """Return what each question costs with so many cases, and the seconds it took to make them."""
    began = time.perf_counter()
    year = Year(cases)
    year.pass_by()
    made_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory(prefix="sapha-bench-") as folder:
        store = create_store(Path(folder), ZERO_DIGEST, StoreSettings())
        store.state.load()
        items = list(year.state.values.items())
        for start in range(0, len(items), _CHUNK):
            plan = store.state.plan(dict(items[start : start + _CHUNK]))
            store._kv.write(store.state.puts(plan))
            store.state.applied(plan)
        try:
            base = Overlay(store.state)
            return [_asked(year.ledger, base, *one) for one in _questions()], made_s
        finally:
            store.close()


def _questions() -> list[tuple[str, list[Value]]]:
    agency = _agency(3)
    return [
        ("stats_agency", [agency]),
        ("stats_agencies", ["", _PAGE]),
        ("stats_days", [agency, 0, 366]),
        ("stats_close_times", [agency]),
        ("stats_clocks", [agency]),
        ("stats_transfers", ["", "", _PAGE]),
        ("stats_stages", [CITY.code, CITY.version]),
        ("stats_places", [CITY.code, "", "", _PAGE]),
        ("stats_hops", []),
        ("public_agency", [agency]),
    ]


def _asked(ledger: Ledger, base: Overlay, name: str, args: list[Value]) -> Answered:
    state = CountingState(base)
    answer = dispatch.query(ledger.contracts, state, ledger.block, CONTRACT, name, tuple(args))
    keys, times = state.keys, []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        dispatch.query(ledger.contracts, base, ledger.block, CONTRACT, name, tuple(args))
        times.append(time.perf_counter() - began)
    is_list = isinstance(answer, tuple) and bool(answer) and isinstance(answer[0], tuple)
    lines = len(answer) if is_list and isinstance(answer, tuple) else 1
    return Answered(name, lines, keys, statistics.median(times) * 1e3)


def _acts(case: int) -> list[tuple[str, object]]:
    """Return what happens to a case, and who does it: every other one is resolved."""
    case_id, home = case.to_bytes(16, "big"), _agency(case % AGENCIES)
    acts: list[tuple[str, object]] = [(_citizen(case), _filing(case, case_id, home))]
    if case % 10 == 1:
        return acts
    acts.append((home, Accept(case_id)))
    holder = home
    if case % 10 in {2, 3}:
        holder = _agency((case + 1 + case // AGENCIES % 3) % AGENCIES)
        acts.append((home, OfferTransfer(case_id, holder, "competence")))
        acts.append((holder, AcceptTransfer(case_id, 1)))
    if case // AGENCIES % 2 == 0:
        acts.append((holder, Resolve(case_id, "fixed", _item(case_id))))
        acts += [(_citizen(case), Rate(case_id, 1 + case % 5))] if case % 3 == 0 else []
    return acts


def _filing(case: int, case_id: bytes, agency: str) -> File:
    return bare_filing(
        case_id,
        digest("bench", case_id),
        agency=agency,
        area=f"area-{case % 10}",
        category=CITY.categories[case % 5].code,
    )


def _item(case_id: bytes) -> ContentItem:
    return ContentItem("public", digest("blob", case_id), 100, digest("bench", case_id))


def _configs() -> dict[str, dict[str, object]]:
    agencies = [
        {
            "id": _agency(number),
            "name_th": f"หน่วยงาน {number}",
            "name_en": _agency(number),
            "kinds": ["complaint-handler", *(["validator"] if number == 0 else [])],
            "administrator": show_address(Ledger.address(_agency(number))),
        }
        for number in range(AGENCIES)
    ]
    return {"governance": {"agencies": agencies}}


def _agency(number: int) -> str:
    return f"agency-{number}"


def _citizen(case: int) -> str:
    return f"citizen-{case % CITIZENS}"


def _map_of(key: bytes) -> bytes:
    """Return contract and map of a key, or of the beginning of one."""
    return b"\0".join(key.split(b"\0", 2)[:2])
