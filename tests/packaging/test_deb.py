"""The Debian package: it installs into a clean root, runs there alone, and is built anew as is."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.package import LOCK, BadPackage, build, copy_distribution, locked
from tests.meta.sources import ROOT
from tests.packaging.test_wheel import run

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg: NOT RUN")


def built_wheel(folder):
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Two builds of the same sources, one after the other."""
    return [built_wheel(tmp_path_factory.mktemp(name)) for name in ("first", "second")]


@pytest.fixture(scope="module")
def package(wheels, tmp_path_factory):
    return build(wheels[0], tmp_path_factory.mktemp("deb"), compression="none")


@pytest.fixture(scope="module")
def clean_root(package, tmp_path_factory):
    """A root with nothing in it but the package, put there by the package manager."""
    root = tmp_path_factory.mktemp("root")
    records = root / "var" / "lib" / "dpkg"
    for name in ("info", "updates"):
        (records / name).mkdir(parents=True)
    (records / "status").touch()
    options = ("--force-depends", "--force-not-root", "--force-script-chrootless")
    run("dpkg", f"--root={root}", f"--log={root}/log", *options, "--install", package)
    return root


def sapha_in(root, *words):
    """Run the installed command by the interpreter alone: no environment, no site-packages."""
    interpreter = os.path.realpath(sys.executable)
    command = (interpreter, "-I", "-S", root / "usr" / "bin" / "sapha", *words)
    return run(*command, env={"PATH": os.defpath, "HOME": str(root)}, cwd=root)


def test_two_builds_of_the_wheel_are_equal_byte_by_byte(wheels):
    first, second = wheels

    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


@needs_dpkg
def test_two_builds_of_the_package_are_equal_byte_by_byte(wheels, package, tmp_path):
    again = build(wheels[1], tmp_path, compression="none")

    assert again.read_bytes() == package.read_bytes()


@needs_dpkg
def test_a_node_is_made_by_the_package_alone_in_a_clean_root(clean_root):
    made = sapha_in(
        clean_root, "member", "new", "dopa", "--dir", "node", "--address", "sapha.dopa.example"
    )

    assert "node made in node" in made
    assert (clean_root / "node" / "member.json").exists()


@needs_dpkg
def test_the_package_installs_the_unit_the_rules_and_the_guide(clean_root):
    for name in (
        "usr/lib/systemd/system/sapha.service",
        "usr/lib/systemd/system/sapha-signer.service",
        "etc/systemd/journald@sapha.conf",
        "usr/share/sapha/prometheus/sapha.rules.yml",
        "usr/share/sapha/grafana/sapha.json",
        "usr/share/doc/sapha/operator.md",
    ):
        assert (clean_root / name).is_file(), name
    unit = (clean_root / "usr/lib/systemd/system/sapha.service").read_text("utf-8")
    assert "ExecStart=/usr/bin/sapha node start --dir /srv/sapha" in unit


@needs_dpkg
def test_the_package_has_what_the_runtime_lock_names_and_no_tool_of_developers(clean_root):
    site = clean_root / "usr" / "lib" / "sapha"
    shipped: dict[str, str] = {
        canonicalize_name(path.name.split("-")[0]): path.name.split("-")[1]
        for path in site.glob("*.dist-info")
        for path in [path.with_suffix("")]
    }
    del shipped["sapha"]

    assert shipped == {canonicalize_name(name): version for name, version in locked(LOCK).items()}
    assert not shipped.keys() & {"pytest", "mypy", "ruff", "hypothesis", "pip"}


def test_the_runtime_lock_names_what_the_project_needs_in_the_versions_that_are_tested():
    runtime, all_of_it = locked(LOCK), locked(ROOT / "requirements.lock")

    needed = [Requirement(text) for text in requires("sapha") or ()]
    direct = {
        one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})
    }
    assert direct <= runtime.keys()
    assert runtime.items() <= all_of_it.items()


def test_another_version_than_the_locks_is_not_packed(tmp_path):
    with pytest.raises(BadPackage, match=r"msgpack is .*, the lock names 0\.0\.1: make setup"):
        copy_distribution("msgpack", "0.0.1", tmp_path)


def test_a_file_that_is_not_what_its_record_says_is_not_packed(tmp_path, monkeypatch):
    name, version = "rfc8785", locked(LOCK)["rfc8785"]
    copy_distribution(name, version, tmp_path)
    changed = tmp_path / "rfc8785" / "__init__.py"
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(BadPackage, match=r"rfc8785/__init__\.py is not what the RECORD"):
        copy_distribution(name, version, tmp_path / "copy")


def test_what_the_package_leaves_to_the_machine_is_not_touched_in_another_root(clean_root):
    scripts = clean_root / "var" / "lib" / "dpkg" / "info"

    for name in ("sapha.postinst", "sapha.prerm"):
        text = (scripts / name).read_text("utf-8")
        assert 'test -z "$DPKG_ROOT" || exit 0' in text
        assert subprocess.run(["sh", "-n", scripts / name], check=False).returncode == 0
