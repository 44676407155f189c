"""Log entries are an event and fields: text that a stranger chose is never part of a format."""

import ast
import re

from node.observe.log import HEAD_NAMES, RECORD_NAMES
from tests.meta.sources import nodes

METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def log_calls():
    """Return (place, call) for every log call of a node's code."""
    return [
        (f"{path}:{node.lineno}", node)
        for path, node in nodes()
        if path.startswith(("node/", "p2p/")) and isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
        if isinstance(node.func.value, ast.Name) and node.func.value.id in {"log", "_log"}
    ]


def is_event(argument):
    """Whether an argument is a constant event, or the parameter `event` of who gates entries."""
    if isinstance(argument, ast.Name):
        return argument.id == "event"
    return isinstance(argument, ast.Constant) and bool(EVENT.fullmatch(str(argument.value)))


def test_every_entry_is_named_by_one_constant_event():
    calls = log_calls()
    wrong = [
        place
        for place, call in calls
        if len(call.args) != 1
        or not is_event(call.args[0])
        or {keyword.arg for keyword in call.keywords} - {"extra"}
    ]

    assert len(calls) > 40
    assert wrong == []


def test_no_field_has_a_name_that_every_entry_has():
    taken = RECORD_NAMES | HEAD_NAMES
    literals = [
        (place, key.value)
        for place, call in log_calls()
        for node in ast.walk(call)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    ]

    assert len(literals) > 30
    assert [(place, name) for place, name in literals if name in taken] == []
