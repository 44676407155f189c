"""Submitting, looking up and waiting for transactions over RPC."""

import asyncio

import pytest

from node.rpc.errors import TooManyWaiting
from node.rpc.values import hex_of
from node.rpc.waiters import Waiters
from primitives.ids import TransactionId
from tests.execution.chain import ALICE, BOB
from tests.mempool.builders import until
from tests.mempool.test_admission import BAD_TRANSACTIONS


def submitted(item) -> tuple[str, dict]:
    return "tx_submit", {"transaction": hex_of(item.raw)}


@pytest.mark.parametrize("name", BAD_TRANSACTIONS)
async def test_each_bad_transaction_gets_its_named_error(node, name):
    make, code = BAD_TRANSACTIONS[name]

    refusal = await node.refusal("tx_submit", transaction=hex_of(make(node.chain)))

    assert refusal == (-32000, code)


async def test_a_transaction_is_pending_then_committed_with_its_receipt(node):
    item = node.chain.transfer(ALICE, BOB, 250)

    first = await node.call("tx_submit", transaction=hex_of(item.raw))
    waiting = await node.call("tx_get", transaction_id=first["transaction_id"])
    node.commit()
    done = await node.call("tx_get", transaction_id=first["transaction_id"])
    again = await node.call("tx_submit", transaction=hex_of(item.raw))

    assert first["status"] == waiting["status"] == "pending"
    assert (done["status"], done["height"], done["index"]) == ("committed", 2, 0)
    assert done["receipt"]["events"][0]["fields"]["amount"] == 250
    assert again == {"transaction_id": first["transaction_id"], "status": "committed"}


async def test_a_transaction_that_fails_is_committed_with_the_contracts_refusal(node):
    item = node.chain.transfer(ALICE, BOB, 2_000_000)
    await node.call("tx_submit", transaction=hex_of(item.raw))
    node.commit()

    done = await node.call("tx_get", transaction_id=hex_of(item.transaction_id))

    assert done["status"] == "committed"
    assert done["receipt"]["code"] != "OK"
    assert done["receipt"]["contract"] == "cbdc"


async def test_an_expired_transaction_is_told_apart_from_an_unknown_one(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    await node.call("tx_submit", transaction=hex_of(item.raw))
    node.mempool.pool.expire(item.body.expires_at_ms)

    answer = await node.call("tx_get", transaction_id=hex_of(item.transaction_id))

    assert answer["status"] == "expired"


async def test_a_dropped_transaction_is_rejected_with_the_code(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    await node.call("tx_submit", transaction=hex_of(item.raw))
    node.mempool.pool.drop(item.transaction_id, "KEY_NOT_IN_ACCOUNT")

    answer = await node.call("tx_get", transaction_id=hex_of(item.transaction_id))

    assert (answer["status"], answer["code"]) == ("rejected", "KEY_NOT_IN_ACCOUNT")


async def test_the_transactions_of_a_batch_are_admitted_together(node, monkeypatch):
    items = [node.chain.transfer(ALICE, BOB, 1) for _ in range(100)]
    sizes = []
    real = node.mempool.admission.submit

    async def counted(raws, origin):
        sizes.append(len(raws))
        return await real(raws, origin)

    monkeypatch.setattr(node.mempool.admission, "submit", counted)

    answers = await node.batch(*map(submitted, items))

    assert sizes == [100]
    assert [answer["result"]["transaction_id"] for answer in answers] == [
        hex_of(item.transaction_id) for item in items
    ]


async def test_a_node_that_takes_no_transactions_says_why(node):
    node.view.problem = "the disk is full"

    answer = await node.answer("tx_submit", {"transaction": "0x00"})

    assert (answer["error"]["code"], answer["error"]["data"]["code"]) == (-32003, "NOT_READY")
    assert "the disk is full" in answer["error"]["message"]


async def test_a_disk_that_refuses_is_not_ready_and_nothing_is_acknowledged(node, monkeypatch):
    def broken(_descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("node.mempool.journal.os.fsync", broken)

    method, params = submitted(node.chain.transfer(ALICE, BOB, 1))
    refusal = await node.refusal(method, **params)

    assert refusal == (-32003, "NOT_READY")


async def test_who_waits_is_woken_by_the_block(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    await node.call("tx_submit", transaction=hex_of(item.raw))
    waiting = asyncio.create_task(
        node.call("tx_wait", transaction_id=hex_of(item.transaction_id), timeout_ms=60_000)
    )
    await until(lambda: node.server._services.waiters._futures)

    node.commit()
    answer = await waiting

    assert (answer["status"], answer["height"]) == ("committed", 2)


async def test_a_batch_may_submit_and_wait_at_once(node):
    items = [node.chain.transfer(ALICE, BOB, 1) for _ in range(50)]
    waits = [
        ("tx_wait", {"transaction_id": hex_of(item.transaction_id), "timeout_ms": 60_000})
        for item in items
    ]
    answering = asyncio.create_task(node.batch(*map(submitted, items), *waits))
    await until(lambda: len(node.server._services.waiters._futures) == 50)

    node.commit()
    answers = await answering

    assert [answer["result"]["status"] for answer in answers] == ["pending"] * 50 + [
        "committed"
    ] * 50


async def test_waiting_ends_with_what_is_known_by_then(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    await node.call("tx_submit", transaction=hex_of(item.raw))

    answer = await node.call("tx_wait", transaction_id=hex_of(item.transaction_id), timeout_ms=5)
    at_once = await node.call("tx_wait", transaction_id=hex_of(item.transaction_id), timeout_ms=0)

    assert answer["status"] == at_once["status"] == "pending"


async def test_a_committed_transaction_is_not_waited_for(node):
    done = await node.call("chain_getBlock", at=1)
    transaction_id = done["receipts"][0]["transaction_id"]

    answer = await node.call("tx_wait", transaction_id=transaction_id, timeout_ms=60_000)

    assert answer["status"] == "committed"


async def test_waiting_calls_are_bounded_and_leave_nothing_behind():
    waiters = Waiters(waiting_max=1)
    first = asyncio.create_task(waiters.wait(TransactionId(bytes(32)), 60, "a"))
    await asyncio.sleep(0)

    with pytest.raises(TooManyWaiting, match="at most 1"):
        await waiters.wait(TransactionId(bytes(32)), 60, "b")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    assert await waiters.wait(TransactionId(bytes(32)), 0, "a") is None
    assert not waiters._futures


async def test_one_client_may_not_take_all_waiting_calls():
    waiters = Waiters(per_client_max=1)
    first = asyncio.create_task(waiters.wait(TransactionId(bytes(32)), 60, "a"))
    await asyncio.sleep(0)

    with pytest.raises(TooManyWaiting, match="of a wait"):
        await waiters.wait(TransactionId(bytes(32)), 60, "a")

    assert await waiters.wait(TransactionId(bytes(32)), 0, "b") is None
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_waiting_ends_at_once_with_the_code_when_the_transaction_is_dropped(node):
    item = node.chain.transfer(ALICE, BOB, 1)
    await node.call("tx_submit", transaction=hex_of(item.raw))
    name = hex_of(item.transaction_id)
    waiting = asyncio.create_task(node.call("tx_wait", transaction_id=name, timeout_ms=60_000))
    await until(lambda: node.server._services.waiters._futures)

    node.mempool.pool.drop(item.transaction_id, "KEY_NOT_IN_ACCOUNT")
    answer = await asyncio.wait_for(waiting, 5)
    later = await node.call("tx_wait", transaction_id=name, timeout_ms=60_000)

    assert (answer["status"], answer["code"]) == ("rejected", "KEY_NOT_IN_ACCOUNT")
    assert later == answer
