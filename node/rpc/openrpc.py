"""The OpenRPC document, generated from the methods. Source: OpenRPC 1.3."""

from collections.abc import Iterable
from inspect import getdoc

from node.rpc.method import Method
from node.rpc.schemas import Params

OPENRPC_VERSION = "1.3.2"


def document(methods: Iterable[Method], version: str) -> dict[str, object]:
    """Return the document that describes `methods` of a node of this `version`."""
    return {
        "openrpc": OPENRPC_VERSION,
        "info": {"title": "Sapha node", "version": version},
        "methods": [_method(method) for method in methods],
    }


def _method(method: Method) -> dict[str, object]:
    promise = getdoc(method.run or method.run_many) or ""
    return {
        "name": method.name,
        "summary": promise.partition("\n")[0],
        "description": promise,
        "paramStructure": "either",
        "params": _params(method.params),
        "result": {"name": "result", "description": method.returns, "schema": {}},
        "x-operator-only": method.is_operator_only,
    }


def _params(model: type[Params]) -> list[dict[str, object]]:
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "required": name in required,
            "schema": _resolved(described, definitions),
        }
        for name, described in schema.get("properties", {}).items()
    ]


def _resolved(described: dict[str, object], definitions: dict[str, object]) -> object:
    """Return the schema itself where it only refers to a definition."""
    reference = described.get("$ref")
    if isinstance(reference, str):
        return definitions[reference.rpartition("/")[2]]
    return described
