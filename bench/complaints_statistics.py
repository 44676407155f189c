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
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import ContentItem, FieldCommit
from contracts.complaints.reviews.messages import Rate
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer
from contracts.complaints.work.messages import Accept, Resolve
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.contract import method_name
from contracts.sdk.dispatch import Call
from contracts.sdk.ports import BlockInfo
from node.execution.overlay import Overlay
from node.store.opening import StoreSettings, create_store
from primitives.codec import Value
from primitives.crypto import ZERO_DIGEST, SigningKey, digest
from primitives.ids import Address, TransactionId, address_of, show_address

AGENCIES = 10
CITIZENS = 100
DAYS = 365
CONTRACT = "complaints"
_NAMES = ("accounts", "governance", "identity", CONTRACT)
_HOUR_MS = 3_600_000
_START_MS = 1_700_000_000_000
_BUCKET_BITS = 16
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

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self._sorted: dict[bytes, list[bytes]] = {}
        self._undo: list[tuple[bytes, bytes | None]] = []

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
    """A year of complaints: makes cases by executing transactions, hour by hour."""

    def __init__(self, cases: int) -> None:
        self.contracts = {name: CONTRACTS[name] for name in _NAMES}
        self.state = OrderedState()
        self.block = BlockInfo(chain_id="bench", height=0, time_ms=_START_MS)
        self.transactions = 0
        self._chance = random.Random(cases)
        self._plan: list[tuple[int, int, int]] = []  # (ms, case, step)
        dispatch.begin_genesis(self.contracts, self.state, self.block, _configs())
        self.state.keep()
        self._next_block(_START_MS + _HOUR_MS)
        for number in range(AGENCIES):
            key = digest("bench-x25519", bytes([number]))[:31] + b"\x07"
            self._do(_agency(number), SetHandler(_agency(number), key, ("bench",)))
        for number in range(cases):
            at = _START_MS + 2 * _HOUR_MS + number * DAYS * 24 * _HOUR_MS // cases
            self._plan.append((at, number, 0))

    def pass_by(self) -> None:
        """Make all cases, in a block an hour, and let the year pass."""
        heapq.heapify(self._plan)
        for hour in range(2, (DAYS + 1) * 24):
            self._next_block(_START_MS + hour * _HOUR_MS)
            while self._plan and self._plan[0][0] <= self.block.time_ms:
                self._step(*heapq.heappop(self._plan)[1:])

    def _step(self, case: int, step: int) -> None:
        """Do the next thing to a case, and plan the one after."""
        acts = _acts(case)
        self._do(*acts[step])
        if step + 1 < len(acts):
            hours = self._chance.randrange(1, 36 if step < 3 else 300)
            later = self.block.time_ms + hours * _HOUR_MS
            heapq.heappush(self._plan, (later, case, step + 1))

    def _do(self, sender: str, message: object) -> None:
        self.transactions += 1
        call = Call(
            sender=_address(sender),
            contract=CONTRACT,
            method=method_name(type(message)),
            args=tuple(_plain(getattr(message, one.name)) for one in fields(message)),  # type: ignore[arg-type]
            transaction_id=TransactionId(digest("txid", self.transactions.to_bytes(8, "big"))),
        )
        dispatch.execute(self.contracts, self.state, self.block, call)
        self.state.keep()

    def _next_block(self, time_ms: int) -> None:
        dispatch.end_block(self.contracts, self.state, self.block)
        self.state.keep()
        height = self.block.height + 1
        self.block = BlockInfo(chain_id="bench", height=height, time_ms=time_ms)


def measure(cases: int) -> tuple[list[Answered], float]:
    """Return what each question costs with so many cases, and the seconds it took to make them."""
    began = time.perf_counter()
    year = Year(cases)
    year.pass_by()
    made_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory(prefix="sapha-bench-") as folder:
        store = create_store(Path(folder), ZERO_DIGEST, _BUCKET_BITS, StoreSettings())
        store.state.load()
        items = list(year.state.values.items())
        for start in range(0, len(items), _CHUNK):
            plan = store.state.plan(dict(items[start : start + _CHUNK]))
            store._kv.write(store.state.puts(plan))
            store.state.applied(plan)
        try:
            return [_asked(year, Overlay(store.state), *one) for one in _questions()], made_s
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


def _asked(year: Year, base: Overlay, name: str, args: list[Value]) -> Answered:
    state = CountingState(base)
    answer = dispatch.query(year.contracts, state, year.block, CONTRACT, name, tuple(args))
    keys, times = state.keys, []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        dispatch.query(year.contracts, base, year.block, CONTRACT, name, tuple(args))
        times.append(time.perf_counter() - began)
    is_list = isinstance(answer, tuple) and bool(answer) and isinstance(answer[0], tuple)
    lines = len(answer) if is_list and isinstance(answer, tuple) else 1
    return Answered(name, lines, keys, statistics.median(times) * 1e3)


def _acts(case: int) -> list[tuple[str, object]]:
    """Return what happens to a case, and who does it: every other one is resolved."""
    case_id, home = case.to_bytes(16, "big"), _agency(case % AGENCIES)
    acts: list[tuple[str, object]] = [(_citizen(case), _filing(case_id, case, home))]
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


def _filing(case_id: bytes, case: int, agency: str) -> File:
    commitment = digest("bench", case_id)
    return File(
        case_id=case_id,
        template=CITY.code,
        version=CITY.version,
        category=CITY.categories[case % 5].code,
        agency=agency,
        area=f"area-{case % 10}",
        commitment=commitment,
        fields=(FieldCommit("description", commitment),),
        contents=(),
        owner_pk=None,
        sid=None,
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
            "administrator": show_address(_address(_agency(number))),
        }
        for number in range(AGENCIES)
    ]
    return {"governance": {"agencies": agencies}}


def _agency(number: int) -> str:
    return f"agency-{number}"


def _citizen(case: int) -> str:
    return f"citizen-{case % CITIZENS}"


def _address(name: str, known: dict[str, Address] = {}) -> Address:  # noqa: B006 - a cache
    if name not in known:
        known[name] = address_of(SigningKey(digest("bench-key", name.encode())).public_key)
    return known[name]


def _plain(value: object) -> Value:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value):
        return tuple(_plain(getattr(value, one.name)) for one in fields(value))
    return value  # type: ignore[return-value]


def _map_of(key: bytes) -> bytes:
    """Return contract and map of a key, or of the beginning of one."""
    return b"\0".join(key.split(b"\0", 2)[:2])
