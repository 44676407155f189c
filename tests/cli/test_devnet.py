"""What `sapha devnet` keeps on disk and how it treats processes; whole networks are tests/e2e's."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from client.rpc import RpcClient
from commands.devnet_files import (
    DevnetPlan,
    NoDevnet,
    check_ports_free,
    load_devnet,
    open_devnet,
)
from commands.output import UsageFault
from commands.processes import (
    end,
    is_running,
    kill,
    pid_of,
    record_pid,
    run_dir_of,
    stop_all,
)
from node.config import load_config
from primitives.errors import LocalFault
from tests.cli.network import json_of, sapha

SLEEPER = [sys.executable, "-c", "import time; 'sapha'; print(flush=True); time.sleep(60)"]


@pytest.fixture(scope="module")
def devnet(tmp_path_factory):
    # Not ports that the system gives away: servers of tests beside this one take those.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    plan = DevnetPlan(base_port=21_000 + 20 * worker)
    return open_devnet(tmp_path_factory.mktemp("net") / "d", plan)


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_network_has_four_validators_and_a_spare_member(devnet):
    members = {member.name: member.is_validator for member in devnet.genesis.members}

    assert members == {f"validator-{i}": True for i in range(4)} | {"observer": False}
    assert len(devnet.urls) == len(set(devnet.urls)) == 4


def test_every_node_directory_can_be_started_from(devnet):
    for name in [*(node.name for node in devnet.validators), "observer"]:
        home = devnet.directory / name
        config = load_config(home)

        assert config.node.name == name
        assert (home / "genesis.json").read_bytes() == devnet.genesis_path.read_bytes()
        assert (home / "tls" / "cert.pem").exists()


def test_secrets_are_readable_by_their_owner_only(devnet):
    secrets = [
        devnet.directory / "accounts.json",
        devnet.directory / "keys" / "central-bank.key",
        devnet.directory / "validator-0" / "keys" / "validator.key",
        devnet.directory / "validator-0" / "tls" / "key.pem",
    ]

    assert [mode(path) for path in secrets] == [0o600] * 4


def test_the_network_is_the_same_when_opened_again(devnet):
    again = open_devnet(devnet.directory, DevnetPlan())

    assert again.genesis.chain_id == devnet.genesis.chain_id
    assert again.urls == devnet.urls
    assert list(again.accounts) == [f"demo-{i}" for i in range(1, 11)]
    assert again.central_bank.address == devnet.central_bank.address


def test_the_central_bank_of_the_genesis_is_the_key_on_disk(devnet):
    config = next(c.config for c in devnet.genesis.contracts if c.name == "governance")

    bank = next(entry for entry in config["agencies"] if entry["id"] == "central-bank")
    assert bank["administrator"] == repr(devnet.central_bank).split("(")[1].split(",")[0]


def test_another_number_of_validators_is_wrong_usage(devnet):
    with pytest.raises(UsageFault, match="use -n 4"):
        open_devnet(devnet.directory, DevnetPlan(validators=5))


def test_ports_follow_from_the_base_port(tmp_path):
    made = open_devnet(tmp_path / "d", DevnetPlan(validators=1, base_port=23450))

    assert made.urls == ["http://127.0.0.1:23451/rpc"]
    assert [member.port for member in made.genesis.members] == [23452, 23450]


def test_ports_above_the_last_are_wrong_usage(tmp_path):
    with pytest.raises(UsageFault, match="do not fit"):
        open_devnet(tmp_path / "d", DevnetPlan(base_port=65530))


def test_a_taken_port_is_named(devnet):
    port = devnet.validators[2].rpc_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        with pytest.raises(LocalFault, match=f"port {port} is taken"):
            check_ports_free(devnet)


def test_a_directory_without_a_network_says_how_to_start_one(tmp_path):
    with pytest.raises(NoDevnet, match="sapha devnet up"):
        load_devnet(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"rpc_ports": 1}', '{"rpc_ports": ["x"]}'])
def test_a_damaged_record_of_the_network_is_named(tmp_path, text):
    (tmp_path / "devnet.json").write_text(text)

    with pytest.raises(NoDevnet, match="damaged"):
        load_devnet(tmp_path)


def test_a_validator_that_does_not_exist_is_wrong_usage(devnet):
    result = sapha("devnet", "kill", 4, "--dir", devnet.directory)

    assert result.exit_code == 2
    assert "there are 0 to 3" in result.stderr


def test_the_status_of_a_network_that_is_down_exits_1_and_shows_each(devnet):
    result = sapha("devnet", "status", "--dir", devnet.directory, "--json")

    rows = json_of(result)["validators"]
    assert result.exit_code == 1
    assert [row["height"] for row in rows] == [None] * 4


def test_stopping_a_network_that_is_down_is_no_error(devnet):
    result = sapha("devnet", "stop", "--dir", devnet.directory, "--json")

    assert json_of(result) == {"stopped": 0}


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEPER, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_running_process_is_found_and_killed(devnet, sleeper):
    record_pid("validator-1", run_dir_of(devnet), sleeper.pid)

    found = pid_of("validator-1", run_dir_of(devnet))
    kill(sleeper.pid)

    assert found == sleeper.pid
    assert sleeper.wait(5) == -9
    assert pid_of("validator-1", run_dir_of(devnet)) is None


def test_the_pid_of_a_process_that_is_not_ours_is_not_touched(devnet):
    record_pid("validator-1", run_dir_of(devnet), 1)

    assert pid_of("validator-1", run_dir_of(devnet)) is None
    assert stop_all(devnet) == 0


def test_a_zombie_does_not_run(sleeper):
    os.kill(sleeper.pid, 9)

    end([sleeper.pid])

    assert not is_running(sleeper.pid)


def test_the_status_lists_the_spare_member_too(devnet):
    result = sapha("devnet", "status", "--dir", devnet.directory, "--json")

    spare = json_of(result)["spare"]
    assert (spare["name"], spare["pid"], spare["height"]) == ("observer", None, None)
    assert spare["rpc"] == devnet.spare.url


def test_stopping_ends_the_spare_member_too(devnet, sleeper):
    record_pid("observer", run_dir_of(devnet), sleeper.pid)

    assert stop_all(devnet) == 1
    assert sleeper.wait(5) == -15


def restarted(devnet):
    words = ["devnet", "restart", "2", "--dir", str(devnet.directory)]
    return subprocess.run(
        [sys.executable, "-m", "sapha", *words], capture_output=True, text=True, check=False
    )


def test_a_restart_of_what_ends_at_once_says_so_with_the_reason_in_its_log(devnet):
    home = devnet.validator(2).directory
    (home / "genesis.json").rename(home / "kept.json")
    try:
        result = restarted(devnet)
    finally:
        (home / "kept.json").rename(home / "genesis.json")

    assert result.returncode == 1
    assert "validator-2 ended at start: " in result.stderr
    assert "genesis.json" in result.stderr


def test_a_restart_says_the_reason_though_the_log_goes_on_after_it(devnet):
    settings = devnet.validator(2).directory / "node.toml"
    before = settings.read_text()
    settings.write_text(before + f'\n[operator]\nsocket = "/tmp/{"x" * 120}.sock"\n')
    try:
        result = restarted(devnet)
    finally:
        settings.write_text(before)

    assert result.returncode == 1
    assert "validator-2 ended at start: " in result.stderr
    assert "CRITICAL" in result.stderr
    assert "the name of a socket has at most 107" in " ".join(result.stderr.split())


def test_stopping_ends_what_a_lost_supervisor_left_behind(devnet, sleeper):
    record_pid("validator-3", run_dir_of(devnet), sleeper.pid)

    assert stop_all(devnet) == 1
    assert sleeper.wait(5) == -15


async def test_urls_with_and_without_their_path_reach_the_same_place(devnet):
    with_path = RpcClient(devnet.urls)

    assert all(not url.endswith("/rpc") for url in with_path.urls)


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    plan = DevnetPlan(validators=1, observers=2, base_port=21_400 + 20 * worker)
    return open_devnet(tmp_path_factory.mktemp("net") / "observed", plan)


def test_a_new_network_has_as_many_observers_as_were_asked_for(observed):
    members = {member.name: member.is_validator for member in observed.genesis.members}

    assert members == {
        "validator-0": True,
        "observer": False,
        "observer-0": False,
        "observer-1": False,
    }
    assert [node.name for node in observed.nodes] == ["validator-0", "observer-0", "observer-1"]
    assert [node.index for node in observed.nodes] == [0, 1, 2]
    ports = [load_config(node.directory).rpc.port for node in (*observed.nodes, observed.spare)]
    assert ports[:3] == [node.rpc_port for node in observed.nodes]
    assert len(set(ports)) == 4


def test_a_network_keeps_its_number_of_observers(observed):
    again = open_devnet(observed.directory, DevnetPlan(validators=1))

    assert again.observers == observed.observers
    with pytest.raises(UsageFault, match="2 observers"):
        open_devnet(observed.directory, DevnetPlan(validators=1, observers=1))


def test_the_status_lists_observers(observed):
    result = sapha("devnet", "status", "--dir", observed.directory, "--json")

    assert [row["name"] for row in json_of(result)["observers"]] == ["observer-0", "observer-1"]


def test_a_number_that_no_node_has_is_refused(observed):
    assert observed.node(2).name == "observer-1"
    with pytest.raises(UsageFault, match="node 3: there are 0 to 2"):
        observed.node(3)


def test_stopping_ends_observers_too(observed, sleeper):
    record_pid("observer-1", run_dir_of(observed), sleeper.pid)

    assert stop_all(observed) == 1
