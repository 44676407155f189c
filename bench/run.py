"""`make bench`: everything that this project measures of itself, one after the other.

    python -m bench.run [--seconds S] [--all]

The network first (limit, committed transactions a second, latencies, memory, disk), then the cost
of a transaction with few and with many keys of state, then each service; with --all also contents,
complaints, and networks of 16 and 31, which take fifteen minutes more. Ratios hold within one run
on one machine.
"""

import argparse
import json
import os
import subprocess
import sys

from bench import state_cost
from bench.machine import machine

SERVICES = (
    "certificate_cost",
    "identity_requests",
    "cbdc_mixes",
    "voting_proofs",
    "voting_network",
)
LONG = ("blob_throughput", "complaints", "scale")


def main() -> int:
    """Print every table; return the exit code."""
    parser = argparse.ArgumentParser(description="Measure this machine.")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each phase")
    parser.add_argument("--all", action="store_true", help="the long ones too")
    asked = parser.parse_args()
    seconds = asked.seconds
    print(machine())
    command = [sys.executable, "-m", "sapha", "bench", "--json", "--seconds", str(seconds)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return done.returncode
    for name, value in json.loads(done.stdout).items():
        print(f"{name:<24} {value}")
    print(f"load average afterwards  {os.getloadavg()[0]:.2f}\n")
    sys.argv = sys.argv[:1]
    state_cost.main()
    return max(map(_run, (*SERVICES, *(LONG if asked.all else ()))))


def _run(module: str) -> int:
    """Run another benchmark as a process of its own; return its exit code."""
    print(f"\n{module}")
    return subprocess.run([sys.executable, "-m", f"bench.{module}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
