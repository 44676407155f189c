"""Node and its packages, as `make web` brings them; without them these tests do not run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.meta.sources import ROOT

BIN = Path(sys.prefix) / "bin"
WEB = ROOT / "web"
ANSWER_S = 60


class Toolchain:
    """Runs what package.json names, with Node of this environment."""

    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}

    def run(self, *command: str, fails: bool = False) -> str:
        """Run a command in web/, which succeeds or else `fails`, and return its output."""
        done = subprocess.run(
            [BIN / command[0], *command[1:]],
            cwd=WEB,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert (done.returncode != 0) is fails, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def script(self, name: str) -> str:
        """Run a script of package.json."""
        return self.run("npm", "run", "--silent", name)


class Peer:
    """The TypeScript modules in a process of their own, asked in JSON, a line each."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, **question: object) -> dict[str, object]:
        """Return the answer to one question; a process that is gone fails."""
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the peer ended: {question}"
        return json.loads(line)


@pytest.fixture(scope="session")
def toolchain():
    if not all(path.exists() for path in (BIN / "node", WEB / "node_modules" / ".stamp")):
        missing = "NOT RUN: the tests of web/ need Node; make web"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return Toolchain()


@contextmanager
def answering(toolchain: Toolchain, script: str) -> Iterator[Peer]:
    process = subprocess.Popen(
        [BIN / "node", script],
        cwd=WEB,
        env=toolchain.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Peer(process)
        process.stdin.close()


@pytest.fixture(scope="session")
def peer(toolchain):
    with answering(toolchain, "sdk/tests/peer.ts") as one:
        yield one


@pytest.fixture(scope="session")
def strangers(toolchain):
    """The libraries of others."""
    with answering(toolchain, "sdk/tests/strangers.ts") as one:
        yield one
