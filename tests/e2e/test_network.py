"""The whole system with real processes: what a client and an operator rely on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.network import call, running_network, sapha, until
from tests.e2e.observer import observer
from tests.e2e.payments import Payer

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    with running_network(tmp_path_factory.mktemp("devnet") / "net") as running:
        yield running


def test_a_transfer_reaches_the_same_root_on_every_validator(network):
    payer = Payer(network, "demo-1")

    receipt = payer.pay(node=0, to="demo-2", amount=100)

    for node in range(4):
        network.wait_height(node, receipt["height"])
        result = network.call(node, "tx_get", transaction_id=receipt["transaction_id"])
        assert result["status"] == "committed"
        assert result["receipt"]["code"] == "OK"
    network.agreed_root([0, 1, 2, 3])


def test_the_same_bytes_sent_to_every_validator_are_committed_once(network):
    payer = Payer(network, "demo-3")
    before = payer.balance(0)
    raw = payer.sign(to="demo-2", amount=7)

    answers = [network.call(node, "tx_submit", transaction=raw) for node in range(4)]

    identifier = answers[0]["transaction_id"]
    final = network.call(0, "tx_wait", transaction_id=identifier, timeout_ms=30_000)
    assert {answer["transaction_id"] for answer in answers} == {identifier}
    assert final["status"] == "committed"
    assert payer.balance(0) == before - 7


def test_a_client_that_imports_nothing_of_ours_is_accepted(network):
    sender, receiver = network.accounts["demo-4"], network.accounts["demo-5"]
    script = ROOT / "examples" / "raw_client.py"
    recipient = Payer(network, "demo-5").address_hex

    done = subprocess.run(
        [sys.executable, str(script), network.rpc[0], sender["secret_key"], recipient, "250"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert '"OK"' in done.stdout
    assert receiver["address"]


def test_each_validator_killed_in_turn_under_load_catches_up_to_the_same_root(network):
    payer = Payer(network, "demo-6")

    for victim in range(4):
        alive = [node for node in range(4) if node != victim]
        network.devnet("kill", str(victim))
        receipts = [payer.pay(node=alive[i % 3], to="demo-7", amount=1) for i in range(6)]
        network.devnet("restart", str(victim))
        network.wait_height(victim, receipts[-1]["height"])

        assert all(receipt["receipt"]["code"] == "OK" for receipt in receipts)
        network.agreed_root([0, 1, 2, 3])


def test_a_new_node_joins_by_block_sync_under_another_locale_and_serves_the_same_proofs(network):
    payer = Payer(network, "demo-8")
    receipt = payer.pay(node=0, to="demo-9", amount=5)
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "LC_ALL": "th_TH.UTF-8",
        "TZ": "Asia/Bangkok",
    }

    with observer(network, environment) as url:
        until(
            lambda: call(url, "chain_getStatus")["height"] >= receipt["height"],
            "the observer at the receipt's height",
        )

        height = call(url, "chain_getStatus")["height"]
        theirs = call(url, "chain_getHeader", at=receipt["height"])
        ours = network.call(0, "chain_getHeader", at=receipt["height"])
        found = call(url, "tx_get", transaction_id=receipt["transaction_id"], prove=True)
        known = network.call(0, "tx_get", transaction_id=receipt["transaction_id"], prove=True)
        assert height >= receipt["height"]
        assert theirs["hash"] == ours["hash"]
        assert found["receipt"] == known["receipt"]
        assert found["proof"]["path"] == known["proof"]["path"]


def test_all_validators_stopped_at_once_resume_with_every_block(network):
    before = max(network.height(node) for node in range(4))
    for node in range(4):
        network.devnet("kill", str(node))

    for node in range(4):
        network.devnet("restart", str(node))

    payer = Payer(network, "demo-10")
    until(lambda: network.height(0) >= before, "validator 0 back at its height")
    receipt = payer.pay(node=0, to="demo-1", amount=3)
    assert receipt["receipt"]["code"] == "OK"
    for node in range(4):
        network.wait_height(node, receipt["height"])
    network.agreed_root([0, 1, 2, 3])


def test_a_stopped_validator_is_passed_over_and_proposes_again_when_it_is_back(network):
    payer = Payer(network, "demo-1")
    stopped = int((network.directory / "run" / "validator-2.pid").read_text())
    os.kill(stopped, signal.SIGSTOP)
    try:
        _pay_until(payer, lambda: passed_over(network) == ["validator-2"])
        status = network.ask_operator(0, "node_getConsensus")
    finally:
        os.kill(stopped, signal.SIGCONT)

    _pay_until(payer, lambda: missed(network, "validator-2") == 0)

    turn = next(turn for turn in status["turns"] if turn["validator"] == "validator-2")
    assert status["passed_over"] == ["validator-2"]
    assert turn["missed"] >= 2
    assert turn["until"] > turn["charged"]
    network.wait_height(2, network.height(0))
    network.agreed_root([0, 1, 2, 3])


def passed_over(network) -> list[str]:
    return network.call(0, "chain_getStatus")["passed_over"]


def missed(network, name: str) -> int:
    turns = network.ask_operator(0, "node_getConsensus")["turns"]
    return next((turn["missed"] for turn in turns if turn["validator"] == name), 0)


def _pay_until(payer: Payer, condition) -> None:
    """Pay, one payment after the other, until `condition` holds; a block for nearly each."""
    for _ in range(150):
        if condition():
            return
        payer.pay(node=0, to="demo-2", amount=1)
    raise AssertionError("150 payments and not yet")


def test_the_doctor_of_a_node_names_the_validator_that_is_missing(network):
    network.devnet("kill", "3")
    directory = str(network.directory / "validator-0")

    try:
        until(lambda: "validator-3" in doctor(directory).stdout, "the doctor names validator-3")
    finally:
        network.devnet("restart", "3")

    until(lambda: doctor(directory).returncode == 0, "the doctor finds nothing")


def doctor(directory: str) -> subprocess.CompletedProcess:
    """What `sapha node doctor` says of a running node, found through its directory."""
    return sapha("node", "doctor", "--dir", directory)
