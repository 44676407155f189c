"""Contract values as JSON and back, by the types of the ABI."""

import pytest

from node.rpc.values import read_arguments, record_json, to_json
from primitives.errors import Rejected
from primitives.ids import address_of, show_address
from tests.builders import key

OWNER = address_of(key(1).public_key)
INTEGER = {"type": "integer", "min": 0, "max": 2**64 - 1}
TEXT = {"type": "text", "chars_min": 0, "chars_max": 9}
BLOB = {"type": "bytes", "bytes_min": 0, "bytes_max": 9}
ADDRESS = {"type": "address"}
BOOLEAN = {"type": "boolean"}
NUMBERS = {"type": "list", "items": INTEGER, "count_max": 9}
MAYBE = {"type": "optional", "value": ADDRESS}
PAIR = {
    "type": "record",
    "fields": [{"name": "who", **ADDRESS}, {"name": "share", **INTEGER}],
}
PAIRS = {"type": "list", "items": PAIR, "count_max": 9}

ROUND_TRIPS = [
    (INTEGER, 5, 5),
    (INTEGER, 2**60, str(2**60)),
    (TEXT, "สภา", "สภา"),
    (BLOB, b"\x00\xff", "0x00ff"),
    (ADDRESS, OWNER, show_address(OWNER)),
    (BOOLEAN, True, True),
    (NUMBERS, (1, 2), [1, 2]),
    (MAYBE, None, None),
    (MAYBE, OWNER, show_address(OWNER)),
    (PAIR, (OWNER, 3), {"who": show_address(OWNER), "share": 3}),
    (PAIRS, ((OWNER, 3),), [{"who": show_address(OWNER), "share": 3}]),
]


@pytest.mark.parametrize(("described", "value", "shown"), ROUND_TRIPS)
def test_a_value_is_shown_by_its_type_and_read_back(described, value, shown):
    fields = [{"name": "x", **described}]

    assert to_json(value, described) == shown
    assert read_arguments([shown], fields) == (value,)
    assert read_arguments({"x": shown}, fields) == (value,)


WRONG = [
    (INTEGER, 1.5),
    (INTEGER, True),
    (INTEGER, "1e5"),
    (INTEGER, "٣"),
    (INTEGER, " 1"),
    (TEXT, 5),
    (BLOB, "00"),
    (BLOB, "0x0"),
    (BLOB, "0x0 0 "),
    (BLOB, 5),
    (ADDRESS, 5),
    (ADDRESS, "0x" + "00" * 20),
    (BOOLEAN, 1),
    (BOOLEAN, "true"),
    (NUMBERS, 5),
    (NUMBERS, [1, "x"]),
    (PAIR, 5),
    (PAIR, {"who": show_address(OWNER)}),
    (PAIR, {"who": show_address(OWNER), "share": 1, "more": 2}),
    (MAYBE, 5),
    ({"type": "float"}, 5),
]


@pytest.mark.parametrize(("described", "shown"), WRONG)
def test_json_of_another_type_is_refused(described, shown):
    with pytest.raises(Rejected):
        read_arguments([shown], [{"name": "x", **described}])


def test_an_optional_argument_may_be_left_out_by_name():
    fields = [{"name": "first", **INTEGER}, {"name": "second", **MAYBE}]

    assert read_arguments({"first": 1}, fields) == (1, None)


def test_values_without_a_type_are_shown_plainly():
    assert to_json((1, b"\x01", OWNER, ("x", None))) == [1, "0x01", "0x" + OWNER.hex(), ["x", None]]


def test_surplus_fields_of_an_event_are_named_by_their_place():
    assert record_json((1, 2), [{"name": "first", **INTEGER}]) == {"first": 1, "1": 2}
