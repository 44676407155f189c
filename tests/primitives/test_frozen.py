"""Frozen dataclasses that are quickly made behave as those of the library do."""

import copy
import pickle
from collections import Counter
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from dis import get_instructions

import pytest

from primitives.frozen import frozen


@frozen()
class Point:
    """A point, with a mark that nobody compares."""

    x: int
    y: int = 7
    mark: str = field(default="", init=False, compare=False, repr=False)

    def moved(self, by: int) -> "Point":
        """Return a point further right."""
        return replace(self, x=self.x + by)


@dataclass(frozen=True, slots=True)
class Plain:
    """The same, of the library."""

    x: int
    y: int = 7
    mark: str = field(default="", init=False, compare=False, repr=False)


@frozen(kw_only=True)
class Named:
    """Made by names alone."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}")


@pytest.mark.parametrize(("args", "named"), [((1, 2), {}), ((1,), {}), ((), {"y": 2, "x": 1})])
def test_a_quickly_made_record_is_equal_and_shown_as_one_of_the_library(args, named):
    point, plain = Point(*args, **named), Plain(*args, **named)

    assert repr(point) == repr(plain).replace("Plain", "Point")
    assert hash(point) == hash(plain)
    assert point == Point(*args, **named) != Point(5)
    assert [item.name for item in fields(point)] == [item.name for item in fields(plain)]


def test_a_quickly_made_record_is_of_its_class_and_no_other():
    point = Point(1, 2)

    assert type(point) is Point
    assert type(point.moved(2)) is Point
    assert type(copy.copy(point)) is Point
    assert pickle.loads(pickle.dumps(point)) == point  # noqa: S301 - our own bytes


@pytest.mark.parametrize("name", ["x", "mark", "z"])
def test_nothing_of_a_made_record_can_be_changed(name):
    point = Point(1, 2)

    with pytest.raises((FrozenInstanceError, TypeError)):
        setattr(point, name, 3)
    with pytest.raises((FrozenInstanceError, TypeError)):
        delattr(point, name)

    assert point == Point(1, 2)


@pytest.mark.parametrize(
    ("args", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"mark": "m"})]
)
def test_wrong_arguments_are_refused_by_name_of_the_class(args, named):
    with pytest.raises(TypeError, match=r"Point\.__init__"):
        Point(*args, **named)


def test_fields_that_are_given_by_name_alone_are_and_are_looked_at_when_written():
    with pytest.raises(TypeError, match="positional"):
        Named(1, 2)  # type: ignore[misc]
    with pytest.raises(ValueError, match="3 is above 2"):
        Named(low=3, high=2)

    assert replace(Named(low=1, high=2), high=5) == Named(low=1, high=5)


def test_a_default_that_is_made_anew_is_no_such_record():
    class Bag:
        """Has a list of its own."""

        items: list[int] = field(default_factory=list)

    with pytest.raises(TypeError, match="items: a default"):
        frozen()(Bag)


def test_a_field_is_written_by_one_plain_assignment_and_no_call():
    (opened,) = Point.__subclasses__()
    counts = Counter((step.opname, step.argval) for step in get_instructions(Point.__init__))

    assert opened.__setattr__ is object.__setattr__
    assert opened.__delattr__ is object.__delattr__  # else each assignment asks Python first
    assert [counts["STORE_ATTR", item.name] for item in fields(Point)] == [1, 1, 1]
    assert counts["LOAD_GLOBAL", "_to"] == 2
