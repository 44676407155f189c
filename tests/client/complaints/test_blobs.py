"""Contents over real servers: put at one node, fetched from any, shared, erased, never believed."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from client.access import RpcSettings
from client.complaints.asking import BlobAccount, Question, signed_params
from client.complaints.blobs import BlobClient
from client.complaints.content import seal_content
from client.complaints.errors import ContentNotFound, MissingWrap, RepeatedWrap
from client.complaints.wraps import PUBLIC_READER, ReadingKey
from client.errors import NodeUnreachable, RpcRefused
from client.transaction import wall_ms
from node.blobs import BlobSettings
from primitives.blob import blob_digest
from primitives.limits import BLOB_BYTES_MAX
from tests.blobs.builders import CITIZEN, FULL, OFFICER, OUTSIDER, BrokenFiles, Content
from tests.blobs.network import KEYS, until
from tests.blobs.served import served_network
from tests.builders import CHAIN_ID

CASE = b"case-0000000001a"
DARK = "http://127.0.0.1:9"
CITIZEN_READS, OFFICER_READS = ReadingKey(b"\x01" * 32), ReadingKey(b"\x02" * 32)
READERS = [CITIZEN_READS.public, OFFICER_READS.public]


@asynccontextmanager
async def client(signer, *urls, settings=None):
    async with BlobClient(urls, BlobAccount.of_key(CHAIN_ID, signer), settings) as blobs:
        yield blobs


def named(sealed) -> Content:
    return Content(sealed.blobs)


@pytest.fixture
async def nodes(tmp_path):
    """A network of two hosts, and their urls."""
    async with served_network(tmp_path, "dopa", "police") as served:
        yield served


async def test_what_is_put_at_one_node_is_read_from_another(nodes):
    network, dopa, police = nodes
    content, told = bytes(2 * BLOB_BYTES_MAX), []
    sealed = seal_content(content, CASE)
    async with client(CITIZEN, dopa) as citizen:
        url = await citizen.upload(sealed, READERS, lambda *done: told.append(done))

    network.ledger.name(named(sealed), "dopa", "police")
    await until(lambda: network.nodes["police"].has(named(sealed)))
    async with client(OFFICER, police) as officer:
        opened = await officer.read(sealed.digest, OFFICER_READS, CASE)

    opened.check(sealed.commitment)
    assert opened.content == content
    assert url == dopa
    assert told[-1] == (sealed.size, sealed.size)


async def test_a_node_that_is_down_or_full_is_passed_over_when_putting(nodes):
    network, dopa, police = nodes
    files = BrokenFiles()
    network.nodes["dopa"].store._disk._files = files
    sealed = seal_content(b"text", CASE)

    async with client(CITIZEN, DARK, dopa, police) as citizen:
        with files.failing_at("write", FULL):
            url = await citizen.upload(sealed, READERS)

    assert url == police
    assert network.nodes["dopa"].store.held(sealed.digest) is None


async def test_when_every_disk_is_full_nothing_is_acknowledged(nodes):
    network, dopa, _police = nodes
    files = BrokenFiles()
    network.nodes["dopa"].store._disk._files = files
    sealed = seal_content(b"text", CASE)

    async with client(CITIZEN, DARK, dopa) as citizen:
        with files.failing_at("fsync", FULL), pytest.raises(RpcRefused) as refusal:
            await citizen.upload(sealed, READERS)

    assert refusal.value.code == "BLOBS_FULL"
    assert list((network.folder / "dopa").rglob("*.*")) == []


async def test_readers_that_are_repeated_are_refused_before_anything_is_sent(nodes):
    network, dopa, _police = nodes
    sealed = seal_content(b"text", CASE)

    async with client(CITIZEN, dopa) as citizen:
        with pytest.raises(RepeatedWrap):
            await citizen.upload(sealed, READERS * 2)

    assert network.nodes["dopa"].store.held(sealed.digest) is None


async def test_an_outsider_is_refused_by_name(nodes):
    network, dopa, police = nodes
    sealed = seal_content(b"text", CASE)
    async with client(CITIZEN, dopa) as citizen:
        await citizen.upload(sealed, READERS)
    network.ledger.name(named(sealed), "dopa")

    async with client(OUTSIDER, dopa, police) as outsider:
        with pytest.raises(RpcRefused) as of_blob:
            await outsider.fetch(sealed.digest)
        with pytest.raises(RpcRefused) as of_wraps:
            await outsider.documents(sealed.digest)

    assert (of_blob.value.code, of_wraps.value.code) == ("NOT_A_READER", "NOT_A_READER")


async def test_a_node_that_sends_other_bytes_is_passed_over(nodes, monkeypatch):
    network, dopa, police = nodes
    sealed = seal_content(b"text", CASE)
    network.ledger.name(named(sealed), "dopa", "police")
    async with client(CITIZEN, police) as citizen:
        await citizen.upload(sealed, READERS)
    await until(lambda: network.nodes["dopa"].has(named(sealed)))

    async def lie(_signed):
        return sealed.blobs[0][:-1]

    monkeypatch.setattr(network.nodes["dopa"].blobs.requests, "get", lie)
    async with client(CITIZEN, dopa, police) as citizen:
        fetched = await citizen.fetch(sealed.digest)
    async with client(CITIZEN, dopa) as citizen:
        with pytest.raises(ContentNotFound, match="are not the blob"):
            await citizen.fetch(sealed.digest)

    assert fetched == sealed.blobs


async def test_a_content_that_no_node_has_is_not_found(nodes):
    network, dopa, police = nodes
    sealed = seal_content(b"text", CASE)
    network.ledger.name(named(sealed), "court")

    async with client(CITIZEN, dopa, police) as citizen:
        with pytest.raises(ContentNotFound):
            await citizen.fetch(sealed.digest)


async def test_no_node_at_all_is_said(tmp_path):
    async with client(CITIZEN, DARK) as citizen:
        with pytest.raises(NodeUnreachable):
            await citizen.upload(seal_content(b"text", CASE), READERS)


async def test_a_new_participant_reads_what_was_shared_and_others_still_do(nodes):
    network, dopa, police = nodes
    sealed, newcomer = seal_content(b"text", CASE), ReadingKey(b"\x05" * 32)
    network.ledger.name(named(sealed), "dopa", "police")
    async with client(CITIZEN, dopa) as citizen:
        await citizen.upload(sealed, READERS)
    await until(lambda: network.nodes["police"].has(named(sealed)))

    async with client(OFFICER, police, dopa) as officer:
        with pytest.raises(MissingWrap):
            await officer.read(sealed.digest, newcomer, CASE)
        await officer.share(sealed.digest, OFFICER_READS, CASE, [newcomer.public])
        await officer.share(sealed.digest, OFFICER_READS, CASE, [ReadingKey(b"\x06" * 32).public])
        readers = (newcomer, OFFICER_READS, CITIZEN_READS)
        opened = [await officer.read(sealed.digest, reader, CASE) for reader in readers]

    assert [one.content for one in opened] == [b"text"] * 3


async def test_public_content_is_read_by_everybody_and_wrapped_by_its_uploader_alone(nodes):
    network, dopa, _police = nodes
    sealed = seal_content(b"the road is mended", CASE)
    async with client(CITIZEN, dopa) as citizen:
        await citizen.upload(sealed, [PUBLIC_READER.public])
    network.ledger.name(named(sealed), "dopa")
    network.ledger.public.add(sealed.digest)

    async with client(OUTSIDER, dopa) as outsider:
        opened = await outsider.read(sealed.digest, PUBLIC_READER, CASE)
        with pytest.raises(RpcRefused) as refusal:
            await outsider.share(sealed.digest, PUBLIC_READER, CASE, READERS)

    assert opened.content == b"the road is mended"
    assert refusal.value.code == "NOT_A_READER"


async def test_removed_wraps_open_nothing_any_more(nodes):
    network, dopa, _police = nodes
    sealed = seal_content(b"text", CASE)
    network.ledger.name(named(sealed), "dopa")
    async with client(CITIZEN, dopa) as citizen:
        await citizen.upload(sealed, READERS)

        await citizen.remove_wraps(sealed.digest)

        with pytest.raises(MissingWrap):
            await citizen.read(sealed.digest, CITIZEN_READS, CASE)


async def test_every_node_erases_and_signs_for_it(nodes):
    network, dopa, police = nodes
    sealed = seal_content(b"text", CASE)
    network.ledger.name(named(sealed), "dopa", "police")
    async with client(CITIZEN, dopa, police) as citizen:
        await citizen.upload(sealed, READERS)
        with pytest.raises(RpcRefused) as too_early:
            await citizen.erase(sealed.digest)

        network.ledger.erase(named(sealed))
        receipts = await citizen.erase(sealed.digest)
        with pytest.raises(RpcRefused) as too_late:
            await citizen.fetch(sealed.digest)

    assert {(one.body.node, one.public_key) for one in receipts} == {
        (name, KEYS[name].public_key) for name in ("dopa", "police")
    }
    assert (too_early.value.code, too_late.value.code) == ("CONTENT_NOT_ERASED", "CONTENT_ERASED")


async def test_nothing_readable_is_on_any_disk(tmp_path):
    text = b"a name, a street and a telephone number"
    async with served_network(tmp_path, "dopa", "police") as (network, dopa, _police):
        sealed = seal_content(text, CASE)
        network.ledger.name(named(sealed), "dopa", "police")
        async with client(CITIZEN, dopa) as citizen:
            await citizen.upload(sealed, READERS)
        await until(lambda: network.nodes["police"].has(named(sealed)))

    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert len(files) >= 3
    assert [data for data in files if text in data or sealed.key in data] == []


async def test_the_quota_of_uploads_is_each_accounts_own(tmp_path):
    settings = BlobSettings(free_bytes_min=0, account_bytes_max=1_000)
    async with served_network(tmp_path, "dopa", settings=settings) as (_network, dopa):
        async with client(CITIZEN, dopa, settings=RpcSettings(asks_again=False)) as citizen:
            await citizen.upload(seal_content(b"first", CASE), READERS)
            with pytest.raises(RpcRefused) as refusal:
                await citizen.upload(seal_content(bytes(1_000), CASE), READERS)
        async with client(OFFICER, dopa) as officer:
            taken = await officer.upload(seal_content(b"second", CASE), READERS)

    assert (refusal.value.code, taken) == ("BLOB_QUOTA", dopa)


async def test_what_a_node_has_no_room_for_goes_to_the_next_at_once(tmp_path):
    settings = BlobSettings(free_bytes_min=0, account_contents_max=1)
    async with served_network(tmp_path, "dopa", "police", settings=settings) as served:
        network, *urls = served
        put, asked = network.nodes["dopa"].blobs.requests.put, []

        async def counted(signed, blob):
            asked.append(signed)
            return await put(signed, blob)

        network.nodes["dopa"].blobs.requests.put = counted
        async with client(CITIZEN, *urls) as citizen:
            taken = [
                await citizen.upload(seal_content(text, CASE), READERS)
                for text in (b"first", b"second")
            ]

    assert (taken, len(asked)) == (urls, 2)


async def test_an_upload_that_a_full_node_refuses_is_told_when_to_come_again(tmp_path):
    settings = BlobSettings(free_bytes_min=0, account_contents_max=1)
    async with served_network(tmp_path, "dopa", settings=settings) as (_network, dopa):
        async with client(CITIZEN, dopa) as citizen:
            await citizen.upload(seal_content(b"first", CASE), READERS)
        blob = seal_content(b"second", CASE).blobs[0]
        question = Question(
            "blob_put", blob_digest(blob), {"index": 0, "data": "0x" + blob.hex()}, payload=blob
        )
        params = signed_params(BlobAccount.of_key(CHAIN_ID, CITIZEN), question, wall_ms())
        body = {"jsonrpc": "2.0", "id": 1, "method": "blob_put", "params": params}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{dopa}/rpc", json=body) as response,
        ):
            answer = await response.json()

    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 0
    assert answer["error"]["data"]["code"] == "BLOB_QUOTA"
