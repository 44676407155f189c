"""The verifier as one file: the same bytes each time, and nothing of the ledger beside it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.verifier.test_program import PROGRAM, written
from verifier import bundle
from verifier.__main__ import ACCEPTED, REFUSED
from verifier.needs import LACKING, WHEELS

# What the wheels consist of, with what they need themselves.
MODULES = ("nacl", "msgpack", "py_arkworks_bls12381", "cryptography", "cffi", "pycparser")


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "sapha-verifier.pyz"
    assert bundle.main([str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def election(tmp_path_factory) -> Path:
    import asyncio

    return asyncio.run(written(tmp_path_factory.mktemp("election")))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> Path:
    """A folder with the four wheels and nothing else that this environment has."""
    folder, site = tmp_path_factory.mktemp("wheels"), Path(sysconfig.get_path("platlib"))
    for path in [site / name for name in MODULES] + list(site.glob("_cffi_backend*")):
        if path.exists():
            (folder / path.name).symlink_to(path)
    return folder


def run(program: Path, wheels: Path | None, *arguments: object, cwd: Path):
    """Run the file by a Python that sees these wheels alone."""
    environment = {"PATH": os.environ["PATH"]}
    if wheels is not None:
        environment["PYTHONPATH"] = str(wheels)
    command = [sys.executable, "-S", str(program), *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_two_builds_are_equal_whatever_the_files_times_modes_and_place(program, tmp_path):
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in sorted(PROGRAM.glob("*.py"), reverse=True):
        shutil.copyfile(path, copy / path.name)
        (copy / path.name).chmod(0o600)
        os.utime(copy / path.name, (1, 1))

    assert bundle.bundle(copy) == program.read_bytes() == bundle.bundle()
    assert os.access(program, os.X_OK)


def test_the_file_holds_the_program_and_nothing_else(program):
    with zipfile.ZipFile(program) as archive:
        names = set(archive.namelist())

    assert names == {"__main__.py"} | {f"verifier/{path.name}" for path in PROGRAM.glob("*.py")}


def test_it_verifies_a_record_with_nothing_of_the_ledger_installed(
    program, election, wheels, tmp_path
):
    files = (election / "record.jsonl", election / "genesis.json")

    done = run(program, wheels, *files, cwd=tmp_path)
    probe = "import contracts"
    alone = subprocess.run(
        [sys.executable, "-S", "-c", probe],
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheels)},
        capture_output=True,
        check=False,
    )

    assert alone.returncode == 1
    assert (done.returncode, done.stderr) == (ACCEPTED, "")
    assert done.stdout.startswith("ACCEPTED")


def test_it_refuses_as_the_folder_does(program, election, wheels, tmp_path):
    lines = (election / "record.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "short.jsonl").write_text("".join(lines[:-2]))

    done = run(program, wheels, tmp_path / "short.jsonl", election / "genesis.json", cwd=tmp_path)

    assert (done.returncode, done.stdout[:8]) == (REFUSED, "REFUSED:")


def test_it_names_the_wheels_that_are_missing(program, wheels, tmp_path):
    some = tmp_path / "some"
    shutil.copytree(wheels, some, symlinks=True)
    (some / "msgpack").unlink()

    none, one = run(program, None, "--help", cwd=tmp_path), run(program, some, cwd=tmp_path)

    assert (none.returncode, one.returncode) == (LACKING, LACKING)
    assert none.stderr.startswith(f"the verifier needs: {', '.join(WHEELS.values())}\n")
    assert one.stderr.splitlines()[0] == "the verifier needs: msgpack>=1.2"
    assert "-m pip install 'msgpack>=1.2'" in one.stderr


def test_what_it_names_is_what_its_modules_import():
    known = sys.stdlib_module_names | {"verifier"} | WHEELS.keys()
    imported = set()
    for path in PROGRAM.glob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if words and words[0] in {"import", "from"} and not line.startswith(" "):
                imported.add(words[1].split(".")[0].rstrip(","))

    assert imported - known == set()
    assert WHEELS.keys() - imported == set()


def test_it_is_called_with_one_file(capsys):
    assert bundle.main([]) == 2
    assert "usage" in capsys.readouterr().err
