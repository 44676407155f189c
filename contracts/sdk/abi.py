"""The ABI: what clients and people need to know of a contract, as JSON-ready data."""

from contracts.sdk.contract import Contract, Method, QueryMethod, promise_of
from primitives.errors import ContractError


def abi(contract: Contract) -> dict[str, object]:
    """Return methods, queries and errors of `contract` by name, events in order of declaration.

    By name, because the order in which a contract's modules were imported is not part of it.
    """
    return {
        "name": contract.name,
        "version": contract.version,
        "code_hash": None if contract.code_hash is None else "0x" + contract.code_hash.hex(),
        "methods": [_method(method) for _, method in sorted(contract.methods.items())],
        "queries": [_query(query) for _, query in sorted(contract.queries.items())],
        "events": [
            {"name": cls.__name__, "doc": promise_of(cls), "fields": schema.describe_fields()}
            for cls, schema in contract.scope.events.items()
        ],
        "errors": [
            {"code": error.code, "message": promise_of(error)} for error in errors_of(contract)
        ],
    }


def errors_of(contract: Contract) -> list[type[ContractError]]:
    """Return every error that the methods declare, once, sorted by code."""
    found = {error for method in contract.methods.values() for error in method.rejects}
    return sorted(found, key=lambda error: error.code)


def _method(method: Method) -> dict[str, object]:
    return {
        "name": method.name,
        "doc": promise_of(method.handler),
        "fields": method.schema.describe_fields(),
        "allow": promise_of(method.allow),
        "errors": sorted(error.code for error in method.rejects),
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
