"""The OpenRPC document, generated from the methods and the types that they answer.

Source: OpenRPC 1.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from inspect import getdoc
from typing import Any, TypeAlias, get_args, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from node.rpc.document_results import OpenRpcJson
from node.rpc.errors import ErrorJson, error_object
from node.rpc.method import Method
from node.rpc.refusals import NOT_PERMITTED, OF_CALLS, OF_REQUESTS, Refusals
from primitives.errors import Rejected

OPENRPC_VERSION = "1.3.2"
_REFERENCE = "#/components/schemas/{model}"

Schema: TypeAlias = Mapping[str, Any]  # a JSON Schema


class _Generator(GenerateJsonSchema):
    """As pydantic writes schemas, without a title for each field that repeats its name."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def document(methods: Iterable[Method], version: str) -> OpenRpcJson:
    """Return the document that describes `methods` of a node of this `version`."""
    shown = tuple(methods)
    schemas, definitions = _schemas(shown)
    params_models = {method.params.__name__ for method in shown}
    return {
        "openrpc": OPENRPC_VERSION,
        "info": {"title": "Sapha node", "version": version},
        "methods": [
            _method(method, schemas, definitions[method.params.__name__]) for method in shown
        ],
        "components": {
            "schemas": {
                name: definition
                for name, definition in sorted(definitions.items())
                if name not in params_models
            },
            "errors": _examples(shown),
        },
    }


def _schemas(methods: Sequence[Method]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the schema of each method's result, and the definitions that they refer to."""
    types: dict[str, Any] = {str(method.params): method.params for method in methods}
    types |= {method.name: result_of(method) for method in methods} | {"error": ErrorJson}
    types |= {
        f"{method.name} {kind}": item for method in methods for kind, item in method.items.items()
    }
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]]
    inputs = [(name, "validation", TypeAdapter(kind)) for name, kind in types.items()]
    schemas, whole = TypeAdapter.json_schemas(
        inputs, ref_template=_REFERENCE, schema_generator=_Generator
    )
    return {name: schema for (name, _mode), schema in schemas.items()}, whole["$defs"]


def result_of(method: Method) -> Any:  # noqa: ANN401 - a type
    """Return the type of a method's results, as its handler declares it."""
    if method.run is not None:
        return get_type_hints(method.run, include_extras=True)["return"]
    outcomes = get_args(get_type_hints(method.run_many, include_extras=True)["return"])[0]
    return next(kind for kind in get_args(outcomes) if not _is_error(kind))


def _is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)


def _method(method: Method, schemas: Mapping[str, Schema], params: Schema) -> dict[str, object]:
    promise = getdoc(method.run or method.run_many) or ""
    errors = errors_of(method)
    items = {kind: schemas[f"{method.name} {kind}"] for kind in method.items}
    shown: dict[str, object] = {
        "name": method.name,
        "summary": promise.partition("\n")[0],
        "description": promise,
        "paramStructure": "either",
        "params": _params(params),
        "result": {"name": "result", "schema": schemas[method.name]},
        "errors": [_error_reference(error) for error in _one_a_number(errors)],
        "x-errors": [error.code for error in errors],
        "x-operator-only": method.is_operator_only,
    }
    return {**shown, "x-items": items} if items else shown


def _params(schema: Schema) -> list[dict[str, object]]:
    required = schema.get("required", [])
    return [
        {"name": name, "required": name in required, "schema": described}
        for name, described in schema.get("properties", {}).items()
    ]


def errors_of(method: Method) -> Refusals:
    """Return an example of each refusal that a call of the method may get, by name.

    Contracts refuse with codes of their own too, which their ABI lists.
    """
    own = (NOT_PERMITTED,) if method.is_operator_only else ()
    return (*method.errors, *own, *OF_CALLS)


def _examples(methods: Sequence[Method]) -> dict[str, object]:
    """Return an error object of each code, the first one."""
    examples = {error.code: error_object(error) for error in OF_REQUESTS}
    for method in methods:
        for error in errors_of(method):
            examples.setdefault(error.code, error_object(error))
    return dict(sorted(examples.items()))


def _one_a_number(errors: Refusals) -> Iterable[Rejected]:
    """Return the first of each JSON-RPC code: a method's `errors` may not have it twice."""
    firsts: dict[object, Rejected] = {}
    for error in errors:
        firsts.setdefault(error_object(error)["code"], error)
    return firsts.values()


def _error_reference(error: Rejected) -> dict[str, str]:
    return {"$ref": f"#/components/errors/{error.code}"}
