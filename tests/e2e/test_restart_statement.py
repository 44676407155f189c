"""The night when nobody can sign, with real processes: all lose their sign-states, and go on."""

import asyncio
import json
import shutil

import pytest

from client.light import LightClient
from client.rpc import RpcClient
from genesis.verify import load_genesis
from tests.e2e.network import running_network, sapha, until
from tests.e2e.payments import Payer

pytestmark = pytest.mark.e2e


@pytest.fixture
def network(tmp_path):
    with running_network(tmp_path / "net") as running:
        yield running


def restart_statement(verb, *arguments) -> dict:
    done = sapha("network", "restart-statement", verb, *arguments, "--json", timeout_s=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def all_lose_their_sign_states(network) -> None:
    for node in range(4):
        network.devnet("kill", str(node))
    for node in range(4):
        shutil.rmtree(network.directory / f"validator-{node}" / "data" / "sign_state")
    for node in range(4):
        network.devnet("restart", str(node))
    until(lambda: len({network.height(node) for node in range(4)}) == 1, "equal heads")


def administrators(network, folder) -> list:
    """Return key files of the agencies' administrators, in order of their validators."""
    paths = []
    for name, seed in sorted(json.loads((network.directory / "agencies.json").read_text()).items()):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(seed + "\n")
        paths.append(path)
    return paths


def test_four_validators_that_lost_all_sign_states_go_on_by_a_statement(network, tmp_path):
    payer = Payer(network, "demo-1")
    paid = payer.pay(node=0, to="demo-2", amount=100)
    genesis = network.directory / "genesis.json"
    keys = administrators(network, tmp_path)
    all_lose_their_sign_states(network)
    height = network.height(0)
    waiting = payer.sign(to="demo-2", amount=5)
    network.call(0, "tx_submit", transaction=waiting)

    file = tmp_path / "night.json"
    at = [("--rpc", url, "--genesis", genesis) for url in network.rpc]
    restart_statement("make", file, "--reason", "four machine rooms flooded", *at[0])
    for node in range(3):
        agency = ("--agency", f"validator-{node}", "--key", keys[node])
        restart_statement("sign", file, *agency, *at[node])
    checked = restart_statement("check", file, *at[3])
    assert (network.height(3), checked["height"]) == (height, height)
    for node in range(4):
        network.devnet("kill", str(node))
        directory = network.directory / f"validator-{node}"
        restart_statement("apply", file, "--dir", directory)
    for node in range(4):
        network.devnet("restart", str(node))
    again = payer.pay(node=1, to="demo-2", amount=7)

    assert checked["missing"] == ["validator-3"]
    assert again["receipt"]["code"] == "OK"
    assert again["height"] > height >= paid["height"]
    network.wait_height(3, again["height"])
    header = network.call(3, "chain_getHeader", at=height + 1)["header"]
    assert header["restart"] == checked["digest"]
    network.agreed_root([0, 1, 2, 3])
    proven = asyncio.run(light_head(genesis, network.rpc[2]))
    assert "0x" + proven.header.restart.hex() == checked["digest"]
    exported = sapha("chain", "export", tmp_path / "chain.jsonl", "--genesis", genesis, *at[1][:2])
    verified = sapha("chain", "verify", tmp_path / "chain.jsonl", "--genesis", genesis)
    assert (exported.returncode, verified.returncode) == (0, 0), exported.stderr + verified.stderr


async def light_head(genesis, url):
    """Return the head as a light client that has saved nothing proves it."""
    async with RpcClient([url]) as rpc:
        return await LightClient(load_genesis(genesis)).head(rpc)


def follows(network, node) -> dict[str, str]:
    """Who follows another restart statement than this node, as the node says."""
    elsewhere = network.call(node, "chain_getStatus")["elsewhere"]
    return {one["validator"]: one["restart"] for one in elsewhere}


def apply_and_start(network, file, *nodes) -> None:
    for node in nodes:
        network.devnet("kill", str(node))
    for node in nodes:  # while none of them runs: with a quorum, a block would carry it
        restart_statement("apply", file, "--dir", network.directory / f"validator-{node}")
    for node in nodes:
        network.devnet("restart", str(node))


def test_every_node_says_why_a_network_stands_until_all_follow_one_statement(network, tmp_path):
    keys = administrators(network, tmp_path)
    names = [f"validator-{node}" for node in range(4)]
    homes = [network.directory / name for name in names]
    at = [("--rpc", url, "--genesis", network.directory / "genesis.json") for url in network.rpc]
    until(lambda: network.height(0) >= 1, "a block")
    all_lose_their_sign_states(network)
    for node in range(4):
        until(
            lambda node=node: sorted(network.call(node, "chain_getStatus")["listeners"]) == names,
            "all listeners named",
        )

    doctor = sapha("node", "doctor", "--dir", homes[1], "--json")
    file, other = tmp_path / "night.json", tmp_path / "other.json"
    restart_statement("make", file, "--reason", "flooded", *at[0])
    restart_statement("make", other, "--reason", "another word", *at[1])
    foreign = sapha(
        *("network", "restart-statement", "sign", file),
        *("--agency", "validator-0", "--key", keys[1], *at[0], "--json"),
    )
    for node in range(3):
        agency = ("--agency", names[node], "--key", keys[node])
        restart_statement("sign", file, *agency, *at[node])
    apply_and_start(network, file, 0, 1)
    until(lambda: set(follows(network, 0)) == set(names[2:]), "those without the statement named")
    until(lambda: set(follows(network, 3)) == set(names[:2]), "those with the statement named")
    unnamed = sapha("network", "restart-statement", "check", other, *at[0], "--json")
    apply_and_start(network, file, 2, 3)

    height = network.height(0)
    until(lambda: network.height(0) > height, "a block above the statement")
    assert "4 of 4 validators run but may not sign" in doctor.stdout
    assert "The night when nobody can sign" in doctor.stdout
    assert foreign.returncode == 1
    assert "does not belong to agency validator-0" in foreign.stderr
    assert unnamed.returncode == 1
    assert "which this one does not name" in unnamed.stderr
    until(lambda: not any(follows(network, node) for node in range(4)), "one statement for all")
