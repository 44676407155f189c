"""The real contracts and a real store of contents under the client's roles, without a network."""

from contextlib import asynccontextmanager
from dataclasses import replace

from client.complaints.actor import Connection
from client.complaints.citizen import Citizen, Complaint
from client.complaints.officer import Officer
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.supervisor import Supervisor
from client.complaints.wraps import ReadingKey
from client.errors import RpcRefused
from client.transaction import wall_ms
from client.wallet import Wallet
from contracts.tools.abi import abi
from contracts.tools.testing import key_of
from node.blobs.policy import ContractPolicy
from node.rpc.values import read_arguments, to_json
from primitives.crypto import digest
from primitives.errors import Rejected
from primitives.receipt import OK
from primitives.transaction import decode_transaction
from tests.blobs import network as blob_network
from tests.blobs.served import served_network
from tests.builders import CHAIN_ID
from tests.contracts.complaints.test_filing import with_identity
from tests.contracts.complaints.world import AGENCIES, CONTRACTS_HERE, World
from tests.contracts.identity.world import admin

HOSTS = ("dopa",)
BROKEN_FOOTPATH = Complaint(
    template="city-service",
    category="footpath",
    agency="khet",
    area="bkk-chatuchak",
    fields={"description": "ทางเท้าหน้าบ้านเลขที่ 99 พัง"},
)


def reader_of(agency):
    """The reading key of an agency."""
    return ReadingKey(digest("test-reader", agency.encode()))


class Chain:
    """Answers `call` as a node does, one block a transaction; `urls` serve its contents."""

    witness = None

    def __init__(self, world, urls=("http://127.0.0.1:9",)):
        self.world = world
        self.ledger = world.ledger
        self.urls = tuple(urls)
        self.receipts = {}
        self.connection = Connection(
            rpc=self, chain_id=CHAIN_ID, urls=self.urls, now_ms=wall_ms, patience_s=0.3
        )

    async def call(self, method, params=None, *, timeout_s=None):
        del timeout_s
        return getattr(self, method)(**(params or {}))

    def chain_getStatus(self):  # noqa: N802 - the method's name
        now_ms = self.ledger.block.time_ms
        return {"chain_id": CHAIN_ID, "height": 1, "time_ms": 1, "contract_time_ms": now_ms}

    def tx_submit(self, transaction):
        decoded = decode_transaction(bytes.fromhex(transaction[2:]))
        decoded.check_signatures()
        body, identifier = decoded.body, "0x" + decoded.transaction_id.hex()
        receipt = {"code": OK}
        try:
            self.ledger.at(body.sender).call(body.contract, body.method, body.args)
        except Rejected as refused:
            receipt = {"code": refused.code}
        self.receipts[identifier] = (receipt, self.ledger.block.height)
        self.ledger.next_block()
        return {"transaction_id": identifier, "status": "pending"}

    def tx_wait(self, transaction_id, timeout_ms):
        assert timeout_ms > 0
        receipt, height = self.receipts[transaction_id]
        placed = {"transaction_id": transaction_id, "status": "committed", "height": height}
        return placed | {"receipt": receipt}

    def state_query(self, contract, query, args):
        described = next(q for q in abi(CONTRACTS_HERE[contract])["queries"] if q["name"] == query)
        try:
            values = read_arguments(args, described["params"])
            value = self.ledger.query(contract, query, *values)
        except Rejected as refused:
            raise RpcRefused(-32000, refused.message, {"code": refused.code}) from refused
        return {"value": to_json(value, described["returns"]), "height": self.ledger.block.height}

    def wait(self, seconds):
        """Begin a block so much later."""
        self.world.wait(seconds)

    def proof(self):
        """Make somchai a proofed subject of identity, by statements that name another chain."""
        ledger = self.ledger
        ledger.block = replace(ledger.block, chain_id="test-chain")
        with_identity(self.world)
        ledger.block = replace(ledger.block, chain_id=CHAIN_ID)

    def citizen(self, receipt=None):
        """Whoever has a receipt, a fresh one without."""
        return Citizen.anonymous(self.connection, receipt or ComplaintReceipt.generate())

    def officer(self, agency):
        """The administrator of an agency."""
        wallet = Wallet([key_of(admin(agency))])
        return Officer.open(self.connection, agency, wallet, reader_of(agency))

    def supervisor(self):
        """The administrator of the supervisor."""
        wallet = Wallet([key_of(admin("etda"))])
        return Supervisor.open(self.connection, "etda", wallet, reader_of("etda"))


@asynccontextmanager
async def chain_with_contents(folder, monkeypatch):
    """A chain whose agencies' contents are kept by one real node, behind a real server."""
    world = World()
    world.ledger.block = replace(world.ledger.block, chain_id=CHAIN_ID)
    monkeypatch.setattr(blob_network, "Ledger", lambda: ContractPolicy(_asker(world)))
    async with served_network(folder, *HOSTS) as (_network, *urls):
        chain = Chain(world, urls)
        for agency, kinds in AGENCIES.items():
            if "complaint-handler" in kinds and agency != "mute":
                await officer_ready(chain, agency)
        await officer_ready(chain, "etda")
        yield chain


async def officer_ready(chain, agency):
    """Set an agency's key and hosts; the node keeps for all."""
    assert (await chain.officer(agency).set_handler(HOSTS)).is_ok


def _asker(world):
    def ask(contract, query, args):
        return world.ledger.query(contract, query, *args)

    return ask
