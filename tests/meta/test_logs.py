"""Log entries of a node: named by an event, in fields, and not as often as somebody else likes.

An entry goes through `GatedLog`, or stands here with what bounds it: a flood must not fill a disk.
"""

import ast
import re

from node.observe.log import HEAD_NAMES, RECORD_NAMES
from tests.meta.sources import nodes

FOLDERS = ("p2p/", "node/")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
BOUNDED = {
    "node/adopting.py": "at start",
    "node/check_processes.py": "a process of our own that ended: nobody sends what ends one",
    "node/driver.py signing_stopped": "our own standing, which changes seldom",
    "node/driver.py signing_resumed": "our own standing, which changes seldom",
    "node/files.py": "at start",
    "node/lifecycle.py": "at start and end, and by a timer of ten seconds",
    "node/mempool/admission.py": "by a timer",
    "node/mempool/journal.py": "at start",
    "node/next_key.py old_key_destroyed": "our own key: once a change of it",
    "node/performer.py nothing_proposed": "our own turn, once a view",
    "node/room.py": "by a timer; once a place that waits for room",
    "node/rotating.py": "our own key: once a change of it",
    "node/rpc/audit.py audit_entry_lost": "a gate of its own",
    "node/rpc/http_log.py http_malformed": "a gate of its own: one a kind and minute",
    "node/rpc/tls.py certificate_renewed": "by a timer; our own file",
    "node/service_manager.py service_manager_deaf": "by a timer, once until it hears again",
    "node/signer/server.py": "at start and end",
    "node/snapshots/keeper.py": "our own, one a multiple of heights",
    "node/sync/catch_up.py sync_halted": "once: this node has stopped",
    "node/wiring.py signed_twice": "a gate of its own: one a validator and minute",
    "node/upgrades.py": "by a timer; of what the agencies agreed on, a minute apart",
    "p2p/credentials.py own_certificate_": "by a timer, at most once a second; our own file",
}


def calls_of(names):
    """Return (path, call, what it is called on) of every call of these methods in a node."""
    return [
        (path, call, ast.unparse(call.func.value))
        for path, call in nodes()
        if path.startswith(FOLDERS) and isinstance(call, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in names
    ]


def direct_entries():
    """Return (path, call) of every call of a logger that no gate stands before."""
    return [(path, call) for path, call, on in calls_of(LEVELS) if on in {"log", "_log"}]


def gated_entries():
    """Return (path, call) of every call of a `GatedLog`."""
    logs = {"log", "gated", "self._log", "caller.services.log"}
    return [(path, call) for path, call, on in calls_of({"write"}) if on in logs]


def test_no_line_is_written_as_often_as_somebody_else_likes():
    lines = [f"{path} {ast.literal_eval(call.args[0])}" for path, call in direct_entries()]

    assert [line for line in lines if not line.startswith(tuple(BOUNDED))] == []
    assert [known for known in BOUNDED if not any(line.startswith(known) for line in lines)] == []


def is_event(argument):
    """Whether an argument is a constant event, or the parameter `event` of who hands it on."""
    if isinstance(argument, ast.Name):
        return argument.id == "event"
    return isinstance(argument, ast.Constant) and bool(EVENT.fullmatch(str(argument.value)))


def test_every_entry_is_an_event_and_fields_and_never_a_format():
    direct, gated = direct_entries(), gated_entries()
    wrong = [
        f"{path}:{call.lineno}"
        for path, call in direct
        if len(call.args) != 1 or {keyword.arg for keyword in call.keywords} - {"extra"}
    ]
    events = [(path, call.args[0]) for path, call in direct]
    events += [(path, call.args[1]) for path, call in gated]

    assert len(gated) > 8
    assert wrong == []
    assert [f"{path}:{event.lineno}" for path, event in events if not is_event(event)] == []


def field_sources():
    """Return (path, node) of what log calls are given, also by a name that was assigned before."""
    direct, gated = direct_entries(), gated_entries()
    given = [(path, keyword.value) for path, call in direct for keyword in call.keywords]
    given += [(path, call) for path, call in gated]
    named = {(path, node.id) for path, node in given if isinstance(node, ast.Name)}
    assigned = [
        (path, node.value)
        for path, node in nodes()
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if (path, node.targets[0].id) in named
    ]
    return [*given, *assigned]


def test_no_field_has_a_name_that_every_entry_has():
    taken = RECORD_NAMES | HEAD_NAMES
    fields = [
        (path, key.value)
        for path, source in field_sources()
        for node in ast.walk(source)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    ]
    fields += [(path, keyword.arg) for path, call in gated_entries() for keyword in call.keywords]

    assert len(fields) > 60
    assert [(path, name) for path, name in fields if name in taken] == []
