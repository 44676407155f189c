"""Validator processes of a development network: start, find, kill and supervise them.

Each has a pid file under run/. `devnet up` supervises; `devnet restart` asks it through a file
under run/, so that a validator started again is the supervisor's child like the others.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import sapha
from client.files import write_whole
from commands.devnet_files import DevnetNode
from commands.output import say
from primitives.errors import LocalFault

_TICK_S = 0.1
_STOP_S = 6.0
_REQUEST_S = 15.0
_LAUNCHER = Path(sapha.__file__).with_name("__main__.py")
_SUPERVISOR = "supervisor"
GATEWAY = "gateway"  # the process that signs citizens in, where there is one


class AlreadyUp(LocalFault):
    """Another `devnet up` runs this network."""


class Network(Protocol):
    """Validators that run from one directory: a development network, or another engine's."""

    @property
    def directory(self) -> Path:
        """Where everything of the network is."""

    @property
    def validators(self) -> tuple[DevnetNode, ...]:
        """The validators in order."""


Command: TypeAlias = Callable[[DevnetNode], Sequence[str]]


def start_command(node: DevnetNode) -> Sequence[str]:
    """Return the command that runs a validator of ours."""
    return (sys.executable, str(_LAUNCHER), "node", "start", "--dir", str(node.directory))


def launch(
    node: DevnetNode, run_dir: Path, command: Command = start_command
) -> "subprocess.Popen[bytes]":
    """Start the validator in its own session; what it logs goes to node.log in its directory."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    with os.fdopen(os.open(node.directory / "node.log", flags, 0o600), "ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command(node),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    record_pid(node.name, run_dir, process.pid)
    return process


def record_pid(name: str, run_dir: Path, pid: int) -> None:
    """Say under which number a process of this network runs."""
    run_dir.mkdir(parents=True, exist_ok=True)
    write_whole(_pid_path(run_dir, name), str(pid).encode())


def pid_of(name: str, run_dir: Path) -> int | None:
    """Return the pid of a running process of this network, None when it does not run."""
    try:
        pid = int(_pid_path(run_dir, name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return pid if is_running(pid) else None


def is_running(pid: int) -> bool:
    """Return whether `pid` is a live process of ours; one that waits to be reaped is not."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, IndexError):
        return True  # no /proc on this system: the signal's answer stands
    # A pid file may outlive its process, and the number may serve another program.
    return state not in {"Z", "X"} and b"sapha" in command


def end(pids: list[int], *, kill_after_s: float = _STOP_S) -> None:
    """Ask processes to stop; kill those that still run after `kill_after_s`."""
    for pid in pids:
        _signal(pid, signal.SIGTERM)
    if not _wait_gone(pids, kill_after_s):
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        _wait_gone(pids, _STOP_S)


def kill(pid: int) -> None:
    """Kill a process as a power cut would, and return when it is gone."""
    _signal(pid, signal.SIGKILL)
    _wait_gone([pid], _STOP_S)


def request_restart(devnet: Network, node: DevnetNode) -> None:
    """Have the supervisor start `node` again, or start it here when none runs."""
    run_dir = run_dir_of(devnet)
    if pid_of(_SUPERVISOR, run_dir) is None:
        running = pid_of(node.name, run_dir)
        if running is not None:
            end([running])
        launch(node, run_dir)
        return
    request = _request_path(run_dir, node.name)
    request.touch()
    deadline = time.monotonic() + _REQUEST_S
    while request.exists():
        if time.monotonic() > deadline:
            raise LocalFault(f"the running devnet did not restart {node.name} in {_REQUEST_S} s")
        time.sleep(_TICK_S)


def stop_all(devnet: Network) -> int:
    """Stop the supervisor and every node, the spare too; return how many processes ran."""
    run_dir = run_dir_of(devnet)
    supervisor = pid_of(_SUPERVISOR, run_dir)
    if supervisor is not None:
        end([supervisor], kill_after_s=2 * _STOP_S)
    names = sorted(path.stem for path in run_dir.glob("*.pid"))
    pids = [pid_of(name, run_dir) for name in names]
    left = [pid for pid in pids if pid is not None]
    end(left)
    return len(left) + (supervisor is not None)


def run_dir_of(devnet: Network) -> Path:
    """Return the directory of pid files and requests."""
    return devnet.directory / "run"


class Supervisor:
    """Starts every validator and these observers, reports those that end, restarts on request.

    It stops all in the end. Use it as `async with Supervisor(devnet)`; raises AlreadyUp.
    """

    def __init__(
        self,
        devnet: Network,
        command: Command = start_command,
        observers: tuple[DevnetNode, ...] = (),
    ) -> None:
        self._devnet = devnet
        self._nodes = (*devnet.validators, *observers)
        self._command = command
        self._run_dir = run_dir_of(devnet)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Supervisor":
        running = pid_of(_SUPERVISOR, self._run_dir)
        if running is not None:
            raise AlreadyUp(f"{self._devnet.directory} is up already, as process {running}")
        record_pid(_SUPERVISOR, self._run_dir, os.getpid())
        for request in self._run_dir.glob("*.restart"):
            request.unlink()
        for node in self._nodes:
            self._children[node.name] = launch(node, self._run_dir, self._command)
        self._watch = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self._stop_children()
        _pid_path(self._run_dir, _SUPERVISOR).unlink(missing_ok=True)

    def ended(self) -> list[str]:
        """Return the names of the nodes that do not run."""
        return [name for name, child in self._children.items() if child.poll() is not None]

    async def _run(self) -> None:
        reported: dict[str, int] = {}
        while True:
            for node in self._nodes:
                child = self._children[node.name]
                request = _request_path(self._run_dir, node.name)
                if request.exists():
                    await self._restart(node)
                    request.unlink(missing_ok=True)
                elif child.poll() is not None and reported.get(node.name) != child.pid:
                    reported[node.name] = child.pid
                    self._report(node, child.returncode)
            await asyncio.sleep(_TICK_S)

    async def _restart(self, node: DevnetNode) -> None:
        child = self._children[node.name]
        if child.poll() is None:
            child.terminate()
            await _wait_children([child], _STOP_S)
        self._children[node.name] = launch(node, self._run_dir, self._command)

    def _report(self, node: DevnetNode, code: int) -> None:
        how = f"killed by signal {-code}" if code < 0 else f"ended with code {code}"
        mend = f"sapha devnet restart {node.index} --dir {self._devnet.directory}"
        say(f"{node.name} was {how}; its log is {node.directory / 'node.log'}; restart: {mend}")

    async def _stop_children(self) -> None:
        alive = [child for child in self._children.values() if child.poll() is None]
        for child in alive:
            child.terminate()
        await _wait_children(alive, _STOP_S)
        for name in self._children:
            _pid_path(self._run_dir, name).unlink(missing_ok=True)


async def _wait_children(children: list["subprocess.Popen[bytes]"], timeout_s: float) -> None:
    """Return when all have ended; kill those that have not after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while any(child.poll() is None for child in children):
        if time.monotonic() > deadline:
            for child in children:
                child.kill()
            deadline += timeout_s
        await asyncio.sleep(_TICK_S)


def _wait_gone(pids: list[int], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(_TICK_S)
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _pid_path(run_dir: Path, name: str) -> Path:
    return run_dir / f"{name}.pid"


def _request_path(run_dir: Path, name: str) -> Path:
    return run_dir / f"{name}.restart"
