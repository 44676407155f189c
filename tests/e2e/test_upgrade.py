"""A contract is upgraded while payments go on: two releases in one network, as the guide says it.

Who has not the code in time stops before the first block that needs it, and catches up with it.
"""

import json
import re
import shlex
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

from tests.e2e.guide.page import blocks
from tests.e2e.network import until
from tests.e2e.payments import Payer
from tests.e2e.releases import ROOT, next_release, run_sapha, running_machines

pytestmark = pytest.mark.e2e

GUIDE = "A contract goes on in another version"
AGENCIES = {"dopa": 0, "bot": 1, "dga": 2, "oag": 3}
LATE = 3
UPGRADES = "sapha network upgrades"
BEGINS = "60s"  # from the proposal on: votes and the acceptance come before
WAIT_S = 180
LONGEST_S = 60.0  # of a payment, while validators stop and start on a machine that others share


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    return next_release(tmp_path_factory.mktemp("newer"))


@pytest.fixture
def machines(tmp_path):
    with running_machines(tmp_path) as running:
        seeds = json.loads((running.devnet.directory / "agencies.json").read_text("utf-8"))
        for name, seed in seeds.items():
            path = tmp_path / f"{name}.key"
            path.touch(mode=0o600)
            path.write_text(seed + "\n", encoding="utf-8")
        running.keys = tmp_path
        yield running


def commands():
    """The commands of the guide, in order."""
    return [
        command
        for block in blocks()
        if (block.heading, block.kind) == (GUIDE, "console")
        for command in block.commands
    ]


def run(machines, release, text, **instead):
    """Run a command of the guide at this network; return what it printed."""
    for before, after in instead.items():
        text = re.sub(rf"(--{before}) \S+", rf"\1 {after}", text)
    words = shlex.split(text)[1:]
    if "--key" in words:
        place = words.index("--key") + 1
        number = AGENCIES[words[place].removesuffix("-admin")]
        words[place] = str(machines.keys / f"validator-{number}.key")
    done = run_sapha(release, *words, "--rpc", machines.network.rpc[0])
    assert done.returncode == 0, f"{text}: {done.stdout}{done.stderr}"
    return done.stdout


def decide(machines, release, number, *, begins, lasts):
    """Propose, vote and execute as the guide does, but with these times."""
    texts = [
        re.sub(r"\b(vote|execute) \d+\b", rf"\1 {number}", command.text) for command in commands()
    ]
    (proposal,) = [text for text in texts if " propose " in text]
    (execution,) = [text for text in texts if " execute " in text]
    run(machines, release, proposal, **{"in": begins, "for": lasts})
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(run, machines, ROOT), [text for text in texts if " vote " in text]))
    until(partial(_succeeds, machines, ROOT, execution), f"proposal {number} is done", WAIT_S)


def _succeeds(*parts) -> bool:
    try:
        run(*parts)
    except AssertionError:
        return False
    return True


def versions(machines, number=0):
    listed = machines.network.call(number, "contract_list")
    return {one["name"]: one["version"] for one in listed}


def checks(machines, number):
    found = machines.network.ask_operator(number, "node_getHealth")["checks"]
    return {check["name"]: check for check in found}


class Payments:
    """Pays all the time, one after the other; what is refused is paid again."""

    def __init__(self, machines) -> None:
        self.paid: list[dict] = []
        self.refused: list[str] = []
        self.cut_off = 0  # validator 0 was being restarted: nobody knows whether it was paid
        self.longest_s = 0.0  # between two that were paid
        self._payer, self._over = Payer(machines.network, "demo-1"), threading.Event()
        self._thread = threading.Thread(target=self._pay_on)

    @contextmanager
    def going_on(self):
        self._thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._thread.join(90)

    def _pay_on(self) -> None:
        began_s = time.monotonic()
        while not self._over.is_set():
            try:
                done = self._payer.pay(node=0, to="demo-2", amount=1)
            except RuntimeError as refusal:
                self.refused.append(str(refusal))
                time.sleep(0.2)
                continue
            except OSError:
                self.cut_off += 1
                time.sleep(0.2)
                continue
            if done["status"] != "committed":
                self.refused.append(str(done))
                continue
            self.paid.append(done)
            self.longest_s = max(self.longest_s, time.monotonic() - began_s)
            began_s = time.monotonic()


def test_a_contract_is_upgraded_under_payments_and_who_is_late_catches_up(machines, newer):
    network = machines.network
    before = Payer(network, "demo-2").balance(0)
    payments = Payments(machines)
    with payments.going_on():
        decide(machines, newer, 1, begins=BEGINS, lasts="1s")
        until(lambda: "warning" in checks(machines, LATE)["upgrades"], "who lacks it says so")
        warned = checks(machines, LATE)["upgrades"]
        machines.install(0, newer)
        machines.install(1, newer)
        until(lambda: "nothing waits" in run(machines, ROOT, UPGRADES), "it is void", WAIT_S)
        assert versions(machines)["cbdc"] == 1  # two of four were too few

        machines.install(2, newer)
        decide(machines, newer, 2, begins=BEGINS, lasts="10m")
        until(
            lambda: "lacking: validator-3" in run(machines, ROOT, UPGRADES),
            "three say that they carry it",
            WAIT_S,
        )
        shown = run(machines, ROOT, "sapha network show")
        until(lambda: versions(machines)["cbdc"] == 2, "version 2 runs", WAIT_S)
        until(lambda: machines.ended(LATE) is not None, "the late validator stops", WAIT_S)
        settled = len(payments.paid)
        until(lambda: len(payments.paid) > settled + 5, "payments go on", WAIT_S)

    assert "goes on in version 2 (release 0.2.0)" in shown
    assert warned["ok"]
    assert "lacks its code" in warned["seen"]
    assert warned["fix"] == "install release 0.2.0 before then"
    assert machines.ended(LATE) == 1
    assert re.search(r"block \d+ \(release 0\.2\.0 or later\) is executed by", machines.log(LATE))
    assert "code_missing" in machines.log(LATE)
    moved = network.call(0, "state_query", contract="cbdc", query="moved_pages", args=[])
    assert int(moved["value"]) == 2

    machines.forget(LATE)
    machines.begin(LATE, newer)
    machines.wait(LATE)
    head = network.height(0)
    network.wait_height(LATE, head)
    assert versions(machines, LATE)["cbdc"] == 2
    network.agreed_root([0, 1, 2, LATE])
    assert {done["receipt"]["code"] for done in payments.paid} == {"OK"}
    received = Payer(network, "demo-2").balance(LATE) - before
    assert len(payments.paid) <= received <= len(payments.paid) + payments.cut_off
    assert all("CONTRACT_MIGRATING" in why for why in payments.refused), payments.refused
    assert payments.longest_s < LONGEST_S
