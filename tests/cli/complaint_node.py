"""A node double over the real complaints contract, with a store of contents that allows all."""

import json
from contextlib import contextmanager

from client.keystore import write_secret
from client.transaction import wall_ms
from commands.menu.complaint import app
from contracts.tools.abi import abi
from contracts.tools.testing import key_of
from node.rpc.values import read_arguments, to_json
from primitives.blob_documents import Erasure, read_wraps
from primitives.crypto import digest
from primitives.errors import Rejected
from primitives.receipt import OK
from primitives.transaction import decode_transaction
from tests.cli.network import Refusal, node
from tests.cli.runner import invoke
from tests.contracts.complaints.world import CONTRACTS_HERE, World
from tests.contracts.identity.world import admin

CHAIN = "test-chain"
AGENCIES = ("khet", "roads", "etda")


class ComplaintNode:
    """Answers JSON-RPC as a node would, one block a transaction."""

    def __init__(self):
        self.world = World()
        self.ledger = self.world.ledger
        self.receipts = {}
        self.contents = {}
        self.wraps = {}

    def table(self):
        """The methods by name."""
        return {
            "chain_getStatus": self.status,
            "contract_getAbi": lambda contract: abi(CONTRACTS_HERE[contract]),
            "tx_submit": self.submit,
            "tx_wait": self.wait,
            "state_query": self.query,
            "blob_put": self.put,
            "blob_get": self.get,
            "blob_put_wraps": self.put_wraps,
            "blob_get_wraps": self.get_wraps,
            "blob_erase": self.erase,
        }

    def status(self):
        block = self.ledger.block
        head = {"chain_id": CHAIN, "height": block.height - 1, "time_ms": 1}
        return head | {"contract_time_ms": block.time_ms}

    def submit(self, transaction):
        signed = decode_transaction(bytes.fromhex(transaction[2:]))
        signed.check_signatures()
        body, shown = signed.body, "0x" + signed.transaction_id.hex()
        receipt = {"code": OK}
        try:
            self.ledger.at(body.sender).call(body.contract, body.method, body.args)
        except Rejected as refused:
            receipt = {"code": refused.code}
        self.receipts[shown] = (self.ledger.block.height, receipt)
        self.ledger.next_block()
        return {"transaction_id": shown, "status": "pending"}

    def wait(self, transaction_id, timeout_ms):
        height, receipt = self.receipts[transaction_id]
        placed = {"transaction_id": transaction_id, "status": "committed", "height": height}
        return placed | {"receipt": receipt, "timeout_ms": timeout_ms}

    def query(self, contract, query, args):
        described = next(q for q in abi(CONTRACTS_HERE[contract])["queries"] if q["name"] == query)
        try:
            value = self.ledger.query(contract, query, *read_arguments(args, described["params"]))
        except Rejected as error:
            raise Refusal(error.code, error.message) from error
        return {"value": to_json(value, described["returns"]), "height": self.ledger.block.height}

    def put(self, content, index, data, request):
        assert request["signature"]
        self.contents.setdefault(content, {})[index] = data
        return {"content": content, "index": index, "complete": True}

    def get(self, content, index, request):
        assert request["signature"]
        return {"data": self.contents[content][index]}

    def put_wraps(self, content, document, request):
        assert request["signature"]
        author = read_wraps(bytes.fromhex(document[2:]), chain_id=CHAIN).public_key
        self.wraps.setdefault(content, {})[author] = document
        return {"content": content}

    def get_wraps(self, content, request):
        assert request["signature"]
        return {"documents": list(self.wraps.get(content, {}).values())}

    def erase(self, content, request):
        assert request["signature"]
        self.contents.pop(content)
        told = Erasure(
            chain_id=CHAIN, content=bytes.fromhex(content[2:]), node="dopa", erased_at_ms=wall_ms()
        )
        return {"receipt": "0x" + told.sign(key_of("dopa-node")).encode().hex()}


class Hall:
    """Runs `sapha complaint` for agencies whose key files are in a folder."""

    def __init__(self, served, url, folder):
        self.node = served
        self.url = url
        self.folder = folder
        for agency in AGENCIES:
            seed = key_of(admin(agency)).seed
            write_secret(folder / f"{agency}.key", seed.hex() + "\n")
            write_secret(folder / f"{agency}.reads", digest("reads", agency.encode()).hex() + "\n")
        for agency in ("khet", "roads"):
            self.json("handler", "dopa", by=agency)
        self.json("reading-hosts", "dopa", by="etda")

    def run(self, *arguments, by="", receipt=None):
        """Run a command as an agency, or as whoever has a receipt."""
        environment = {"SAPHA_RPC": self.url}
        if by:
            environment["SAPHA_AGENCY"] = by
            environment["SAPHA_KEY"] = str(self.folder / f"{by}.key")
            environment["SAPHA_READING_KEY"] = str(self.folder / f"{by}.reads")
        if receipt is not None:
            environment["SAPHA_RECEIPT"] = str(receipt)
        return invoke(app, [str(a) for a in arguments], env=environment)

    def json(self, *arguments, by="", receipt=None):
        """Run a command that must succeed; return its line of JSON."""
        result = self.run(*arguments, "--json", by=by, receipt=receipt)
        assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
        return json.loads(result.stdout)

    def file(self, *more, name="words"):
        """File anonymously about a broken footpath; return the case's id and the receipt's file."""
        receipt = self.folder / name
        filed = self.json(
            *("file", "--template", "city-service", "--category", "footpath", "--to", "khet"),
            *("--area", "bkk-chatuchak", "--field", "description=ทางเท้าพัง", "--anonymous"),
            *("--receipt-out", receipt, *more),
        )
        return filed["case_id"], receipt


@contextmanager
def hall(folder):
    """A district office, the roads department and a supervisor."""
    served = ComplaintNode()
    with node(**served.table()) as server:
        yield Hall(served, server.url, folder)
