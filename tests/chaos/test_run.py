"""`make chaos` in short: one fixed plan against four real validators, every promise checked."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e

SEED = 20261128
SECONDS = 30
KINDS = "KILL,STOP,NO_WAL,NO_STORE,NO_DATA"
LIMIT_S = 600  # a run that never ends has failed


def test_killed_stopped_and_robbed_validators_keep_every_promise():
    command = [sys.executable, "-m", "tests.chaos.run", "--seed", str(SEED)]
    command += ["--seconds", str(SECONDS), "--kinds", KINDS]

    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT_S)

    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "killed",
        "stopped for a while",
        "WAL removed",
        "store removed",
        "data directory",
    ):
        assert words in done.stdout
