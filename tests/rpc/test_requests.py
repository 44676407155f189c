"""JSON-RPC 2.0: envelopes, batches, notifications and parameters."""

import json

import pytest
from pydantic import ValidationError

from node.rpc import AnswerLimits, RpcSettings
from node.rpc.blob_schemas import RequestParams
from node.rpc.schemas import HeightParams, SubscribeParams
from primitives.limits import RPC_BATCH_MAX
from tests.execution.chain import ALICE, BOB
from tests.rpc.node import running_node

STATUS = {"jsonrpc": "2.0", "id": 1, "method": "chain_getStatus"}

BAD_REQUESTS = {
    "a number": (5, -32600, "BAD_REQUEST"),
    "text": ("chain_getStatus", -32600, "BAD_REQUEST"),
    "null": (None, -32600, "BAD_REQUEST"),
    "no version": ({"id": 1, "method": "chain_getStatus"}, -32600, "BAD_REQUEST"),
    "version as a number": (STATUS | {"jsonrpc": 2}, -32600, "BAD_REQUEST"),
    "no method": ({"jsonrpc": "2.0", "id": 1}, -32600, "BAD_REQUEST"),
    "method as a number": (STATUS | {"method": 1}, -32600, "BAD_REQUEST"),
    "unknown member": (STATUS | {"parms": {}}, -32600, "BAD_REQUEST"),
    "id as an object": (STATUS | {"id": {}}, -32600, "BAD_REQUEST"),
    "id as a boolean": (STATUS | {"id": True}, -32600, "BAD_REQUEST"),
    "params as text": (STATUS | {"params": "x"}, -32600, "BAD_REQUEST"),
    "params as null": (STATUS | {"params": None}, -32600, "BAD_REQUEST"),
    "an empty batch": ([], -32600, "BAD_REQUEST"),
    "unknown method": (STATUS | {"method": "chain_getstatus"}, -32601, "UNKNOWN_RPC_METHOD"),
    "batch over 100": ([STATUS] * (RPC_BATCH_MAX + 1), -32002, "BATCH_TOO_LARGE"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
async def test_a_bad_request_is_refused_by_name(node, name):
    request, rpc_code, code = BAD_REQUESTS[name]

    _status, answer = await node.post(json.dumps(request))

    assert (answer["error"]["code"], answer["error"]["data"]["code"]) == (rpc_code, code)


WRONG_PARAMETERS = {
    "unknown name": ("chain_getBlock", {"height": 1}),
    "surplus place": ("chain_getBlock", [1, 2]),
    "negative height": ("chain_getBlock", {"at": -1}),
    "boolean for a height": ("chain_getBlock", {"at": True}),
    "short hash": ("chain_getBlock", {"at": "0x1234"}),
    "word for a height": ("chain_getBlock", {"at": "newest"}),
    "missing": ("tx_submit", {}),
    "number for bytes": ("tx_submit", {"transaction": 5}),
    "hex without 0x": ("tx_submit", {"transaction": "ab"}),
    "odd hex": ("tx_submit", {"transaction": "0xabc"}),
    "white space in hex": ("tx_submit", {"transaction": "0xab cd"}),
    "no hex at all": ("tx_submit", {"transaction": "0xzz"}),
    "short id": ("tx_get", {"transaction_id": "0x00"}),
    "text for a boolean": ("tx_get", {"transaction_id": "0x" + "00" * 32, "prove": "yes"}),
    "wait beyond a minute": (
        "tx_wait",
        {"transaction_id": "0x" + "00" * 32, "timeout_ms": 60_001},
    ),
    "negative wait": ("tx_wait", {"transaction_id": "0x" + "00" * 32, "timeout_ms": -1}),
    "key too long": ("state_getProof", {"key": "0x" + "00" * 1_025}),
    "empty contract": ("contract_getAbi", {"contract": ""}),
    "args as text": ("state_query", {"contract": "cbdc", "query": "balance", "args": "x"}),
    "unknown kind": ("events_subscribe", {"kind": "weather"}),
}


@pytest.mark.parametrize("name", WRONG_PARAMETERS)
async def test_wrong_parameters_are_refused_by_name(node, name):
    method, params = WRONG_PARAMETERS[name]

    answer = await node.answer(method, params)

    assert (answer["error"]["code"], answer["error"]["data"]["code"]) == (-32602, "BAD_PARAMETERS")


async def test_parameters_may_be_given_by_place_or_by_name(node):
    by_place = await node.answer("chain_getHeader", [1])
    by_name = await node.answer("chain_getHeader", {"at": 1})

    assert by_place["result"] == by_name["result"]
    assert by_name["result"]["height"] == 1


async def test_a_batch_is_answered_in_its_order_with_refusals_in_their_places(node):
    answers = await node.batch(
        ("chain_getHeader", {"at": 1}),
        ("nothing", {}),
        ("chain_getHeader", {"at": 0}),
        ("tx_submit", {"transaction": "0x00"}),
        ("chain_getStatus", {}),
    )

    assert [answer["id"] for answer in answers] == [0, 1, 2, 3, 4]
    assert ["error" in answer for answer in answers] == [False, True, False, True, False]


async def test_a_notification_is_done_and_not_answered(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    params = {"transaction": "0x" + item.raw.hex()}

    status, answer = await node.post(
        json.dumps({"jsonrpc": "2.0", "method": "tx_submit", "params": params})
    )

    assert (status, answer) == (204, None)
    assert item.transaction_id in node.mempool.pool


async def test_in_a_batch_only_calls_with_an_id_are_answered(node):
    silent = {"jsonrpc": "2.0", "method": "chain_getStatus"}

    _status, answers = await node.post(json.dumps([silent, STATUS, silent]))

    assert [answer["id"] for answer in answers] == [1]


async def test_a_bug_in_a_method_is_an_internal_error_and_no_secret(node, monkeypatch, caplog):
    def broken():
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(node.view, "peers", broken)

    answer = await node.answer_operator("node_getPeers")

    assert answer["error"]["data"]["code"] == "INTERNAL"
    assert "hunter2" not in json.dumps(answer)
    assert [(entry.message, entry.method) for entry in caplog.records] == [
        ("method_failed", "node_getPeers")
    ]


async def test_a_result_that_is_no_json_is_an_internal_error(node, monkeypatch, caplog):
    monkeypatch.setattr(node.view, "seen", {"height": object()})

    answer = await node.answer_operator("node_getConsensus")

    assert answer["error"]["data"]["code"] == "INTERNAL"
    assert [(entry.message, entry.method) for entry in caplog.records] == [
        ("result_is_no_json", "node_getConsensus")
    ]


async def test_answers_together_are_bounded(tmp_path):
    settings = RpcSettings(answers=AnswerLimits(bytes_max=1_500))
    async with running_node(tmp_path, settings) as node:
        answers = await node.batch(*[("chain_getBlock", {"at": 0})] * 5)

    assert "result" in answers[0]
    assert answers[-1]["error"]["data"]["code"] == "ANSWER_TOO_LARGE"


async def test_a_bug_that_clients_reach_is_a_line_a_minute(node, monkeypatch, caplog):
    def broken():
        raise RuntimeError("bug")

    monkeypatch.setattr(node.view, "peers", broken)

    for _ in range(20):
        await node.answer_operator("node_getPeers")

    assert len(caplog.records) == 1


MANY = {f"p{number}": number for number in range(4_000)}
CROWDED = {
    "parameters": ("chain_getValidators", MANY, "4000 members, at most 1"),
    "a nested object": (
        "events_subscribe",
        {"kind": "events", "filter": MANY},
        "filter: 4000 members, at most 3",
    ),
    "one unknown name": ("chain_getValidators", {"altitude": 1}, "'altitude' is no parameter"),
}


@pytest.mark.parametrize("case", CROWDED)
async def test_unknown_parameters_are_refused_by_count_and_name_before_they_are_read(node, case):
    method, params, why = CROWDED[case]

    answer = await node.answer(method, params)

    assert answer["error"]["data"]["code"] == "BAD_PARAMETERS"
    assert why in answer["error"]["message"]


@pytest.mark.parametrize("model", [HeightParams, SubscribeParams, RequestParams])
def test_however_many_unknown_parameters_come_one_error_is_made(model):
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(MANY)

    assert refusal.value.error_count() == 1
