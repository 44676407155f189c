"""What befalls a machine before the guide is opened. Nothing here mends anything."""

import os
import shutil
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from genesis.verify import load_genesis
from p2p.renewal import DAYS_VALID, renew_certificate
from tests.e2e.guide.world import Machine, World, rpc_answers
from tests.e2e.network import until

_DISK = "400m"  # more than the node wants to have free, and soon filled


def nothing(_world: World) -> None:
    """All is well."""


def old_certificate(world: World) -> None:
    """45 days before the end of dga's certificate."""
    directory = world.machine("dga").directory
    members = load_genesis(directory / "genesis.json").members
    recorded = next(each.certificate_der for each in members if each.name == "dga")
    then = datetime.now(UTC) - timedelta(days=DAYS_VALID - 45)
    key = (directory / "tls" / "key.pem").read_bytes()
    (directory / "tls" / "cert.pem").write_bytes(renew_certificate(recorded, key, then))


def store_lost(world: World) -> None:
    """Somebody removes bot's database under the running node, and the power fails."""
    machine = world.machine("bot")
    world.halt(machine, signal.SIGKILL)
    shutil.rmtree(machine.directory / "data" / "store")


def database_damaged(world: World) -> None:
    """The disk of dga flips a bit in the middle of every file of the database."""
    machine = world.machine("dga")
    world.halt(machine, signal.SIGKILL)
    for path in (machine.directory / "data" / "store").rglob("*"):
        if path.is_file() and path.suffix in {".ldb", ".log"} and path.stat().st_size:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)


def sign_state_lost(world: World) -> None:
    """The folder of oag's sign-state is gone after a power cut."""
    machine = world.machine("oag")
    world.halt(machine, signal.SIGKILL)
    shutil.rmtree(machine.directory / "data" / "sign_state")


def two_sign_states_lost(world: World) -> None:
    """Bot and oag lose their sign-states in one night; too few can sign."""
    for name in ("bot", "oag"):
        machine = world.machine(name)
        world.halt(machine, signal.SIGKILL)
        shutil.rmtree(machine.directory / "data" / "sign_state")
    for name in ("bot", "oag"):
        world.start(world.machine(name))


def machine_lost(world: World) -> None:
    """Dopa's machine burns; what is left is the backup."""
    machine = world.machine("dopa")
    world.halt(machine, signal.SIGKILL)
    shutil.rmtree(machine.root / "srv")
    (machine.root / "srv").mkdir()


def token_at_hand(world: World) -> None:
    """Etda has a token, SoftHSM, and its PIN in a file of the signer's directory."""
    tool = shutil.which("softhsm2-util")
    if tool is None:
        assert "CI" not in os.environ, "softhsm2 is not installed: make softhsm"
        pytest.skip("softhsm2 is not installed: make softhsm")
    machine = world.machine("etda")
    home, keys = machine.root / "softhsm", machine.root / "srv" / "signer" / "keys"
    (home / "tokens").mkdir(parents=True)
    settings = home / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {home}/tokens\nobjectstore.backend = file\n")
    machine.environment["SOFTHSM2_CONF"] = str(settings)
    words = ["--init-token", "--free", "--label", "sapha", "--so-pin", "4321", "--pin", "1234"]
    environment = os.environ | machine.environment
    subprocess.run([tool, *words], check=True, capture_output=True, env=environment)
    keys.mkdir(parents=True, mode=0o700)
    (keys / "token.pin").touch(mode=0o600)
    (keys / "token.pin").write_text("1234\n")


def disk_full(world: World) -> None:
    """Oag's disk, a small one from now on, fills up while the node runs."""
    machine = world.machine("oag")
    world.halt(machine, signal.SIGTERM)
    _give_small_disk(machine)
    world.start(machine)
    until(lambda: rpc_answers(machine), "oag's node answers")
    _fill(machine)
    until(lambda: "disk_full" in machine.log.read_text("utf-8"), "oag's node meets the full disk")


def _give_small_disk(machine: Machine) -> None:
    place, aside = machine.root / "srv", machine.root / "srv.before"
    place.rename(aside)
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        place.rmdir()
        aside.rename(place)
        pytest.skip("only who may mount a small file system can fill it")
    machine.mounts.append(place)
    shutil.copytree(aside, place, dirs_exist_ok=True)


def _fill(machine: Machine) -> None:
    with (machine.root / "srv" / "old-logs.tar").open("wb", buffering=0) as file:
        size = 1024 * 1024
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
