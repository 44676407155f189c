"""What `rpc.discover` promises, and whether an answer keeps it.

Answers may not hold fields that no schema names, though clients should bear with more.
"""

from functools import cache

from jsonschema import Draft202012Validator

from contracts.registry import CONTRACTS
from contracts.tools.abi import errors_of
from node.rpc.methods import METHODS
from node.rpc.openrpc import document

DOCUMENT = document(METHODS.values(), "0")
DESCRIBED = {method["name"]: method for method in DOCUMENT["methods"]}
EXAMPLES = DOCUMENT["components"]["errors"]
# Where what contracts refuse comes through, besides in receipts.
_OF_CONTRACTS = {"tx_submit", "state_query"}
_CONTRACT_CODES = {error.code for contract in CONTRACTS.values() for error in errors_of(contract)}


def closed(schema: object) -> object:
    """Return the schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        parts.setdefault("additionalProperties", False)
    return parts


def validator(schema: dict) -> Draft202012Validator:
    """Return what checks values against a schema of the document."""
    return Draft202012Validator(closed({**schema, "components": DOCUMENT["components"]}))


@cache
def validator_of(method: str) -> Draft202012Validator:
    """Return what checks the results of a method."""
    return validator(DESCRIBED[method]["result"]["schema"])


def check_answer(method: str, answer: dict) -> None:
    """Hold one answer against the document."""
    if method not in METHODS:
        return
    if "result" in answer:
        validator_of(method).validate(answer["result"])
    else:
        check_error(method, answer["error"])


def check_error(method: str, error: dict) -> None:
    """Hold an error against the example of its code: its number and names of details."""
    code = error["data"]["code"]
    if code in _CONTRACT_CODES and method in _OF_CONTRACTS:
        return
    assert code in DESCRIBED[method]["x-errors"], (method, error)
    example = EXAMPLES[code]
    assert error["code"] == example["code"], error
    assert error["data"]["details"].keys() <= example["data"]["details"].keys(), (error, example)
