"""What operators ask is written down, in a bounded number of private files."""

import json
import os
import stat
from dataclasses import replace

import pytest

from node.rpc import AuditSettings, OperatorSettings, RpcSettings, Tokens
from node.rpc.audit import AuditLog
from tests.rpc.node import running_node

TOKEN = "0123456789abcdef0123456789abcdef"


def settings(folder, **operator) -> RpcSettings:
    audit = AuditSettings(path=folder / "audit.log")
    return RpcSettings(operator=OperatorSettings(audit=audit, **operator))


def entries(folder) -> list[dict]:
    path = folder / "audit.log"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def asked(folder) -> list[tuple[str, str]]:
    return [(entry["asked"], entry["result"]) for entry in entries(folder)]


async def test_each_call_of_a_process_is_written_down_with_user_and_process(tmp_path):
    async with running_node(tmp_path, settings(tmp_path, socket=tmp_path / "o.sock")) as node:
        await node.ask_operator("node_getPeers")
        await node.answer_operator("chain_getBlock", at=99)
        await node.page("/metrics")
        await node.page("/nothing")

    assert asked(tmp_path) == [
        ("node_getPeers", "OK"),
        ("chain_getBlock", "NOT_FOUND"),
        ("GET /metrics", "200"),
        ("GET /nothing", "404"),
    ]
    assert {entry["who"] for entry in entries(tmp_path)} == {f"uid={os.getuid()} pid={os.getpid()}"}
    assert all(entry["at"].endswith("Z") for entry in entries(tmp_path))


async def test_a_call_by_token_is_written_down_by_the_tokens_name(tmp_path):
    tokens = Tokens({"monitoring": TOKEN})
    async with running_node(tmp_path, settings(tmp_path, host="127.0.0.1", tokens=tokens)) as node:
        url = f"http://127.0.0.1:{node.server.doors[1].port}/metrics"
        async with node.session.get(url, headers={"Authorization": f"Bearer {TOKEN}"}):
            pass

    assert [entry["who"] for entry in entries(tmp_path)] == ["token=monitoring"]
    assert TOKEN not in (tmp_path / "audit.log").read_text()


async def test_who_has_no_right_is_written_down_once_a_minute_with_a_count(tmp_path):
    tokens = Tokens({"monitoring": TOKEN})
    async with running_node(tmp_path, settings(tmp_path, host="127.0.0.1", tokens=tokens)) as node:
        url = f"http://127.0.0.1:{node.server.doors[1].port}/metrics"
        for _ in range(50):
            async with node.session.get(url):
                pass

    [entry] = entries(tmp_path)
    assert (entry["who"], entry["result"]) == ("nobody from=127.0.0.1", "NOT_PERMITTED")
    assert entry["left_out"] == 0


async def test_all_calls_of_a_batch_are_written_down_and_what_is_no_call_too(tmp_path):
    async with running_node(tmp_path, settings(tmp_path, socket=tmp_path / "o.sock")) as node:
        calls = [{"jsonrpc": "2.0", "id": n, "method": m} for n, m in enumerate(["a" * 999, "x"])]
        await node.page("/rpc", "POST", json=[*calls, 7])
        await node.page("/rpc", "POST", data=b"{")

    assert asked(tmp_path) == [
        ("a" * 128, "UNKNOWN_RPC_METHOD"),
        ("x", "UNKNOWN_RPC_METHOD"),
        ("(no method)", "BAD_REQUEST"),
        ("(no call)", "MALFORMED_JSON"),
    ]


async def test_what_clients_ask_is_not_written_down(tmp_path):
    async with running_node(tmp_path, settings(tmp_path, socket=tmp_path / "o.sock")) as node:
        await node.call("chain_getStatus")
        await node.answer("node_getPeers")

    assert entries(tmp_path) == []


def test_entries_are_appended_to_a_file_of_its_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        for number in range(2):  # as after a restart
            log = AuditLog(AuditSettings(path=tmp_path / "audit.log"), lambda: 0.0)
            log.record("uid=0 pid=1", f"m{number}", "OK")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "audit.log").stat().st_mode) == 0o600
    assert entries(tmp_path)[0] == {
        "at": "1970-01-01T00:00:00.000Z",
        "who": "uid=0 pid=1",
        "asked": "m0",
        "result": "OK",
    }
    assert [entry["asked"] for entry in entries(tmp_path)] == ["m0", "m1"]


@pytest.mark.parametrize("files_max", [1, 3])
def test_a_full_file_is_set_aside_and_the_oldest_removed(tmp_path, files_max):
    bounds = AuditSettings(path=tmp_path / "audit.log", bytes_max=1_000, files_max=files_max)
    log = AuditLog(bounds)

    for number in range(200):
        log.record("uid=0 pid=1", f"m{number}", "OK")

    names = ["audit.log", "audit.log.1", "audit.log.2"][:files_max]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert all((tmp_path / name).stat().st_size <= 1_000 for name in names)
    lines = [ln for name in reversed(names) for ln in (tmp_path / name).read_text().splitlines()]
    kept = [int(json.loads(line)["asked"][1:]) for line in lines]
    assert kept == list(range(200 - len(kept), 200))


async def test_a_disk_that_refuses_is_logged_once_and_refuses_no_operator(tmp_path, caplog):
    broken = settings(tmp_path, socket=tmp_path / "o.sock")
    audit = AuditSettings(path=tmp_path / "gone" / "audit.log")
    broken = replace(broken, operator=replace(broken.operator, audit=audit))
    async with running_node(tmp_path, broken) as node:
        peers = [await node.ask_operator("node_getPeers") for _ in range(3)]

    assert all(peers)
    assert [(entry.message, entry.path) for entry in caplog.records] == [
        ("audit_entry_lost", audit.path)
    ]
