"""Typed state: Item, Map and Counter.

    balances = Map[Address, int]("balances")
    polls = Map[str, Poll]("polls", is_frozen=True)     # an entry is written once, never changed
    founder = Item[Address]("founder")
    issued = Counter("issued")

Values are canonical msgpack of what their field type writes. Text, bytes and lists need a bound,
as in messages; a map's text and bytes keys are bounded by KEY_BYTES_MAX. Frozen entries are the
only state that a precheck may load, because an entry once seen stays true.
"""

from typing import Annotated, Any, Generic, TypeVar

import msgpack

from contracts.sdk.bounds import Length
from contracts.sdk.context import Context
from contracts.sdk.errors import BadValue, BudgetExceeded, NotConfigured
from contracts.sdk.fields import FieldType, Record, Text, written
from contracts.sdk.keys import KEY_BYTES_MAX, KeyCodec, key_codec, key_types
from contracts.sdk.schema import field_type
from primitives.codec import encode
from primitives.errors import Rejected

PAGE_MAX = 500
_KNOWN_MAX = 256  # values of a map or item whose bytes need not be read again
_KNOWN_BYTES_MAX = 8_192  # of each: what is larger is read anew, so that memory is bounded

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

# Until `Item[...]` or `Map[...]` gives a type, nothing can be stored.
_UNTYPED: FieldType = Text(0, -1)
_UNTYPED_KEY = key_codec(Annotated[bytes, Length(KEY_BYTES_MAX)], "a map without types")


def _unpack(data: bytes) -> Any:  # noqa: ANN401 - what `encode` wrote
    # Own bytes, so the strict decoder's checks would cost time and find nothing.
    return msgpack.unpackb(data, use_list=False)


class _Stored(Generic[V]):
    """How the values of one item or map are written, and under which keys."""

    __slots__ = ("_known", "is_costly", "key_types", "name", "prefix", "value_type")

    def __init__(self, name: str, value_type: FieldType) -> None:
        self._known: dict[bytes, V] = {}
        self.name = name
        self.prefix = name.encode() + b"\x00"
        self.key_types: tuple[FieldType, ...] = ()
        self.value_type = value_type
        self.is_costly = False

    def declare(self, value_type: FieldType) -> None:
        """Take the type of the values, which is known a moment after the name."""
        self.value_type = value_type
        self.is_costly = isinstance(value_type, Record) and not value_type.is_plain

    def pack(self, value: V) -> bytes:
        return encode(written(self.value_type, value, self.name, "state"))

    def unpack(self, data: bytes) -> V:
        value: V = self.value_type.read(_unpack(data))
        return value

    def unpack_again(self, data: bytes) -> V:
        """Return what `unpack` does; once for bytes that are read again and again.

        The same bytes are the same value, and no value can be changed. Prechecks in threads do so
        too: each step here is one of the dict.
        """
        value = self._known.get(data)
        if value is None:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            value = self.unpack(data)
            if len(data) <= _KNOWN_BYTES_MAX:
                self._known[data] = value
        return value


class Item(Generic[V]):
    """One value of the contract, absent until saved. Write `Item[Type]("name")`."""

    __slots__ = ("_is_frozen", "_stored")

    def __class_getitem__(cls, value: Any) -> "_ItemOf":  # noqa: ANN401 - a type expression
        return _ItemOf(value)

    def __init__(self, name: str, *, is_frozen: bool = False) -> None:
        self._stored: _Stored[V] = _Stored(name, _UNTYPED)
        self._is_frozen = is_frozen

    @property
    def schema(self) -> _Stored[V]:
        """The name, which stands in state keys, and the types of keys and values."""
        return self._stored

    def load(self, ctx: Context, absent: type[Rejected] = NotConfigured) -> V:
        """Return the value, or raise `absent`."""
        data = ctx._read(self._stored.prefix, is_frozen=self._is_frozen)
        if data is None:
            raise absent
        return self._stored.unpack_again(data)

    def get(self, ctx: Context, default: D) -> V | D:
        """Return the value, or `default` when absent."""
        data = ctx._read(self._stored.prefix)
        return default if data is None else self._stored.unpack_again(data)

    def has(self, ctx: Context) -> bool:
        """Return whether there is a value."""
        return ctx._read(self._stored.prefix) is not None

    def save(self, ctx: Context, value: V) -> None:
        """Set the value. A frozen item is set once."""
        if self._is_frozen and self.has(ctx):
            raise BadValue(f"{self._stored.name} is frozen and has a value")
        ctx._write(self._stored.prefix, self._stored.pack(value))

    def remove(self, ctx: Context) -> None:
        """Make the value absent."""
        if self._is_frozen:
            raise BadValue(f"{self._stored.name} is frozen")
        ctx._write(self._stored.prefix, None)


class Counter:
    """A number of the contract that starts at 0 and never falls below it."""

    __slots__ = ("_stored",)

    def __init__(self, name: str) -> None:
        self._stored: _Stored[int] = _Stored(name, field_type(int, name))

    @property
    def schema(self) -> _Stored[int]:
        """The name, which stands in state keys, and the types of keys and values."""
        return self._stored

    def get(self, ctx: Context) -> int:
        """Return the number."""
        data = ctx._read(self._stored.prefix)
        return 0 if data is None else self._stored.unpack(data)

    def add(self, ctx: Context, amount: int) -> int:
        """Add `amount`, which may be negative, and return the new number."""
        value = _not_negative(self.get(ctx) + amount, self._stored.name)
        ctx._write(self._stored.prefix, self._stored.pack(value))
        return value


class Map(Generic[K, V]):
    """Values by key, in the order of the keys. Write `Map[Key, Value]("name")`."""

    __slots__ = ("_is_frozen", "_key_codec", "_stored")

    def __class_getitem__(cls, types: Any) -> "_MapOf":  # noqa: ANN401 - type expressions
        return _MapOf(*types)

    def __init__(self, name: str, *, is_frozen: bool = False) -> None:
        self._stored: _Stored[V] = _Stored(name, _UNTYPED)
        self._key_codec: KeyCodec = _UNTYPED_KEY
        self._is_frozen = is_frozen

    @property
    def schema(self) -> _Stored[V]:
        """The name, which stands in state keys, and the types of keys and values."""
        return self._stored

    def load(self, ctx: Context, key: K, *, absent: type[Rejected]) -> V:
        """Return the value of `key`, or raise `absent`."""
        data = ctx._read(self._key(key), is_frozen=self._is_frozen)
        if data is None:
            raise absent
        return self._unpack(data)

    def get(self, ctx: Context, key: K, default: D) -> V | D:
        """Return the value of `key`, or `default` when absent."""
        data = ctx._read(self._key(key))
        return default if data is None else self._unpack(data)

    def has(self, ctx: Context, key: K) -> bool:
        """Return whether `key` has a value."""
        return ctx._read(self._key(key)) is not None

    def save(self, ctx: Context, key: K, value: V) -> None:
        """Set the value of `key`. An entry of a frozen map is set once."""
        if self._is_frozen and self.has(ctx, key):
            raise BadValue(f"an entry of {self._stored.name} is frozen and has a value")
        ctx._write(self._key(key), self._stored.pack(value))

    def remove(self, ctx: Context, key: K) -> None:
        """Make `key` absent."""
        if self._is_frozen:
            raise BadValue(f"{self._stored.name} is frozen")
        ctx._write(self._key(key), None)

    def add(self: "Map[K, int]", ctx: Context, key: K, amount: int) -> int:
        """Add `amount` to the number of `key` (0 when absent), never below 0; return it."""
        encoded = self._key(key)
        data = ctx._read(encoded)
        before = 0 if data is None else self._stored.unpack(data)
        value = _not_negative(before + amount, self._stored.name)
        ctx._write(encoded, self._stored.pack(value))
        return value

    def page(
        self, ctx: Context, prefix: tuple[Any, ...] = (), *, after: K | None = None, limit: int
    ) -> tuple[tuple[K, V], ...]:
        """Return the first `limit` entries in key order, after the key `after` when given.

        `prefix` holds the first parts of tuple keys. `limit` is at most PAGE_MAX.
        """
        if not 1 <= limit <= PAGE_MAX:
            raise BadValue(f"a page has 1 to {PAGE_MAX} entries, not {limit}")
        start = self._stored.prefix
        whole = start + self._key_codec.write_prefix(prefix)
        last = None if after is None else self._key(after)
        return tuple(
            (self._key_codec.read(key[len(start) :]), self._stored.unpack(value))
            for key, value in ctx._scan(whole, after=last, limit=limit)
        )

    def _unpack(self, data: bytes) -> V:
        stored = self._stored
        return stored.unpack_again(data) if stored.is_costly else stored.unpack(data)

    def _key(self, key: K) -> bytes:
        encoded = self._stored.prefix + self._key_codec.write(key)
        if len(encoded) > KEY_BYTES_MAX:
            raise BudgetExceeded(f"a key has {len(encoded)} bytes, at most {KEY_BYTES_MAX}")
        return encoded


class _ItemOf:
    """`Item[Type]`: makes items of that type."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401
        self._value = value

    def __call__(self, name: str, *, is_frozen: bool = False) -> "Item[Any]":
        item: Item[Any] = Item(name, is_frozen=is_frozen)
        item._stored.declare(field_type(self._value, f"Item {name}"))
        return item


class _MapOf:
    """`Map[Key, Value]`: makes maps of those types."""

    def __init__(self, key: Any, value: Any) -> None:  # noqa: ANN401
        self._key = key
        self._value = value

    def __call__(self, name: str, *, is_frozen: bool = False) -> "Map[Any, Any]":
        made: Map[Any, Any] = Map(name, is_frozen=is_frozen)
        made._stored.declare(field_type(self._value, f"Map {name}"))
        made._stored.key_types = key_types(self._key, f"Map {name}")
        made._key_codec = key_codec(self._key, f"Map {name}")
        return made


def _not_negative(value: int, name: str) -> int:
    if value < 0:
        raise BadValue(f"{name} would fall to {value}")
    return value
