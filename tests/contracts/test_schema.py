"""Declared types: each has a bound and one encoding."""

from typing import Annotated

import pytest

from contracts.sdk import (
    Chars,
    CountMax,
    Digest,
    Item,
    Length,
    Map,
    Range,
    TransactionId,
    message,
    record,
)
from contracts.sdk.crypto import is_usable_key
from contracts.sdk.errors import BadContract
from contracts.sdk.schema import field_type, record_of
from contracts.tools.testing import key_of
from primitives.names import method_name


@record
class Thing:
    tag: Annotated[str, Chars(1, 8)]
    number: int


@record
class Shelf:
    things: Annotated[tuple[Thing, ...], CountMax(4)]


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        bytes,
        float,
        list[int],
        tuple[int, ...],
        dict[str, int],
        object,
        None,
        int | str,
        int | str | None,
        Annotated[str, Range(0, 1)],
        Annotated[int, Chars(0, 1)],
        Annotated[int, Range(2, 1)],
        Annotated[int, Range(0, 2**64)],
        Annotated[int, Range(0, 1), Range(0, 2)],
        Annotated[tuple[int, int], CountMax(2)],
        Annotated[tuple[str, ...], CountMax(2)],
        Annotated[list[int], CountMax(2)],
    ],
)
def test_a_type_without_bounds_or_without_one_encoding_is_refused_by_place(annotation):
    with pytest.raises(BadContract, match="Vote"):
        field_type(annotation, "Vote.choice")


def test_fixed_bytes_have_one_length():
    digest = field_type(Digest, "x")
    transaction_id = field_type(TransactionId, "x")

    assert digest == transaction_id == field_type(Annotated[bytes, Length(32)], "x")


def test_a_class_that_is_not_declared_is_no_message():
    with pytest.raises(BadContract, match="int is not declared"):
        record_of(int)


def test_a_message_is_frozen():
    @message
    class Go:
        number: int

    with pytest.raises(AttributeError):
        Go(1).number = 2


@pytest.mark.parametrize(("name", "method"), [("Issue", "issue"), ("CastVote", "cast_vote")])
def test_a_method_is_named_in_snake_case(name, method):
    assert method_name(type(name, (), {})) == method


def test_state_declares_its_types():
    with pytest.raises(BadContract, match="Item owner"):
        Item[str]("owner")
    with pytest.raises(BadContract, match="Map votes"):
        Map[str, list[int]]("votes")


def test_only_points_of_the_right_group_are_usable_keys():
    keys = [key_of("ann").public_key, bytes(32), b"\x01" + bytes(31), b"\xff" * 32, b"short"]

    usable = [is_usable_key(key) for key in keys]

    assert usable == [True, False, False, False, False]


def test_a_record_with_records_in_it_is_read_once_for_the_same_bytes_and_anew_for_others():
    shelves = Map[int, Shelf]("shelves")
    stored = shelves.schema
    shelf, other = Shelf((Thing("pen", 1),)), Shelf((Thing("ink", 2),))

    first = shelves._unpack(stored.pack(shelf))
    second = shelves._unpack(stored.pack(other))

    assert (first, second) == (shelf, other)
    assert shelves._unpack(stored.pack(shelf)) is first
    assert len(stored._known) == 2
