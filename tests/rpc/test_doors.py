"""Operators have doors of their own; nobody is one at the door of clients."""

import asyncio
import os
import socket
import stat

import pytest

from node.rpc import (
    CannotListen,
    ConnectionLimits,
    OperatorSettings,
    RpcServer,
    RpcSettings,
    Tokens,
)
from tests.rpc.node import running_node

TOKEN = "0123456789abcdef0123456789abcdef"
HOLDER = {"Authorization": f"Bearer {TOKEN}"}


def with_address() -> RpcSettings:
    tokens = Tokens({"monitoring": TOKEN})
    return RpcSettings(operator=OperatorSettings(host="127.0.0.1", tokens=tokens))


def address(node) -> str:
    return f"http://127.0.0.1:{node.server.doors[1].port}"


async def asked(node, **headers: str) -> tuple[int, dict]:
    """Call an operators' method at their address."""
    request = {"jsonrpc": "2.0", "id": 1, "method": "node_getPeers"}
    url = f"{address(node)}/rpc"
    async with node.session.post(url, json=request, headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Authorization": f"Bearer {TOKEN}"},
    ],
)
async def test_at_the_clients_door_nobody_is_an_operator_wherever_the_call_comes_from(
    tmp_path, headers
):
    async with running_node(tmp_path, with_address()) as node:
        answer = await node.answer("node_getPeers", **headers)
        async with node.session.get(f"{node.url}/metrics", headers=headers) as page:
            metrics = page.status

    assert answer["error"]["data"]["code"] == "NOT_PERMITTED"
    assert metrics == 404


async def test_who_may_open_the_socket_is_an_operator(node):
    peers = await node.ask_operator("node_getPeers")
    public = await node.ask_operator("chain_getStatus")
    status, page = await node.page("/metrics")

    assert peers[0]["name"] == "v1"
    assert public["height"] == 1
    assert (status, "sapha_height 1.0" in page) == (200, True)


async def test_only_its_owner_may_open_the_socket(node):
    before = os.umask(0)
    try:
        second = RpcServer(
            node.view,
            RpcSettings(operator=OperatorSettings(socket=node.socket.with_name("second"))),
        )
        await second.start()
    finally:
        os.umask(before)

    mode = stat.S_IMODE(node.socket.with_name("second").stat().st_mode)
    await second.stop()

    assert mode == 0o600


async def test_no_web_page_calls_at_an_operators_door(node):
    status, _text = await node.page("/metrics", headers={"Origin": "http://127.0.0.1:8000"})

    assert status == 403


async def test_at_an_address_operators_show_a_token(tmp_path):
    async with running_node(tmp_path, with_address()) as node:
        right = await asked(node, **HOLDER)
        without = await asked(node)
        wrong = await asked(node, Authorization=f"Bearer {TOKEN[:-1]}x")
        bare = await asked(node, Authorization=TOKEN)
        async with node.session.get(f"{address(node)}/metrics") as page:
            metrics = page.status

    assert right[1]["result"][0]["name"] == "v1"
    assert [answer[0] for answer in (without, wrong, bare)] == [403] * 3
    assert metrics == 403


async def test_without_a_token_not_even_the_health_page_is_shown_at_an_address(tmp_path):
    async with running_node(tmp_path, with_address()) as node:
        async with node.session.get(f"{address(node)}/health") as page:
            without = page.status
        async with node.session.get(f"{address(node)}/health", headers=HOLDER) as page:
            with_token = (await page.json())["checks"]

    assert without == 403
    assert with_token == [{"name": "disk", "ok": True}]


async def test_tokens_are_not_shown_where_settings_are():
    assert TOKEN not in repr(with_address())


async def test_a_socket_that_a_killed_process_left_is_taken_over(tmp_path):
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "o.sock"))
    left.close()

    async with running_node(tmp_path) as node:
        peers = await node.ask_operator("node_getPeers")

    assert peers[0]["name"] == "v1"
    assert not (tmp_path / "o.sock").exists()


async def test_a_socket_at_which_another_process_listens_is_left_alone(node):
    second = RpcServer(node.view, RpcSettings(operator=OperatorSettings(socket=node.socket)))

    with pytest.raises(CannotListen, match="another process listens there"):
        await second.start()

    await second.stop()
    assert (await node.ask_operator("node_getPeers"))[0]["name"] == "v1"


@pytest.mark.parametrize(
    ("name", "said"),
    [("x" * 120, "at most 107"), ("file", "no socket"), ("no/folder", "No such file")],
)
async def test_a_socket_that_cannot_be_is_refused_by_name(node, tmp_path, name, said):
    (tmp_path / "file").touch()
    path = tmp_path / name
    second = RpcServer(node.view, RpcSettings(operator=OperatorSettings(socket=path)))

    with pytest.raises(CannotListen) as caught:
        await second.start()

    await second.stop()
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


async def test_operators_are_served_while_clients_use_up_all_sockets(tmp_path):
    settings = RpcSettings(
        limits=ConnectionLimits(sockets_max=2),
        operator=OperatorSettings(socket=tmp_path / "o.sock"),
    )
    async with running_node(tmp_path, settings) as node:
        held = [await asyncio.open_connection("127.0.0.1", node.server.port) for _ in range(3)]
        peers = await node.ask_operator("node_getPeers")
        for _reader, writer in held:
            writer.close()

    assert peers[0]["name"] == "v1"
