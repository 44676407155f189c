"""Clients and operators over TLS: who is served, who is refused, and what waits at the door."""

import asyncio
import logging
import ssl

import pytest

from client.access import RpcSettings, trusting
from client.errors import CaFileFault, NodeUnreachable
from client.rpc import RpcClient
from node.rpc import ConnectionLimits, OperatorSettings, ShareLimits, Tokens
from node.rpc import RpcSettings as ServerSettings
from node.rpc.tls import server_context, shown_certificate
from tests.mempool.builders import until
from tests.rpc.certificates import certificate_files
from tests.rpc.node import running_node

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def certificate(tmp_path):
    return certificate_files(tmp_path)


def url(node) -> str:
    return f"https://127.0.0.1:{node.server.port}"


def asking(node, authorities) -> RpcClient:
    return RpcClient([url(node)], RpcSettings(tls=trusting(authorities)))


async def test_a_client_that_trusts_the_authority_is_served(tmp_path, certificate):
    settings = ServerSettings(tls=server_context(*certificate))
    async with running_node(tmp_path, settings) as node, asking(node, certificate[0]) as rpc:
        status = await rpc.call("chain_getStatus")
        tls = trusting(certificate[0])
        async with node.session.ws_connect(f"{url(node)}/ws", ssl=tls) as socket:
            await socket.send_json({"jsonrpc": "2.0", "id": 1, "method": "chain_getStatus"})
            answer = await socket.receive_json()

    assert status["height"] == 0
    assert answer["result"]["height"] == 0


@pytest.mark.parametrize("kind", ["authority", "name"])
async def test_a_certificate_of_another_authority_or_name_is_refused_by_the_client(tmp_path, kind):
    host = "127.0.0.1" if kind == "authority" else "10.9.8.7"
    certificate = certificate_files(tmp_path, host)
    settings = ServerSettings(tls=server_context(*certificate))
    client = RpcSettings(tls=None if kind == "authority" else trusting(certificate[0]))
    async with running_node(tmp_path, settings) as node, RpcClient([url(node)], client) as rpc:
        with pytest.raises(NodeUnreachable, match="certificate"):
            await rpc.call("chain_getStatus")


async def test_operators_are_served_over_tls_with_their_token(tmp_path, certificate):
    operator = OperatorSettings(
        host="127.0.0.1", tls=server_context(*certificate), tokens=Tokens({"me": TOKEN})
    )
    settings = RpcSettings(tls=trusting(certificate[0]), token=TOKEN)
    async with running_node(tmp_path, ServerSettings(operator=operator)) as node:
        place = f"https://127.0.0.1:{node.server.doors[1].port}"
        async with RpcClient([place], settings) as rpc:
            peers = await rpc.call("node_getPeers")

    assert peers[0]["name"] == "v1"


async def test_connections_in_the_handshake_take_no_place_of_clients(tmp_path, certificate):
    limits = ConnectionLimits(sockets_max=1, sockets_per_ip_max=1)
    settings = ServerSettings(tls=server_context(*certificate), limits=limits)
    async with running_node(tmp_path, settings) as node, asking(node, certificate[0]) as rpc:
        held = [await asyncio.open_connection("127.0.0.1", node.server.port) for _ in range(100)]
        status = await rpc.call("chain_getStatus")
        waiting = len(node.server.public._listener)
        for _reader, writer in held:
            writer.close()

    assert status["height"] == 0
    assert waiting <= 64


async def test_who_does_not_finish_the_handshake_is_cut_in_time(tmp_path, certificate):
    settings = ServerSettings(
        tls=server_context(*certificate), limits=ConnectionLimits(header_s=0.1)
    )
    async with running_node(tmp_path, settings) as node:
        reader, writer = await asyncio.open_connection("127.0.0.1", node.server.port)
        async with asyncio.timeout(5):
            received = await reader.read()
        writer.close()

    assert received == b""


async def test_bytes_that_are_no_tls_are_logged_once_in_a_line(tmp_path, certificate, caplog):
    caplog.set_level(logging.INFO, "sapha.rpc")
    settings = ServerSettings(tls=server_context(*certificate))
    async with running_node(tmp_path, settings) as node:
        for _ in range(5):
            _reader, writer = await asyncio.open_connection("127.0.0.1", node.server.port)
            writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await _reader.read()
            writer.close()

    [record] = caplog.records
    assert record.message == "refused_at_the_door"
    assert record.reason.startswith("TLS handshake failed")


@pytest.mark.parametrize(("text", "why"), [(None, "No such file"), ("none", "no PEM certificate")])
def test_a_file_of_authorities_that_is_none_is_named(tmp_path, text, why):
    if text is not None:
        (tmp_path / "ca.pem").write_text(text)

    with pytest.raises(CaFileFault, match=why):
        trusting(tmp_path / "ca.pem")


async def test_a_handshake_is_charged_to_the_address_that_asked_for_it(
    tmp_path, certificate, monkeypatch
):
    settings = ServerSettings(tls=server_context(*certificate))
    async with running_node(tmp_path, settings) as node:
        charged = []
        monkeypatch.setattr(
            node.server.public.connections.arrivals,
            "spend",
            lambda address, used_s, *_: charged.append((address, used_s)),
        )
        _reader, writer = await asyncio.open_connection(
            "127.0.0.1", node.server.port, ssl=trusting(certificate[0])
        )
        writer.close()

    assert {address for address, _ in charged} == {"127.0.0.1"}
    assert len(charged) >= 3  # for taking the connection, and for each step of the handshake
    assert all(used_s > 0 for _, used_s in charged)


async def test_no_hello_is_read_of_an_address_that_is_over_its_share(tmp_path, certificate, caplog):
    caplog.set_level(logging.INFO, "sapha.rpc")
    share = ShareLimits(part=0.001, wait_s_max=0.1)
    settings = ServerSettings(tls=server_context(*certificate), share=share)
    async with running_node(tmp_path, settings) as node:
        node.server.public.connections.arrivals.spend("127.0.0.1", 10.0)
        with pytest.raises((ConnectionResetError, ssl.SSLError)):
            await asyncio.open_connection(
                "127.0.0.1", node.server.port, ssl=trusting(certificate[0])
            )

    assert any("no turn for a connection" in entry.reason for entry in caplog.records)


@pytest.fixture
def renewed(tmp_path, certificate):
    """The files of another certificate and key of the same host."""
    folder = tmp_path / "renewed"
    folder.mkdir()
    return certificate_files(folder)


def serving(certificate) -> ServerSettings:
    context = server_context(*certificate)
    shown = shown_certificate(context, *certificate)
    return ServerSettings(tls=context, certificates=(shown,), certificate_check_s=0.01)


async def test_a_renewed_certificate_is_shown_without_a_restart(
    tmp_path, certificate, renewed, caplog
):
    caplog.set_level(logging.INFO, "sapha.rpc")
    async with running_node(tmp_path, serving(certificate)) as node:
        for new, old in zip(renewed, certificate, strict=True):
            old.write_bytes(new.read_bytes())
        await until(lambda: "certificate_renewed" in caplog.text)

        async with asking(node, renewed[0]) as rpc:
            status = await rpc.call("chain_getStatus")

    assert status["height"] == 0


async def test_a_certificate_whose_key_is_not_there_yet_leaves_the_old_one_in_use(
    tmp_path, certificate, renewed, caplog
):
    caplog.set_level(logging.INFO, "sapha.rpc")
    trusted = trusting(certificate[0])
    async with running_node(tmp_path, serving(certificate)) as node:
        certificate[0].write_bytes(renewed[0].read_bytes())
        await until(lambda: "certificate_unusable" in caplog.text)

        async with RpcClient([url(node)], RpcSettings(tls=trusted)) as rpc:
            status = await rpc.call("chain_getStatus")
        certificate[1].write_bytes(renewed[1].read_bytes())
        await until(lambda: "certificate_renewed" in caplog.text)

    assert status["height"] == 0
    assert caplog.text.count("certificate_unusable") == 1
