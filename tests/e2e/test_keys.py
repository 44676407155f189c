"""Keys that rotate and a key that was stolen, in a network that goes on paying."""

import json

import pytest

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


def test_one_validator_rotates_its_key_and_one_is_stolen_while_payments_go_on(network, tmp_path):
    council, payer = Council(network, tmp_path), Payer(network, "demo-1")
    receipts = [payer.pay(node=3, to="demo-2", amount=1)]
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
    views = [
        call(network.rpc[3], "chain_getBlock", at=height)["certificate"]["view"]
        for height in range(1, last)
    ]
    assert max(views) <= 1
    history = json.loads(sapha("network", "history", "--rpc", network.rpc[3], "--json").stdout)[
        "versions"
    ]
    assert [(one["node"], one["change"]) for one in history] == [
        ("validator-0", "key rotated"),
        ("validator-1", "key stolen"),
    ]
    assert_provable(network, tmp_path)
    network.agreed_root([0, 1, 2, 3])
