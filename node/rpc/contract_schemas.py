"""JSON Schemas of what contracts take and give, made from their ABI.

They describe the JSON form of node.rpc.values: of arguments as the method state_query reads them by
name, of answers and events as they are shown. Source: JSON Schema 2020-12.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from node.rpc.document_results import AbiJson, ContractSchemasJson
from node.rpc.strict_json import SAFE_INTEGER
from node.rpc.values import Described

Schema: TypeAlias = dict[str, Any]

_DECIMAL: Schema = {"type": "string", "pattern": "^-?[0-9]{1,20}$"}
_ADDRESS: Schema = {"type": "string", "pattern": "^sph1[02-9ac-hj-np-z]{39}$"}


def contract_schemas(abi: AbiJson) -> ContractSchemasJson:
    """Return the schemas of a contract's methods, queries and events, by name."""
    return {
        "name": abi["name"],
        "version": abi["version"],
        "methods": {
            method["name"]: {
                "doc": method["doc"],
                "arguments": arguments_schema(method["fields"]),
                "errors": method["errors"],
            }
            for method in abi["methods"]
        },
        "queries": {
            query["name"]: {
                "doc": query["doc"],
                "arguments": arguments_schema(query["params"]),
                "value": value_schema(query["returns"]),
            }
            for query in abi["queries"]
        },
        "events": {
            event["name"]: {"doc": event["doc"], "fields": _record(event, value_schema)}
            for event in abi["events"]
        },
    }


def arguments_schema(fields: Sequence[Described]) -> Schema:
    """Return the schema of arguments by name; those that are optional may be left out."""
    required = [field["name"] for field in fields if field["type"] != "optional"]
    return {**_record({"fields": fields}, _argument_schema), "required": required}


def value_schema(described: Described) -> Schema:
    """Return the schema of a value as it is shown."""
    if described["type"] == "integer":
        return _shown_integer(described["min"], described["max"])
    return _schema(described, value_schema)


def _argument_schema(described: Described) -> Schema:
    if described["type"] == "integer":
        bounds = {"minimum": described["min"], "maximum": described["max"]}
        return {"anyOf": [{"type": "integer", **bounds}, _DECIMAL]}
    if described["type"] == "record":
        return arguments_schema(described["fields"])
    return _schema(described, _argument_schema)


def _shown_integer(low: int, high: int) -> Schema:
    number: Schema = {
        "type": "integer",
        "minimum": max(low, -SAFE_INTEGER),
        "maximum": min(high, SAFE_INTEGER),
    }
    is_safe = low >= -SAFE_INTEGER and high <= SAFE_INTEGER
    return number if is_safe else {"anyOf": [number, _DECIMAL]}


def _schema(described: Described, inner: Callable[[Described], Schema]) -> Schema:
    """Return the schema of any type but an integer; `inner` gives those of its parts."""
    match described["type"]:
        case "boolean":
            return {"type": "boolean"}
        case "address":
            return _ADDRESS
        case "text":
            bounds = {"minLength": described["chars_min"], "maxLength": described["chars_max"]}
            return {"type": "string", **bounds}
        case "bytes":
            return _hex(described["bytes_min"], described["bytes_max"])
        case "list":
            return _list(described, inner)
        case "optional":
            return {"anyOf": [inner(described["value"]), {"type": "null"}]}
        case _:
            return _record(described, inner)


def _hex(low: int, high: int) -> Schema:
    return {
        "type": "string",
        "pattern": "^0x([0-9a-f]{2})*$",
        "minLength": 2 + 2 * low,
        "maxLength": 2 + 2 * high,
    }


def _list(described: Described, inner: Callable[[Described], Schema]) -> Schema:
    return {
        "type": "array",
        "items": inner(described["items"]),
        "minItems": described.get("count_min", 0),
        "maxItems": described["count_max"],
    }


def _record(described: Mapping[str, Any], inner: Callable[[Described], Schema]) -> Schema:
    fields = described["fields"]
    return {
        "type": "object",
        "properties": {field["name"]: inner(field) for field in fields},
        "required": [field["name"] for field in fields],
        "additionalProperties": False,
    }
