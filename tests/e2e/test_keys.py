"""Keys that rotate and a key that was stolen, in a network that goes on paying."""

import json

import pytest

from primitives.certificate import read_certificate
from primitives.crypto import SigningKey
from tests.e2e.network import call, running_network, sapha, until
from tests.e2e.payments import Payer
from tests.e2e.test_seats import Council, assert_provable

pytestmark = pytest.mark.e2e


@pytest.fixture
def network(tmp_path):
    with running_network(tmp_path / "net") as running:
        yield running


def home_of(network, node):
    return network.directory / f"validator-{node}"


def seed_of(network, node):
    return (home_of(network, node) / "keys" / "validator.key").read_text().strip()


def key_of(seed):
    return "0x" + SigningKey(bytes.fromhex(seed)).public_key.hex()


def deciding(url):
    """Who decides the next block: name -> key."""
    found = call(url, "chain_getValidators", height="latest")
    return {one["name"]: one["public_key"] for one in found}


def views(url, last):
    """The view of the certificate of each block."""
    blocks = (call(url, "chain_getBlock", at=height) for height in range(1, last + 1))
    return [certificate_of(block["certificate"]).view for block in blocks]


def certificate_of(text):
    return read_certificate(bytes.fromhex(text[2:]))


def seeds_found(network, node, seed):
    """The files of a node in which the seed of a key stands."""
    files = [path for path in home_of(network, node).rglob("*") if path.is_file()]
    return [path.name for path in files if seed.encode() in path.read_bytes()]


def peers_of(network, node):
    """Who the node of a validator talks to."""
    return sum(one["connected"] for one in network.ask_operator(node, "node_getPeers"))


def shown_of(network, node):
    return (home_of(network, node) / "tls" / "cert.pem").read_bytes()


def test_all_go_over_to_other_tls_keys_one_after_the_other_while_payments_go_on(network, tmp_path):
    council, payer = Council(network, tmp_path), Payer(network, "demo-1")
    receipts = [payer.pay(node=0, to="demo-2", amount=1)]  # who funded asked it
    old = [shown_of(network, node) for node in range(4)]

    for node in range(4):
        name, home = f"validator-{node}", home_of(network, node)
        council.sign(name, "node", "new-certificate", "--dir", home)
        receipts += [payer.pay(node=(node + 1) % 4, to="demo-2", amount=1) for _ in range(3)]
        council.sign(name, "node", "withdraw-certificate", "--dir", home)
        until(lambda node=node: peers_of(network, node) == 3, f"{name} talks to all")
        receipts += [payer.pay(node=node, to="demo-2", amount=1) for _ in range(3)]

    record = call(network.rpc[0], "network_getRecord")
    last = receipts[-1]["height"]
    assert all(receipt["receipt"]["code"] == "OK" for receipt in receipts)
    assert [shown_of(network, node) != old[node] for node in range(4)] == [True] * 4
    assert [node["second_certificate"] for node in record["nodes"]] == [None] * len(record["nodes"])
    assert max(views(network.rpc[3], last)) <= 1
    network.devnet("kill", "0")
    network.devnet("restart", "0")
    until(lambda: peers_of(network, 0) == 3, "validator-0 is back with its certificate")
    checked = sapha("node", "check", "--dir", home_of(network, 0))
    assert "certificate" in checked.stdout
    assert "WRONG" not in checked.stdout
    network.agreed_root([0, 1, 2, 3])


def test_one_validator_rotates_its_key_and_one_is_stolen_while_payments_go_on(network, tmp_path):
    council, payer = Council(network, tmp_path), Payer(network, "demo-1")
    receipts = [payer.pay(node=0, to="demo-2", amount=1)]  # who funded asked it
    old = {node: seed_of(network, node) for node in range(4)}

    council.sign("validator-0", "node", "rotate-key", "--dir", home_of(network, 0))
    receipts += [payer.pay(node=3, to="demo-2", amount=1) for _ in range(6)]
    council.sign("validator-1", "node", "report-stolen", "--dir", home_of(network, 1))
    receipts += [payer.pay(node=3, to="demo-2", amount=1) for _ in range(6)]

    until(lambda: seed_of(network, 0) != old[0] and seed_of(network, 1) != old[1], "keys changed")
    new = {node: seed_of(network, node) for node in range(4)}
    keys = {f"validator-{node}": key_of(seed) for node, seed in new.items()}
    assert deciding(network.rpc[3]) == keys
    receipts += [payer.pay(node=0, to="demo-2", amount=1) for _ in range(12)]
    last = receipts[-1]["height"]
    assert all(receipt["receipt"]["code"] == "OK" for receipt in receipts)
    took_part = call(network.rpc[3], "chain_getParticipation", from_height=last - 8, to_height=last)
    signed = {one["name"]: one["signed"] for one in took_part["validators"]}
    assert signed["validator-0"] > 0
    assert signed["validator-1"] > 0
    assert max(views(network.rpc[3], last)) <= 1
    assert all(seeds_found(network, node, old[node]) == [] for node in (0, 1))
    history = json.loads(sapha("network", "history", "--rpc", network.rpc[3], "--json").stdout)[
        "versions"
    ]
    assert [(one["node"], one["change"]) for one in history] == [
        ("validator-0", "key rotated"),
        ("validator-1", "key stolen"),
    ]
    assert_provable(network, tmp_path)
    network.agreed_root([0, 1, 2, 3])
