"""Machines and desks on this computer, at which the guide's commands run as they are written.

What differs from the page is stated here, and nothing else does:

    /srv, /media, ~      a directory of the machine's own
    sapha.NAME.example   127.0.0.1; ports 26600 and 26601 are two of the machine's own
    0x... and sph1...    the last one that any command printed
    sapha                the command installed beside this interpreter
    scp, systemctl, nano done by this file: a copy, a process, the plan's blanks filled in, with a
                         heartbeat of one second, so that nobody waits for empty blocks
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

from client.keystore import read_key
from tests.e2e.guide.page import GUIDE, Block, Command, blocks
from tests.e2e.network import call, free_base_port

ANSWER_S = 90
STOP_S = 20
PASSWORD = "a password of the guide"  # what everybody types
_DIRECTORIES = re.compile(r"(?<![\w/.])/(srv|media)\b")
_HASH = re.compile(r"0x[0-9a-f]{64}\b")
_ADDRESS = re.compile(r"sph1[02-9ac-hj-np-z]+\b")
_HOST = re.compile(r"(https?://)?sapha\.([a-z]+)\.example")
# What a person does again, until it is as the page says.
_LOOKS = re.compile(
    r"sapha (node (status|doctor|peers)|cbdc (balance|audit)|agency execute)\b|curl "
)


@dataclass
class Machine:
    """A directory with a home in it, two ports, and at most one running node."""

    name: str
    root: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    node: subprocess.Popen | None = None
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

    def __init__(self, root: Path) -> None:
        self.root = root
        self.machines: dict[str, Machine] = {}
        self.last_hash = self.last_address = ""
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
            self.do(command, f"{GUIDE.name}:{block.line}")

    def do(self, command: Command, place: str) -> str:
        """Run one command and return what it printed."""
        machine = self.machine(command.machine)
        words = shlex.split(command.text)
        by_hand = {"scp": self._copy, "systemctl": self._service, "nano": self._fill_in}
        if words[0] in by_hand:
            by_hand[words[0]](machine, words[1:])
            return ""
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            machine.environment[name] = self._here(machine, value)
            return ""
        return self._ask(machine, command, place)

    def stop(self) -> None:
        """Stop every node that still runs, and give back what was mounted."""
        for machine in self.machines.values():
            self.halt(machine, signal.SIGTERM)
            for place in machine.mounts:
                subprocess.run(["umount", str(place)], check=True)

    @staticmethod
    def rpc_answers(machine: Machine) -> bool:
        """Whether the machine's node serves clients; raises URLError while it does not."""
        return bool(call(f"http://127.0.0.1:{machine.port + 1}/rpc", "chain_getStatus"))

    def _ask(self, machine: Machine, command: Command, place: str) -> str:
        text = self._here(machine, command.text)
        deadline = time.monotonic() + ANSWER_S
        while True:
            done = subprocess.run(
                ["bash", "-c", text],
                check=False,
                cwd=machine.home,
                env=self._environment(machine),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=ANSWER_S,
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
        self.last_hash = (_HASH.findall(said) or [self.last_hash])[-1]
        self.last_address = (_ADDRESS.findall(said) or [self.last_address])[-1]
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
        text = text.replace("26600", str(machine.port)).replace("26601", str(machine.port + 1))
        text = _HOST.sub(self._host, text)
        if fills:
            text = text.replace("0x...", self.last_hash).replace("sph1...", self.last_address)
        return text

    def _host(self, match: re.Match) -> str:
        if match[1] is None:
            return "127.0.0.1"
        return f"http://127.0.0.1:{self.machine(match[2]).port + 1}"

    def _environment(self, machine: Machine) -> dict[str, str]:
        beside = str(Path(sys.executable).parent)
        return os.environ | {
            "HOME": str(machine.home),
            "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
            "SAPHA_PASSWORD": PASSWORD,
            "SAPHA_RPC": f"http://127.0.0.1:{machine.port + 1}",
            **machine.environment,
        }

    def _copy(self, machine: Machine, words: list[str]) -> None:
        """scp FILE MACHINE:FILE"""
        source, (name, _, to) = words[0], words[1].partition(":")
        target = self.machine(name)
        path = target.home / self._here(target, to)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(machine.home / self._here(machine, source), path)

    def _fill_in(self, machine: Machine, words: list[str]) -> None:
        """nano FILE: put in what the people named at the end of each line have read out."""
        path = machine.home / words[0]
        lines = []
        for line in path.read_text("utf-8").splitlines():
            names = re.split(r",| and ", line.rpartition("#")[2])
            homes = [each.home for each in self.machines.values()]
            files = [_key_file(homes, name.strip()) for name in names]
            for key in filter(None, files):
                line = line.replace("0x...", "0x" + key.public_key.hex(), 1)  # noqa: PLW2901
                line = line.replace("sph1...", key.address, 1)  # noqa: PLW2901
            lines.append(line.replace("# heartbeat_ms = 10000 ", "heartbeat_ms = 1000 "))
        path.write_text("\n".join(lines) + "\n", "utf-8")

    def _service(self, machine: Machine, words: list[str]) -> None:
        """systemctl start|stop|restart sapha"""
        act = words[0]
        if act in {"stop", "restart"}:
            self.halt(machine, signal.SIGTERM)
        if act in {"start", "restart"}:
            self.start(machine)

    def start(self, machine: Machine) -> None:
        """Start the machine's node as the page's unit does, its log in a file."""
        unit = next(each.text for each in blocks() if each.kind == "ini")
        start = re.search(r"^ExecStart=(\S+) (.+)$", unit, re.M)
        assert start is not None
        command = ["sapha", *shlex.split(self._here(machine, start[2]))]
        with machine.log.open("ab") as log:
            machine.node = subprocess.Popen(
                [str(Path(sys.executable).parent / command[0]), *command[1:]],
                cwd=machine.home,
                env=self._environment(machine),
                stdout=log,
                stderr=log,
            )

    @staticmethod
    def halt(machine: Machine, by: signal.Signals) -> None:
        """End the machine's node, if one runs."""
        node, machine.node = machine.node, None
        if node is None or node.poll() is not None:
            return
        node.send_signal(by)
        try:
            node.wait(STOP_S)
        except subprocess.TimeoutExpired:
            node.kill()
            node.wait()


def _key_file(homes: list[Path], name: str):
    """The key of a name at whoever's desk it is, None when nobody has one."""
    paths = [home / ".sapha/keys" / f"{name}.json" for home in homes]
    found = [read_key(path) for path in paths if name and path.is_file()]
    return found[0] if found else None
