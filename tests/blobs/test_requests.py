"""Who may put, get and erase: signed, fresh, once, and only whom the ledger lets."""

from dataclasses import replace

import pytest

from node.blobs.auth import RequestGuard, SignedRequest
from node.blobs.errors import (
    ContentErased,
    ContentNotErased,
    ContentUnknown,
    NoContents,
    NotAReader,
)
from primitives.blob import payload_digest
from primitives.blob_documents import Erasure, WrapsDocument
from primitives.errors import (
    BadShape,
    BadSignature,
    Expired,
    ExpiryTooFar,
    KeyNotInAccount,
    QuotaExceeded,
    Replayed,
    WrongChain,
)
from tests.blobs.builders import CITIZEN, NOW_MS, OFFICER, OUTSIDER, address, content, wraps
from tests.blobs.network import KEYS, network_of
from tests.builders import CHAIN_ID

MADE = content(parts=1)


@pytest.fixture
async def node(tmp_path):
    """A node that is a host of MADE, which a citizen has uploaded."""
    async with network_of(tmp_path, "dopa") as (network, dopa):
        network.ledger.name(MADE, "dopa")
        await dopa.upload(CITIZEN, MADE)
        yield dopa


@pytest.fixture
async def empty(tmp_path):
    async with network_of(tmp_path, "dopa") as (_network, dopa):
        yield dopa


@pytest.mark.parametrize("reader", [CITIZEN, OFFICER])
async def test_whom_the_ledger_lets_read_gets_every_blob(node, reader):
    assert [await node.get(reader, MADE, index) for index in (0, 1)] == list(MADE.blobs)
    assert await node.get(reader, MADE, 2) is None


async def test_an_outsider_gets_nothing_and_puts_nothing(node):
    with pytest.raises(NotAReader):
        await node.get(OUTSIDER, MADE)
    with pytest.raises(NotAReader):
        await node.get_wraps(OUTSIDER, MADE)
    with pytest.raises(NotAReader):
        await node.put_wraps(OUTSIDER, MADE, wraps(MADE, OUTSIDER))
    with pytest.raises(NotAReader):
        await node.upload(OUTSIDER, MADE)


async def test_what_is_on_no_ledger_is_its_uploaders_alone(empty):
    await empty.upload(CITIZEN, MADE)

    with pytest.raises(NotAReader):
        await empty.get(OFFICER, MADE)
    with pytest.raises(NotAReader):
        await empty.upload(OFFICER, MADE)

    assert await empty.get(CITIZEN, MADE, 1) == MADE.blobs[1]


CHANGES = {
    "expired": ({"expires_at_ms": NOW_MS}, Expired),
    "too far ahead": ({"expires_at_ms": NOW_MS + 60_001}, ExpiryTooFar),
    "of another account": ({"account": address(OFFICER)}, KeyNotInAccount),
}


@pytest.mark.parametrize("case", CHANGES)
async def test_a_request_must_be_fresh_and_the_accounts_own(node, case):
    changes, error = CHANGES[case]

    with pytest.raises(error):
        await node.blobs.requests.get(node.signed(CITIZEN, "blob_get", MADE, **changes))


SIGNED_FOR = {
    "another method": {"method": "blob_put"},
    "another chain": {"chain_id": "other-1"},
    "another content": {"content": content("other").digest},
    "another blob": {"index": 1},
    "other bytes": {"payload": payload_digest(b"other")},
}


@pytest.mark.parametrize("case", SIGNED_FOR)
async def test_a_signature_covers_all_that_is_asked(node, case):
    asked = node.signed(CITIZEN, "blob_get", MADE)
    elsewhere = replace(asked.request, **SIGNED_FOR[case]).sign(CITIZEN)
    moved = SignedRequest(asked.request, asked.public_key, elsewhere)

    with pytest.raises(BadSignature):
        await node.blobs.requests.get(moved)


async def test_a_request_passes_once(node):
    signed = node.signed(CITIZEN, "blob_get", MADE)
    await node.blobs.requests.get(signed)

    with pytest.raises(Replayed):
        await node.blobs.requests.get(signed)


async def test_the_memory_of_requests_is_bounded_and_fades(node):
    guard = RequestGuard(node.ledger.is_key_of, node.ledger.is_site_of, nonces_max=2)
    for _ in range(2):
        guard.check(node.signed(CITIZEN, "blob_get", MADE), NOW_MS)

    with pytest.raises(QuotaExceeded):
        guard.check(node.signed(CITIZEN, "blob_get", MADE), NOW_MS)
    node.now_ms += 60_000

    assert guard.check(node.signed(CITIZEN, "blob_get", MADE), node.now_ms) is None


async def test_a_network_whose_ledger_names_no_contents_takes_none(empty):
    empty.ledger.is_there = False

    with pytest.raises(NoContents):
        await empty.upload(CITIZEN, MADE)


async def test_wraps_must_be_of_this_content_by_the_account_that_puts_them(node):
    other = content("other")

    with pytest.raises(BadShape, match="another content"):
        await node.put_wraps(CITIZEN, MADE, wraps(other))
    with pytest.raises(KeyNotInAccount, match="another account"):
        await node.put_wraps(CITIZEN, MADE, wraps(MADE, OFFICER))

    assert await node.get_wraps(CITIZEN, MADE) == []


async def test_wraps_signed_by_another_key_than_they_name_are_refused(node):
    good = wraps(MADE)
    forged = WrapsDocument(good.body, OUTSIDER.public_key, good.signature)

    with pytest.raises(BadSignature):
        await node.put_wraps(CITIZEN, MADE, forged)


async def test_wraps_of_another_network_are_refused(node):
    elsewhere = replace(wraps(MADE).body, chain_id="other-1")

    with pytest.raises(WrongChain):
        await node.put_wraps(CITIZEN, MADE, elsewhere.sign(CITIZEN))


@pytest.mark.parametrize("asker", [CITIZEN, OUTSIDER])
async def test_nobody_erases_what_the_ledger_does_not(node, asker):
    with pytest.raises(ContentNotErased):
        await node.erase(asker, MADE)

    assert node.has(MADE)


async def test_a_host_that_never_had_a_content_signs_that_it_has_none(empty):
    empty.ledger.name(MADE, "dopa")
    empty.ledger.erase(MADE)

    receipt = await empty.erase(OFFICER, MADE)

    erasure = Erasure(
        chain_id=CHAIN_ID, content=MADE.digest, node="dopa", erased_at_ms=empty.now_ms
    )
    assert receipt == erasure.sign(KEYS["dopa"]).encode() == await empty.erase(CITIZEN, MADE)


async def test_what_the_ledger_erased_is_given_to_nobody_even_before_it_is_removed(node):
    node.ledger.erased.add(MADE.digest)

    with pytest.raises(ContentErased):
        await node.get(CITIZEN, MADE)


async def test_an_upload_is_taken_back_by_its_account_and_may_come_again(empty):
    await empty.upload(CITIZEN, MADE)

    with pytest.raises(ContentUnknown):
        await empty.erase(OFFICER, MADE)
    taken_back = await empty.erase(CITIZEN, MADE)

    assert taken_back is None
    assert not empty.has(MADE)
    assert await empty.upload(CITIZEN, MADE)


def test_a_receipt_is_what_the_complaints_contract_checks():
    from contracts.complaints.erasures.messages import erasure_statement
    from primitives.crypto import verify

    erasure = Erasure(chain_id=CHAIN_ID, content=MADE.digest, node="dopa", erased_at_ms=7)
    receipt = erasure.sign(KEYS["dopa"])

    tag, statement = erasure_statement(CHAIN_ID, MADE.digest, "dopa", 7)

    assert verify(receipt.public_key, tag, statement, receipt.signature)
