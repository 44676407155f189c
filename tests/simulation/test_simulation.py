"""Seeds: safety at every step, liveness after faults end, and the same run for the same seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.cluster import run_seed
from tests.simulation.run import failure_text

_SEEDS = 500
_CHUNK = 20
_HERE = Path(__file__).parent
_ONCE_BROKEN = tuple(
    int(line.split()[0])
    for line in (_HERE / "seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
)


@pytest.mark.sim
@pytest.mark.parametrize("start", range(0, _SEEDS, _CHUNK))
def test_no_seed_breaks_safety_or_liveness(start):
    outcomes = [run_seed(seed) for seed in range(start, start + _CHUNK)]

    failures = [failure_text(outcome) for outcome in outcomes if outcome.failure is not None]
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("seed", _ONCE_BROKEN)
def test_a_seed_that_once_broke_a_promise_keeps_it(seed):
    outcome = run_seed(seed)

    assert outcome.failure is None, failure_text(outcome)


@pytest.mark.parametrize("seed", [3, 8])
def test_the_same_seed_gives_the_same_trace_hash(seed):
    assert run_seed(seed).trace_hash == run_seed(seed).trace_hash


def test_different_seeds_give_different_trace_hashes():
    assert run_seed(1).trace_hash != run_seed(2).trace_hash


def test_the_trace_hash_does_not_depend_on_whether_the_trace_is_written():
    lines: list[str] = []

    written = run_seed(5, sink=lines.append)

    assert written.trace_hash == run_seed(5).trace_hash
    assert len(lines) > 100


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_the_trace_hash_does_not_depend_on_the_order_of_sets(hash_seed):
    seed = 4
    command = [sys.executable, "-m", "tests.simulation.run", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}

    shown = subprocess.run(
        command, cwd=_HERE.parents[1], env=environment, capture_output=True, text=True, check=True
    )

    assert f"trace hash {run_seed(seed).trace_hash}" in shown.stdout
