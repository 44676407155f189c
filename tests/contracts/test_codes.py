"""Codes name one cause: a contract's is none of the node's, and no event has an error's name."""

from importlib import import_module

from contracts.registry import CONTRACTS
from contracts.tools.refusals import refusals
from primitives.errors import Rejected

NODE = ("node.rpc.errors", "node.blobs.errors", "node.mempool.strangers", "node.execution.executor")


def below(cls):
    for each in cls.__subclasses__():
        yield each
        yield from below(each)


def errors_of_contracts():
    found = (errors for each in CONTRACTS.values() for errors in refusals(each).values())
    return {error for errors in found for error in errors}


def is_of_the_sdk(error):
    return error.__module__.startswith("contracts.sdk")


def is_of_the_node(error):
    return error.__module__ in NODE or error.__module__.startswith("primitives.")


def test_a_contracts_code_is_none_of_the_nodes_or_the_sdks():
    for name in NODE:
        import_module(name)
    codes = {each.code for each in below(Rejected) if is_of_the_node(each) or is_of_the_sdk(each)}

    own = {error.code for error in errors_of_contracts() if not is_of_the_sdk(error)}

    assert own & codes == set()


def test_no_event_has_the_name_of_an_error():
    events = {event.__name__ for each in CONTRACTS.values() for event in each.scope.events}

    assert {error.__name__ for error in errors_of_contracts()} & events == set()
