"""The examples of the SDK against a network of real processes."""

import json

import pytest

from client.cbdc.qr import WalletPayment, write_qr
from primitives.ids import read_address
from tests.e2e.network import Network, running_network

pytestmark = pytest.mark.e2e

BAHT = 100


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    with running_network(folder / "net", "--with", "complaints", "--with", "cbdc") as running:
        yield running


class Examples:
    """Runs an example against a network, through nodes of which the first may be another."""

    def __init__(self, toolchain, network: Network) -> None:
        self._toolchain = toolchain
        self._network = network

    def run(self, name: str, *arguments: str, nodes: list[str] | None = None) -> dict:
        """Return what the example prints as JSON."""
        genesis = self._network.directory / "genesis.json"
        genesis_hash = self._network.call(0, "chain_getStatus")["genesis_hash"]
        urls = ",".join(url.removesuffix("/rpc") for url in nodes or self._network.rpc)
        script = f"sdk/examples/{name}.ts"
        return json.loads(
            self._toolchain.run("node", script, str(genesis), genesis_hash, urls, *arguments)
        )


@pytest.fixture
def examples(toolchain, network):
    return Examples(toolchain, network)


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


def test_a_node_that_does_not_answer_is_passed_over(network, examples):
    nodes = ["http://127.0.0.1:9", *network.rpc]

    shown = examples.run("verify", network.accounts["demo-1"]["address"], nodes=nodes)

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
    assert len(filed["words"]["th"].split()) == 12
