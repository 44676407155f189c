"""The units of the service manager: they are read without a complaint, and give little away."""

import re
import shutil
import subprocess

import pytest

from tests.meta.sources import ROOT

UNITS = ROOT / "deploy" / "systemd"
UNIT = UNITS / "sapha.service"
SIGNER_UNIT = UNITS / "sapha-signer.service"
EXPOSURE_MAX = 1.5  # of 10, by systemd's own count

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here: NOT RUN"
)


def analyzed(*words: object) -> subprocess.CompletedProcess:
    command = ["systemd-analyze", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(params=[UNIT, SIGNER_UNIT], ids=lambda unit: unit.stem)
def installed(request, tmp_path):
    """A unit with a command that is on this machine."""
    unit = tmp_path / request.param.name
    text = request.param.read_text("utf-8").replace("/usr/bin/sapha", "/bin/true")
    unit.write_text(text, "utf-8")
    return unit


@needs_systemd
def test_the_unit_is_read_without_a_complaint(installed):
    done = analyzed("verify", "--man=no", installed)

    complaints = [line for line in done.stderr.splitlines() if installed.name in line]
    assert complaints == []


@needs_systemd
def test_the_unit_leaves_the_node_little_of_the_machine(installed):
    done = analyzed("security", "--offline=true", "--no-pager", installed)

    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure is not None, done.stderr
    assert float(exposure[1]) <= EXPOSURE_MAX


def settings_of(path) -> dict[str, str]:
    lines = [line for line in path.read_text("utf-8").splitlines() if "=" in line[:40]]
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_manager_waits_for_the_node_and_asks_whether_it_lives():
    unit = settings_of(UNIT)

    assert unit["Type"] == "notify"
    assert int(unit["WatchdogSec"]) >= 60
    assert unit["Restart"] == "on-failure"
    assert unit["User"] == "sapha"
    assert unit["ReadWritePaths"] == "/srv/sapha"


def test_the_signer_is_another_user_with_a_folder_of_its_own():
    node, signer = settings_of(UNIT), settings_of(SIGNER_UNIT)
    users = (UNITS / "sysusers.conf").read_text("utf-8")
    folders = (UNITS / "tmpfiles.conf").read_text("utf-8")

    assert signer["Type"] == "notify"
    assert signer["User"] != node["User"]
    assert re.search(rf"^u {signer['User']} .*/usr/sbin/nologin$", users, re.M)
    assert re.search(rf"^d {signer['ReadWritePaths']} 0700 {signer['User']} ", folders, re.M)


def test_the_log_has_bounds_of_its_own():
    name = settings_of(UNIT)["LogNamespace"]

    log = settings_of(UNITS / f"journald@{name}.conf")

    assert {"SystemMaxUse", "SystemKeepFree", "MaxRetentionSec"} <= set(log)


def test_the_node_s_user_can_log_in_nowhere_and_alone_reads_its_folder():
    user = (UNITS / "sysusers.conf").read_text("utf-8")
    folder = (UNITS / "tmpfiles.conf").read_text("utf-8")

    assert re.search(r"^u sapha .*/usr/sbin/nologin$", user, re.M)
    assert re.search(r"^d /srv/sapha 0700 sapha sapha", folder, re.M)
