"""The container's file: linted by the well-kept linter, and held to rules of our own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.sources import ROOT

FILE = ROOT / "deploy" / "Containerfile"
LINTER = Path(sys.executable).parent / "hadolint"


@pytest.mark.skipif(not LINTER.exists(), reason="hadolint has no wheel for this machine: NOT RUN")
def test_the_linter_finds_nothing():
    done = subprocess.run([LINTER, FILE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_installs_the_lock_by_hash_and_nothing_from_the_network_beside():
    installs = re.findall(r"pip install ((?:[^&\n]|\\\n)*)", FILE.read_text("utf-8"))

    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


def test_the_node_in_the_image_is_nobody_s_administrator_and_brings_no_installer():
    last = FILE.read_text("utf-8").rsplit("\nFROM ", 1)[1]

    assert re.search(r"^USER (?!0)\d+:(?!0)\d+$", last, re.M)
    assert "pip" not in last
    assert not re.search(r"^(ADD|ENV .*(TOKEN|KEY|PASSWORD))", last, re.M)


def test_a_build_sees_the_wheel_and_the_lock_and_no_other_file():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    assert [line for line in lines if not line.startswith("#")] == [
        "*",
        "!dist/*.whl",
        "!deploy/runtime.lock",
    ]
