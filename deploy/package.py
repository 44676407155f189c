"""Builds the Debian package: the wheel, and beside it what the runtime lock names, nothing else.

No network: distributions are those of this environment, made from the lock files by `make setup`;
each file is checked against the hash that its own RECORD gives. Two builds are equal byte by byte.
"""

import argparse
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "runtime.lock"
SITE = Path("usr/lib/sapha")
NOT_SHIPPED = {"INSTALLER", "REQUESTED", "direct_url.json"}  # what pip writes of this machine

# Where each file of the kit goes.
KIT = {
    "deploy/systemd/sapha.service": "usr/lib/systemd/system/sapha.service",
    "deploy/systemd/sapha-signer.service": "usr/lib/systemd/system/sapha-signer.service",
    "deploy/systemd/journald@sapha.conf": "etc/systemd/journald@sapha.conf",
    "deploy/systemd/sysusers.conf": "usr/lib/sysusers.d/sapha.conf",
    "deploy/systemd/tmpfiles.conf": "usr/lib/tmpfiles.d/sapha.conf",
    "deploy/prometheus/sapha.rules.yml": "usr/share/sapha/prometheus/sapha.rules.yml",
    "deploy/grafana/sapha.json": "usr/share/sapha/grafana/sapha.json",
    "docs/operator.md": "usr/share/doc/sapha/operator.md",
    "docs/settings.md": "usr/share/doc/sapha/settings.md",
    "LICENSE": "usr/share/doc/sapha/copyright",
}
CONFIGURATION = ("/etc/systemd/journald@sapha.conf",)

LAUNCHER = """\
#!/usr/bin/python3 -I
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib" / "sapha"))

from sapha.__main__ import main

sys.exit(main())
"""

# In a root that is not this machine's, nothing of this machine is touched.
AFTER_UNPACKING = """\
#!/bin/sh
set -e
test -z "$DPKG_ROOT" || exit 0
systemd-sysusers sapha.conf
systemd-tmpfiles --create sapha.conf
python3 -m compileall -q /usr/lib/sapha || true
test ! -d /run/systemd/system || systemctl daemon-reload
"""

BEFORE_REMOVAL = """\
#!/bin/sh
set -e
test -z "$DPKG_ROOT" || exit 0
if test "$1" = remove && test -d /run/systemd/system; then
    systemctl stop sapha.service sapha-signer.service || true
fi
find /usr/lib/sapha -name __pycache__ -type d -prune -exec rm -rf {} +
"""


class BadPackage(Exception):
    """A distribution is not what the lock and its own RECORD say."""


def locked(lock: Path) -> dict[str, str]:
    """Return the version of each distribution that the lock names for this interpreter."""
    lines = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    needed = (Requirement(line.split(" --hash")[0]) for line in lines if line.strip())
    return {
        one.name: str(one.specifier).removeprefix("==")
        for one in needed
        if one.marker is None or one.marker.evaluate()
    }


def copy_distribution(name: str, version: str, site: Path) -> None:
    """Copy a distribution's modules. Raises BadPackage: another version, or a changed file."""
    try:
        found = distribution(name)
    except PackageNotFoundError as error:
        raise BadPackage(f"{name} {version} is not installed: make setup") from error
    if found.version != version:
        raise BadPackage(f"{name} is {found.version}, the lock names {version}: make setup")
    for file in found.files or ():
        if file.parts[0] != ".." and file.suffix != ".pyc" and file.name not in NOT_SHIPPED:
            _copy(found, file, site / file)


def _copy(found: Distribution, file: PackagePath, target: Path) -> None:
    data = Path(str(found.locate_file(file))).read_bytes()
    if file.hash is not None:
        digest = hashlib.new(file.hash.mode, data).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            raise BadPackage(f"{file} is not what the RECORD of {found.name} says: make setup")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def fill(root: Path, wheel: Path) -> None:
    """Lay out everything that the package installs under `root`. Raises BadPackage."""
    site = root / SITE
    site.mkdir(parents=True)
    for name, version in locked(LOCK).items():
        copy_distribution(name, version, site)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for source, target in KIT.items():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, root / target)
    launcher = root / "usr" / "bin" / "sapha"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(LAUNCHER, "utf-8")
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path == launcher else 0o644)


def control(root: Path, version: str) -> None:
    """Write what the package manager reads: for this interpreter and this architecture."""
    folder = root / "DEBIAN"
    folder.mkdir(mode=0o755)
    major, minor = sys.version_info[:2]
    architecture = _output("dpkg", "--print-architecture")
    fields = {
        "Package": "sapha",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": "Sapha maintainers <security@sapha.example>",
        "Depends": f"python3 (>= {major}.{minor}), python3 (<< {major}.{minor + 1}),"
        " libc6 (>= 2.28), libstdc++6, systemd",
        "Recommends": "chrony | time-daemon",
        "Section": "net",
        "Priority": "optional",
        "Description": "permissioned ledger for public services: node and commands",
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    (folder / "control").write_text(text, "utf-8")
    (folder / "conffiles").write_text("".join(f"{name}\n" for name in CONFIGURATION), "utf-8")
    for name, script in (("postinst", AFTER_UNPACKING), ("prerm", BEFORE_REMOVAL)):
        (folder / name).write_text(script, "utf-8")
        (folder / name).chmod(0o755)
    files = sorted(
        path for path in root.rglob("*") if path.is_file() and folder not in path.parents
    )
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"
        f"  {path.relative_to(root)}\n"
        for path in files
    )
    (folder / "md5sums").write_text("".join(sums), "utf-8")


def build(wheel: Path, out: Path, *, compression: str = "xz") -> Path:
    """Return the package made of a wheel, in the folder `out`. Raises BadPackage."""
    version = wheel.name.split("-")[1]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir(mode=0o755)
        fill(root, wheel)
        control(root, version)
        epoch = os.environ.get("SOURCE_DATE_EPOCH") or _output(
            "git", "-C", str(ROOT), "log", "-1", "--format=%ct"
        )
        out.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build", root, out],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SOURCE_DATE_EPOCH": epoch},
        )
    return out / f"sapha_{version}_{_output('dpkg', '--print-architecture')}.deb"


def _output(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def main() -> None:
    """Build the package of the wheel that is named. Exits 1 with one line if it cannot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    try:
        sys.stdout.write(f"{build(given.wheel, given.out)}\n")
    except BadPackage as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
