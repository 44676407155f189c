"""The ABI: what clients and people need to know of a contract, as JSON-ready data."""

from contracts.registry import hash_of
from contracts.sdk.contract import Contract, Method, QueryMethod, Stored, promise_of
from contracts.sdk.fields import Record
from contracts.tools.refusals import Refusals, refusals


def abi(contract: Contract) -> dict[str, object]:
    """Return methods, queries, events, state and errors of `contract`, in order of names.

    With the keys and values of its state, clients prove entries without reading its source.
    """
    hashed = hash_of(contract)
    return {
        "name": contract.name,
        "version": contract.version,
        "code_hash": None if hashed is None else "0x" + hashed.hex(),
        "methods": [
            _method(contract.methods[name], errors) for name, errors in refusals(contract).items()
        ],
        "queries": [_query(query) for _, query in sorted(contract.queries.items())],
        "events": [
            {"name": cls.__name__, "doc": promise_of(cls), "fields": schema.describe_fields()}
            for cls, schema in sorted(contract.scope.events.items(), key=_name_of)
        ],
        "state": [_state(stored) for _, stored in sorted(contract.state.items())],
        "errors": [
            {"code": error.code, "message": promise_of(error)} for error in errors_of(contract)
        ],
    }


def errors_of(contract: Contract) -> Refusals:
    """Return every error that a method may give, once, sorted by code."""
    found = {error for errors in refusals(contract).values() for error in errors}
    return tuple(sorted(found, key=lambda error: error.code))


def _name_of(pair: tuple[type, Record]) -> str:
    return pair[0].__name__


def _method(method: Method, errors: Refusals) -> dict[str, object]:
    return {
        "name": method.name,
        "doc": promise_of(method.handler),
        "fields": method.schema.describe_fields(),
        "allow": promise_of(method.allow),
        "errors": [error.code for error in errors],
    }


def _state(stored: Stored) -> dict[str, object]:
    schema = stored.schema
    return {
        "name": schema.name,
        "kind": type(stored).__name__.lower(),
        "key": [part.describe() for part in schema.key_types],
        "value": schema.value_type.describe(),
    }


def _query(query: QueryMethod) -> dict[str, object]:
    params = [
        {"name": name, **field.describe()}
        for name, field in zip(query.names, query.types, strict=True)
    ]
    return {
        "name": query.name,
        "doc": promise_of(query.function),
        "params": params,
        "returns": query.returns.describe(),
    }
