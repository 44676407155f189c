"""Who is in a running network, and who decides, changed by vote: one comes, one goes."""

import json
from pathlib import Path

import pytest

from genesis.verify import load_genesis
from primitives.crypto import SigningKey
from primitives.ids import address_of, show_address
from tests.e2e.network import (
    at_socket,
    call,
    request_of,
    result_of,
    running_network,
    sapha,
    until,
)
from tests.e2e.observer import observer
from tests.e2e.payments import Payer
from tests.p2p.builders import free_port

pytestmark = pytest.mark.e2e

NEW = "newcomer"
VOTERS = ("validator-0", "validator-1", "validator-2")


@pytest.fixture
def network(tmp_path):
    with running_network(tmp_path / "net") as running:
        yield running


class Council:
    """The administrators of the agencies, who propose, vote and execute."""

    def __init__(self, network, folder) -> None:
        self._rpc, self._folder = network.rpc[0], folder
        seeds = json.loads((network.directory / "agencies.json").read_text(encoding="utf-8"))
        for name, seed in seeds.items():
            self._write(name, seed)
        self.newcomer = SigningKey(b"\x07" * 32)
        self._write(NEW, (b"\x07" * 32).hex())

    def _write(self, name: str, seed: str) -> None:
        path = self._folder / f"{name}.key"
        path.touch(mode=0o600)
        path.write_text(seed + "\n", encoding="utf-8")

    def sign(self, name: str, *arguments: object) -> dict:
        """Send one transaction with the key of an agency's administrator."""
        key = self._folder / f"{name}.key"
        done = sapha(*arguments, "--key", key, "--rpc", self._rpc, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def decide(self, number: int, *proposal: object) -> None:
        """Propose a change as number `number`, vote, and have it done once it is time."""
        self.sign("validator-0", *proposal)
        for voter in VOTERS:
            self.sign(voter, "agency", "vote", number, "yes")
        key = self._folder / "validator-0.key"
        parts = ("agency", "execute", number, "--key", key, "--rpc", self._rpc)
        until(lambda: sapha(*parts).returncode == 0, f"proposal {number} done")


def deciding(url: str) -> list[str]:
    """Who decides the next block, by name."""
    return sorted(one["name"] for one in call(url, "chain_getValidators", height="latest"))


def new_node(network, home) -> None:
    """Make the node of a member that no genesis names."""
    ports = ("--port", free_port(), "--rpc-port", free_port())
    made = sapha("member", "new", NEW, "--dir", home, "--address", "127.0.0.1", *ports)
    assert made.returncode == 0, made.stderr
    genesis = network.directory / "genesis.json"
    expected = ("--expect", "0x" + load_genesis(genesis).hash.hex(), "--install", home)
    installed = sapha("network", "verify", genesis, *expected, "--joining")
    assert installed.returncode == 0, installed.stderr


def peers_of(home: Path) -> list[str]:
    """The nodes that the node of a home talks to, by name."""
    body = request_of("node_getPeers", {})
    peers = result_of(at_socket(home / "data" / "operator.sock", "POST", "/rpc", body))
    return sorted(one["name"] for one in peers if one["connected"])


def test_a_node_that_no_genesis_names_gets_a_seat_and_one_is_retired_while_payments_go_on(
    network, tmp_path
):
    council, payer, home = Council(network, tmp_path), Payer(network, "demo-1"), tmp_path / NEW
    new_node(network, home)
    receipts = [payer.pay(node=0, to="demo-2", amount=1)]
    with observer(network, home=home) as url:
        address = show_address(address_of(council.newcomer.public_key))
        names = ("--name-th", "ใหม่", "--name-en", "New")
        council.decide(1, "agency", "propose", "admit", NEW, address, "rp", *names)
        council.decide(2, "network", "propose", "admit", home / "member.json")
        receipts.append(payer.pay(node=0, to="demo-2", amount=1))
        until(lambda: call(url, "chain_getStatus")["height"] >= receipts[-1]["height"], "synced")
        head = call(url, "chain_getHeader", at=receipts[-1]["height"])
        height = head["header"]["height"]
        council.sign(NEW, "network", "ready", NEW, height, head["hash"])

        until(lambda: NEW in deciding(network.rpc[0]), "the newcomer has a seat")
        five = deciding(network.rpc[0])
        receipts += [payer.pay(node=1, to="demo-2", amount=1) for _ in range(12)]
        council.decide(3, "network", "propose", "retire", "validator-3")
        until(lambda: "validator-3" not in deciding(network.rpc[0]), "validator-3 has left")
        receipts += [payer.pay(node=2, to="demo-2", amount=1) for _ in range(12)]
        last = receipts[-1]["height"]
        until(lambda: call(url, "chain_getStatus")["height"] >= last, "the newcomer is there")
        took_part = call(url, "chain_getParticipation", from_height=last - 8, to_height="latest")

        assert len(five) == 5
        assert deciding(url) == [NEW, "validator-0", "validator-1", "validator-2"]
        signed = {one["name"]: one["signed"] for one in took_part["validators"]}
        assert signed[NEW] > 0
        assert "validator-3" not in signed
        for receipt in receipts:
            assert receipt["receipt"]["code"] == "OK"
        until(
            lambda: peers_of(network.directory / "validator-3") == [], "nobody talks to validator-3"
        )
        assert peers_of(home) == ["validator-0", "validator-1", "validator-2"]
        assert_provable(network, tmp_path)
        assert_told(network)
        network.agreed_root([0, 1, 2])


def assert_told(network) -> None:
    """Anybody reads what the record is now, what changed when, and since the genesis."""
    rpc = ("--rpc", network.rpc[1], "--json")
    shown = json.loads(sapha("network", "show", *rpc).stdout)
    history = json.loads(sapha("network", "history", *rpc).stdout)["versions"]
    genesis = network.directory / "genesis.json"
    changes = json.loads(sapha("network", "diff", genesis, *rpc).stdout)["changes"]

    roles = {node["name"]: node["role"] for node in shown["nodes"]}
    assert roles[NEW] == "validator"
    assert "validator-3" not in roles
    assert [(one["node"], one["change"]) for one in history] == [
        (NEW, "admitted"),
        (NEW, "validator"),
        ("validator-3", "observer"),
        ("validator-3", "retired"),
    ]
    assert [one["node"] for one in changes] == [NEW, "validator-3"]


def assert_provable(network, folder) -> None:
    """A client with the genesis alone follows both changes, by headers and by whole blocks."""
    genesis = network.directory / "genesis.json"
    head = sapha("chain", "head", "--genesis", genesis, "--rpc", network.rpc[1], "--json")
    assert head.returncode == 0, head.stderr
    file = folder / "chain.jsonl"
    exported = sapha("chain", "export", file, "--genesis", genesis, "--rpc", network.rpc[1])
    assert exported.returncode == 0, exported.stderr
    verified = sapha("chain", "verify", file, "--genesis", genesis)
    assert verified.returncode == 0, verified.stderr
