"""Transactions as a frame of bytes: the outcomes of `tx_submit`, without hex and JSON."""

import json

import pytest

from client.access import RpcSettings
from client.errors import RpcRefused
from client.rpc import RpcClient
from node.mempool.gossip import BATCH_TRANSACTIONS_MAX
from primitives.codec import encode
from primitives.submission import CONTENT_TYPE, Outcome, read_outcomes
from tests.execution.chain import ALICE, BOB
from tests.mempool.test_admission import BAD_TRANSACTIONS


def client(node) -> RpcClient:
    return RpcClient([node.url], RpcSettings(asks_again=False))


async def post(node, body: bytes) -> tuple[int, str, bytes]:
    headers = {"Content-Type": CONTENT_TYPE}
    async with node.session.post(f"{node.url}/rpc", data=body, headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def test_the_transactions_of_a_frame_wait_and_are_then_committed(node):
    items = [node.chain.transfer(ALICE, BOB, 1) for _ in range(120)]
    raws = [item.raw for item in items]

    async with client(node) as rpc:
        first = await rpc.submit(raws)
        node.commit()
        again = await rpc.submit(raws)

    ids = [item.transaction_id for item in items]
    assert first == tuple(Outcome(transaction_id=name, word="pending") for name in ids)
    assert again == tuple(Outcome(transaction_id=name, word="committed") for name in ids)


@pytest.mark.parametrize("name", sorted(BAD_TRANSACTIONS.keys() - {"too large"}))
async def test_each_bad_transaction_gets_its_code_beside_good_ones(node, name):
    make, code = BAD_TRANSACTIONS[name]
    good = node.chain.transfer(ALICE, BOB, 1)

    async with client(node) as rpc:
        bad, taken = await rpc.submit([make(node.chain), good.raw])

    assert (bad.transaction_id, bad.word) == (None, code)
    assert bad.message
    assert taken.transaction_id == good.transaction_id


@pytest.mark.parametrize(
    ("body", "code"),
    {
        "nothing": (b"", "NOT_CANONICAL"),
        "JSON": (b'[{"jsonrpc":"2.0"}]', "NOT_CANONICAL"),
        "no array": (encode(b"one"), "BAD_SHAPE"),
        "an array of text": (encode(("one",)), "BAD_SHAPE"),
        "a transaction that is too large": (encode((bytes(65_537),)), "BAD_SHAPE"),
        "too many": (encode((b"",) * (BATCH_TRANSACTIONS_MAX + 1)), "TOO_MANY_ITEMS"),
    }.values(),
)
async def test_what_is_no_frame_is_refused_as_a_whole(node, body, code):
    status, kind, answer = await post(node, body)

    assert (status, kind) == (400, "application/json")
    assert json.loads(answer)["error"]["data"]["code"] == code


async def test_a_client_is_told_why_its_whole_frame_is_refused(node):
    async with client(node) as rpc:
        with pytest.raises(RpcRefused, match="BAD_SHAPE"):
            await rpc.submit([bytes(65_537)])


async def test_a_node_that_takes_nothing_says_so_of_each(node):
    node.view.problem = "the disk is full"

    _status, _kind, body = await post(node, encode((node.chain.transfer(ALICE, BOB, 1).raw,)))

    (outcome,) = read_outcomes(body, count=1)
    assert (outcome.transaction_id, outcome.word) == (None, "NOT_READY")
    assert "the disk is full" in outcome.message


async def test_an_empty_frame_has_no_outcomes(node):
    assert await post(node, encode(())) == (200, CONTENT_TYPE, encode(()))
