"""Each error that the OpenRPC document lists of the methods blob_* can be got by a call."""

from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from node.rpc.values import hex_of
from primitives.blob import payload_digest
from primitives.codec import encode
from primitives.limits import BLOB_BYTES_MAX
from tests.blobs.builders import CITIZEN, NOW_MS, OUTSIDER, address, content, noise, wraps
from tests.blobs.network import FAST
from tests.blobs.served import served_network
from tests.rpc.described import DESCRIBED
from tests.rpc.test_blobs import MADE, Caller

METHODS = [name for name in DESCRIBED if name.startswith("blob_")]
OF_ANY = {"BAD_PARAMETERS", "ANSWER_TOO_LARGE", "TOO_BUSY", "NOT_READY", "INTERNAL"}


@asynccontextmanager
async def serving(folder, **settings):
    """A node that holds MADE, which is on the ledger."""
    async with (
        served_network(folder, "dopa", settings=replace(FAST, **settings)) as (network, url),
        aiohttp.ClientSession() as session,
    ):
        network.nodes["dopa"].now_ms = NOW_MS
        await network.nodes["dopa"].upload(CITIZEN, MADE)
        network.ledger.name(MADE, "dopa")
        yield Caller(network, url, session)


def data_of(method):
    return {"blob_put": MADE.blobs[1], "blob_put_wraps": wraps(MADE).encode()}.get(method, b"")


def call(caller, method, signer=CITIZEN, made=MADE, *, data=None, **changes):
    """Return the parameters of a call that is right but for what is changed and then signed."""
    data = data_of(method) if data is None else data
    changes = {"payload": payload_digest(data), "index": int(method == "blob_put")} | changes
    request = caller.request(signer, method, made, **changes)
    params = {"content": hex_of(made.digest), "request": request}
    if method in {"blob_put", "blob_get"}:
        params["index"] = changes["index"]
    if data:
        params["data" if method == "blob_put" else "document"] = hex_of(data)
    return params


async def no_contract(caller, method):
    caller.network.ledger.is_there = False
    return call(caller, method)


async def mistyped(caller, method):
    params = call(caller, method)
    return params | {"request": params["request"] | {"account": "sph1x"}}


async def replayed(caller, method):
    params = call(caller, method)
    await caller.answer(method, **params)
    return params


async def too_often(caller, method):
    guard = caller.node.blobs.requests._guard
    guard._nonces_max = len(guard._seen)
    return call(caller, method)


async def erased(caller, method):
    caller.network.ledger.erase(MADE)
    return call(caller, method)


async def unknown(caller, method):
    return call(caller, method, made=content("of nobody"))


async def nowhere(caller, method):
    return call(caller, method, index=2)


async def newer(caller, method):
    await caller.put_wraps(CITIZEN, wraps(MADE, version=2))
    return call(caller, method)


async def by_outsider(caller, method):
    data = wraps(MADE, OUTSIDER).encode() if method == "blob_put_wraps" else None
    return call(caller, method, OUTSIDER, data=data)


def signed_wraps(body):
    """A document whose body is not what it should be, though its key has signed it."""
    data = encode(body)
    return encode((data, CITIZEN.public_key, CITIZEN.sign("blob-wraps", data)))


def changed(**changes):
    async def make(caller, method):
        return call(caller, method, **changes)

    return make


def of(data):
    async def make(caller, method):
        return call(caller, method, data=data)

    return make


def upload(made, index):
    async def make(caller, method):
        return call(caller, method, made=made, data=made.blobs[index], index=index)

    return make


CALLS = {
    "NO_CONTENTS": no_contract,
    "BAD_ADDRESS": mistyped,
    "EXPIRED": changed(expires_at_ms=NOW_MS - 1),
    "EXPIRY_TOO_FAR": changed(expires_at_ms=NOW_MS + 60_001),
    "BAD_SIGNATURE": changed(chain_id="other"),
    "KEY_NOT_IN_ACCOUNT": changed(signer=OUTSIDER, account=address(CITIZEN)),
    "REPLAYED": replayed,
    "QUOTA_EXCEEDED": too_often,
    "CONTENT_ERASED": erased,
    "CONTENT_NOT_ERASED": changed(),
    "CONTENT_UNKNOWN": unknown,
    "NOT_FOUND": nowhere,
    "BLOB_WRONG_HASH": of(noise("lie", 9)),
    "BLOB_TOO_LARGE": of(bytes(BLOB_BYTES_MAX + 1)),
    "BLOB_HEAD_MISSING": upload(content("new", parts=1), 1),
    "STALE_WRAPS": newer,
    "NOT_CANONICAL": of(b"\xc1"),
    "TOO_LARGE": of(bytes(200_000)),
    "TOO_DEEP": of(b"\x91" * 200 + b"\x90"),
    "TOO_MANY_ITEMS": of(signed_wraps((0,) * 8_000)),
    "BAD_SHAPE": of(encode((1, 2))),
    "BAD_VERSION": of(signed_wraps((2, "other", MADE.digest, bytes(20), 1, ()))),
    "WRONG_CHAIN": of(signed_wraps((1, "other", MADE.digest, bytes(20), 1, ()))),
    "NOT_A_READER": by_outsider,
}
# With little room: what is changed of the settings, and the content that is too much.
FULL = {
    ("blob_put", "BLOB_QUOTA"): ({"account_contents_max": 1}, content("new")),
    ("blob_put", "BLOBS_FULL"): ({"contents_max": 1}, content("new")),
    ("blob_put_wraps", "BLOBS_FULL"): ({"documents_max": 0}, MADE),
}


def documented(is_chosen):
    return [
        (method, code)
        for method in METHODS
        for code in DESCRIBED[method]["x-errors"]
        if code not in OF_ANY and is_chosen(method, code)
    ]


@pytest.mark.parametrize(("method", "code"), documented(lambda _method, code: code in CALLS))
async def test_a_request_gets_the_error_that_is_documented(tmp_path, method, code):
    async with serving(tmp_path) as caller:
        params = await CALLS[code](caller, method)

        answer = await caller.answer(method, **params)

    assert answer["error"]["data"]["code"] == code


@pytest.mark.parametrize(("method", "code"), FULL)
async def test_a_full_node_gives_the_error_that_is_documented(tmp_path, method, code):
    settings, made = FULL[method, code]
    async with serving(tmp_path, **settings) as caller:
        data = made.blobs[0] if method == "blob_put" else None

        answer = await caller.answer(method, **call(caller, method, made=made, data=data, index=0))

    assert answer["error"]["data"]["code"] == code


def test_no_documented_error_is_left_out_here():
    assert set(documented(lambda _method, code: code not in CALLS)) == set(FULL)
