"""A running development network for tests: starts `sapha devnet up`, asks over JSON-RPC."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

SAPHA = [sys.executable, "-m", "sapha"]
START_S = 60
STOP_S = 15


@dataclass
class Network:
    """A devnet in the foreground of a child process."""

    process: subprocess.Popen
    directory: Path
    chain_id: str
    rpc: list[str]
    accounts: dict[str, dict[str, str]]
    up: dict[str, Any] = field(default_factory=dict)  # all that the command printed

    def call(self, node: int, method: str, **params: Any) -> Any:
        """Call one method of one validator; raises on an error answer or no answer."""
        return call(self.rpc[node], method, **params)

    def ask_operator(self, node: int, method: str, **params: Any) -> Any:
        """Call one method of one validator at its operators' socket."""
        return result_of(at_socket(self.socket(node), "POST", "/rpc", request_of(method, params)))

    def metrics(self, node: int) -> str:
        """Return what one validator counts."""
        return at_socket(self.socket(node), "GET", "/metrics").decode()

    def socket(self, node: int) -> Path:
        return self.directory / f"validator-{node}" / "data" / "operator.sock"

    def height(self, node: int) -> int:
        return self.call(node, "chain_getStatus")["height"]

    def devnet(self, *arguments: str) -> None:
        """Run `sapha devnet ...` against this network; it must exit 0."""
        sapha("devnet", *arguments, "--dir", self.directory).check_returncode()

    def wait_height(self, node: int, height: int) -> None:
        """Return once the validator has committed `height`."""
        until(lambda: self.height(node) >= height, f"validator {node} at height {height}")

    def agreed_root(self, nodes: list[int]) -> str:
        """Return the state root of the lowest common head; all of `nodes` must have it."""
        height = min(self.height(node) for node in nodes)
        headers = [self.call(node, "chain_getHeader", at=height) for node in nodes]
        roots = {header["header"]["state_root"] for header in headers}
        assert len({header["hash"] for header in headers}) == 1, headers
        assert len(roots) == 1
        return roots.pop()


def sapha(*arguments: object, timeout_s: float = START_S) -> subprocess.CompletedProcess:
    """Run a command to its end, and return it with what it printed."""
    command = [*SAPHA, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=timeout_s)


def call(url: str, method: str, **params: Any) -> Any:
    """One JSON-RPC call with urllib; raises RuntimeError on an error answer."""
    body = request_of(method, params)
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=70) as answer:  # noqa: S310
        return result_of(answer.read())


def request_of(method: str, params: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


def result_of(body: bytes) -> Any:
    reply = json.loads(body)
    if "error" in reply:
        raise RuntimeError(reply["error"])
    return reply["result"]


class AtSocket(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=70)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(str(self.path))
        except FileNotFoundError as error:
            raise ConnectionRefusedError(f"{self.path}: nobody listens") from error


def at_socket(path: Path, method: str, target: str, body: bytes = b"") -> bytes:
    """Ask at a Unix socket, and return the body of the answer."""
    with closing(AtSocket(path)) as connection:
        connection.request(method, target, body, {"Content-Type": "application/json"})
        return connection.getresponse().read()


def until(condition, what: str, timeout_s: float = START_S) -> None:
    """Ask again until `condition` holds; an unreachable node counts as not yet."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"waited {timeout_s} s in vain: {what}")


def free_base_port(count: int = 16) -> int:
    """Return a port so that the `count` ports from it are free on loopback right now.

    All are below those that the system gives to outgoing connections.
    """
    for base in range(21_000 + os.getpid() % 600 * 16, 32_000, count):
        try:
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports on loopback")


@contextmanager
def running_network(directory: Path, *arguments: str, validators: int = 4):
    """Start a devnet, give it, and stop it by SIGTERM; it must exit cleanly."""
    command = [*SAPHA, "devnet", "up", "-n", str(validators), "--dir", str(directory)]
    command += ["--base-port", str(free_base_port()), "--json", *arguments]
    with (directory.parent / "devnet.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    try:
        line = process.stdout.readline()
        assert line, (directory.parent / "devnet.log").read_text()[-4000:]
        up = json.loads(line)
        accounts = {account["name"]: account for account in up["accounts"]}
        yield Network(process, Path(up["dir"]), up["chain_id"], up["rpc"], accounts, up)
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_S) == 0
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()
