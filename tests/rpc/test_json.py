"""JSON that is refused, each by its name, whether parsed here or posted to a server."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.rpc.errors import DuplicateKey, RpcFault, TooManyValues
from node.rpc.strict_json import DEPTH_MAX, dump, dump_in_parts, json_integer, parse
from tests.rpc.node import running_node

BAD_BODIES = {
    "empty": (b"", "MALFORMED_JSON"),
    "cut off": (b'{"jsonrpc":', "MALFORMED_JSON"),
    "two values": (b"{} {}", "MALFORMED_JSON"),
    "trailing comma": (b"[1,]", "MALFORMED_JSON"),
    "single quotes": (b"{'a':1}", "MALFORMED_JSON"),
    "byte order mark": (b"\xef\xbb\xbf{}", "MALFORMED_JSON"),
    "invalid utf-8": (b'{"a":"\xff"}', "MALFORMED_JSON"),
    "encoded surrogate": (b'{"a":"\xed\xa0\x80"}', "MALFORMED_JSON"),
    "half a surrogate pair": (b'{"a":"\\ud800"}', "MALFORMED_JSON"),
    "control character in text": (b'{"a":"\x01"}', "MALFORMED_JSON"),
    "duplicate key": (b'{"id":1,"id":2}', "DUPLICATE_KEY"),
    "duplicate key by escape": (b'{"id":1,"\\u0069d":2}', "DUPLICATE_KEY"),
    "duplicate key inside": (b'[{"a":{"b":1,"b":1}}]', "DUPLICATE_KEY"),
    "NaN": (b'{"a":NaN}', "BAD_NUMBER"),
    "Infinity": (b'{"a":Infinity}', "BAD_NUMBER"),
    "minus Infinity": (b'{"a":-Infinity}', "BAD_NUMBER"),
    "1e999": (b'{"a":1e999}', "BAD_NUMBER"),
    "a fraction": (b'{"a":1.5}', "BAD_NUMBER"),
    "a float where an integer belongs": (b'{"a":1.0}', "BAD_NUMBER"),
    "a huge integer": (b'{"a":' + b"9" * 5_000 + b"}", "BAD_NUMBER"),
    "deeply nested": (b"[" * 9_000, "NESTED_TOO_DEEP"),
    "nested beyond the limit": (b"[" * 40 + b"]" * 40, "NESTED_TOO_DEEP"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_json_is_refused_by_name(name):
    body, code = BAD_BODIES[name]

    with pytest.raises(RpcFault) as refusal:
        parse(body)

    assert refusal.value.code == code


async def test_every_bad_body_gets_an_error_answer_and_the_server_lives_on(tmp_path):
    async with running_node(tmp_path) as node:
        answers = [(await node.post(body))[1] for body, _code in BAD_BODIES.values()]
        alive = await node.call("chain_getStatus")

    codes = [answer["error"]["data"]["code"] for answer in answers]
    assert codes == [code for _body, code in BAD_BODIES.values()]
    assert {answer["error"]["code"] for answer in answers} == {-32700}
    assert {answer["id"] for answer in answers} == {None}
    assert alive["height"] == 0


def test_nesting_up_to_the_limit_is_read():
    body = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX

    assert parse(body) is not None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**70), 10**70)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_is_read_back(value):
    assert parse(dump(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(body):
    refused = object()
    value = refused
    with suppress(RpcFault):
        value = parse(body)

    assert value is refused or value == json.loads(body)


@pytest.mark.parametrize(
    ("number", "shown"), [(2**53, 2**53), (2**53 + 1, str(2**53 + 1)), (-(2**60), str(-(2**60)))]
)
def test_integers_that_a_double_cannot_hold_are_decimal_strings(number, shown):
    assert json_integer(number) == shown


@pytest.mark.parametrize(
    "value",
    [None, 7, "กขค", [], {}, list(range(60)), {"a": list(range(60)), "b": {"c": [1]}, "d": []}],
)
async def test_a_long_value_is_written_in_parts_as_it_is_at_once(value):
    breaths = []

    async def breathe():
        breaths.append(1)

    assert await dump_in_parts(value, breathe) == dump(value)
    assert len(breaths) == (3 if "59" in dump(value) else 0)


def test_a_repeated_name_among_many_is_found_in_one_pass():
    count = 4_900
    names = ",".join(f'"{number:x}":0' for number in range(count))

    with pytest.raises(DuplicateKey, match=f"'{count - 1:x}' is there twice"):
        parse(f'{{{names},"{count - 1:x}":0}}'.encode())


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(["[[[]]]"] * 5_000) + "]",
        "[" + "1," * 10_000 + "1]",
        '{"a":"' + ":" * 10_001 + '"}',
    ],
    ids=["containers", "numbers", "marks in a text"],
)
def test_more_values_than_any_call_needs_are_refused_before_they_are_parsed(text, monkeypatch):
    monkeypatch.setattr("node.rpc.strict_json._DECODER", None)

    with pytest.raises(TooManyValues, match="at most 10000"):
        parse(text.encode())


def test_a_batch_of_a_hundred_calls_with_many_arguments_is_parsed():
    call = {"jsonrpc": "2.0", "id": 1, "method": "state_query", "params": {"args": list(range(30))}}

    assert parse(json.dumps([call] * 100).encode()) == [call] * 100
