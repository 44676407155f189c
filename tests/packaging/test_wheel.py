"""The wheel: site-packages gains one name, and the command runs without the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.meta.sources import ROOT

BUNDLED = {
    *("cli.py", "primitives", "consensus", "contracts", "p2p", "node", "genesis", "client"),
    *("gateways", "commands", "verifier"),
}


def run(*command, **options):
    """Run a command and return its output; its errors are part of a failure's message."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A clean environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    options = ("--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    return folder


def from_elsewhere(installed):
    """Options to run in the clean environment, with our dependencies but not the checkout."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    # On PYTHONPATH the .pth file of an editable install has no effect.
    environment["PYTHONPATH"] = sysconfig.get_path("purelib")
    return {"cwd": installed, "env": environment}


def test_site_packages_gains_one_name(installed):
    (site_packages,) = installed.glob("lib/python*/site-packages")
    names = {path.name for path in site_packages.iterdir() if path.suffix != ".dist-info"}

    assert names == {"sapha"}


def test_every_part_is_in_the_wheel_and_no_test_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [Path(name).parts for name in archive.namelist()]

    assert {parts[2] for parts in names if parts[:2] == ("sapha", "_app")} == BUNDLED
    assert not any({"tests", "bench", "scenes"} & set(parts) for parts in names)


def test_the_command_runs_without_the_checkout(installed):
    shown = run(installed / "bin" / "sapha", "--help", **from_elsewhere(installed))

    assert "devnet" in shown


def test_the_module_runs_as_the_command_does(installed):
    python = installed / "bin" / "python"

    shown = run(python, "-m", "sapha", "--help", **from_elsewhere(installed))

    assert "devnet" in shown


def test_the_demonstration_says_in_one_line_where_its_scenes_are(installed):
    command = (installed / "bin" / "sapha", "demo")

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, **from_elsewhere(installed)
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "error: the scenes are not installed: run `make demo` in a clone of Sapha"
    ]


AS_LAUNCHED = (
    "import sys, sapha, pathlib;"
    "sys.path.insert(0, str(pathlib.Path(sapha.__file__).parent / '_app'));"
)


def test_the_sources_that_run_are_those_of_the_wheel(installed):
    program = AS_LAUNCHED + "import cli, node; print(cli.__file__); print(node.__file__)"

    shown = run(installed / "bin" / "python", "-c", program, **from_elsewhere(installed))

    assert all(Path(line).is_relative_to(installed) for line in shown.splitlines())


def test_the_contract_code_is_the_code_of_the_checkout(installed):
    hashes = "import contracts.registry as r; print({n: r.code_hash(n).hex() for n in r.CONTRACTS})"

    shipped = run(
        installed / "bin" / "python", "-c", AS_LAUNCHED + hashes, **from_elsewhere(installed)
    )
    here = run(sys.executable, "-c", hashes, cwd=ROOT)

    assert shipped == here
