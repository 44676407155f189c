"""Calls of every contract, held against the JSON Schemas that clients get."""

from collections import Counter
from functools import cache

import pytest
from jsonschema import Draft202012Validator

from contracts.tools.abi import abi
from contracts.tools.testing import Ledger, Sender
from node.rpc.contract_schemas import contract_schemas
from node.rpc.values import read_arguments, record_json, to_json
from tests.contracts.sources import copy_to

# Of each method and query in one process: schemas are slow, and models call a thousand times.
CALLS_CHECKED = 5
_counts: Counter[tuple[str, str]] = Counter()


class Schemas:
    """The schemas of one contract, and the types that they were made from."""

    def __init__(self, contract):
        self.abi = abi(contract)
        made = contract_schemas(self.abi)
        self.schemas = {
            **{(name, "arguments"): shown["arguments"] for name, shown in made["methods"].items()},
            **{(name, "arguments"): shown["arguments"] for name, shown in made["queries"].items()},
            **{(name, "value"): shown["value"] for name, shown in made["queries"].items()},
            **{(name, "fields"): shown["fields"] for name, shown in made["events"].items()},
        }
        self.types = {
            **{method["name"]: method["fields"] for method in self.abi["methods"]},
            **{query["name"]: query["params"] for query in self.abi["queries"]},
        }
        self.returns = {query["name"]: query["returns"] for query in self.abi["queries"]}
        self.fields = {event["name"]: event["fields"] for event in self.abi["events"]}

    def check(self, name, part, shown):
        Draft202012Validator(self.schemas[name, part]).validate(shown)

    def check_arguments(self, name, args):
        """Arguments by name are as the schema says, and read back as what was sent."""
        shown = record_json(args, self.types[name])
        self.check(name, "arguments", shown)
        assert read_arguments(shown, self.types[name]) == args


schemas_of = cache(Schemas)


def is_due(contract, name):
    _counts[contract, name] += 1
    return _counts[contract, name] <= CALLS_CHECKED


@pytest.fixture(autouse=True)
def _calls_keep_their_schemas(monkeypatch):
    query, call = Ledger.query, Sender.call

    def checked_query(self, contract, name, *args):
        value = query(self, contract, name, *args)
        if is_due(contract, name):
            schemas = schemas_of(self.contracts[contract])
            schemas.check_arguments(name, args)
            schemas.check(name, "value", to_json(value, schemas.returns[name]))
        return value

    def checked_call(self, contract, method, args):
        events = call(self, contract, method, args)
        if is_due(contract, method):
            schemas_of(self._ledger.contracts[contract]).check_arguments(method, args)
        for event in events:
            if is_due(event.contract, event.name):
                schemas = schemas_of(self._ledger.contracts[event.contract])
                shown = record_json(event.fields, schemas.fields[event.name])
                schemas.check(event.name, "fields", shown)
        return events

    monkeypatch.setattr(Ledger, "query", checked_query)
    monkeypatch.setattr(Sender, "call", checked_call)


@pytest.fixture
def sources(tmp_path):
    """A copy of all that contracts are made of."""
    return copy_to(tmp_path)
