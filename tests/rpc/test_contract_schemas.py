"""JSON Schemas from the ABI take what the node takes, and refuse what it refuses."""

import pytest
from jsonschema import Draft202012Validator

from contracts.registry import CONTRACTS
from contracts.tools.abi import abi
from node.rpc.contract_schemas import arguments_schema, contract_schemas, value_schema
from node.rpc.values import read_arguments
from primitives.errors import Rejected
from tests.rpc.test_values import BLOB, INTEGER, NUMBERS, ROUND_TRIPS, TEXT, WRONG

SMALL = {"type": "integer", "min": 1, "max": 5}
OUT_OF_BOUNDS = [
    (SMALL, 0),
    (SMALL, 6),
    (TEXT, "ten letters"),
    (BLOB, "0x" + "00" * 10),
    (NUMBERS, [1] * 10),
    (NUMBERS | {"count_min": 1}, []),
]


def is_valid(schema: dict, shown: object) -> bool:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid(shown)


@pytest.mark.parametrize(("described", "_value", "shown"), ROUND_TRIPS)
def test_what_is_shown_and_read_back_is_valid(described, _value, shown):
    arguments = arguments_schema([{"name": "x", **described}])

    assert is_valid(value_schema(described), shown)
    assert is_valid(arguments, {"x": shown})


@pytest.mark.parametrize(("described", "shown"), WRONG)
def test_an_argument_that_the_node_refuses_is_not_valid(described, shown):
    fields = [{"name": "x", **described}]
    with pytest.raises(Rejected):
        read_arguments({"x": shown}, fields)

    if described["type"] != "float":  # no type of an ABI
        assert not is_valid(arguments_schema(fields), {"x": shown})


@pytest.mark.parametrize(("described", "shown"), OUT_OF_BOUNDS)
def test_a_value_out_of_bounds_is_not_valid(described, shown):
    assert not is_valid(value_schema(described), shown)
    assert not is_valid(arguments_schema([{"name": "x", **described}]), {"x": shown})


def test_arguments_are_named_and_only_optional_ones_may_be_left_out():
    fields = [{"name": "x", **INTEGER}, {"name": "y", "type": "optional", "value": TEXT}]
    schema = arguments_schema(fields)

    assert is_valid(schema, {"x": 1})
    assert not is_valid(schema, {"y": "a"})
    assert not is_valid(schema, {"x": 1, "z": 1})


async def test_a_node_gives_the_schemas_of_each_of_its_contracts(node):
    for name, contract in CONTRACTS.items():
        schemas = await node.call("contract_getSchemas", contract=name)

        assert schemas == contract_schemas(abi(contract))
        assert schemas["methods"].keys() == contract.methods.keys()
        assert schemas["queries"].keys() == contract.queries.keys()


async def test_an_answer_of_a_node_is_as_its_schema_says(node):
    schemas = await node.call("contract_getSchemas", contract="cbdc")

    answer = await node.call("state_query", contract="cbdc", query="supply", args={})

    assert is_valid(schemas["queries"]["supply"]["arguments"], {})
    assert is_valid(schemas["queries"]["supply"]["value"], answer["value"])
