"""The HTTP side: what is too large, too slow or too many, and who may call."""

import asyncio
import base64
import gzip
import json
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from prometheus_client.parser import text_string_to_metric_families

from node.rpc import Auth, CannotListen, ConnectionLimits, RpcServer, RpcSettings
from node.rpc.methods import METHODS
from primitives.limits import RPC_BODY_BYTES_MAX
from tests.execution.chain import ALICE
from tests.mempool.builders import until
from tests.rpc.node import running_node

STATUS = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "chain_getStatus"})


@asynccontextmanager
async def connection(node):
    """Open a plain connection to the node's server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", node.server.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def everything(reader) -> bytes:
    """Return what is sent until the server closes; a reset closes as well."""
    received = bytearray()
    try:
        async with asyncio.timeout(5):
            while chunk := await reader.read(65_536):
                received += chunk
    except ConnectionResetError:
        pass
    return bytes(received)


def request_of(body: str, *headers: str) -> bytes:
    lines = [
        "POST /rpc HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(body)}",
        *headers,
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


def upgrade() -> bytes:
    key = base64.b64encode(bytes(16)).decode()
    lines = (
        "GET /ws HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


async def test_a_body_of_exactly_the_limit_is_read(node):
    padded = STATUS + " " * (RPC_BODY_BYTES_MAX - len(STATUS))

    status, answer = await node.post(padded)

    assert status == 200
    assert answer["result"]["height"] == 1


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_over_the_limit_is_refused_by_name(node, is_chunked):
    async def chunks():
        for _ in range(RPC_BODY_BYTES_MAX // 65_536 + 1):
            yield b" " * 65_536

    body = chunks() if is_chunked else BytesIO(bytes(RPC_BODY_BYTES_MAX + 1))

    async with node.session.post(f"{node.url}/rpc", data=body) as response:
        answer = await response.json()

    assert response.status == 413
    assert answer["error"]["data"]["code"] == "BODY_TOO_LARGE"


async def test_a_compressed_body_is_refused(node):
    bomb = gzip.compress(bytes(10_000_000))

    _status, answer = await node.post(bomb, **{"Content-Encoding": "gzip"})

    assert answer["error"]["data"]["code"] == "BAD_REQUEST"


async def test_headers_that_do_not_arrive_in_time_cut_the_connection(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(header_s=0.3))
    async with running_node(tmp_path, settings) as node:
        async with connection(node) as (reader, writer):
            writer.write(b"POST /rpc HTTP/1.1\r\nHost:")
            received = await everything(reader)
        alive = await node.call("chain_getStatus")

    assert received == b""
    assert alive["height"] == 0


async def test_the_headers_of_a_second_request_have_their_deadline_too(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(header_s=0.3))
    async with running_node(tmp_path, settings) as node, connection(node) as (reader, writer):
        writer.write(request_of(STATUS))
        first = await reader.readuntil(b"}}")
        writer.write(b"POST /rpc HTTP/1.1\r\n")
        rest = await everything(reader)

    assert b"200 OK" in first
    assert rest == b""


async def test_a_body_that_does_not_arrive_in_time_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr("node.rpc.doors._LINGER_S", 0.05)
    settings = RpcSettings(body_s=0.2)
    async with running_node(tmp_path, settings) as node:
        async with connection(node) as (reader, writer):
            writer.write(request_of(STATUS)[:-5])
            received = await everything(reader)
        alive = await node.call("chain_getStatus")

    assert b" 408 " in received
    assert b"BODY_TOO_SLOW" in received
    assert alive["height"] == 0


async def test_a_client_that_does_not_take_its_answers_is_cut(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(write_s=0.05))
    batch = json.dumps([{"jsonrpc": "2.0", "id": 1, "method": "chain_getGenesis"}] * 100)
    async with running_node(tmp_path, settings) as node, connection(node) as (reader, writer):
        reader._transport.pause_reading()
        for _ in range(100):
            writer.write(request_of(batch))
        await until(lambda: len(node.server.public.connections) == 1)
        await until(lambda: len(node.server.public.connections) == 0)
        alive = await node.call("chain_getStatus")

    assert alive["height"] == 0


async def test_closed_connections_make_room(tmp_path):
    settings = RpcSettings(limits=ConnectionLimits(sockets_max=1))
    async with running_node(tmp_path, settings) as node:
        async with connection(node):
            await until(lambda: len(node.server.public.connections) == 1)
        await until(lambda: len(node.server.public.connections) == 0)
        alive = await node.call("chain_getStatus")

    assert alive["height"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/rpc", 405), ("POST", "/health", 405), ("GET", "/", 404), ("GET", "/ws", 400)],
)
async def test_other_paths_and_verbs_are_refused(node, method, path, status):
    async with node.session.request(method, node.url + path) as response:
        answer = await response.json()

    assert response.status == status
    assert answer["error"]["data"]["code"] == "BAD_REQUEST"


async def test_bytes_that_are_not_http_close_the_connection(node):
    async with connection(node) as (reader, writer):
        writer.write(b"\x16\x03\x01\x00\xff nonsense \r\n\r\n")
        received = await everything(reader)

    assert b" 400 " in received


async def test_the_health_page_is_503_while_a_check_fails(node):
    healthy = await node.page("/health")
    node.view.problem = "the disk is full"
    status, failing = await node.page("/health")

    assert (healthy[0], json.loads(healthy[1])["status"]) == (200, "ok")
    assert (status, json.loads(failing)["checks"]) == (
        503,
        [{"name": "disk", "ok": False, "seen": "the disk is full", "fix": "free some space"}],
    )


async def test_clients_see_whether_a_node_is_well_and_not_what_it_lacks(node):
    node.view.problem = "the disk is full"

    async with node.session.get(f"{node.url}/health") as response:
        shown = await response.json()

    assert (response.status, shown) == (503, {"status": "failing"})


async def test_the_metrics_page_parses_and_counts(node):
    node.chain.commit(node.chain.issue(ALICE, 1))
    await node.call("chain_getStatus")
    await node.refusal("chain_getBlock", at=99)

    _status, page = await node.page("/metrics")

    families = list(text_string_to_metric_families(page))
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["sapha_height",] == 2
    for place, name in enumerate(member.name for member in node.chain.genesis.validators.members):
        assert samples["sapha_signed_certificates", name] == int(place < 3)
    assert samples["sapha_rpc_calls_total", "chain_getStatus"] == 1
    assert samples["sapha_rpc_errors_total", "NOT_FOUND"] == 1
    assert len([family for family in families if family.name.startswith("sapha_")]) >= 20


async def test_what_strangers_name_makes_no_metric_larger(node):
    _status, before = await node.page("/metrics")
    for number in range(20):
        await node.refusal(f"no_such_method_{number}")
        async with node.session.get(f"{node.url}/path-{number}") as page:
            assert page.status == 404
    _status, after = await node.page("/metrics")

    assert "no_such" not in after
    assert len(after.splitlines()) <= len(before.splitlines()) + 2  # two codes of refusals


# Who may call what: every method is written down here, so that a new one is thought about.
PUBLIC = {
    "chain_getStatus",
    "chain_getBlock",
    "chain_getHeader",
    "chain_getValidators",
    "chain_getParticipation",
    "chain_getEvidence",
    "chain_getRestarts",
    "chain_getValidatorChanges",
    "chain_getGenesis",
    "contract_list",
    "contract_getAbi",
    "contract_getSchemas",
    "network_getRecord",
    "tx_submit",
    "tx_get",
    "tx_wait",
    "tx_simulate",
    "state_query",
    "events_search",
    "state_getProof",
    "blob_put",  # these ask for an account's signature
    "blob_get",
    "blob_put_wraps",
    "blob_get_wraps",
    "blob_erase",
    "events_subscribe",
    "events_unsubscribe",
    "rpc.discover",
}
OPERATORS = {"node_getPeers", "node_getHealth", "node_getConsensus"}


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_a_stranger_may_call_what_is_public_and_nothing_else(node, method):
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method})

    _status, answer = await node.post(request)

    code = answer.get("error", {}).get("data", {}).get("code")
    assert (method in OPERATORS) == (code == "NOT_PERMITTED")
    assert method in PUBLIC | OPERATORS


async def test_a_page_of_another_origin_may_not_call(node):
    status, answer = await node.post(STATUS, Origin="https://evil.example")

    assert status == 403
    assert answer["error"]["data"]["code"] == "NOT_PERMITTED"


async def test_a_page_of_an_allowed_origin_may_call(tmp_path):
    page = "http://127.0.0.1:8000"
    settings = RpcSettings(auth=Auth(origins=frozenset({page})))
    async with running_node(tmp_path, settings) as node:
        headers = {"Origin": page}
        async with node.session.options(f"{node.url}/rpc", headers=headers) as preflight:
            allowed = preflight.headers["Access-Control-Allow-Origin"]
        status, answer = await node.post(STATUS, Origin=page)

    assert (preflight.status, allowed) == (204, page)
    assert (status, answer["result"]["height"]) == (200, 0)


async def test_an_address_in_use_is_named(node):
    second = RpcServer(node.view, RpcSettings(port=node.server.port))

    with pytest.raises(CannotListen, match=str(node.server.port)):
        await second.start()


async def test_a_stopped_server_leaves_no_connection(tmp_path):
    async with running_node(tmp_path) as node:
        async with connection(node) as (reader, _writer):
            await until(lambda: len(node.server.public.connections) == 1)
            await node.server.stop()
            received = await everything(reader)

        assert received == b""
        assert node.server.port == 0


async def test_the_document_is_of_the_version_that_the_node_has(node):
    document = await node.call("rpc.discover")
    status = await node.call("chain_getStatus")

    assert document["info"]["version"] == status["version"]


async def test_discover_lists_every_method_with_its_parameters(node):
    document = await node.call("rpc.discover")

    listed = {entry["name"]: entry for entry in document["methods"]}
    assert set(listed) == PUBLIC | OPERATORS
    assert [param["name"] for param in listed["tx_wait"]["params"]] == [
        "transaction_id",
        "timeout_ms",
    ]
    assert [param["required"] for param in listed["tx_wait"]["params"]] == [True, False]
    assert listed["tx_wait"]["params"][1]["schema"]["maximum"] == 60_000
    assert all(entry["summary"] for entry in listed.values())
    assert {name for name, entry in listed.items() if entry["x-operator-only"]} == OPERATORS


async def test_strangers_who_ask_for_the_health_again_and_again_are_told_the_same(
    node, monkeypatch
):
    asked = []
    report = node.server._services.view.health()
    monkeypatch.setattr(
        node.server._services.view, "health", lambda: asked.append(1) or report, raising=False
    )
    monkeypatch.setattr("node.rpc.pages.monotonic", lambda: 1_000.0)

    statuses = []
    for _ in range(20):
        async with node.session.get(f"{node.url}/health") as response:
            statuses.append(response.status)

    assert set(statuses) == {200}
    assert len(asked) == 1
