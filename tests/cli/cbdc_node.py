"""A node double over the real contracts: one block a transaction, blocks that can be searched."""

from contextlib import contextmanager

from client.keystore import write_secret
from contracts.cbdc.authority.messages import Issue
from contracts.identity.nodes.messages import RegisterNode, SetNodeStatus
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.dispatch import Call
from contracts.tools.abi import abi
from contracts.tools.testing import Ledger, key_of
from node.rpc.render import Renderer
from node.rpc.values import read_arguments, to_json
from primitives.errors import Rejected
from primitives.ids import read_address, show_address
from primitives.receipt import accepted, refused
from primitives.transaction import decode_transaction
from tests.cli.network import Refusal, json_of, node, sapha

ABIS = {name: abi(contract) for name, contract in CONTRACTS.items()}
CHAIN = "test-chain"
AGENCIES = (
    ("dopa", "validator"),
    ("central-bank", "central-bank"),
    ("kbank", "bank"),
    ("scb", "bank"),
    ("supervisor", "supervisor"),
    ("court", "court"),
    ("first-idp", "idp"),
)
EVENTS_A_PAGE = 5


def agency(agency_id, kind):
    """An agency of genesis, administered by the account of its own name."""
    return {
        "id": agency_id,
        "name_th": agency_id,
        "name_en": agency_id,
        "kinds": [kind],
        "administrator": show_address(Ledger.address(agency_id)),
    }


class CbdcNode:
    """Answers JSON-RPC as a node would; `**config` is the digital baht's genesis."""

    def __init__(self, **config):
        agencies = [agency(*one) for one in AGENCIES]
        settings = {"issuer_signers_min": 1, "unregistered_accounts": 1} | config
        self.ledger = Ledger(CONTRACTS, {"governance": {"agencies": agencies}, "cbdc": settings})
        self.renderer = Renderer(ABIS)
        self.receipts = {}
        self.blocks = {}
        keys = (key_of("first-idp-node").public_key,)
        registrar = self.ledger.as_("supervisor")
        registrar.execute(RegisterNode("first-idp", "state", 230, 220, (), keys))
        registrar.execute(SetNodeStatus("first-idp", "active", ""))

    def table(self):
        """The methods by name."""
        return {
            "chain_getStatus": self.status,
            "chain_getHeader": self.header,
            "contract_getAbi": lambda contract: ABIS[contract],
            "tx_submit": self.submit,
            "tx_wait": self.wait,
            "tx_get": self.wait,
            "state_query": self.query,
            "events_search": self.search,
        }

    def status(self):
        block = self.ledger.block
        now_ms = str(block.time_ms)
        times = {"time_ms": now_ms, "contract_time_ms": now_ms}
        return {"chain_id": CHAIN, "height": block.height - 1, **times}

    def header(self, at):
        return {"header": {"height": at, "time_ms": str(self.blocks[at][0])}}

    def submit(self, transaction):
        signed = decode_transaction(bytes.fromhex(transaction[2:]))
        signed.check_signatures()
        receipt = self._execute(signed)
        shown = "0x" + signed.transaction_id.hex()
        self.receipts[shown] = (self.ledger.block.height, self.renderer.receipt(receipt))
        self.next_block(receipts=[receipt])
        return {"transaction_id": shown, "status": "pending"}

    def next_block(self, *, time_ms=1_000, receipts=()):
        """End the block, with what the end emits as a receipt of its own."""
        block = self.ledger.block
        ended = self.ledger.next_block(time_ms=time_ms)
        events = [(one.transaction_id, event) for one in receipts for event in one.events]
        events += [(bytes(32), event) for event in ended]
        self.blocks[block.height] = (block.time_ms, events)

    def wait(self, transaction_id, **_options):
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
        height = self.ledger.block.height - 1
        return {"value": to_json(value, described["returns"]), "height": height}

    def search(self, contract, from_height, to_height, address=None, event=None):
        wanted = None if address is None else read_address(address)
        found, height = [], from_height
        while height <= to_height and len(found) < EVENTS_A_PAGE:
            for index, (identifier, one) in enumerate(self.blocks[height][1]):
                is_named = one.contract == contract and event in {None, one.name}
                if is_named and (wanted is None or wanted in one.fields):
                    place = {"height": height, "index": index}
                    place["transaction_id"] = "0x" + identifier.hex()
                    found.append(place | self.renderer.event(one))
            height += 1
        return {"events": found, "next_height": height if height <= to_height else None}

    def ask(self, query, *args):
        """The answer of a query of the digital baht."""
        return self.ledger.query("cbdc", query, *args)

    def _execute(self, signed):
        body, ledger = signed.body, self.ledger
        call = Call(
            sender=body.sender,
            contract=body.contract,
            method=body.method,
            args=body.args,
            transaction_id=signed.transaction_id,
        )
        try:
            signers = [key for key, _ in signed.signatures]
            dispatch.authorise(ledger.contracts, ledger.state, body.sender, signers)
            dispatch.check(ledger.contracts, ledger.state, ledger.block, call)
            events = dispatch.execute(ledger.contracts, ledger.state, ledger.block, call)
        except Rejected as error:
            ledger.state.discard()
            return refused(signed.transaction_id, body.contract, error)
        ledger.state.keep()
        return accepted(signed.transaction_id, body.contract, events)


@contextmanager
def cbdc_node(**config):
    """Serve a network with a central bank, two banks, a supervisor and a court."""
    served = CbdcNode(**config)
    with node(**served.table()) as server:
        served.server = server
        yield served, server.url


class Town:
    """People with key files and a node; runs `sapha cbdc` for them."""

    def __init__(self, served, url, folder):
        self.node, self.url, self.folder = served, url, folder
        self.table = served.server.table

    def key(self, name):
        """The file of the key that tests derive from a name; made when first asked for."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            write_secret(path, key_of(name).seed.hex())
        return path

    def run(self, *arguments, by=None, keys=(), exits=0):
        """Run a command, with a key when someone acts; check its exit code."""
        signing = [part for name in (by, *keys) if name for part in ("--key", self.key(name))]
        result = sapha("cbdc", *arguments, *signing, "--rpc", self.url)
        assert result.exit_code == exits, (arguments, result.stdout, result.stderr)
        return result

    def run_offline(self, *arguments, by=None):
        """Run a command that takes a key and asks no node."""
        signing = ("--key", self.key(by)) if by else ()
        result = self.raw(*arguments, *signing)
        assert result.exit_code == 0, (arguments, result.stdout, result.stderr)
        return result

    def pass_on(self, *arguments, by=None, exits=0):
        """Run `sapha tx` on a transaction file, with a key when someone signs."""
        signing = ("--key", self.key(by)) if by else ("--rpc", self.url)
        result = sapha("tx", *arguments, *signing)
        assert result.exit_code == exits, (arguments, result.stdout, result.stderr)
        return result

    @staticmethod
    def raw(*arguments, **environment):
        """Run a command as it stands."""
        return sapha("cbdc", *arguments, **environment)

    def json(self, *arguments, **how):
        """Run a command and return the JSON that it prints."""
        return json_of(self.run(*arguments, "--json", **how))

    def json_without_node(self, *arguments):
        """Run a command that asks no node, and return the JSON that it prints."""
        return json_of(self.raw(*arguments, "--json"))

    def refused(self, code, *arguments, by=None):
        """Check that a command is refused with a code, by the ledger."""
        receipt = self.json(*arguments, by=by, exits=1)["receipt"]
        assert receipt["code"] == code, receipt

    def act(self, *arguments, by, keys=()):
        """Run a command that must take effect, and return its transaction's id."""
        return self.json(*arguments, by=by, keys=keys)["transaction_id"]

    def address(self, name):
        """The address of a name's key."""
        return show_address(Ledger.address(name))

    def satang(self, name):
        """What an account has."""
        return self.node.ask("balance", Ledger.address(name))

    def wait(self, ms):
        """End the block; the next begins so much later, and ends too."""
        self.node.next_block(time_ms=ms)
        self.node.next_block()


@contextmanager
def town(folder, *, funded=(), **config):
    """A town whose accounts `funded` have 1,000 baht each."""
    with cbdc_node(**config) as (served, url):
        made = Town(served, url, folder)
        for name in funded:
            issue = Issue(Ledger.address(name), 100_000, f"start-{name}")
            served.ledger.as_("central-bank").execute(issue)
        served.next_block()
        yield made
