"""A served election and a folder with everybody's files, for tests of `sapha vote`."""

import asyncio
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from client.errors import RpcRefused
from client.keystore import write_secret
from commands.menu.vote import app
from contracts.tools.testing import key_of
from genesis.schema import show_genesis
from node.mempool.gossip import read_frame
from primitives.submission import CONTENT_TYPE, encode_outcomes
from tests.cli.network import json_of
from tests.cli.runner import invoke
from tests.client.voting.election import ID, REGISTRARS, Vote

PASSWORD = {"SAPHA_PASSWORD": "secret"}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        with self.server.lock:
            body = self._taken(sent) if kind == CONTENT_TYPE else self._answered(json.loads(sent))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _taken(self, frame: bytes) -> bytes:
        self.server.asked.append(("frame", frame.hex()))
        return encode_outcomes(asyncio.run(self.server.chain.submit(read_frame(frame))))

    def _answered(self, asked: dict | list) -> bytes:
        many = isinstance(asked, list)
        answers = [self._answer(one) for one in (asked if many else [asked])]
        return json.dumps(answers if many else answers[0]).encode()

    def _answer(self, asked: dict) -> dict:
        reply = {"jsonrpc": "2.0", "id": asked["id"]}
        self.server.asked.append((asked["method"], json.dumps(asked["params"])))
        try:
            found = asyncio.run(self.server.chain.call(asked["method"], asked["params"]))
        except AttributeError:
            data = {"code": "UNKNOWN_RPC_METHOD", "details": {}}
            return reply | {"error": {"code": -32601, "message": "no method", "data": data}}
        except RpcRefused as refused:
            data = {"code": refused.code, "details": {}}
            return reply | {"error": {"code": -32000, "message": refused.message, "data": data}}
        return reply | {"result": found}

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(chain):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.chain, server.asked, server.lock = chain, [], threading.Lock()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Desk:
    """Runs commands in a folder that holds everybody's files."""

    def __init__(self, folder: Path, vote: Vote, server: tuple) -> None:
        self.folder, self.vote = folder, vote
        self.server, self.url = server
        self.genesis = folder / "genesis.json"
        self.genesis.write_text(show_genesis(vote.chain.genesis))

    def key(self, name: str) -> Path:
        path = self.folder / f"{name}.key"
        if not path.exists():
            write_secret(path, key_of(name).seed.hex())
        return path

    def run(self, *arguments: object, rpc: bool = True, trust: bool = True, how: str = "--json"):
        ways = ("--rpc", self.url) if rpc else ()
        trusted = ("--genesis", self.genesis) if trust else ()
        texts = [str(one) for one in (*arguments, *ways, *trusted, how) if one]
        return invoke(app, texts, env=PASSWORD)

    def ok(self, *arguments: object, rpc: bool = True, trust: bool = True) -> dict:
        result = self.run(*arguments, rpc=rpc, trust=trust)
        assert result.exit_code == 0, (arguments, result.output, result.stderr, result.exception)
        return json_of(result)


async def issued(folder: Path) -> Vote:
    """Return an election with two requests for tokens, answered by all registrars."""
    vote = Vote(folder)
    await vote.found()
    await vote.prepare()
    await vote.request("busaba", "chai")
    election = await vote.facts.election(ID)
    for name in REGISTRARS:
        await vote.registrar(name).serve(election, name)
    return vote
