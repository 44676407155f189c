"""What a contract's function sees of the block, the sender and the state; and its budget.

A handler receives a `Context`. State is reached through Item, Map and Counter, which use the
underscored methods here; contracts may not (contracts/tools/lint.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from contracts.sdk.errors import BudgetExceeded, ReadOnly
from contracts.sdk.fields import Record, written
from contracts.sdk.ports import BlockInfo, StateView
from primitives.codec import Value, encode
from primitives.errors import Rejected
from primitives.ids import ADDRESS_BYTES, Address, TransactionId
from primitives.limits import EVENT_BYTES_MAX
from primitives.receipt import Event

STATE_READS_MAX = 4096
STATE_WRITES_MAX = 4096
STATE_BYTES_MAX = 4 * 1024 * 1024
EVENTS_MAX = 1024
VALUE_BYTES_MAX = 64 * 1024
CALL_DEPTH_MAX = 4

NOBODY = Address(bytes(ADDRESS_BYTES))
NO_TRANSACTION = TransactionId(bytes(32))

# What a context may do. PURE sees the message and frozen state only.
PURE, READING, WRITING = 0, 1, 2


@dataclass(slots=True)
class Budget:
    """How much of everything one call may still use."""

    reads: int = STATE_READS_MAX
    writes: int = STATE_WRITES_MAX
    state_bytes: int = STATE_BYTES_MAX
    events: int = EVENTS_MAX
    event_bytes: int = EVENT_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a contract's state lives and which events it declares."""

    contract: str
    prefix: bytes
    events: dict[type, Record]


Query = Callable[["Context", str, str, tuple[Any, ...]], Value]


@dataclass(slots=True)
class Run:
    """What all contexts of one call share."""

    state: StateView
    block: BlockInfo
    query: Query
    contracts: Any  # the mapping that `query` looks other contracts up in
    sender: Address = NOBODY
    transaction_id: TransactionId = NO_TRANSACTION
    budget: Budget = field(default_factory=Budget)
    events: list[Event] = field(default_factory=list)


class Context:
    """The block, the sender and the state, as one contract sees them during one call.

    `sender` is the 20-byte account that signed; `height`, `block_time_ms` and `parent_hash`, the
    hash of the block before, are those of the block that is executed, or for a query of the last
    committed one. A precheck has none of them.
    """

    __slots__ = (
        "_depth",
        "_mode",
        "_run",
        "_scope",
        "block_time_ms",
        "chain_id",
        "height",
        "parent_hash",
        "sender",
        "transaction_id",
    )

    def __init__(self, run: Run, scope: Scope, mode: int, depth: int = 0) -> None:
        self._run = run
        self._scope = scope
        self._mode = mode
        self._depth = depth
        self.sender = run.sender
        self.transaction_id = run.transaction_id
        block = run.block
        self.chain_id = block.chain_id
        if mode != PURE:
            self.height = block.height
            self.block_time_ms = block.contract_time_ms
            self.parent_hash = block.parent_hash

    def call(self, contract: str) -> "Callee":
        """Return the other contract; its queries are called like methods, read-only."""
        return Callee(self, contract)

    def _read(self, key: bytes, *, is_frozen: bool = False) -> bytes | None:
        if self._mode == PURE and not is_frozen:
            raise ReadOnly("a precheck reads frozen state only, through load")
        run = self._run
        budget = run.budget
        budget.reads -= 1
        if budget.reads < 0:
            _exceeded("state reads", STATE_READS_MAX)
        value = run.state.get(self._scope.prefix + key)
        if value is not None:
            budget.state_bytes -= len(value)
            if budget.state_bytes < 0:
                _exceeded("bytes of state", STATE_BYTES_MAX)
        return value

    def _write(self, key: bytes, value: bytes | None) -> None:
        if self._mode != WRITING:
            raise ReadOnly("a query or a rule cannot change state")
        run = self._run
        budget = run.budget
        budget.writes -= 1
        if budget.writes < 0:
            _exceeded("state writes", STATE_WRITES_MAX)
        if value is not None:
            size = len(value)
            if size > VALUE_BYTES_MAX:
                _exceeded("bytes of one value", VALUE_BYTES_MAX)
            budget.state_bytes -= size
            if budget.state_bytes < 0:
                _exceeded("bytes of state", STATE_BYTES_MAX)
        run.state.set(self._scope.prefix + key, value)

    def _scan(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield (key, value) pairs with the contract's prefix cut off; each costs one read."""
        if self._mode == PURE:
            raise ReadOnly("a precheck reads frozen state only, through load")
        start = self._scope.prefix
        budget = self._run.budget
        full_after = None if after is None else start + after
        for key, value in self._run.state.iterate(start + prefix, after=full_after, limit=limit):
            budget.reads -= 1
            budget.state_bytes -= len(value)
            if budget.reads < 0:
                _exceeded("state reads", STATE_READS_MAX)
            if budget.state_bytes < 0:
                _exceeded("bytes of state", STATE_BYTES_MAX)
            yield key[len(start) :], value


class Callee:
    """Another contract, seen from the caller: each attribute is one of its queries."""

    __slots__ = ("_contract", "_ctx")

    def __init__(self, ctx: Context, contract: str) -> None:
        self._ctx = ctx
        self._contract = contract

    def __getattr__(self, query: str) -> Callable[..., Any]:
        ctx, contract = self._ctx, self._contract

        def call(*arguments: Any) -> Any:  # noqa: ANN401 - the query's own types
            return ctx._run.query(ctx, contract, query, arguments)

        return call


def require(condition: bool, error: type[Rejected], **details: int | str) -> None:  # noqa: FBT001
    """Raise `error` unless `condition`; `details` go into the receipt for programs."""
    if not condition:
        raise error("", **details)


def emit(ctx: Context, event: object) -> None:
    """Put `event`, an instance of one of the contract's declared events, into the receipt."""
    if ctx._mode != WRITING:
        raise ReadOnly("a query or a rule cannot emit events")
    run = ctx._run
    run.budget.events -= 1
    if run.budget.events < 0:
        _exceeded("events", EVENTS_MAX)
    cls = type(event)
    fields = written(ctx._scope.events[cls], event, cls.__name__, "event")
    made = Event(ctx._scope.contract, cls.__name__, fields)  # type: ignore[arg-type]
    run.budget.event_bytes -= len(encode(made.to_value()))
    if run.budget.event_bytes < 0:
        _exceeded("bytes of events", EVENT_BYTES_MAX)
    run.events.append(made)


def anyone(_ctx: Context, _message: object) -> bool:
    """Anyone may call."""
    return True


def _exceeded(what: str, limit: int) -> NoReturn:
    raise BudgetExceeded(f"one call may use at most {limit} {what}", limit=limit, what=what)
