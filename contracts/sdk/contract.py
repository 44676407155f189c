"""A contract: its name, methods, queries, events and hooks, as declared by decorators."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc, signature
from types import ModuleType
from typing import Any, TypeAlias, TypeVar
from typing import get_type_hints as hints_of

from contracts.sdk.config import Config
from contracts.sdk.context import Context, Scope
from contracts.sdk.errors import BadContract, ContractMigrating
from contracts.sdk.fields import FieldType, Optional, Record
from contracts.sdk.schema import field_type, is_event, record_of
from contracts.sdk.storage import Counter, Item, Map
from primitives.crypto import PublicKey
from primitives.errors import ContractError, UnknownMethod, UnknownQuery, WrongArgumentCount
from primitives.ids import Address
from primitives.keys import Sites
from primitives.names import method_name

M = TypeVar("M")
V = TypeVar("V")
K = TypeVar("K")
F = TypeVar("F", bound=Callable[..., Any])
Handler: TypeAlias = Callable[[Context, M], None]
Stored: TypeAlias = "Map[Any, Any] | Item[Any] | Counter"
Rule: TypeAlias = Callable[[Context, M], bool]
Migration: TypeAlias = Callable[[Context], bool]
Authorise: TypeAlias = Callable[[Context, Address, tuple[PublicKey, ...], Sites], None]
_QUERY = "__sapha_query__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A pure check that several calls share: an item of each, and whether all are right at once.

    `are_right` of one item is its single check; `refused` is the class of what a wrong one is.
    """

    item: Callable[[Context, Any], Any]
    are_right: Callable[[tuple[Any, ...]], bool]
    refused: type[ContractError]


@dataclass(slots=True)
class Method:
    """One kind of message: its fields, who may send it and what it does."""

    name: str
    schema: Record
    handler: Handler[Any]
    allow: Rule[Any]
    precheck: Handler[Any] | None = None
    shared: Shared | None = None  # comes before the precheck
    vouches: bool = False  # a call whose precheck passes comes from somebody who was let in

    @property
    def is_costly(self) -> bool:
        """Whether something is checked before the method, once a node."""
        return self.precheck is not None or self.shared is not None


@dataclass(frozen=True, slots=True)
class QueryMethod:
    """One read-only question: its parameters in order and the type of its answer."""

    contract: str
    name: str
    function: Callable[..., Any]
    names: tuple[str, ...]
    types: tuple[FieldType, ...]
    returns: FieldType

    def parse(self, args: tuple[Any, ...]) -> list[Any]:
        """Return the checked arguments. Raises WrongArgumentCount, WrongArgumentType, ..."""
        if len(args) != len(self.names):
            raise WrongArgumentCount(
                f"{len(args)} arguments, must be {len(self.names)}: {', '.join(self.names)}"
            )
        return [
            field.parse(value, name)
            for field, value, name in zip(self.types, args, self.names, strict=True)
        ]


class Contract:
    """What decorators declare and modules define; `contracts.sdk.dispatch` runs it."""

    def __init__(self, name: str, *, version: int) -> None:
        self.name = name
        self.version = version
        self.methods: dict[str, Method] = {}
        self.queries: dict[str, QueryMethod] = {}
        self.hooks: dict[str, Callable[..., Any]] = {}
        self.migrations: dict[int, Migration] = {}  # by the version whose state they find
        self.is_closed = False  # while its state is moved
        self.state: dict[str, Stored] = {}  # maps, items and counters by name
        self.scope = Scope(name, name.encode() + b"\x00", {})
        self._classes: dict[str, type] = {}

    def adopt(self, module: ModuleType) -> None:
        """Register what `module` defines: its events may be emitted, its state is in the ABI.

        Raises:
            BadContract: a class or a part of state has the name of another.
        """
        for thing in list(vars(module).values()):
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                self._keep(self._classes, thing.__name__, thing)
                if is_event(thing):
                    self.scope.events[thing] = record_of(thing)
            elif isinstance(thing, Map | Item | Counter):
                self._keep(self.state, thing.schema.name, thing)

    def execute(self, message: type[M], *, allow: Rule[M]) -> Callable[[Handler[M]], Handler[M]]:
        """Declare what `message` does and who may send it."""
        name = method_name(message)

        def declare(handler: Handler[M]) -> Handler[M]:
            _refuse_repeat(self, name)
            self.methods[name] = Method(name, record_of(message), handler, allow)
            return handler

        return declare

    def precheck(
        self, message: type[M], *, vouches: bool = False
    ) -> Callable[[Handler[M]], Handler[M]]:
        """Declare a costly pure check of `message`, run once a validator, before the method.

        It may use the message's fields, the sender, the chain id and `load` of frozen state.
        `vouches` says that it proves a token or a certificate, so that its sender is no stranger.
        """
        name = method_name(message)

        def declare(check: Handler[M]) -> Handler[M]:
            method = self.methods.get(name)
            if method is None:
                raise BadContract(f"{self.name}: declare {name} before its precheck")
            method.precheck = check
            method.vouches = vouches
            return check

        return declare

    def shared(
        self,
        messages: tuple[type[Any], ...],
        *,
        are_right: Callable[[tuple[Any, ...]], bool],
        refused: type[ContractError],
    ) -> Callable[[F], F]:
        """Declare what is checked of these messages before their prechecks, of many at once.

        The function makes the item of a message, and refuses first what is cheap to refuse; all
        calls vouch for their sender. The verdict of each must be that of a check by itself.
        """

        def declare(item: F) -> F:
            check = Shared(item=item, are_right=are_right, refused=refused)
            for message in messages:
                method = self.methods.get(method_name(message))
                if method is None:
                    raise BadContract(f"{self.name}: declare {message.__name__} before its check")
                method.shared, method.vouches = check, True
            return item

        return declare

    def query(self, function: F) -> F:
        """Declare a read-only question; its annotations bound the arguments and the answer."""
        name = function.__name__
        _refuse_repeat(self, name)
        hints = hints_of(function, include_extras=True)
        names = tuple(signature(function).parameters)[1:]
        place = f"{self.name}.{name}"
        types = tuple(field_type(hints[label], f"{place}({label})") for label in names)
        returns = field_type(hints["return"], f"{place} answer")
        query = QueryMethod(self.name, name, function, names, types, returns)
        self.queries[name] = _declared(query)
        return function

    def expose(
        self, name: str, entries: Map[Any, V], keys: tuple[str, ...], promise: str
    ) -> Callable[..., V | None]:
        """Declare the query `name`: the entry of a map, or nothing. `keys` name its key's parts.

        `promise` is its first line in the ABI. Returns the query, for who asks it from outside.
        """
        _refuse_repeat(self, name)
        schema = entries.schema
        if len(keys) != len(schema.key_types):
            raise BadContract(f"{self.name}.{name}: a key has {len(schema.key_types)} parts")

        def load(ctx: Context, *parts: Any) -> V | None:  # noqa: ANN401 - of the map's key types
            return entries.get(ctx, parts if len(keys) > 1 else parts[0], None)

        load.__doc__ = promise
        returns = Optional(schema.value_type)
        query = QueryMethod(self.name, name, load, keys, schema.key_types, returns)
        self.queries[name] = _declared(query)
        return load

    def genesis(self, hook: Callable[[Context, Config], None]) -> Callable[..., None]:
        """Declare what makes the contract's first state from its part of genesis."""
        return self._add_hook("genesis", hook)

    def end_block(self, hook: Callable[[Context], None]) -> Callable[..., None]:
        """Declare what runs after the transactions of every block."""
        return self._add_hook("end_block", hook)

    def migrate(self, *, from_version: int) -> Callable[[Migration], Migration]:
        """Declare a page of what makes the state of an older version one of this version.

        It runs first in a block, with the budget of a call, and once a block until it returns True:
        nothing is left. Till then the contract is closed.
        """

        def declare(page: Migration) -> Migration:
            if not 0 < from_version < self.version or from_version in self.migrations:
                raise BadContract(f"{self.name} {self.version}: a migration from {from_version}")
            self.migrations[from_version] = page
            return page

        return declare

    def authorise(self, hook: Authorise) -> Callable[..., None]:
        """Declare who may sign for an account; for the contract of accounts only."""
        return self._add_hook("authorise", hook)

    def knows(self, hook: Callable[[Context, Address], bool]) -> Callable[..., Any]:
        """Declare whether somebody else let an account in; asked often, so it is cheap.

        What an account can do alone, and for nothing, must not make it known.
        """
        return self._add_hook("knows", hook)

    def method(self, name: str) -> Method:
        """Return the method `name`. Raises UnknownMethod, ContractMigrating."""
        _require_open(self)
        method = self.methods.get(name)
        if method is None:
            raise UnknownMethod(f"contract {self.name} has no method {name!r:.70}", method=name)
        return method

    def question(self, name: str) -> QueryMethod:
        """Return the query `name`. Raises UnknownQuery, ContractMigrating."""
        _require_open(self)
        query = self.queries.get(name)
        if query is None:
            raise UnknownQuery(f"contract {self.name} has no query {name!r:.70}", query=name[:64])
        return query

    def _keep(self, things: dict[str, K], name: str, thing: K) -> None:
        other = things.setdefault(name, thing)
        if other is not thing:
            raise BadContract(f"{self.name} declares {name} twice: {other!r} and {thing!r}")

    def _add_hook(self, kind: str, hook: Callable[..., Any]) -> Callable[..., Any]:
        if kind in self.hooks:
            raise BadContract(f"{self.name} declares two {kind} hooks")
        self.hooks[kind] = hook
        return hook


def closed(contract: Contract) -> Contract:
    """Return what stands for a contract while its state is moved: it refuses all."""
    shut = Contract(contract.name, version=contract.version)
    shut.scope, shut.is_closed = contract.scope, True
    return shut


def _require_open(contract: Contract) -> None:
    if contract.is_closed:
        raise ContractMigrating(f"{contract.name} is moving to version {contract.version}")


def _refuse_repeat(contract: Contract, name: str) -> None:
    if name in contract.methods or name in contract.queries:
        raise BadContract(f"{contract.name} declares {name} twice")


def _declared(query: QueryMethod) -> QueryMethod:
    """Let `query_of` know a query by its function."""
    setattr(query.function, _QUERY, query)
    return query


def query_of(function: Callable[..., Any]) -> QueryMethod:
    """Return what a query was declared as. Raises BadContract for another function."""
    query = getattr(function, _QUERY, None)
    if not isinstance(query, QueryMethod):
        raise BadContract(f"{function.__name__} is no query of a contract")
    return query


def promise_of(thing: object) -> str:
    """Return the first line of a docstring."""
    return (getdoc(thing) or "").partition("\n")[0]
