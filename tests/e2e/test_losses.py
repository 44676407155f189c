"""Files lost, cut and put back older, under load: no key signs two things, and all go on."""

import re
import shutil
import subprocess
import sys
import threading
import urllib.error
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from commands.processes import kill, pid_of
from node.checks import check_node
from tests.e2e.network import (
    SAPHA,
    at_socket,
    call,
    free_base_port,
    request_of,
    result_of,
    running_network,
    sapha,
    until,
)
from tests.e2e.payments import Payer
from tests.e2e.statements import Lives, last_signed

pytestmark = pytest.mark.e2e

# A killed process leaves its socket behind, which is no file to copy.
NO_SOCKETS = shutil.ignore_patterns("*.sock")
AWAY = (urllib.error.URLError, ConnectionError, TimeoutError, RuntimeError)


class Load:
    """Payments without a pause, each to the next validator that answers."""

    def __init__(self, network) -> None:
        self._payer = Payer(network, "demo-1")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        node = 0
        while not self._ended.is_set():
            node = (node + 1) % 4
            try:
                self._payer.pay(node=node, to="demo-2", amount=1)
            except AWAY:
                continue


class Town:
    """The network under load, and the lives of its keys."""

    def __init__(self, network, lives: Lives) -> None:
        self.network = network
        self.lives = lives

    @property
    def run(self) -> Path:
        return self.network.directory / "run"

    def home(self, node: int) -> Path:
        return self.network.directory / f"validator-{node}"

    def data(self, node: int) -> Path:
        return self.home(node) / "data"

    def kill(self, *nodes: int) -> None:
        """End these lives as a power cut would, all at once."""
        for node in nodes:
            pid = pid_of(f"validator-{node}", self.run)
            assert pid is not None
            kill(pid)
        for node in nodes:
            self.lives.end(self.home(node))

    def start(self, *nodes: int) -> None:
        """Have the supervisor start them, all at once, and return when they answer."""
        for node in nodes:
            (self.run / f"validator-{node}.restart").touch()
        for node in nodes:
            until(lambda node=node: self.network.height(node) >= 0, f"validator {node} answers")

    def signing(self, node: int) -> dict:
        return self.network.call(node, "chain_getStatus")["signing"]

    def health(self, node: int, root: str = "") -> dict:
        """Return what a node says to its operator; `root` is that of its own mounts."""
        socket = Path(f"{root}{self.network.socket(node)}")
        request = request_of("node_getHealth", {})
        return result_of(at_socket(socket, "POST", "/rpc", request))

    def wait_signing(self, *nodes: int) -> None:
        for node in nodes:
            until(lambda node=node: self.signing(node)["may_sign"], f"validator {node} signs")

    def wait_blocks(self, node: int, count: int) -> None:
        """Return once the validator has committed `count` blocks more."""
        self.network.wait_height(node, self.network.height(node) + count)

    def wait_signed(self, node: int) -> None:
        """Return once the validator has signed at heights that are not decided now."""
        height = max(self.network.height(one) for one in range(4))
        wal = self.data(node) / "wal"
        until(lambda: last_signed(wal) > height + 1, f"validator {node} has signed")

    def log(self, node: int) -> str:
        return (self.home(node) / "node.log").read_text()

    def listened(self, node: int) -> list[str]:
        """Return why this validator has listened at a start, in order."""
        return re.findall(r'listening_before_signing node=\S+ reason="([^"]*)"', self.log(node))

    def check(self) -> None:
        """All go on, with one history, and no key has signed two things in any life."""
        self.wait_signing(0, 1, 2, 3)
        height = max(self.network.height(node) for node in range(4))
        for node in range(4):
            self.network.wait_height(node, height + 1)
        self.network.agreed_root([0, 1, 2, 3])
        assert self.lives.signed_twice() == {}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("losses")
    with running_network(folder / "net") as network:
        (folder / "kept").mkdir()
        homes = [network.directory / f"validator-{node}" for node in range(4)]
        with Load(network):
            yield Town(network, Lives(folder / "kept", homes))


def test_a_validator_whose_data_is_gone_listens_and_signs_again(town):
    town.kill(3)
    shutil.rmtree(town.data(3))

    town.start(3)

    town.check()
    assert town.listened(3) == ["there is no sign-state"]


def test_an_older_copy_of_the_whole_data_signs_nothing_again(town):
    town.kill(2)
    shutil.copytree(town.data(2), town.home(2) / "older", ignore=NO_SOCKETS)
    town.start(2)
    town.wait_signed(2)
    town.kill(2)
    shutil.rmtree(town.data(2))
    (town.home(2) / "older").rename(town.data(2))

    town.start(2)

    town.check()


def test_a_validator_that_has_only_its_store_listens_and_signs_again(town):
    town.kill(1)
    shutil.rmtree(town.data(1) / "sign_state")
    (town.data(1) / "wal").unlink()

    town.start(1)

    town.check()
    assert town.listened(1) == ["there is no sign-state"]


def test_a_sign_state_that_was_cut_makes_a_listener(town):
    town.kill(0)
    state = town.data(0) / "sign_state" / "state"
    state.write_bytes(state.read_bytes()[:300])

    town.start(0)

    town.check()
    assert len(town.listened(0)) == 1


def test_more_validators_than_may_fail_lose_their_logs_and_the_network_goes_on(town):
    town.kill(1, 2)
    for node in (1, 2):
        (town.data(node) / "wal").unlink()

    town.start(1, 2)

    town.check()
    assert len(town.listened(2)) == 0


def test_a_lost_store_is_rebuilt_by_one_command(town):
    town.kill(3)
    shutil.rmtree(town.data(3) / "store" / "db")
    sapha("node", "rebuild", "--dir", town.home(3)).check_returncode()

    town.start(3)

    town.check()
    assert town.listened(3)[-1] == "the store is lost"


def test_all_validators_are_restarted_at_once_and_nobody_listens(town):
    before = [len(town.listened(node)) for node in range(4)]
    town.kill(0, 1, 2, 3)

    town.start(0, 1, 2, 3)

    town.check()
    assert [len(town.listened(node)) for node in range(4)] == before


def test_who_is_waited_for_is_said_everywhere_an_operator_looks(town):
    town.kill(1, 2, 3)

    town.start(3)

    said = "starting: 1 of 2 other validators told their open height; missing: validator-"
    until(lambda: said in str(town.signing(3)), "validator 3 says whom it waits for")
    until(lambda: "not_signing node=validator-3 reason=waiting" in town.log(3), "the log says so")
    asks = (["status", "--rpc", town.network.rpc[3]], ["doctor", "--dir", str(town.home(3))])
    for command in asks:
        done = sapha("node", *command)
        assert said in done.stdout, done
    assert said in str(town.health(3))
    lines = town.network.metrics(3).splitlines()
    assert "sapha_may_sign 0.0" in lines
    assert 'sapha_not_signing{reason="waiting"} 1.0' in lines
    town.start(1, 2)
    town.check()


def test_a_second_process_on_the_same_files_is_refused(town):
    refused = sapha("node", "start", "--dir", town.home(0))

    assert refused.returncode == 1
    assert "in-use is locked: another node runs with these files" in refused.stderr
    assert {item.name: item.note for item in check_node(town.home(0))}["sign-state"].startswith(
        "in use"
    )


@contextmanager
def on_a_small_disk(town, node: int, size: str):
    """Run a validator with an empty data directory on a disk of its own; give its process.

    The disk is a tmpfs of the process's own mount namespace, seen from here through /proc.
    """
    mount = f'mount -t tmpfs -o size={size} tmpfs "$1" && exec "$2" -m sapha node start --dir "$3"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    command += [str(town.data(node)), sys.executable, str(town.home(node))]
    with (town.home(node) / "node.log").open("ab") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def fill(path: Path) -> None:
    """Write zeros until the disk is full."""
    with path.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))


def test_a_full_disk_silences_a_validator_until_there_is_room_again(town):
    town.kill(3)
    with on_a_small_disk(town, 3, "64m") as process:
        root = f"/proc/{process.pid}/root"
        disk = Path(f"{root}{town.data(3)}")
        town.wait_signing(3)
        fill(disk / "ballast")
        until(
            lambda: "no space to" in str(town.health(3, root)),
            "the node says that its disk is full",
        )
        assert town.signing(3)["may_sign"] is False
        height = town.network.height(3)
        town.wait_blocks(0, 5)
        assert town.network.height(3) <= height + 1

        (disk / "ballast").unlink()

        town.check()
        assert process.poll() is None
        assert "no space to" not in str(town.health(3, root))
        shutil.copytree(disk, town.lives.kept / "small", ignore=NO_SOCKETS, dirs_exist_ok=True)
        process.terminate()
        assert process.wait(15) == 0
    town.lives.end_of(town.lives.kept / "small" / "wal")
    town.start(3)
    town.check()


def test_a_clone_beside_the_original_is_told_of_what_it_has_not_signed(town, tmp_path):
    cloned, *others = range(4)  # of each pair the lower name dials: this one reaches all
    town.kill(cloned)
    clone = tmp_path / "clone"
    shutil.copytree(town.home(cloned), clone, ignore=NO_SOCKETS)
    town.start(cloned)
    town.wait_signed(cloned)
    config = clone / "node.toml"
    port = free_base_port(2)
    ports = iter([port, port + 1])
    text = re.sub(r"(?m)^port = \d+", lambda _found: f"port = {next(ports)}", config.read_text())
    config.write_text(text)

    with (clone / "clone.log").open("wb") as log:
        process = subprocess.Popen([*SAPHA, "node", "start", "--dir", str(clone)], stderr=log)
    try:
        url = f"http://127.0.0.1:{port + 1}/rpc"
        until(lambda: call(url, "chain_getStatus")["height"] > 0, "the clone answers")
        until(
            lambda: re.search(
                r"signing_stopped .*this key has signed", (clone / "clone.log").read_text()
            ),
            "the clone stops signing and says why",
        )
    finally:
        process.kill()
        process.wait()
    town.lives.end(clone)

    town.wait_blocks(others[0], 2)
    town.network.agreed_root(others)
    checked = check_node(town.home(cloned))
    assert {key.hex()[:16] for key, _mark in town.lives.signed_twice()} <= {
        item.note for item in checked if item.name == "signing key"
    }  # a clone that came back may have signed beside the original (R2.7); nobody else has
