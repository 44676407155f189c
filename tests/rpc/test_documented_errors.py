"""Each error that the OpenRPC document lists of a method can be got by a call of it."""

import json
from pathlib import Path

import pytest

from node.mempool import PoolLimits, Strangers
from node.mempool.strangers import StrangerLimits
from node.rpc import RpcSettings
from node.rpc.errors import RpcFault
from node.rpc.methods import METHODS
from node.rpc.values import hex_of
from node.store.schema import BLOCKS, HEADERS, at_height
from primitives.ids import address_of
from primitives.transaction import sign_body
from tests.builders import key
from tests.execution.chain import ALICE, BOB, genesis
from tests.mempool.test_admission import BAD_TRANSACTIONS
from tests.mempool.test_strangers import configure
from tests.rpc.described import DESCRIBED, DOCUMENT, EXAMPLES, check_answer, validator
from tests.rpc.node import running_node
from tests.rpc.test_methods import BAD_QUERIES

ROOT = Path(__file__).resolve().parents[2]
# Of what no call alone can bring about, and the test of each.
ELSEWHERE = {
    "ANSWER_TOO_LARGE": "tests/rpc/test_requests.py::test_answers_together_are_bounded",
    "CONTRACT_MIGRATING": "tests/execution/test_upgrades.py::"
    "test_a_large_state_moves_a_page_a_block_and_nobody_calls_the_contract_meanwhile",
    "INTERNAL": "tests/rpc/test_requests.py::"
    "test_a_bug_in_a_method_is_an_internal_error_and_no_secret",
    "TOO_BUSY": "tests/rpc/test_share.py::"
    "test_a_call_over_the_share_is_answered_429_with_the_time_to_come_back",
    "TOO_MANY_CHECKS": "tests/execution/test_prechecks.py::"
    "test_who_brings_failing_checks_has_them_refused_unchecked",
}


def raw_calls(codes=None):
    """Return tx_* parameters by code: what tests of admission send."""
    return {
        code: (lambda node, make=make: {"transaction": hex_of(make(node.chain))})
        for make, code in BAD_TRANSACTIONS.values()
        if codes is None or code in codes
    }


def foreign(node):
    return {
        "transaction": hex_of(sign_body(node.chain.transfer(ALICE, BOB, 1).body, [ALICE, BOB]).raw)
    }


def dear(node):
    to = address_of(BOB.public_key)
    lines = tuple((to, 1, f"row {number}", "", None) for number in range(60))
    item = node.chain.transaction(ALICE, "batch_transfer", "payroll", lines, 60, "partial")
    return {"transaction": hex_of(sign_body(item.body, []).raw)}


FORMS = {
    "NOT_CANONICAL",
    "TOO_LARGE",
    "TOO_DEEP",
    "TOO_MANY_ITEMS",
    "BAD_SHAPE",
    "BAD_VERSION",
    "REPEATED_SIGNATURE",
}
# Parameters by method and code, of a node with nothing special about it.
CALLS = {
    "chain_getBlock": {"NOT_FOUND": lambda _: {"at": 99}},
    "chain_getHeader": {"NOT_FOUND": lambda _: {"at": 99}},
    "chain_getValidators": {"NOT_FOUND": lambda _: {"height": 99}},
    "contract_getSchemas": {"UNKNOWN_CONTRACT": lambda _: {"contract": "lottery"}},
    "contract_getAbi": {"UNKNOWN_CONTRACT": lambda _: {"contract": "lottery"}},
    "tx_submit": raw_calls() | {"FOREIGN_SIGNATURE": foreign},
    "tx_simulate": raw_calls(FORMS) | {"SIMULATION_TOO_DEAR": dear},
    "state_query": {
        **{code: (lambda _, params=params: params) for params, code in BAD_QUERIES.values()},
        "ARGUMENT_OUT_OF_BOUNDS": lambda _: {
            "contract": "cbdc",
            "query": "redemptions_page",
            "args": [10**6],
        },
        "BAD_TEXT": lambda _: {"contract": "cbdc", "query": "fsp", "args": ["a\u0007"]},
    },
    "events_search": {"BAD_ADDRESS": lambda _: {"address": "sph1x"}},
    "events_subscribe": {"BAD_REQUEST": lambda _: {"kind": "blocks"}},
    "events_unsubscribe": {"BAD_REQUEST": lambda _: {"subscription": 1}},
    **{
        name: {"NOT_PERMITTED": lambda _: {}}
        for name, method in METHODS.items()
        if method.is_operator_only
    },
}


async def second_transfer(node):
    await node.mempool.admission.submit([node.chain.transfer(ALICE, BOB, 1).raw])
    return {"transaction": hex_of(node.chain.transfer(ALICE, BOB, 1).raw)}


async def second_stranger(node):
    await node.mempool.admission.submit([configure(node.chain, key(41)).raw])
    return {"transaction": hex_of(configure(node.chain, key(42)).raw)}


async def first_transfer(node):
    return {"transaction": hex_of(node.chain.transfer(ALICE, BOB, 1).raw)}


async def unknown_transaction(_node):
    return {"transaction_id": "0x" + "00" * 32}


async def record(_node):
    return {}


async def pruned_block(node):
    prune(node)
    return {"at": 1}


async def pruned_validators(node):
    prune(node)
    return {"height": 0}


async def pruned_events(node):
    prune(node)
    return {"from_height": 1}


def prune(node):
    """Remove blocks 0 and 1."""
    store = node.chain.ledger.store
    rows = [at_height(prefix, height) for prefix in (BLOCKS, HEADERS) for height in (0, 1)]
    store._kv.write([(row, None) for row in rows])
    store.chain.first_block = 2


# Nodes of which little is left: what they are run with, and the call that is too much.
FULL = {
    ("network_getRecord", "UNKNOWN_CONTRACT"): (
        {"document": genesis(names=("accounts", "cbdc"))},
        record,
    ),
    ("tx_submit", "QUOTA_EXCEEDED"): ({"limits": PoolLimits(per_sender_max=1)}, second_transfer),
    ("tx_submit", "MEMPOOL_FULL"): ({"limits": PoolLimits(transactions_max=0)}, first_transfer),
    ("tx_submit", "TOO_MANY_STRANGERS"): (
        {"strangers": Strangers(StrangerLimits(burst=1), clock=lambda: 0.0)},
        second_stranger,
    ),
    ("chain_getBlock", "PRUNED"): ({}, pruned_block),
    ("chain_getHeader", "PRUNED"): ({}, pruned_block),
    ("chain_getValidators", "PRUNED"): ({}, pruned_validators),
    ("events_search", "PRUNED"): ({}, pruned_events),
    ("tx_wait", "TOO_MANY_WAITING"): (
        {"settings": RpcSettings(waiting_max=0)},
        unknown_transaction,
    ),
}
ON_SOCKETS = {"BAD_ADDRESS", "TOO_MANY_SUBSCRIPTIONS"}


def documented(is_chosen):
    return [
        (name, code)
        for name, method in DESCRIBED.items()
        for code in method["x-errors"]
        if code not in ELSEWHERE and is_chosen(name, code)
    ]


def is_plain(name, code):
    return code in CALLS.get(name, {})


@pytest.mark.parametrize(("method", "code"), documented(is_plain))
async def test_a_call_gets_the_error_that_is_documented(node, method, code):
    answer = await node.answer(method, CALLS[method][code](node))

    assert answer["error"]["data"]["code"] == code


@pytest.mark.parametrize(("method", "code"), FULL)
async def test_a_full_node_gives_the_error_that_is_documented(tmp_path, method, code):
    options, make = FULL[method, code]
    async with running_node(tmp_path, **options) as node:
        params = await make(node)

        answer = await node.answer(method, params)

    assert answer["error"]["data"]["code"] == code


@pytest.mark.parametrize("code", sorted(ON_SOCKETS))
async def test_a_subscription_gets_the_error_that_is_documented(node, code):
    filters = (
        [{"address": "sph1x"}]
        if code == "BAD_ADDRESS"
        else [{"contract": "cbdc", "event": f"Event{number}"} for number in range(33)]
    )
    kind = "address" if code == "BAD_ADDRESS" else "events"
    async with node.session.ws_connect(f"{node.url}/ws") as socket:
        for chosen in filters:
            params = {"kind": kind, "filter": chosen}
            call = {"jsonrpc": "2.0", "id": 1, "method": "events_subscribe", "params": params}
            await socket.send_str(json.dumps(call))
            answer = json.loads(await socket.receive_str(timeout=5))
            check_answer("events_subscribe", answer)

    assert answer["error"]["data"]["code"] == code


@pytest.mark.parametrize("method", METHODS)
async def test_every_method_refuses_a_parameter_that_it_does_not_have(node, method):
    answer = await node.answer_operator(method, surplus=1)

    assert answer["error"]["data"]["code"] == "BAD_PARAMETERS"


async def test_a_disk_that_cannot_be_read_makes_any_method_not_ready(node):
    node.chain.ledger.close()

    answer = await node.answer("chain_getBlock", {"at": 1})

    assert answer["error"]["data"]["code"] == "NOT_READY"


def test_no_documented_error_is_left_out_here():
    plain = {(name, code) for name, codes in CALLS.items() for code in codes}
    sockets = {("events_subscribe", code) for code in ON_SOCKETS}
    of_any = {(name, code) for name in METHODS for code in ("BAD_PARAMETERS", "NOT_READY")}

    left = set(documented(lambda name, _: not name.startswith("blob_")))

    assert left - plain - sockets - of_any - set(FULL) == set()


@pytest.mark.parametrize("code", ELSEWHERE)
def test_what_no_call_alone_brings_about_has_a_test_of_its_own(code):
    file, _, test = ELSEWHERE[code].partition("::")

    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_refusal_of_the_server_itself_has_an_example():
    codes = {fault.code for fault in RpcFault.__subclasses__()}

    assert codes <= EXAMPLES.keys()


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_of_an_error_is_an_error_object(code):
    validator(DOCUMENT["components"]["schemas"]["ErrorJson"]).validate(EXAMPLES[code])

    assert EXAMPLES[code]["data"]["code"] == code
