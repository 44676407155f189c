"""One way to all contracts: send messages, ask queries, prove entries of maps, watch events.

What goes out and comes back is typed by what the contract declares: a message or an event by its
class, a query by its function, an entry of a map by the map. A node that answers anything else is
at fault. Only `proven` believes no node.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from client.abi import Described, argument_of
from client.answers import Answer, field_of, hex_field, list_field, text_field, uint_field
from client.errors import BadAnswer, RpcRefused
from client.outcome import Outcome, require_ok, send, send_all
from client.rpc import Request, RpcClient
from client.state_keys import Part, state_key
from client.transaction import EXPIRES_IN_MS, expiry_ms, new_nonce, wall_ms
from client.wallet import Wallet
from contracts.sdk.context import Context
from contracts.sdk.contract import QueryMethod, query_of
from contracts.sdk.fields import Blob, FieldType, Optional, Record, Sequence
from contracts.sdk.schema import record_of
from contracts.sdk.storage import Map
from primitives.codec import decode
from primitives.errors import Rejected
from primitives.ids import Address, TransactionId, show_address
from primitives.limits import RPC_BATCH_MAX, RPC_BODY_BYTES_MAX
from primitives.names import method_name
from primitives.transaction import Body, Transaction

if TYPE_CHECKING:
    from client.light import LightClient, ProvenValue  # which read genesis documents
    from genesis.following import Proven

PAGE = 100
_POLL_S = 1.0
_ITEMS_MAX = 100_000

P = ParamSpec("P")
R = TypeVar("R")
E = TypeVar("E")
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An account that acts on the contracts of a chain, through a node.

    `now_ms` is the clock that expiry counts from; a development network may run faster.
    """

    rpc: RpcClient
    wallet: Wallet
    chain_id: str  # every signature is for it
    now_ms: Callable[[], int] = wall_ms

    @classmethod
    async def open(cls, rpc: RpcClient, wallet: Wallet, chain_id: str | None = None) -> "Actor":
        """Return an actor on the node's chain; give `chain_id` when the node is not trusted."""
        if chain_id is None:
            chain_id = text_field(await rpc.call("chain_getStatus"), "chain_id")
        return cls(rpc=rpc, wallet=wallet, chain_id=chain_id)

    @property
    def address(self) -> Address:
        """The account."""
        return self.wallet.address

    def by(self, wallet: Wallet) -> "Actor":
        """Return another account that acts through the same node."""
        return replace(self, wallet=wallet)

    def sign(self, message: object, *, expires_in_ms: int = EXPIRES_IN_MS) -> Transaction:
        """Return the signed call of a message of any contract.

        Raises:
            WrongArgumentType, ArgumentOutOfBounds, BadText: names the field.
        """
        expires_at_ms = expiry_ms(self.now_ms(), expires_in_ms)
        body = call_of(
            message, sender=self.address, chain_id=self.chain_id, expires_at_ms=expires_at_ms
        )
        return self.wallet.sign(body)

    async def send(self, message: object) -> Outcome:
        """Send a message and return what became of it. Raises RpcRefused, and what `sign` does."""
        return await send(self.rpc, self.sign(message))

    async def do(self, message: object) -> Outcome:
        """Send a message that must take effect.

        Raises:
            RpcRefused: a node refused it at once; carries the code.
            LedgerRefused: a block holds it without effect, or no block in time; carries the code.
        """
        return require_ok(await self.send(message))

    async def send_all(self, messages: Iterable[object]) -> list[Outcome | RpcRefused]:
        """Send at most 100 messages together; a node's refusal takes the place of an outcome."""
        return await send_all(self.rpc, [self.sign(message) for message in messages])


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent(Generic[E]):
    """An event, and the transaction that emitted it by its place in the chain."""

    height: int
    index: int  # of the transaction in its block
    transaction_id: TransactionId
    event: E


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenEntry(Generic[V]):
    """What a map holds at a key (None: it is proven to hold nothing), and what proves it."""

    value: V | None
    proof: "ProvenValue"

    @property
    def at(self) -> "Proven":
        """The header that it is proven under."""
        return self.proof.at


def contract_of(declared: type[Any]) -> str:
    """Return the name of the contract in whose folder a class is declared."""
    return declared.__module__.split(".")[1]


def call_of(message: object, *, sender: Address, chain_id: str, expires_at_ms: int) -> Body:
    """Return the call of a message of any contract, to be signed. Raises as `Actor.sign`."""
    kind = type(message)
    return Body(
        chain_id=chain_id,
        sender=sender,
        nonce=new_nonce(),
        expires_at_ms=expires_at_ms,
        contract=contract_of(kind),
        method=method_name(kind),
        args=cast("tuple[Any, ...]", record_of(kind).write(message, kind.__name__)),
    )


async def ask(
    rpc: RpcClient,
    query: Callable[Concatenate[Context, P], R],
    *args: P.args,
    **named: P.kwargs,
) -> R:
    """Return the answer of a contract's query, as the node says, unproven.

    Raises:
        RpcRefused: the contract has no answer; the code says why.
        BadAnswer: the node answers something else than the query is declared to.
        WrongArgumentType, ArgumentOutOfBounds: names the argument.
    """
    return (await ask_at(rpc, query, *args, **named))[0]


async def ask_at(
    rpc: RpcClient,
    query: Callable[Concatenate[Context, P], R],
    *args: P.args,
    **named: P.kwargs,
) -> tuple[R, int]:
    """Return the answer of a query and the height that it is of."""
    asked = query_of(query)
    given = (*args, *(named[name] for name in asked.names if name in named))
    answer = await rpc.call("state_query", _question(asked, given))
    return cast("R", _answer(asked, answer)), uint_field(answer, "height")


async def ask_each(
    rpc: RpcClient, query: Callable[..., R], arguments: Iterable[tuple[Any, ...]]
) -> list[R]:
    """Ask a query once with each of these arguments, many in a request; return answers in order.

    Raises:
        RpcRefused: what the first that is refused raises; and as `ask`.
    """
    asked = query_of(query)
    requests = [Request("state_query", _question(asked, given)) for given in arguments]
    found: list[R] = []
    for start in range(0, len(requests), RPC_BATCH_MAX):
        for answer in await rpc.batch(requests[start : start + RPC_BATCH_MAX]):
            if isinstance(answer, RpcRefused):
                raise answer
            found.append(cast("R", _answer(asked, answer)))
    return found


async def all_pages(
    page: Callable[[K, int], Awaitable[tuple[R, ...]]], first: K, last: Callable[[R], K]
) -> tuple[R, ...]:
    """Return the lines of all pages of a query.

    `page` takes where to go on, which is `first`, then what `last` says of a last line; and how
    many lines are wanted.

    Raises:
        BadAnswer: the pages do not go on.
    """
    found: list[R] = []
    after = first
    while True:
        lines = await page(after, PAGE)
        found.extend(lines)
        if len(lines) < PAGE:
            return tuple(found)
        if last(lines[-1]) == after:
            raise BadAnswer(f"the pages stay at {after!r:.80}")
        after = last(lines[-1])


async def proven(
    rpc: RpcClient, light: "LightClient", contract: str, entries: Map[Any, V], *key: Part
) -> ProvenEntry[V]:
    """Return what a map of a contract holds at a key of these parts; the node is not believed.

    Raises:
        BadProof, BadCertificate: the node does not prove it.
        BadAnswer: what it proves is no value of the map.
    """
    schema = entries.schema
    found = await light.state(rpc, state_key(contract, schema.name, *key))
    value = None if found.value is None else read_entry(entries, found.value)
    return ProvenEntry(value=value, proof=found)


def read_entry(entries: Map[Any, V], data: bytes) -> V:
    """Return the value that a map of a contract holds as these bytes. Raises BadAnswer."""
    schema = entries.schema
    try:
        value = decode(data, bytes_max=RPC_BODY_BYTES_MAX, items_max=_ITEMS_MAX)
        return cast("V", schema.value_type.parse(value, schema.name))
    except Rejected as error:
        raise BadAnswer(f"the entry of {schema.name} is no value of it: {error}") from error


async def watch(
    rpc: RpcClient, event: type[E], *, from_height: int = 1, to_height: int | None = None
) -> AsyncGenerator[FoundEvent[E], None]:
    """Yield the events of a class from a height on, in order; without an end, also new ones.

    Raises:
        BadAnswer: the node tells of an event that is not of the class, or does not move on.
    """
    height = from_height
    while True:
        last = to_height
        if last is None:
            last = uint_field(await rpc.call("chain_getStatus"), "height")
        async for found in _events(rpc, event, height, last):
            yield found
        if to_height is not None:
            return
        height = max(height, last + 1)
        await asyncio.sleep(_POLL_S)


async def _events(
    rpc: RpcClient, event: type[E], first: int, last: int
) -> AsyncIterator[FoundEvent[E]]:
    """Yield the events of a class in blocks that are there."""
    params = {"contract": contract_of(event), "event": event.__name__}
    height: int | None = first
    while height is not None and height <= last:
        bounds = {"from_height": height, "to_height": last}
        page = await rpc.call("events_search", {**params, **bounds})
        for row in list_field(page, "events"):
            yield FoundEvent(
                height=uint_field(row, "height"),
                index=uint_field(row, "index"),
                transaction_id=TransactionId(hex_field(row, "transaction_id")),
                event=read_record(event, field_of(row, "fields")),
            )
        height = following_height(page, height)


def following_height(page: Answer, height: int) -> int | None:
    """Return where a search goes on after this page, None at its end. Raises BadAnswer."""
    if field_of(page, "next_height") is None:
        return None
    following = uint_field(page, "next_height")
    if following <= height:
        raise BadAnswer(f"the search stays at block {height}")
    return following


def events_in(outcome: Outcome, event: type[E]) -> list[E]:
    """Return the events of a class that a transaction emitted, none when it took no effect."""
    wanted = (contract_of(event), event.__name__)
    return [
        read_record(event, field_of(row, "fields"))
        for row in (list_field(outcome.receipt, "events") if outcome.is_ok else ())
        if (field_of(row, "contract"), field_of(row, "name")) == wanted
    ]


def read_record(kind: type[R], answer: Answer) -> R:
    """Return a node's JSON object as a record, event or message of a contract. Raises BadAnswer."""
    return cast("R", _read(record_of(kind), answer, kind.__name__))


def written_record(kind: type[R], document: object) -> R:
    """Return a record of a contract from JSON that a person wrote, as a node shows it.

    Raises:
        WrongArgumentCount, WrongArgumentType, ArgumentOutOfBounds: names the field.
    """
    field = record_of(kind)
    described = _described(cast("Hashable", field))
    return cast("R", field.read(argument_of(described, document, kind.__name__)))


def json_of(value: object) -> dict[str, object]:
    """Return a record, event or message of a contract as a node shows it: bytes as hex."""
    field = record_of(type(value))
    return cast("dict[str, object]", _json_of(field, field.write(value, type(value).__name__)))


def _question(asked: QueryMethod, given: tuple[Any, ...]) -> dict[str, object]:
    """Return the parameters that ask a query. Raises WrongArgument*, which names the argument."""
    plain = tuple(
        record_of(type(value)).write(value, type(value).__name__) if is_dataclass(value) else value
        for value in given
    )
    values = zip(asked.types, asked.parse(plain), asked.names, strict=True)
    args = [_json_of(field, field.write(value, name)) for field, value, name in values]
    return {"contract": asked.contract, "query": asked.name, "args": args}


def _answer(asked: QueryMethod, answer: Answer) -> object:
    return _read(asked.returns, field_of(answer, "value"), asked.name)


def _read(field: FieldType, answer: Answer, name: str) -> object:
    try:
        return field.read(argument_of(_described(cast("Hashable", field)), answer, name))
    except Rejected as error:
        raise BadAnswer(f"the answer is no {name}: {error}") from error


@lru_cache(maxsize=256)
def _described(field: Any) -> Described:  # noqa: ANN401 - a field type, which is hashable
    found: Described = field.describe()
    return found


def _json_of(field: FieldType, value: Any) -> object:  # noqa: ANN401 - any encodable value
    """Return what a field type wrote as JSON data, as nodes read and show it."""
    if isinstance(field, Optional):
        return None if value is None else _json_of(field.value, value)
    if isinstance(field, Sequence):
        return [_json_of(field.item, item) for item in value]
    if isinstance(field, Record):
        parts = zip(field.names, field.types, value, strict=True)
        return {name: _json_of(part, item) for name, part, item in parts}
    if isinstance(field, Blob):
        return show_address(Address(value)) if field.is_address else "0x" + value.hex()
    return value
