"""Every supported Python sets the project up, and all agree on every block, receipt and root."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.meta.sources import ROOT
from tests.versions import interpreters
from tests.versions.recording import load

pytestmark = pytest.mark.e2e

# One file a contract; their ledgers begin at a genesis and are filled by calls alone.
TESTS = (
    "cbdc/test_orders",
    "complaints/test_transfers",
    "identity/test_requests",
    "voting/test_spoil",
)
CHAINS = 4
WORLDS = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Etc/GMT+12"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "th_TH.UTF-8", "TZ": "Asia/Bangkok"},
)
PURE = ("primitives", "consensus", "transcripts", "contracts", "store", "execution")


def run(python, module, *arguments, **world):
    """Run a module of the tests in an environment of its own; return what it printed."""
    done = subprocess.run(
        [python, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **world},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{python} {module}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Chains of the contracts' own tests, recorded by the Python that runs this."""
    folder = tmp_path_factory.mktemp("recorded")
    tests = [f"tests/contracts/{name}.py" for name in TESTS]
    run(sys.executable, "tests.versions.record", folder / "file", folder / "db", CHAINS, *tests)
    return folder / "file"


def test_the_recorded_blocks_hold_calls_of_every_large_contract(recorded):
    contracts = [set(recording.configs) for recording in load(recorded)]
    calls = sum(len(block.transactions) for each in load(recorded) for block in each.blocks)

    assert set.union(*contracts) >= {"cbdc", "complaints", "governance", "identity", "voting"}
    assert len(contracts) == CHAINS * len(TESTS)
    assert calls > 500


@pytest.fixture(params=interpreters.supported())
def python(request):
    """The Python of an environment that `make setup` made, of each version that is here."""
    found = interpreters.found().get(request.param)
    if found is None:
        pytest.skip(f"Python {request.param} is not on this machine")
    return interpreters.environment(request.param, found)


def test_a_python_sets_the_project_up_and_replays_the_recorded_blocks(python, recorded, tmp_path):
    expected = [
        f"{block.hash.hex()} {block.header.state_root.hex()}"
        for recording in load(recorded)
        for block in recording.blocks
    ]

    for number, world in enumerate(WORLDS):
        shown = run(python, "tests.versions.recording", recorded, tmp_path / str(number), **world)
        shutil.rmtree(tmp_path / str(number))

        assert shown.splitlines() == expected


def test_a_python_gives_every_contract_the_same_code_hash(python):
    shown = run(python, "tests.versions.hashes")

    assert shown == run(sys.executable, "tests.versions.hashes")


@pytest.mark.soak
def test_the_tests_of_what_validators_must_agree_on_pass_under_each_python(python):
    shown = run(python, "pytest", *[f"tests/{part}" for part in PURE])

    assert " failed" not in shown
