"""A node double over a real contract: governance in memory, one block a transaction."""

from contextlib import contextmanager
from dataclasses import replace

from client.wallet import Wallet
from contracts.sdk import dispatch
from contracts.sdk.dispatch import Call
from contracts.tools.abi import abi
from contracts.tools.testing import key_of
from node.rpc.render import Renderer
from node.rpc.values import read_arguments, to_json
from primitives.errors import Rejected
from primitives.receipt import accepted, refused
from primitives.transaction import decode_transaction
from tests.cli.network import Refusal, node
from tests.contracts.governance.ledgers import CONTRACT, CONTRACTS_HERE, council

ABIS = {name: abi(contract) for name, contract in CONTRACTS_HERE.items()}


BEGAN_MS = 4_000_000_000_000


class CouncilNode:
    """Answers JSON-RPC as a node of a network with governance would."""

    def __init__(self, **parameters):
        self.ledger = council(**parameters)
        # Far ahead of the clock of whatever machine runs this: the ledger's own time counts.
        self.ledger.block = replace(self.ledger.block, time_ms=BEGAN_MS)
        self.receipts = {}

    def table(self):
        names = ("chain_getStatus", "contract_getAbi", "tx_submit", "tx_wait", "state_query")
        answers = (self.status, self.abi, self.submit, self.wait, self.query)
        return dict(zip(names, answers, strict=True))

    def status(self):
        block = self.ledger.block
        times = {"time_ms": block.time_ms, "contract_time_ms": block.time_ms}
        return {"chain_id": "devnet-1", "height": block.height - 1} | times

    def abi(self, contract):
        return ABIS[contract]

    def submit(self, transaction):
        signed = decode_transaction(bytes.fromhex(transaction[2:]))
        signed.check_signatures()
        signers = [key for key, _ in signed.signatures]
        body = signed.body
        call = Call(
            sender=body.sender,
            contract=body.contract,
            method=body.method,
            args=body.args,
            transaction_id=signed.transaction_id,
        )
        ledger = self.ledger
        try:
            dispatch.authorise(ledger.contracts, ledger.state, body.sender, signers)
            events = dispatch.execute(ledger.contracts, ledger.state, ledger.block, call)
            receipt = accepted(signed.transaction_id, body.contract, events)
            ledger.state.keep()
        except Rejected as error:
            receipt = refused(signed.transaction_id, body.contract, error)
            ledger.state.discard()
        shown = "0x" + signed.transaction_id.hex()
        self.receipts[shown] = (ledger.block.height, Renderer(ABIS).receipt(receipt))
        ledger.next_block()
        return {"transaction_id": shown, "status": "pending"}

    def wait(self, transaction_id, timeout_ms):
        height, receipt = self.receipts[transaction_id]
        return {
            "transaction_id": transaction_id,
            "status": "committed",
            "height": height,
            "receipt": receipt,
        }

    def query(self, contract, query, args):
        described = next(q for q in ABIS[contract]["queries"] if q["name"] == query)
        try:
            value = self.ledger.query(contract, query, *read_arguments(args, described["params"]))
        except Rejected as error:
            raise Refusal(error.code, error.message) from error
        return {"value": to_json(value, described["returns"]), "height": 1}

    def ask(self, query, *args):
        return self.ledger.query(CONTRACT, query, *args)


@contextmanager
def council_node(**parameters):
    """Serve a network of four member agencies and the bank "kbank"; give node and url."""
    council_of = CouncilNode(**parameters)
    with node(**council_of.table()) as server:
        yield council_of, server.url


def wallet_of(name):
    """The wallet of the account that a name stands for in ledgers of tests."""
    return Wallet([key_of(name)])
