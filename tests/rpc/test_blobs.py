"""The methods blob_* over HTTP: form of parameters and answers, and both codes of each refusal."""

import json

import aiohttp
import pytest

from node.rpc.values import hex_of
from primitives.blob import Head, blob_digest, payload_digest
from primitives.blob_documents import read_erasure
from primitives.ids import show_address
from primitives.limits import BLOB_BYTES_MAX
from tests.blobs.builders import (
    CITIZEN,
    NOW_MS,
    OFFICER,
    OUTSIDER,
    Content,
    address,
    content,
    noise,
    wraps,
)
from tests.blobs.network import FAST
from tests.blobs.served import served_network
from tests.builders import CHAIN_ID
from tests.rpc.described import check_answer

MADE = content(parts=1)


class Caller:
    """Asks a served node with a signed request."""

    def __init__(self, network, url, session):
        self.network = network
        self.node = network.nodes["dopa"]
        self.url = url
        self.session = session

    async def answer(self, method, **params):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with self.session.post(f"{self.url}/rpc", data=json.dumps(body)) as response:
            answer = json.loads(await response.text())
        check_answer(method, answer)
        return answer

    def request(self, signer, method, made=MADE, **changes):
        signed = self.node.signed(signer, method, made, **changes)
        return {
            "account": show_address(signed.request.account),
            "public_key": hex_of(signed.public_key),
            "expires_at_ms": signed.request.expires_at_ms,
            "nonce": hex_of(signed.request.nonce),
            "signature": hex_of(signed.signature),
        }

    async def put(self, signer, index, data, made=MADE):
        changes = {"index": index, "payload": payload_digest(data)}
        request = self.request(signer, "blob_put", made, **changes)
        content = hex_of(made.digest)
        return await self.answer(
            "blob_put", content=content, index=index, data=hex_of(data), request=request
        )

    async def get(self, signer, index=0, **changes):
        request = self.request(signer, "blob_get", index=index, **changes)
        content = hex_of(MADE.digest)
        return await self.answer("blob_get", content=content, index=index, request=request)

    async def of_content(self, signer, method):
        request = self.request(signer, method)
        return await self.answer(method, content=hex_of(MADE.digest), request=request)

    async def put_wraps(self, signer, document):
        data = document.encode()
        request = self.request(signer, "blob_put_wraps", payload=payload_digest(data))
        content = hex_of(MADE.digest)
        return await self.answer(
            "blob_put_wraps", content=content, document=hex_of(data), request=request
        )


def codes(answer):
    return answer["error"]["code"], answer["error"]["data"]["code"]


@pytest.fixture
async def caller(tmp_path):
    async with (
        served_network(tmp_path, "dopa", settings=FAST) as (network, url),
        aiohttp.ClientSession() as session,
    ):
        network.nodes["dopa"].now_ms = NOW_MS
        yield Caller(network, url, session)


@pytest.fixture
async def named(caller):
    """MADE is uploaded and on the ledger."""
    for index, blob in enumerate(MADE.blobs):
        await caller.put(CITIZEN, index, blob)
    caller.network.ledger.name(MADE, "dopa")
    return caller


async def test_a_content_is_put_and_got(caller):
    shown = hex_of(MADE.digest)

    answers = [await caller.put(CITIZEN, index, blob) for index, blob in enumerate(MADE.blobs)]
    got = [await caller.get(CITIZEN, index) for index in (0, 1)]

    assert [answer["result"] for answer in answers] == [
        {"content": shown, "index": 0, "complete": False},
        {"content": shown, "index": 1, "complete": True},
    ]
    assert [answer["result"]["data"] for answer in got] == [hex_of(blob) for blob in MADE.blobs]


async def test_a_blob_of_the_largest_size_fits_into_a_body(caller):
    made = content("large", parts=1, size=BLOB_BYTES_MAX - 100)
    largest = Content((Head((blob_digest(bytes(BLOB_BYTES_MAX)),), b"").encode(),))

    await caller.put(CITIZEN, 0, largest.blobs[0], largest)
    answer = await caller.put(CITIZEN, 1, bytes(BLOB_BYTES_MAX), largest)

    assert answer["result"]["complete"]
    assert "result" in await caller.put(CITIZEN, 0, made.blobs[0], made)


async def test_wraps_are_put_and_got(named):
    document = wraps(MADE, OFFICER)

    put = await named.put_wraps(OFFICER, document)
    got = await named.of_content(CITIZEN, "blob_get_wraps")

    assert put["result"] == {"content": hex_of(MADE.digest)}
    assert got["result"] == {"documents": [hex_of(document.encode())]}


async def test_an_erasure_is_answered_with_a_receipt(named):
    named.network.ledger.erase(MADE)

    result = (await named.of_content(CITIZEN, "blob_erase"))["result"]

    receipt = read_erasure(bytes.fromhex(result["receipt"][2:]), chain_id=CHAIN_ID)
    assert (receipt.body.content, receipt.body.node) == (MADE.digest, "dopa")
    assert result["node"] == "dopa"
    assert result["erased_at_ms"] == receipt.body.erased_at_ms == NOW_MS
    assert result["public_key"] == hex_of(receipt.public_key)
    assert result["signature"] == hex_of(receipt.signature)


async def test_an_upload_is_taken_back_without_a_receipt(caller):
    await caller.put(CITIZEN, 0, MADE.blobs[0])

    answer = await caller.of_content(CITIZEN, "blob_erase")

    assert answer["result"] == {"receipt": None}


REFUSED = {
    "a wrong hash": (lambda c: c.put(CITIZEN, 1, noise("lie", 9)), "BLOB_WRONG_HASH"),
    "too large": (
        lambda c: c.put(CITIZEN, 1, bytes(BLOB_BYTES_MAX + 1)),
        "BLOB_TOO_LARGE",
    ),
    "before its head": (
        lambda c: c.put(CITIZEN, 1, content("new", parts=1).blobs[1], content("new", parts=1)),
        "BLOB_HEAD_MISSING",
    ),
    "an outsider": (lambda c: c.get(OUTSIDER), "NOT_A_READER"),
    "expired": (lambda c: c.get(CITIZEN, expires_at_ms=NOW_MS - 1), "EXPIRED"),
    "good for too long": (
        lambda c: c.get(CITIZEN, expires_at_ms=NOW_MS + 60_001),
        "EXPIRY_TOO_FAR",
    ),
    "another's account": (
        lambda c: c.get(OUTSIDER, account=address(CITIZEN)),
        "KEY_NOT_IN_ACCOUNT",
    ),
    "signed for another chain": (lambda c: c.get(CITIZEN, chain_id="other"), "BAD_SIGNATURE"),
    "wraps of another": (
        lambda c: c.put_wraps(CITIZEN, wraps(MADE, OFFICER)),
        "KEY_NOT_IN_ACCOUNT",
    ),
    "not to be erased": (lambda c: c.of_content(CITIZEN, "blob_erase"), "CONTENT_NOT_ERASED"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_each_refusal_has_its_code(named, case):
    ask, code = REFUSED[case]

    assert codes(await ask(named)) == (-32000, code)


async def test_an_unknown_upload_cannot_be_taken_back(caller):
    assert codes(await caller.of_content(CITIZEN, "blob_erase")) == (-32000, "CONTENT_UNKNOWN")


async def test_older_wraps_are_stale(named):
    await named.put_wraps(CITIZEN, wraps(MADE, version=2))

    assert codes(await named.put_wraps(CITIZEN, wraps(MADE, version=1))) == (-32000, "STALE_WRAPS")


async def test_the_same_request_twice_is_a_replay(named):
    params = {
        "content": hex_of(MADE.digest),
        "index": 0,
        "request": named.request(CITIZEN, "blob_get"),
    }
    first = await named.answer("blob_get", **params)

    second = await named.answer("blob_get", **params)

    assert "result" in first
    assert codes(second) == (-32000, "REPLAYED")


async def test_a_blob_that_is_not_here_is_not_found(named):
    named.network.ledger.hosts[MADE.digest] = ("court",)

    assert codes(await named.get(CITIZEN, 2)) == (-32001, "NOT_FOUND")


async def test_a_network_without_such_a_contract_says_so(caller):
    caller.network.ledger.is_there = False

    assert codes(await caller.get(CITIZEN)) == (-32000, "NO_CONTENTS")


GOOD = {
    "account": show_address(address(CITIZEN)),
    "public_key": "0x01" + "00" * 32,
    "expires_at_ms": 1,
    "nonce": "0x" + "00" * 16,
    "signature": "0x" + "00" * 64,
}
BAD_PARAMETERS = {
    "no request": {"content": hex_of(MADE.digest), "index": 0},
    "a short digest": {"content": "0x00", "index": 0, "request": GOOD},
    "a negative index": {"content": hex_of(MADE.digest), "index": -1, "request": GOOD},
    "an index above the limit": {"content": hex_of(MADE.digest), "index": 64, "request": GOOD},
    "an index that is true": {"content": hex_of(MADE.digest), "index": True, "request": GOOD},
    "a short nonce": {
        "content": hex_of(MADE.digest),
        "index": 0,
        "request": GOOD | {"nonce": "0x00"},
    },
    "a short key": {
        "content": hex_of(MADE.digest),
        "index": 0,
        "request": GOOD | {"public_key": "0x00"},
    },
    "a signature that is no hex": {
        "content": hex_of(MADE.digest),
        "index": 0,
        "request": GOOD | {"signature": "zz"},
    },
    "an unknown member": {
        "content": hex_of(MADE.digest),
        "index": 0,
        "request": GOOD | {"token": "x"},
    },
}


@pytest.mark.parametrize("case", BAD_PARAMETERS)
async def test_parameters_of_another_form_are_refused_before_anything_else(caller, case):
    answer = await caller.answer("blob_get", **BAD_PARAMETERS[case])

    assert codes(answer) == (-32602, "BAD_PARAMETERS")


async def test_an_address_with_a_typing_error_is_refused(caller):
    params = {"content": hex_of(MADE.digest), "index": 0, "request": GOOD | {"account": "sph1x"}}

    assert codes(await caller.answer("blob_get", **params)) == (-32000, "BAD_ADDRESS")
