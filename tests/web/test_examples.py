"""The examples of the SDK against a network of real processes."""

import asyncio
import json
import os

import pytest

from client.cbdc.qr import WalletPayment, write_qr
from client.complaints.actor import CaseActor, Connection
from client.complaints.receipt_key import ComplaintReceipt
from client.complaints.wraps import ReadingKey
from client.complaints.writing import Form
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.services.cast import cast_folder
from primitives.ids import read_address
from tests.e2e.network import Network, running_network

pytestmark = pytest.mark.e2e

BAHT = 100
NODE, CHROMIUM = "node", "chromium"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    with running_network(folder / "net", "--with", "complaints", "--with", "cbdc") as running:
        yield running


class Examples:
    """Runs an example against a network, through nodes of which the first may be another."""

    def __init__(self, toolchain, network: Network, place: str) -> None:
        self._toolchain = toolchain
        self._network = network
        self._place = place

    def run(self, name: str, *arguments: str, nodes: list[str] | None = None) -> dict:
        """Return what the example prints as JSON."""
        genesis = str(self._network.directory / "genesis.json")
        genesis_hash = self._network.call(0, "chain_getStatus")["genesis_hash"]
        urls = [url.removesuffix("/rpc") for url in nodes or self._network.rpc]
        if self._place == CHROMIUM:
            script = ("sdk/tests/browser/run.ts", name, urls[-1], genesis, genesis_hash)
        else:
            folder = "sdk" if "/" in name else "sdk/examples"
            script = (f"{folder}/{name}.ts", genesis, genesis_hash, ",".join(urls))
        return json.loads(self._toolchain.run("node", *script, *arguments))


def read_by(agency: str, network: Network, case_id: bytes) -> Form:
    """Return the form of a case, opened by an agency's officer with the agency's reading key."""
    folder = cast_folder(network.directory)
    seed = bytes.fromhex((folder / f"{agency}.reading").read_text())
    officer = Wallet.from_seed(bytes.fromhex((folder / f"{agency}-officer.key").read_text()))

    async def opened() -> Form:
        async with RpcClient(network.rpc) as rpc:
            connection = await Connection.open(rpc)
            return await CaseActor(connection, officer, ReadingKey(seed)).form(case_id)

    return asyncio.run(opened())


@pytest.fixture(params=[NODE, CHROMIUM])
def examples(toolchain, network, request):
    if request.param == CHROMIUM and os.environ.get("BROWSER") == "none":
        pytest.skip("NOT RUN: the examples in a browser; BROWSER=none")
    return Examples(toolchain, network, request.param)


@pytest.fixture
def in_node(toolchain, network):
    return Examples(toolchain, network, NODE)


def qr_to(network: Network, name: str, **fields: object) -> str:
    address = read_address(network.accounts[name]["address"])
    return write_qr(WalletPayment(chain_id=network.chain_id, address=address, **fields))


def test_a_page_pays_what_a_qr_asks_for_and_proves_it(network, examples):
    payer, shop = network.accounts["demo-1"], network.accounts["demo-2"]
    before = examples.run("verify", shop["address"])
    text = qr_to(network, "demo-2", amount_satang=5 * BAHT)

    paid = examples.run("pay", "0x" + payer["secret_key"], text)
    after = examples.run("verify", shop["address"])

    assert paid["code"] == "OK"
    assert after["satang"] == after["claimed"] == before["satang"] + 5 * BAHT
    assert len(after["signers"]) >= 3
    assert after["height"] >= paid["height"]


def test_a_node_that_does_not_answer_is_passed_over(network, in_node):
    nodes = ["http://127.0.0.1:9", *network.rpc]

    shown = in_node.run("verify", network.accounts["demo-1"]["address"], nodes=nodes)

    assert shown["satang"] == shown["claimed"]


def test_a_payment_that_the_ledger_refuses_says_so(network, examples):
    payer = network.accounts["demo-1"]
    text = qr_to(network, "demo-2")

    refused = examples.run("pay", "0x" + payer["secret_key"], text, str(10**14))

    assert "INSUFFICIENT_FUNDS" in (refused.get("code"), refused.get("claimed"))


def test_a_complaint_without_a_name_is_filed_and_its_agency_reads_it(network, examples):
    words = "ไฟถนนดับสามดวง"

    filed = examples.run("file", "public-works", "road", "bkk-bangrak", words)

    assert filed["code"] == "OK"
    receipt = ComplaintReceipt.from_words(filed["words"]["th"])
    form = read_by("public-works", network, bytes.fromhex(filed["case"].removeprefix("0x")))
    assert form.texts == {"description": words}
    assert form.reading_key == receipt.reading_key.public


def test_a_page_is_told_of_the_transactions_of_an_account(network, in_node):
    payer = network.accounts["demo-3"]

    told = in_node.run("tests/watch", "0x" + payer["secret_key"])

    assert told["told"] == told["sent"]
    assert told["by"] in {url.removesuffix("/rpc") for url in network.rpc}
