"""A validator whose key is held by a signer, both as real processes."""

import json
import subprocess
from contextlib import contextmanager, suppress

import pytest

from commands.processes import end, launch
from tests.e2e.alone import Alone, new_alone
from tests.e2e.network import SAPHA, sapha, until

pytestmark = pytest.mark.e2e


@pytest.fixture
def alone(tmp_path):
    """A validator whose key a signer took, as the guide says; nothing runs yet."""
    made = new_alone(tmp_path)
    signer = tmp_path / "signer"
    sapha("signer", "take", made.directory, "--dir", signer)
    with (made.directory / "node.toml").open("a") as settings:
        settings.write(f'\n[signer]\nsocket = "{signer}/signer.sock"\n')
    return made


@contextmanager
def signing(directory):
    """Run the signer of a directory; its log lies beside it."""
    log = directory.with_suffix(".log")
    with log.open("ab") as file:
        process = subprocess.Popen(
            [*SAPHA, "signer", "start", "--dir", str(directory)], stderr=file, stdout=file
        )
    try:
        until((directory / "signer.sock").exists, "the signer listens")
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running(alone: Alone):
    process = launch(alone.node, alone.directory.parent / "run")
    try:
        yield process
    finally:
        end([process.pid])
        process.wait()


def height_of(alone: Alone) -> int:
    with suppress(OSError, ValueError):
        return alone.ask_operator("chain_getStatus")["height"]
    return -1


def grows(alone: Alone, blocks: int = 2) -> None:
    goal = height_of(alone) + blocks
    until(lambda: height_of(alone) >= goal, f"block {goal} is decided")


def test_a_validator_decides_by_its_signer_and_waits_while_that_is_away(alone, tmp_path):
    signer = tmp_path / "signer"
    assert not (alone.directory / "keys" / "validator.key").exists()

    with running(alone):
        until(lambda: "signer_awaited" in alone.log.read_text(), "the node waits for its signer")
        with signing(signer):
            until(lambda: height_of(alone) >= 2, "the signer's validator decides")
        until(lambda: "signer_away" in alone.log.read_text(), "the node misses its signer")
        stood = height_of(alone)
        with signing(signer):
            until(lambda: height_of(alone) >= stood + 2, "it goes on after the signer's restart")

    checked = json.loads(sapha("signer", "check", "--dir", signer, "--json").stdout)
    assert checked["silent"] is None
    assert checked["last"].startswith("height")


def test_a_node_is_not_served_by_the_signer_of_another_key(alone, tmp_path):
    other = tmp_path / "other"
    sapha("signer", "init", "--dir", other)
    settings = alone.directory / "node.toml"
    settings.write_text(settings.read_text().replace("/signer/signer.sock", "/other/signer.sock"))

    with signing(other), running(alone) as node:
        assert node.wait(timeout=120) == 1

    assert "holds key" in alone.log.read_text()
