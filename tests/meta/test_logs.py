"""Log lines of the parts that strangers and members reach: who chooses how often they are written.

A line goes through `GatedLog`, or stands here with what bounds it: a flood must not fill a disk.
"""

import ast

from tests.meta.sources import nodes

FOLDERS = ("p2p/", "node/")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
BOUNDED = {
    "node/app.py evidence against=%s kind=%s": "a gate of its own: one a validator and minute",
    "node/driver.py stopped signing": "our own standing, which changes seldom",
    "node/driver.py signing again": "our own standing, which changes seldom",
    "node/files.py": "at start",
    "node/lifecycle.py": "at start and end, and by a timer of ten seconds",
    "node/mempool/admission.py": "by a timer",
    "node/mempool/journal.py": "at start",
    "node/performer.py nothing_proposed": "our own turn, once a view",
    "node/room.py": "by a timer; once a place that waits for room",
    "node/rpc/audit.py no audit entry": "a gate of its own",
    "node/rpc/http_log.py malformed HTTP": "a gate of its own: one a kind and minute",
    "node/rpc/tls.py certificate_renewed": "by a timer; our own file",
    "node/rpc/websocket.py dropped a subscriber": "a gate of its own: one a minute",
    "node/sync/catch_up.py sync_halted": "once: this node has stopped",
    "p2p/transport.py own_certificate_": "by a timer; our own file",
}


def direct_lines() -> list[str]:
    """Return "path words" of every call of a logger that no gate stands before."""
    return [
        f"{path} {call.args[0].value}"
        for path, call in nodes()
        if path.startswith(FOLDERS)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"log", "_log"}
        and isinstance(call.args[0], ast.Constant)
    ]


def test_no_line_is_written_as_often_as_somebody_else_likes():
    lines = direct_lines()

    assert [line for line in lines if not line.startswith(tuple(BOUNDED))] == []
    assert [known for known in BOUNDED if not any(line.startswith(known) for line in lines)] == []
