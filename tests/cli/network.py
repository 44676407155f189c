"""A node double for commands: answers JSON-RPC from a table, in a thread of its own."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cli import app
from tests.cli.runner import invoke

CLOSED = "http://127.0.0.1:9"


class Refusal(Exception):
    """An error that the double answers with."""

    def __init__(self, code: str, message: str = "refused", **details: int | str) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        is_batch = isinstance(asked, list)
        reply = [self._answer(one) for one in asked] if is_batch else self._answer(asked)
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # whoever asked may have been interrupted
            self.end_headers()
            self.wfile.write(body)

    def _answer(self, asked):
        self.server.asked.append(asked)
        found = self.server.table[asked["method"]]
        reply = {"jsonrpc": "2.0", "id": asked["id"]}
        try:
            reply["result"] = found(**asked["params"]) if callable(found) else found
        except Refusal as refusal:
            data = {"code": refusal.code, "details": refusal.details}
            reply["error"] = {"code": -32000, "message": str(refusal), "data": data}
        return reply

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def node(**table):
    """Serve `table` (method -> result, or a function of the parameters); give the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.table, server.asked = table, []
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sapha(*arguments: object, **environment: str):
    """Run one command in this process; the result has exit_code, stdout, stderr."""
    return invoke(app, [str(a) for a in arguments], env=environment)


def json_of(result) -> dict:
    """Return the one line of JSON that a command printed."""
    lines = result.stdout.strip().splitlines()
    assert len(lines) == 1, (result.stdout, result.stderr, result.exception)
    return json.loads(lines[0])
