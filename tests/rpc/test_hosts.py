"""A node answers to its own names only, so that no web page reaches it under the page's name."""

import json

import pytest

from node.rpc import Auth, OperatorSettings, RpcSettings, Tokens
from node.rpc.line import Client, too_busy
from tests.rpc.node import running_node
from tests.rpc.test_server import STATUS, connection, everything

TOKEN = "0123456789abcdef0123456789abcdef"


def request_of(*hosts: str, path: str = "/rpc", verb: str = "POST") -> bytes:
    lines = [f"{verb} {path} HTTP/1.1", *(f"Host: {host}" for host in hosts)]
    lines += ["Connection: close", f"Content-Length: {len(STATUS)}", "", STATUS]
    return "\r\n".join(lines).encode()


async def answered(node, request: bytes) -> tuple[int, str]:
    """Return the status of the answer and the code of its error, if it has one."""
    async with connection(node) as (reader, writer):
        writer.write(request)
        head, _, body = (await everything(reader)).partition(b"\r\n\r\n")
    answer = json.loads(body) if body.startswith(b"{") else {}
    return int(head.split()[1]), answer.get("error", {}).get("data", {}).get("code", "")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:26601",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "user@evil.example",
        "10.0.0.7",
        "[::2]",
        "[oh",
        "",
    ],
)
async def test_a_page_that_rebinds_its_name_to_the_node_is_refused(node, host):
    assert await answered(node, request_of(host)) == (421, "HOST_UNKNOWN")


@pytest.mark.parametrize(
    ("path", "verb"), [("/health", "GET"), ("/ws", "GET"), ("/rpc", "OPTIONS")]
)
async def test_other_pages_are_refused_by_their_host_too(node, path, verb):
    request = request_of("evil.example", path=path, verb=verb)

    assert await answered(node, request) == (421, "HOST_UNKNOWN")


@pytest.mark.parametrize("hosts", [(), ("localhost", "localhost"), ("localhost", "evil.example")])
async def test_a_request_names_one_host(node, hosts):
    assert (await answered(node, request_of(*hosts)))[0] in {400, 421}


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:26601", "[::1]:26601", "127.0.0.1"]
)
async def test_the_names_of_the_loopback_are_the_nodes(node, host):
    assert await answered(node, request_of(host)) == (200, "")


@pytest.mark.parametrize("host", ["sapha.dopa.example", "Sapha.DOPA.example:443", "10.1.2.3"])
async def test_configured_names_are_the_nodes(tmp_path, host):
    settings = RpcSettings(auth=Auth(hosts=frozenset({"sapha.dopa.example", "10.1.2.3"})))
    async with running_node(tmp_path, settings) as node:
        assert await answered(node, request_of(host)) == (200, "")


async def test_the_address_that_a_connection_came_in_at_is_the_nodes():
    assert Auth().allows_host(["192.0.2.7:26601"], "192.0.2.7")
    assert not Auth().allows_host(["192.0.2.8:26601"], "192.0.2.7")


async def test_the_operators_address_asks_for_its_name_before_a_token(tmp_path):
    operator = OperatorSettings(host="127.0.0.1", tokens=Tokens({"me": TOKEN}))
    async with running_node(tmp_path, RpcSettings(operator=operator)) as node:
        url = f"http://127.0.0.1:{node.server.doors[1].port}/metrics"
        headers = {"Host": "evil.example", "Authorization": f"Bearer {TOKEN}"}
        async with node.session.get(url, headers=headers) as response:
            status = response.status

    assert status == 421


async def test_a_refused_host_costs_its_caller_a_turn_like_an_answer(node):
    turns = []

    async def turn(client: Client, _price_s: float) -> None:
        turns.append(client.address)
        if len(turns) > 1:
            raise too_busy("no turn within 2 s")

    node.server.share.turn = turn

    codes = [(await answered(node, request_of("evil.example")))[1] for _ in range(2)]

    assert codes == ["HOST_UNKNOWN", "TOO_BUSY"]
    assert turns == ["127.0.0.1"] * 2
