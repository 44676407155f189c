"""Bodies of JSON-RPC: their text, their calls, and the parameters of every method."""

import json

from node.rpc.dispatch import _Call, _read_envelope, _requests
from node.rpc.methods import METHODS
from node.rpc.schemas import read_params
from node.rpc.strict_json import dump, parse
from primitives.errors import Rejected


def check(data: bytes) -> None:
    """A body is read or refused by name; what is read is written as text of the same value."""
    try:
        payload = parse(data)
        requests = _requests(payload)
    except Rejected:
        return
    assert parse(dump(payload).encode()) == payload
    for request in requests:
        if isinstance(request, dict):
            _check_call(request)


def _check_call(request: dict) -> None:
    try:
        _read_envelope(_Call(), request)
        method = METHODS.get(request["method"])
        if method is not None:
            read_params(method.params, request.get("params"))
    except Rejected:
        return


def seeds() -> list[bytes]:
    """A call of each method with a value for each of its parameters, and a batch."""
    calls = []
    for name, method in METHODS.items():
        properties = method.params.model_json_schema().get("properties", {})
        params = {key: _value(schema) for key, schema in properties.items()}
        calls.append({"jsonrpc": "2.0", "id": 1, "method": name, "params": params})
    return [*(json.dumps(call).encode() for call in calls), json.dumps(calls[:3]).encode()]


def _value(schema: dict):
    kinds = {"integer": 1, "boolean": True, "array": [], "object": {}, "string": "0x" + "00" * 32}
    return kinds.get(schema.get("type"), "0x" + "00" * 20)
