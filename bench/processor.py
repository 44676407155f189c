"""Processor time of a network's validators: what work costs, whatever else the machine does."""

import os
from pathlib import Path

from commands.devnet_files import Devnet
from commands.processes import pid_of, run_dir_of


def used_s(devnet: Devnet) -> float:
    """Return the processor time in seconds that all validators have used."""
    pids = [pid_of(node.name, run_dir_of(devnet)) for node in devnet.validators]
    stats = [Path(f"/proc/{pid}/stat").read_text(encoding="ascii") for pid in pids]
    ticks = [stat.rsplit(")", 1)[1].split()[11:13] for stat in stats]
    return sum(int(one) for pair in ticks for one in pair) / os.sysconf("SC_CLK_TCK")
