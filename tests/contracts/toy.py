"""Two small contracts that use, and misuse, every part of the SDK."""

import sys
from typing import Annotated

from contracts.accounts.events import KeyRotated
from contracts.sdk import (
    PAGE_MAX,
    Address,
    Chars,
    Context,
    Contract,
    ContractError,
    Counter,
    CountMax,
    Item,
    Length,
    Map,
    Range,
    anyone,
    emit,
    event,
    message,
    record,
    require,
)

Name = Annotated[str, Chars(1, 20)]
Count = Annotated[int, Range(0, 100_000)]
Names = Annotated[tuple[Name, ...], CountMax(3, low=1)]


class UnknownThing(ContractError):
    """There is no thing of this name."""


class NotTrue(ContractError):
    """The costly check failed."""


@record
class Thing:
    names: Names
    tag: Annotated[bytes, Length(0, 4)] | None
    is_new: bool


@event
class Noted:
    thing: Thing
    by: Address


@event
class Quoted:
    text: Annotated[str, Chars(0, 1_000)]


@message
class PutThing:
    name: Name
    thing: Thing


@message
class Misbehave:
    how: Name
    count: Count


@message
class Prove:
    name: Name


toy = Contract("toy", version=2)
things = Map[Name, Thing]("things")
pairs = Map[tuple[Name, int], int]("pairs")
rules = Map[str, int]("rules", is_frozen=True)
law = Item[int]("law", is_frozen=True)
small = Item[Annotated[int, Range(0, 9)]]("small")
text = Map[str, Annotated[str, Chars(0, 100_000)]]("text")
total = Counter("total")
prechecks_run = []


def not_mallory(ctx: Context, _msg: object) -> bool:
    """Not for the account of zeros."""
    return ctx.sender != bytes(20)


def writes_in_the_rule(ctx: Context, _msg: object) -> bool:
    """A rule that writes."""
    total.add(ctx, 1)
    return True


@toy.execute(PutThing, allow=not_mallory)
def put_thing(ctx: Context, msg: PutThing) -> None:
    """Store a thing."""
    things.save(ctx, msg.name, msg.thing)
    emit(ctx, Noted(msg.thing, ctx.sender))


def _read_often(ctx, count):
    for _ in range(count):
        things.has(ctx, "x")


def _write_often(ctx, count):
    for i in range(count):
        pairs.save(ctx, ("x", i), 1)


def _emit_often(ctx, count):
    for _ in range(count):
        emit(ctx, Noted(Thing(("x",), None, True), ctx.sender))


def _emit_much(ctx, count):
    for _ in range(count):
        emit(ctx, Quoted("x" * 1_000))


def _write_much(ctx, count):
    for i in range(count):
        text.save(ctx, f"{i}", "x" * 60_000)


def _read_much(ctx, count):
    text.save(ctx, "x", "x" * 60_000)
    for _ in range(count):
        text.get(ctx, "x", "")


def _page_often(ctx, count):
    _write_often(ctx, PAGE_MAX)
    for _ in range(count):
        pairs.page(ctx, limit=PAGE_MAX)


def _page_much(ctx, count):
    for i in range(40):
        text.save(ctx, f"{i}", "x" * 60_000)
    for _ in range(count):
        text.page(ctx, limit=40)


MISDEEDS = {
    "read": _read_often,
    "write": _write_often,
    "emit": _emit_often,
    "emit much": _emit_much,
    "write much": _write_much,
    "read much": _read_much,
    "page": _page_often,
    "page much": _page_much,
    "large value": lambda ctx, _: text.save(ctx, "x", "x" * 70_000),
    "long key": lambda ctx, _: text.save(ctx, "x" * 600, ""),
    "out of range": lambda ctx, _: small.save(ctx, 10),
    "boolean": lambda ctx, _: small.save(ctx, True),
    "other record": lambda ctx, _: things.save(ctx, "x", 5),
    "below zero": lambda ctx, _: total.add(ctx, -1),
    "long page": lambda ctx, _: pairs.page(ctx, limit=PAGE_MAX + 1),
    "bad event": lambda ctx, _: emit(ctx, Noted(Thing((), None, True), ctx.sender)),
    "undeclared event": lambda ctx, _: emit(ctx, KeyRotated(ctx.sender, bytes(32), bytes(32))),
    "change frozen": lambda ctx, _: rules.save(ctx, "known", 2),
    "remove frozen": lambda ctx, _: rules.remove(ctx, "known"),
    "change frozen item": lambda ctx, _: law.save(ctx, 2),
    "remove frozen item": lambda ctx, _: law.remove(ctx),
    "divide by zero": lambda ctx, count: count // 0,
    "missing key": lambda ctx, _: {}["x"],
    "unknown attribute": lambda ctx, _: ctx.nothing,
    "wrong text": lambda ctx, _: "x".encode("ascii", None),
    "ask deeper": lambda ctx, _: ctx.call("other").around(),
    "write in a query": lambda ctx, _: ctx.call("other").spoil(),
}


@toy.execute(Misbehave, allow=anyone)
def misbehave(ctx: Context, msg: Misbehave) -> None:
    """Store a number, then break a rule."""
    small.save(ctx, 1)
    MISDEEDS[msg.how](ctx, msg.count)


@toy.execute(Prove, allow=anyone)
def prove(ctx: Context, msg: Prove) -> None:
    """Count what the costly check let through."""
    if msg.name == "greedy":
        _read_often(ctx, 4_000)
    total.add(ctx, 1)


@toy.precheck(Prove)
def check_proof(ctx: Context, msg: Prove) -> None:
    prechecks_run.append(msg.name)
    require(rules.load(ctx, msg.name, absent=UnknownThing) == 1, NotTrue)
    for _ in range(1_000 if msg.name == "greedy" else 0):
        rules.load(ctx, msg.name, absent=UnknownThing)
    if msg.name == "clock":
        require(ctx.block_time_ms > 0, NotTrue)
    if msg.name == "state":
        require(total.get(ctx) > 0, NotTrue)
    if msg.name == "page":
        require(pairs.page(ctx, limit=1) == (), NotTrue)


@toy.genesis
def start(ctx: Context, _config: object) -> None:
    law.save(ctx, 1)
    rules.save(ctx, "known", 1)
    rules.save(ctx, "false", 0)
    for name in ("clock", "state", "page", "greedy"):
        rules.save(ctx, name, 1)


@toy.query
def thing(ctx: Context, name: Name) -> Thing:
    """One thing."""
    return things.load(ctx, name, absent=UnknownThing)


toy.expose("pair", pairs, ("name", "number"), "What a name has under a number.")
toy.expose("entry", things, ("name",), "A thing, nothing when there is none.")


@toy.query
def facts(ctx: Context) -> Annotated[tuple[Name, ...], CountMax(10)]:
    """What the context shows."""
    return (ctx.chain_id, f"{ctx.height}", f"{ctx.block_time_ms}")


@toy.query
def counted(ctx: Context) -> int:
    """The total, and whether there is a law."""
    require(law.has(ctx) and law.get(ctx, 0) == law.load(ctx), UnknownThing)
    return total.get(ctx)


@toy.query
def unset(ctx: Context) -> int:
    """A setting that genesis lacks."""
    return small.load(ctx)


@toy.query
def too_long(_ctx: Context) -> Name:
    """An answer outside its bound."""
    return "x" * 21


other = Contract("other", version=1)


@other.query
def names_of(ctx: Context, name: Name) -> Names:
    """The names of toy's thing."""
    return ctx.call("toy").thing(name)[0]


@other.query
def spoil(ctx: Context) -> bool:
    """Try to write in a query."""
    total.add(ctx, 1)
    return True


@other.query
def spoil_by_event(ctx: Context) -> bool:
    """Try to emit in a query."""
    emit(ctx, KeyRotated(ctx.sender, bytes(32), bytes(32)))
    return True


@other.query
def around(ctx: Context) -> bool:
    """Call oneself for ever."""
    return ctx.call("other").around()


TOYS = {"toy": toy, "other": other}
toy.adopt(sys.modules[__name__])
