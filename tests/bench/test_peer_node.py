"""CometBFT answers are read as ours are: taken, asked again, refused, or a fault with its name."""

import base64
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bench.peer_node import CometNode
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from primitives.ids import TransactionId
from tests.builders import transaction

ID = bytes(range(32))
META = {"block_id": {"hash": "AB" * 32}, "header": {"height": "7"}}


@asynccontextmanager
async def node(answers):
    """A node whose server gives a result, or an error, by method."""

    def answer(asked):
        given = answers[asked["method"]]
        kind = "error" if "code" in given and "data" in given and "message" in given else "result"
        return {"jsonrpc": "2.0", "id": asked["id"], kind: given}

    async def post(request: web.Request) -> web.Response:
        asked = await request.json()
        if isinstance(asked, dict):
            return web.json_response(answer(asked))
        many = [answer(each) for each in asked]
        return web.json_response(many[0] if len(many) == 1 else many)  # as CometBFT answers

    app = web.Application()
    app.add_routes([web.post("/", post)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made = CometNode(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/rpc")
    await made.open()
    yield made
    await made.close()
    await runner.cleanup()


def error(data):
    return {"code": -32603, "message": "Internal error", "data": data}


async def test_a_block_has_the_ids_and_codes_that_the_application_gave():
    refused = {"code": 1, "data": base64.b64encode(ID).decode(), "log": "INSUFFICIENT_FUNDS"}
    taken = {"code": 0, "data": base64.b64encode(ID[::-1]).decode()}
    answers = {
        "block_results": {"txs_results": [taken, refused]},
        "blockchain": {"block_metas": [META]},
    }

    async with node(answers) as comet:
        block = await comet.block(7)

    assert block.block_hash == b"\xab" * 32
    assert block.codes == (
        (TransactionId(ID[::-1]), "OK"),
        (TransactionId(ID), "INSUFFICIENT_FUNDS"),
    )


async def test_a_block_without_transactions_is_read():
    answers = {"block_results": {"txs_results": None}, "blockchain": {"block_metas": [META]}}

    async with node(answers) as comet:
        assert (await comet.block(7)).codes == ()


async def test_heights_come_with_their_hashes_and_a_missing_one_is_named():
    async with node({"blockchain": {"block_metas": [META]}}) as comet:
        assert await comet.hashes([7]) == [b"\xab" * 32]
        with pytest.raises(NodeUnreachable, match="has no block 8 yet"):
            await comet.hashes([7, 8])


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"code": 0, "log": ""}, "pending"),
        (error("tx already exists in cache"), "pending"),
        (error("mempool is full: number of txs 5000"), "MEMPOOL_FULL"),
        ({"code": 1, "log": "BAD_SIGNATURE"}, "BAD_SIGNATURE"),
    ],
)
async def test_a_transaction_is_taken_or_refused_with_a_code(given, word):
    sent = transaction()
    async with node({"broadcast_tx_sync": given}) as comet:
        [outcome] = await comet.submit([sent])

    assert outcome.word == word
    assert outcome.transaction_id == (sent.transaction_id if word == "pending" else None)


async def test_a_refused_question_is_a_refusal():
    async with node({"status": error("not yet")}) as comet:
        with pytest.raises(RpcRefused, match="not yet"):
            await comet.height()


async def test_the_count_of_checked_signatures_is_the_applications():
    value = base64.b64encode(b"1234").decode()
    async with node({"abci_query": {"response": {"value": value}}}) as comet:
        assert await comet.signatures_checked() == 1234


async def test_an_answer_of_another_form_is_named():
    async with node({"status": {"sync_info": {}}}) as comet:
        with pytest.raises(BadAnswer, match="latest_block_height"):
            await comet.height()
