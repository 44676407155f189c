"""What an operator does about a node that has ended: what its last words and the guide say."""

import re

from node.files import WAL
from node.store.faults import WalDamaged
from node.store.wal_frames import STAMP_HEIGHT, scan_wal
from tests.chaos.machine import Machine
from tests.e2e.network import sapha

_COMMAND_S = 300
_ADVICE = re.compile(r"`sapha node ([a-z-]+)[^`]*`")


class NoWayOut(Exception):
    """A node ended, and what it says names nothing that an operator could do."""


def last_words(machine: Machine) -> str:
    """Return the last line since the latest start that says why the node ended, or ""."""
    said = [line for line in machine.log_since_start().splitlines() if " CRITICAL " in line]
    return said[-1] if said else ""


def follow_advice(machine: Machine) -> str:
    """Do before the next start what the node's last words say; return what was done.

    Raises:
        NoWayOut: they say nothing, or the command that they name fails.
    """
    words = last_words(machine)
    advice = _ADVICE.search(words)
    if advice is None:
        raise NoWayOut(f"{machine.name} ended and names no command: {words or 'no reason'}")
    run("node", advice[1], "--dir", str(machine.node.directory))
    return advice[1]


def run(*arguments: str) -> str:
    """Run a command as the operator would; return what it prints. Raises NoWayOut."""
    done = sapha(*arguments, timeout_s=_COMMAND_S)
    if done.returncode != 0:
        words = f"{done.stdout}{done.stderr}".strip()
        raise NoWayOut(f"sapha {' '.join(arguments)} exits {done.returncode}: {words}")
    return done.stdout


def mend_what_check_finds(machine: Machine) -> None:
    """Check a stopped node's files, and do what a found damage says. Raises NoWayOut."""
    done = sapha("node", "check", "--dir", machine.node.directory, timeout_s=_COMMAND_S)
    if done.returncode == 0:
        return
    advice = _ADVICE.search(done.stderr)
    if advice is None:
        raise NoWayOut(f"{machine.name}: the check names no command: {done.stderr}")
    run("node", advice[1], "--dir", str(machine.node.directory))


def own_log_entries(machine: Machine) -> list[bytes]:
    """Return the messages in a stopped node's consensus log, as far as it can be read."""
    path = machine.data / WAL
    try:
        frames = scan_wal(path, path.read_bytes()).frames
    except (OSError, WalDamaged):
        return []
    return [frame.entry for frame in frames if frame.height > STAMP_HEIGHT]
