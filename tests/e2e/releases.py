"""Two releases of this program beside each other: the checkout, and a copy with another cbdc."""

import asyncio
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from commands.bringing_up import fund_accounts
from commands.devnet_files import Devnet, DevnetNode, DevnetPlan, open_devnet
from contracts.tools.versions import freeze
from primitives.ids import show_address
from tests.e2e.network import SAPHA, Network, call, free_base_port, until

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *("sapha", "primitives", "consensus", "contracts", "p2p", "node", "genesis", "client"),
    *("commands", "verifier", "scenes"),
)
_START_S = 180  # of processes on a machine that others share
# What version 2 has besides: a query that version 1 lacks, and a migration of two pages.
ADDED = '''"""What version 2 adds."""

from contracts.cbdc.core.state import contract
from contracts.sdk import Context, Counter

pages = Counter("moved_pages")


@contract.migrate(from_version=1)
def move(ctx: Context) -> bool:
    """Count a page; there are two."""
    return pages.add(ctx, 1) == 2


@contract.query
def moved_pages(ctx: Context) -> int:
    """How many pages were moved."""
    return pages.get(ctx)
'''


def next_release(folder: Path) -> Path:
    """Copy the program; there cbdc is of version 2, and version 1 is frozen beside it."""
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", "v[0-9]*")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "cli.py", folder)
    freeze("cbdc", 1, folder)
    state = folder / "contracts" / "cbdc" / "core" / "state.py"
    text = state.read_text("utf-8")
    assert text.count('Contract("cbdc", version=1)') == 1
    state.write_text(text.replace('"cbdc", version=1', '"cbdc", version=2'), "utf-8")
    (folder / "contracts" / "cbdc" / "moving.py").write_text(ADDED, "utf-8")
    return folder


def _answers(url: str) -> bool:
    return bool(call(url, "chain_getStatus"))


def run_sapha(release: Path, *arguments: object) -> subprocess.CompletedProcess:
    """Run a command of a release to its end."""
    return subprocess.run(
        [*SAPHA, *map(str, arguments)],
        cwd=release,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Machines:
    """Four validators as processes, each with the release that is installed at it."""

    def __init__(self, folder: Path) -> None:
        plan = DevnetPlan(validators=4, base_port=free_base_port())
        self.devnet: Devnet = open_devnet(folder / "net", plan)
        self._processes: dict[int, subprocess.Popen] = {}
        accounts = {
            name: {"secret_key": wallet.seed.hex(), "address": show_address(wallet.address)}
            for name, wallet in self.devnet.accounts.items()
        }
        chain_id, urls = self.devnet.genesis.chain_id, self.devnet.urls
        self.network = Network(None, self.devnet.directory, chain_id, urls, accounts)

    def node(self, number: int) -> DevnetNode:
        return self.devnet.validator(number)

    def log(self, number: int) -> str:
        return (self.node(number).directory / "node.log").read_text("utf-8")

    def begin(self, number: int, release: Path) -> None:
        """Start a validator; return once it answers."""
        node = self.node(number)
        command = [*SAPHA, "node", "start", "--dir", str(node.directory)]
        with (node.directory / "node.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                command, cwd=release, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait(self, *numbers: int) -> None:
        for number in numbers:
            until(partial(_answers, self.node(number).url), f"validator {number} answers", _START_S)

    def install(self, number: int, release: Path) -> None:
        """Stop a validator cleanly and start it with another release."""
        self.end(number)
        self.begin(number, release)
        self.wait(number)

    def end(self, number: int) -> int:
        """Stop a validator; return its exit code."""
        process = self._processes.pop(number)
        process.terminate()
        return process.wait(60)

    def ended(self, number: int) -> int | None:
        """The exit code of a validator that ended by itself, None while it runs."""
        return self._processes[number].poll()

    def forget(self, number: int) -> None:
        self._processes.pop(number)

    def end_all(self) -> None:
        for number in tuple(self._processes):
            self.end(number)


@contextmanager
def running_machines(folder: Path, release: Path = ROOT):
    """Start four validators of a release, with funded accounts, and stop them."""
    with ExitStack() as stack:
        machines = Machines(folder)
        stack.callback(machines.end_all)
        for number in range(4):
            machines.begin(number, release)
        machines.wait(0, 1, 2, 3)
        asyncio.run(fund_accounts(machines.devnet))
        yield machines
