"""The raw client, written from the protocol alone, makes the bytes that the node expects."""

import ast
import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from nacl.signing import SigningKey as NaclKey

from primitives.transaction import decode_transaction
from tests.builders import body, key, transaction
from tests.meta.sources import ROOT

SOURCE = ROOT / "examples" / "raw_client.py"
OURS = {"primitives", "consensus", "contracts", "p2p", "node", "genesis", "client", "commands"}
OURS |= {"gateways"}


@pytest.fixture(scope="module")
def raw_client():
    spec = importlib.util.spec_from_file_location("raw_client", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_imports_nothing_of_ours():
    nodes = list(ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} & (OURS | {"sapha", "cli"}) == set()


def test_it_fits_on_a_screen():
    lines = SOURCE.read_text(encoding="utf-8").splitlines()

    assert len([line for line in lines if line.strip()]) <= 40


def test_its_bytes_are_those_of_the_node(raw_client):
    asked = body()
    fields = [1, asked.chain_id, asked.sender, asked.nonce, asked.expires_at_ms]
    fields += [asked.contract, asked.method, list(asked.args)]

    raw = raw_client.build(NaclKey(key(0).seed), fields)

    assert raw == transaction(key(0)).raw
    decode_transaction(raw).check_signatures()


def test_its_address_is_that_of_the_node(raw_client):
    assert raw_client.tagged_hash("address", key(0).public_key)[:20] == body().sender


def test_it_calls_json_rpc_with_named_parameters(raw_client):
    seen = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"jsonrpc": "2.0", "id": 1, "result": {"status": "pending"}}')

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/rpc"

        result = raw_client.call(url, "tx_wait", transaction_id="0x00", timeout_ms=5)

        thread.join()
    assert result == {"status": "pending"}
    assert seen[0]["method"] == "tx_wait"
    assert seen[0]["params"] == {"transaction_id": "0x00", "timeout_ms": 5}
