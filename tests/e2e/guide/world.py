"""Machines and desks on this computer, at which the guide's commands run as they are written.

What differs from the page is stated here, and nothing else does:

    /srv, /media, ~      a directory of the machine's own
    sapha.NAME.example   127.0.0.1; ports 26600 and 26601 are two of the machine's own
    0x... and sph1...    the last ones that any command printed, in their order
    sapha                the command installed beside this interpreter
    scp, systemctl,      done by this file: a copy, a process, its log; the plan's blanks filled
    journalctl, nano     in, with a heartbeat of one second, so that nobody waits for empty blocks,
                         and the page's table put into node.toml
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.guide.desk import configure, fill_in
from tests.e2e.guide.page import Block, Command, blocks
from tests.e2e.network import call, free_base_port, until
from tests.meta.sources import ROOT

ANSWER_S = 90
STOP_S = 20
PASSWORD = "a password of the guide"  # what everybody types
_DIRECTORIES = re.compile(r"(?<![\w/.])/(srv|media)\b")
_HASH = re.compile(r"0x[0-9a-f]{64,68}\b")
_ADDRESS = re.compile(r"sph1[02-9ac-hj-np-z]+\b")
_HOST = re.compile(r"(https?://)?sapha\.([a-z]+)\.example(:26601)?")
# What a person does again, until it is as the page says.
_LOOKS = re.compile(
    r"sapha (node (status|doctor|peers)|cbdc (balance|audit)|agency (execute|show)|devnet status"
    r"|vote (show|result))\b|curl "
)


@dataclass
class Machine:
    """A directory with a home in it, two ports, and at most one running node and signer."""

    name: str
    root: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    node: subprocess.Popen | None = None
    signer: subprocess.Popen | None = None
    mounts: list[Path] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def directory(self) -> Path:
        return self.root / "srv" / "sapha"

    @property
    def log(self) -> Path:
        return self.root / "node.log"


class World:
    """All machines, and what their commands have printed."""

    def __init__(self, root: Path, answer_s: float = ANSWER_S) -> None:
        self.root = root
        self.answer_s = answer_s  # how long a command may take, or be asked again
        self.machines: dict[str, Machine] = {}
        self.hashes: list[str] = []
        self.addresses: list[str] = []
        self._port = free_base_port(32)

    def machine(self, name: str) -> Machine:
        """The machine of a name, made when first asked for."""
        if name not in self.machines:
            made = Machine(name, self.root / name, self._port + 2 * len(self.machines))
            for folder in ("home", "media/backup", "srv"):
                (made.root / folder).mkdir(parents=True)
            self.machines[name] = made
        return self.machines[name]

    def run(self, block: Block) -> None:
        """Run every command of a block; each must exit 0 and answer what the page says."""
        for command in block.commands:
            self.do(command, block.place)

    def do(self, command: Command, place: str) -> str:
        """Run one command and return what it printed."""
        machine = self.machine(command.machine)
        words = shlex.split(command.text)
        by_hand = {
            "scp": self._copy,
            "systemctl": self._service,
            "journalctl": _take_log,
            "nano": self._edit,
        }
        if words[0] in by_hand:
            by_hand[words[0]](machine, words[1:])
            return ""
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            machine.environment[name] = self._here(machine, value)
            return ""
        return self._ask(machine, command, place)

    def stop(self) -> None:
        """Stop every node and signer that still runs, and give back what was mounted."""
        for machine in self.machines.values():
            self.halt(machine, signal.SIGTERM)
            _end(machine.signer, signal.SIGTERM)
            for place in machine.mounts:
                subprocess.run(["umount", str(place)], check=True)

    def _ask(self, machine: Machine, command: Command, place: str) -> str:
        text = self._here(machine, command.text)
        deadline = time.monotonic() + self.answer_s
        while True:
            done = subprocess.run(
                ["bash", "-c", text],
                check=False,
                cwd=machine.home,
                env=_environment(machine),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=self.answer_s,
            )
            said = done.stdout
            missing = self._missing(machine, command, said)
            if done.returncode == command.exit_code and missing is None:
                break
            if _LOOKS.match(command.text) is None or time.monotonic() > deadline:
                wanted = "" if missing is None else f"\nthe page says: {missing}"
                raise AssertionError(
                    f"{place}: {command.machine}$ {text}\nexit {done.returncode}\n{said}{wanted}"
                )
            time.sleep(0.5)
        self.hashes += _HASH.findall(said)
        self.addresses += _ADDRESS.findall(said)
        return said

    def _missing(self, machine: Machine, command: Command, said: str) -> str | None:
        """Return the first line of the page that the answer does not have."""
        rest = " ".join(said.split())
        for line in command.answer:
            here = self._here(machine, line, fills=False)
            pieces = [re.escape(piece) for piece in " ".join(here.split()).split("...")]
            match = re.search("[^ ]*".join(pieces), rest)
            if match is None:
                return line
            rest = rest[match.end() :]
        return None

    def _here(self, machine: Machine, text: str, *, fills: bool = True) -> str:
        """Return a text of the page as it is on this computer."""
        text = _DIRECTORIES.sub(lambda match: f"{machine.root}/{match[1]}", text)
        text = _HOST.sub(self._host, text)
        text = text.replace("26600", str(machine.port)).replace("26601", str(machine.port + 1))
        if fills:
            text = _filled(text, "0x...", self.hashes)
            text = _filled(text, "sph1...", self.addresses)
        return text

    def _host(self, match: re.Match) -> str:
        if match[1] is None:
            return "127.0.0.1"
        return f"http://127.0.0.1:{self.machine(match[2]).port + 1}"

    def _copy(self, machine: Machine, words: list[str]) -> None:
        """scp FILE MACHINE:FILE"""
        source, (name, _, to) = words[0], words[1].partition(":")
        target = self.machine(name)
        path = target.home / self._here(target, to)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(machine.home / self._here(machine, source), path)

    def _edit(self, machine: Machine, words: list[str]) -> None:
        """nano FILE: node.toml, or the plan."""
        path = machine.home / self._here(machine, words[0])
        if path.name == "node.toml":
            shown = next(each.text for each in blocks() if each.kind == "toml")
            configure(path, self._here(machine, re.sub(r"\bdopa\b", machine.name, shown)))
        else:
            fill_in(path, [each.home for each in self.machines.values()])

    def _service(self, machine: Machine, words: list[str]) -> None:
        """systemctl start|stop|restart sapha, start|stop sapha-signer"""
        act = words[0]
        if words[1] == "sapha-signer":
            self._serve_signer(machine, act)
            return
        if act in {"stop", "restart"}:
            self.halt(machine, signal.SIGTERM)
        if act in {"start", "restart"}:
            self.start(machine)

    def start(self, machine: Machine) -> None:
        """Start the machine's node as the unit of `deploy` does, its log in a file."""
        machine.node = self._started(machine, "sapha.service", machine.log)

    def _serve_signer(self, machine: Machine, act: str) -> None:
        """Start the machine's signer by its unit, as the manager does until it serves; or stop."""
        if act == "stop":
            process, machine.signer = machine.signer, None
            _end(process, signal.SIGTERM)
            return
        log = machine.root / "signer.log"
        machine.signer = self._started(machine, "sapha-signer.service", log)
        until((machine.root / "srv" / "signer" / "signer.sock").exists, "the signer serves")

    def _started(self, machine: Machine, unit: str, log: Path) -> subprocess.Popen:
        text = (ROOT / "deploy" / "systemd" / unit).read_text("utf-8")
        start = re.search(r"^ExecStart=(\S+) (.+)$", text, re.M)
        assert start is not None
        command = ["sapha", *shlex.split(self._here(machine, start[2]))]
        with log.open("ab") as file:
            return subprocess.Popen(
                [str(Path(sys.executable).parent / command[0]), *command[1:]],
                cwd=machine.home,
                env=_environment(machine),
                stdout=file,
                stderr=file,
            )

    @staticmethod
    def halt(machine: Machine, by: signal.Signals) -> None:
        """End the machine's node, if one runs."""
        node, machine.node = machine.node, None
        _end(node, by)


def rpc_answers(machine: Machine) -> bool:
    """Whether the machine's node serves clients; raises URLError while it does not."""
    return bool(call(f"http://127.0.0.1:{machine.port + 1}/rpc", "chain_getStatus"))


def _environment(machine: Machine) -> dict[str, str]:
    beside = str(Path(sys.executable).parent)
    return os.environ | {
        "HOME": str(machine.home),
        "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
        "SAPHA_PASSWORD": PASSWORD,
        "SAPHA_RPC": f"http://127.0.0.1:{machine.port + 1}",
        **machine.environment,
    }


def _end(process: subprocess.Popen | None, by: signal.Signals) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(by)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _take_log(machine: Machine, words: list[str]) -> None:
    """journalctl --namespace sapha -u sapha ... > FILE"""
    shutil.copyfile(machine.log, machine.home / words[-1])


def _filled(text: str, mark: str, printed: list[str]) -> str:
    """Return a text with what was printed last in the place of each mark, the last one last."""
    for value in printed[len(printed) - text.count(mark) :]:
        text = text.replace(mark, value, 1)
    assert mark not in text, f"nothing was printed that could stand in {text}"
    return text
