"""The doors of a real process: TLS, tokens, names and strangers' bytes, by environment alone."""

import json
import socket
import ssl

import pytest

from client.access import RpcSettings, trusting
from client.errors import RpcRefused
from client.rpc import RpcClient
from commands.processes import end, pid_of
from tests.e2e.alone import new_alone, running
from tests.e2e.network import sapha
from tests.rpc.certificates import certificate_files

pytestmark = pytest.mark.e2e

TOKEN = "0123456789abcdef0123456789abcdef"
FLOOD = 300


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A validator that serves clients and operators over TLS."""
    certificate, key = certificate_files(tmp_path)
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(TOKEN)
    made = new_alone(tmp_path)
    for section in ("RPC", "OPERATOR"):
        monkeypatch.setenv(f"SAPHA__{section}__CERTIFICATE", str(certificate))
        monkeypatch.setenv(f"SAPHA__{section}__PRIVATE_KEY", str(key))
    monkeypatch.setenv("SAPHA__OPERATOR__HOST", "127.0.0.1")
    monkeypatch.setenv("SAPHA__OPERATOR__PORT", str(made.port))
    monkeypatch.setenv("SAPHA__OPERATOR__TOKENS", json.dumps({"me": str(token)}))
    monkeypatch.setenv("SAPHA_CA_FILE", str(certificate))
    with running(made) as alone:
        yield alone


async def test_a_real_process_keeps_its_doors(alone, tmp_path):
    clients = f"https://127.0.0.1:{alone.node.rpc_port}"
    operators = f"https://127.0.0.1:{alone.port}"
    tls = trusting(tmp_path / "rpc-cert.pem")

    async with RpcClient([clients], RpcSettings(tls=tls, token=TOKEN)) as rpc:
        with pytest.raises(RpcRefused, match="operators"):
            await rpc.call("node_getPeers")
    status = sapha("node", "status", "--rpc", clients)
    at_address = ("--operator", operators, "--token-file", tmp_path / "token")
    by_token = sapha("node", "peers", *at_address)
    by_socket = sapha("node", "peers", "--dir", alone.directory)
    foreign = asked(alone, "Host: evil.example")
    before = alone.log.stat().st_size
    for _ in range(FLOOD):
        assert b" 400 " in asked(alone, "Host: localhost\r\nbad\x00name: 1")

    assert [done.returncode for done in (status, by_token, by_socket)] == [0, 0, 0]
    assert b" 421 " in foreign
    assert alone.log.read_text().count("http_malformed") == 1
    assert b"Traceback" not in alone.log.read_bytes()[before:]
    audit = (alone.directory / "data" / "audit.log").read_text().splitlines()
    entry = next(entry for entry in map(json.loads, audit) if entry["who"] == "token=me")
    assert (entry["asked"], entry["result"]) == ("node_getPeers", "OK")


def test_a_validator_whose_doors_have_tls_is_restarted_and_shown(alone):
    network = alone.directory.parent
    try:
        restarted = sapha("devnet", "restart", "0", "--dir", network)
        shown = sapha("devnet", "status", "--dir", network, "--json")
    finally:
        end([pid_of(alone.node.name, network / "run")])

    assert restarted.returncode == 0, restarted.stderr
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["validators"][0]["height"] >= 2


def asked(alone, headers: str) -> bytes:
    """Return the answer to GET /health with these headers, over TLS."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", alone.node.rpc_port), timeout=30) as plain,
        context.wrap_socket(plain) as connection,
    ):
        connection.sendall(f"GET /health HTTP/1.1\r\n{headers}\r\n\r\n".encode())
        return connection.recv(65_536)
