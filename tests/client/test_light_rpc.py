"""What the light client asks of a node, and that a node which lies or is mute is found out."""

from types import SimpleNamespace

import pytest

from client.contract import proven
from client.errors import BadAnswer, RpcRefused
from client.light import LightClient
from client.rpc import RpcClient
from contracts.cbdc.core.state import balances
from genesis import following
from primitives.certificate import BadCertificate
from primitives.codec import encode
from primitives.ids import Address, TransactionId
from primitives.state_proof import BadProof
from tests.client.builders import (
    RECEIPT_BYTES,
    RECEIPTS,
    State,
    make_chain,
    make_genesis,
    receipt_path,
)
from tests.client.test_rpc import serving

RICH, POOR, STRANGE = (Address(bytes([i]) * 20) for i in (1, 2, 3))
KEY = b"cbdc\0balances\0"
GENESIS = make_genesis()
STATE = State({KEY + RICH: encode(125_050), KEY + STRANGE: encode("money")})
CHAIN = make_chain(GENESIS, STATE, 3)
LIGHT = LightClient(GENESIS)


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


def header_answer(height: int = 2) -> dict:
    link = CHAIN[height]
    certificate = link.certificate
    return {
        "header_bytes": hexed(link.block.header.encode()),
        "certificate": None if certificate is None else hexed(certificate.encode()),
    }


def state_answer(key: bytes) -> dict:
    value = STATE.values.get(key)
    return header_answer() | {
        "value": None if value is None else hexed(value),
        "proof": hexed(encode(STATE.proof(key).to_value())),
    }


def receipt_answer(index: int) -> dict:
    return {
        "proof": header_answer()
        | {
            "receipt_bytes": hexed(RECEIPT_BYTES[index]),
            "index": index,
            "count": len(RECEIPT_BYTES),
            "path": [hexed(step) for step in receipt_path(index)],
        }
    }


def answering(answer):
    def script(asked):
        found = answer(asked["params"]) if callable(answer) else answer
        return {"jsonrpc": "2.0", "id": asked["id"], "result": found}

    return serving(script)


def honest_state(params: dict) -> dict:
    return state_answer(bytes.fromhex(params["key"][2:]))


@pytest.mark.parametrize(("holder", "satang"), [(RICH, 125_050), (POOR, 0)])
async def test_a_balance_and_its_absence_are_proven(holder, satang):
    async with answering(honest_state) as peer, RpcClient([peer.url]) as rpc:
        found = await proven(rpc, LIGHT, "cbdc", balances, holder)

    assert (found.value or 0) == satang
    assert found.proof.key == KEY + holder
    assert found.at.header.height == 2


async def test_a_proof_of_another_key_is_refused():
    async with answering(state_answer(KEY + RICH)) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadProof):
            await proven(rpc, LIGHT, "cbdc", balances, POOR)


async def test_a_value_that_is_no_number_is_no_balance():
    async with answering(honest_state) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer, match="the entry of balances is no value of it"):
            await proven(rpc, LIGHT, "cbdc", balances, STRANGE)


async def test_an_answer_without_a_certificate_is_refused():
    lie = state_answer(KEY + RICH) | {"certificate": None}

    async with answering(lie) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadCertificate):
            await proven(rpc, LIGHT, "cbdc", balances, RICH)


@pytest.mark.parametrize(
    "change",
    [
        {"proof": None},
        {"proof": "zz"},
        {"proof": "0x0"},
        {"proof": "0x 0"},
        {"value": 5},
        {"header_bytes": 7},
    ],
)
async def test_an_answer_of_another_form_is_the_nodes_fault(change):
    lie = state_answer(KEY + RICH) | change

    async with answering(lie) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer):
            await proven(rpc, LIGHT, "cbdc", balances, RICH)


async def test_several_keys_are_proven_by_one_question():
    keys = [KEY + RICH, KEY + POOR]
    asked = []

    async def batch(requests):
        asked.append(len(requests))
        return [state_answer(bytes.fromhex(one.params["key"][2:])) for one in requests]

    found = await LIGHT.states(SimpleNamespace(batch=batch), keys)

    assert [one.value for one in found] == [encode(125_050), None]
    assert asked == [2]


async def test_one_refusal_among_several_proofs_refuses_them_all():
    async def batch(requests):
        return [state_answer(KEY + RICH), RpcRefused(-32000, "no", {"code": "NOT_READY"})]

    with pytest.raises(RpcRefused):
        await LIGHT.states(SimpleNamespace(batch=batch), [KEY + RICH, KEY + POOR])


def test_a_known_header_with_another_certificate_is_checked_again():
    light = LightClient(GENESIS)
    header, certificate = (CHAIN[2].block.header.encode(), CHAIN[2].certificate.encode())
    known = light.check_header(header, certificate)

    assert light.check_header(header, certificate) is known
    with pytest.raises(BadCertificate):
        light.check_header(header, CHAIN[1].certificate.encode())


def test_only_so_many_headers_are_remembered(monkeypatch):
    monkeypatch.setattr(following, "_REMEMBERED_MAX", 1)
    light = LightClient(GENESIS)
    links = [(CHAIN[at].block.header.encode(), CHAIN[at].certificate.encode()) for at in (1, 2)]

    first, _ = (light.check_header(*link) for link in links)
    again = light.check_header(*links[0])

    assert again.header == first.header
    assert again is not first


async def test_the_head_is_verified():
    async with answering(header_answer()) as peer, RpcClient([peer.url]) as rpc:
        head = await LIGHT.head(rpc)

    assert head.header == CHAIN[2].block.header


async def test_the_genesis_block_alone_proves_nothing():
    async with answering(header_answer(0)) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadCertificate, match="after genesis"):
            await LIGHT.head(rpc)


async def test_a_receipt_is_proven():
    async with answering(receipt_answer(3)) as peer, RpcClient([peer.url]) as rpc:
        found = await LIGHT.receipt(rpc, RECEIPTS[3].transaction_id)

    assert found.receipt == RECEIPTS[3]
    assert peer.asked[0]["params"]["prove"] is True


async def test_the_receipt_of_another_transaction_is_refused():
    async with answering(receipt_answer(3)) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadProof):
            await LIGHT.receipt(rpc, RECEIPTS[2].transaction_id)


@pytest.mark.parametrize(
    "change", [{"path": "0x"}, {"path": [5]}, {"index": -1}, {"count": True}, {"index": "x"}]
)
async def test_a_receipt_proof_of_another_form_is_the_nodes_fault(change):
    answer = {"proof": receipt_answer(3)["proof"] | change}

    async with answering(answer) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer):
            await LIGHT.receipt(rpc, RECEIPTS[3].transaction_id)


async def test_a_transaction_without_a_proof_is_not_believed():
    answer = {"proof": None, "status": "committed"}

    async with answering(answer) as peer, RpcClient([peer.url]) as rpc:
        with pytest.raises(BadAnswer, match="gives no proof"):
            await LIGHT.receipt(rpc, TransactionId(bytes(32)))
