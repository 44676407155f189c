"""Frozen dataclasses that are quickly made: for what every transaction makes many of.

The constructor of a frozen dataclass writes each field by a call around its own ban on writing.
Here a new instance is of an open twin class, with the same slots, until its fields are written by
plain assignments: an eighth of the time. Everything else is the dataclass's.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar, cast, dataclass_transform

C = TypeVar("C", bound=type)

# Both, or Python writes no field without a look at what else might be done with it.
_OPEN = {
    "__slots__": (),
    "__setattr__": object.__setattr__,
    "__delattr__": object.__delattr__,
}
_TO_CLASS = cast(Callable[[object, type], None], object.__dict__["__class__"].__set__)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, kw_only: bool = False) -> Callable[[C], C]:
    """Return a decorator as `dataclass(frozen=True, slots=True)` is.

    Raises:
        TypeError: a field has a default that is made anew for each instance.
    """

    def declare(cls: C) -> C:
        closed: Any = dataclass(frozen=True, slots=True, kw_only=kw_only)(cls)
        opened = type(cls.__name__, (closed,), _OPEN)
        closed.__init__ = _constructor(closed, opened)
        return cast(C, closed)

    return declare


def _constructor(closed: Any, opened: type) -> Callable[..., None]:  # noqa: ANN401 - a dataclass
    """Return an `__init__` with the parameters that `dataclass` gave to that of `closed`."""
    known = fields(closed)
    positional = [_parameter(item) for item in known if item.init and not item.kw_only]
    by_name = [_parameter(item) for item in known if item.init and item.kw_only]
    parameters = ["self", *positional, *(["*", *by_name] if by_name else [])]
    written = [item for item in known if item.init or item.default is not MISSING]
    body = [
        "_to(self, _Open)",
        *[f"self.{item.name} = {item.name if item.init else _default(item)}" for item in written],
        "_to(self, _Closed)",
        *(["self.__post_init__()"] if hasattr(closed, "__post_init__") else []),
    ]
    source = f"def __init__({', '.join(parameters)}):\n  " + "\n  ".join(body)
    names = {"_to": _TO_CLASS, "_Open": opened, "_Closed": closed}
    names |= {_default(item): item.default for item in known if item.default is not MISSING}
    exec(source, names)  # noqa: S102 - of names that are Python's already, as dataclasses do
    made = cast(Callable[..., None], names["__init__"])
    made.__qualname__ = f"{closed.__qualname__}.__init__"
    return made


def _parameter(item: "Field[Any]") -> str:
    if item.default_factory is not MISSING:
        raise TypeError(f"{item.name}: a default that is made anew for each instance")
    return item.name if item.default is MISSING else f"{item.name}={_default(item)}"


def _default(item: "Field[Any]") -> str:
    return f"_default_{item.name}"
