"""Contents on four real validators, named, moved and erased by the complaints contract."""

import asyncio

import pytest

from client.complaints import (
    BlobAccount,
    BlobClient,
    ComplaintReceipt,
    ReadingKey,
    commitment_of,
    seal_content,
)
from client.complaints.errors import ContentNotFound
from client.errors import RpcRefused
from client.outcome import send
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from commands.temporary import temporary_devnet
from primitives.limits import BLOB_BYTES_MAX
from scenes.kit.cast import Agencies

pytestmark = pytest.mark.e2e

CASE = b"case-0000000001a"
TEXT = "ทางเท้าหน้าบ้านเลขที่ 99 พัง".encode() + bytes(2 * BLOB_BYTES_MAX)
ROADS = "public-works"
ROADS_READS = ReadingKey(b"\x52" * 32)
WAIT_S = 30.0


class Party:
    """Sends transactions to every validator's chain and asks for contents."""

    def __init__(self, devnet, rpc, builder, wallet):
        self.rpc = rpc
        self.builder = builder
        self.wallet = wallet
        self.account = BlobAccount(devnet.genesis.chain_id, wallet._keys[0], wallet.address)

    async def do(self, method, **fields):
        intent = Intent(contract="complaints", method=method, fields=fields)
        outcome = await send(
            self.rpc, self.wallet.sign(self.builder.build(self.wallet.address, intent))
        )
        assert outcome.is_ok, outcome.receipt
        return outcome


async def eventually(ask):
    """Return the answer once the validators asked are as far as the one that has it first."""
    async with asyncio.timeout(WAIT_S):
        while True:
            try:
                return await ask()
            except (RpcRefused, ContentNotFound):
                await asyncio.sleep(0.05)


def files_with(devnet, text):
    return [
        path
        for path in devnet.directory.rglob("data/**/*")
        if path.is_file() and text in path.read_bytes()
    ]


async def filed(devnet, roads, citizen, receipt):
    """File a case whose content is put at a validator that is no host of its agency."""
    hosts = [node.name for node in devnet.validators][:2]
    key = ROADS_READS.public
    await roads.do("set_handler", agency=ROADS, encryption_key=key, hosts=hosts)
    sealed = seal_content(TEXT, CASE)
    async with BlobClient([devnet.urls[3]], citizen.account) as no_host:
        await no_host.upload(sealed, [key, receipt.reading_key.public])
    await citizen.do("file", **filing(receipt, sealed))
    return sealed


async def erased(devnet, roads, citizen, sealed):
    """Erase the case and put the receipts of two validators on the ledger."""
    await citizen.do("withdraw", case_id=CASE)
    await citizen.do("request_erasure", case_id=CASE)
    await roads.do("erase", case_id=CASE, agency=ROADS, legal_basis="pdpa-33")
    async with BlobClient(devnet.urls, roads.account) as blobs:
        receipts = await eventually(lambda: blobs.erase(sealed.digest))
    for one in receipts[:2]:
        await roads.do(
            "record_erasure",
            case_id=CASE,
            agency=ROADS,
            digest=sealed.digest,
            host=one.body.node,
            host_key=one.public_key,
            erased_at_ms=one.body.erased_at_ms,
            signature=one.signature,
        )
    return receipts


async def test_a_content_is_filed_read_by_its_agency_and_erased_everywhere():
    agencies = Agencies([ROADS])
    async with (
        temporary_devnet(agencies.plan()) as devnet,
        RpcClient([devnet.urls[0]]) as rpc,
    ):
        builder = await TransactionBuilder.from_node(rpc, ["complaints"])
        receipt = ComplaintReceipt.generate()
        citizen = Party(devnet, rpc, builder, Wallet([receipt.signing_key]))
        roads = Party(devnet, rpc, builder, agencies.wallets[ROADS])

        sealed = await filed(devnet, roads, citizen, receipt)
        fetched = []
        for url in devnet.urls[:2]:
            async with BlobClient([url], roads.account) as blobs:
                fetched.append(await eventually(lambda b=blobs: b.fetch(sealed.digest)))
        async with BlobClient(devnet.urls, roads.account) as blobs:
            opened = await blobs.read(sealed.digest, ROADS_READS, CASE)
        stranger = BlobAccount.of_key(devnet.genesis.chain_id, Wallet.generate()._keys[0])
        async with BlobClient(devnet.urls, stranger) as blobs:
            with pytest.raises(RpcRefused, match="NOT_A_READER"):
                await blobs.fetch(sealed.digest)
        readable = files_with(devnet, TEXT[:60]) + files_with(devnet, sealed.key)
        kept = files_with(devnet, sealed.blobs[1])

        receipts = await erased(devnet, roads, citizen, sealed)
        async with asyncio.timeout(WAIT_S):
            while files_with(devnet, sealed.blobs[1]):  # noqa: ASYNC110 - files have no event
                await asyncio.sleep(0.1)

        assert fetched == [sealed.blobs] * 2
        assert opened.content == TEXT
        assert opened.commitment == sealed.commitment
        assert readable == []
        assert len(kept) >= 2
        keys = {member.name: member.public_key for member in devnet.genesis.members}
        assert {one.body.node for one in receipts} >= {devnet.validators[0].name}
        assert all(keys[one.body.node] == one.public_key for one in receipts)


def filing(receipt, sealed):
    item = {
        "kind": "participant",
        "digest": sealed.digest,
        "size": sealed.size,
        "commitment": sealed.commitment,
    }
    return {
        "case_id": CASE,
        "template": "city-service",
        "version": 1,
        "category": "road",
        "agency": ROADS,
        "area": "bkk-chatuchak",
        "commitment": commitment_of(bytes(32), b"whole"),
        "fields": [{"code": "description", "commitment": commitment_of(bytes(32), b"field")}],
        "contents": [item],
        "owner_pk": receipt.signing_key.public_key,
        "sid": None,
    }
