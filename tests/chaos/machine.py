"""A validator's process, disk and clock, as its operator and its misfortunes reach them."""

import os
import shutil
import signal
import struct
import subprocess
from pathlib import Path

from commands.devnet_files import DevnetNode
from commands.processes import end, kill, launch
from node.config import load_config
from primitives.crypto import PublicKey

CLOCK_CODE = Path(__file__).with_name("clock")
DISK_BYTES = 4 << 30


class NotPossibleHere(Exception):
    """This machine does not let the harness do it."""


class Disk:
    """A file system of a validator's own in memory, so that nobody else's disk gets full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self._is_mounted = self._mount(f"size={DISK_BYTES}")

    def fill(self) -> None:
        """Leave no space: not a page more than what is used. Raises NotPossibleHere."""
        if not self._is_mounted:
            raise NotPossibleHere("mounting a file system")
        used = os.statvfs(self.path)
        pages = used.f_blocks - used.f_bfree
        while not self._mount(f"remount,size={pages * used.f_frsize}"):
            pages += 1  # it has grown since

    def free(self) -> None:
        """Give the space back."""
        if not self._mount(f"remount,size={DISK_BYTES}"):
            raise NotPossibleHere(f"remounting {self.path}")

    def release(self, *, keep: bool) -> None:
        """Unmount; with `keep` what it held stays in the folder."""
        if not self._is_mounted:
            return
        aside = self.path.with_name("kept")
        if keep:
            shutil.copytree(
                self.path, aside, symlinks=True, ignore=shutil.ignore_patterns("*.sock")
            )
        subprocess.run(["umount", "--lazy", str(self.path)], check=True, capture_output=True)
        if keep:
            self.path.rmdir()
            aside.rename(self.path)

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
        try:
            return subprocess.run(command, check=False, capture_output=True).returncode == 0
        except FileNotFoundError:
            return False


class Machine:
    """One validator and what it runs on. Methods block; call them in a thread.

    Its data lies on a disk of its own, and its wall clock is the machine's with an offset.
    """

    def __init__(self, node: DevnetNode, key: PublicKey, run_dir: Path) -> None:
        self.node = node
        self.name = node.name
        self.key = key
        self._run_dir = run_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._is_struck = False
        self._log_from = 0
        self.disk = Disk(node.directory / "disk")
        self._move_data()
        self.set_clock(0)

    @property
    def log_path(self) -> Path:
        """What the process says."""
        return self.node.directory / "node.log"

    @property
    def data(self) -> Path:
        """The data directory that node.toml names."""
        return load_config(self.node.directory).data_dir

    @property
    def has_ended(self) -> bool:
        """Whether the process ended by itself: nobody killed or stopped it."""
        return not self._is_struck and self._live().poll() is not None

    def start(self) -> None:
        """Start the node's process."""
        self._is_struck = False
        self._log_from = self.log_path.stat().st_size if self.log_path.exists() else 0
        self._process = launch(self.node, self._run_dir)

    def kill(self) -> None:
        """Kill the process as a power cut would, if it still runs."""
        process, self._is_struck = self._live(), True
        if process.poll() is None:
            kill(process.pid)
            process.wait()

    def stop(self) -> None:
        """Ask the process to end, if it still runs, and wait until it has."""
        process, self._is_struck = self._live(), True
        if process.poll() is None:
            end([process.pid])
            process.wait()

    def freeze(self) -> None:
        """Let the process do nothing until `thaw`."""
        self._live().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the process go on."""
        self._live().send_signal(signal.SIGCONT)

    def set_clock(self, offset_ms: int) -> None:
        """Set how far this machine's wall clock is off, while the node runs or before."""
        with (self.node.directory / "clock").open("r+b" if self._has_clock else "wb") as file:
            file.write(struct.pack(">q", offset_ms * 1_000_000))

    def log_since_start(self) -> str:
        """Return what the process said since its latest start."""
        with self.log_path.open("rb") as log:
            log.seek(self._log_from)
            return log.read().decode(errors="replace")

    def remove(self, *, keep_disk: bool) -> None:
        """End the process, whatever state it is in, and give the disk back."""
        if self._process is not None:
            self.kill()
        self.disk.release(keep=keep_disk)

    def _move_data(self) -> None:
        config = self.node.directory / "node.toml"
        old, text = self.data, config.read_text(encoding="utf-8")
        config.write_text(text.replace("[node]\n", '[node]\ndata = "disk/data"\n', 1), "utf-8")
        shutil.move(old, self.data)

    @property
    def _has_clock(self) -> bool:
        return (self.node.directory / "clock").exists()

    def _live(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise LookupError(f"{self.name} was never started")
        return self._process
