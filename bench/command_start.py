"""How much processor time a command takes before it does anything, beside a bare Python.

`python -m bench.command_start` prints a line for each kind of command: milliseconds of processor
time, and how many times `python -c pass` of the same run.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROUNDS = 9
# Goals: at most so many times a bare Python; None: a figure only.
KINDS = {
    "help of a command": (("cbdc", "transfer", "--help"), 10.0),
    "help of a group": (("cbdc", "--help"), 10.0),
    "help of everything": (("--help",), 10.0),
    "wrong usage": (("cbdc", "transfer", "--no-such-option"), 10.0),
    "version": (("--version",), 10.0),
    "keys here": (("keys", "list"), 10.0),
    "a question to a node": (("node", "status", "--rpc", "http://127.0.0.1:9"), None),
}


def main() -> int:
    """Measure all kinds in turn; exit 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SAPHA_KEYS": home, "SAPHA_OUTBOX": str(Path(home, "outbox"))}
        commands = {"bare": [sys.executable, "-c", "pass"]} | {
            kind: [sys.executable, "-m", "sapha", *words] for kind, (words, _) in KINDS.items()
        }
        rounds = [
            {kind: _processor_ms(command, environment) for kind, command in commands.items()}
            for _ in range(ROUNDS)
        ]
    bare = median(each["bare"] for each in rounds)
    print(f"{'bare python -c pass':24} {bare:7.1f} ms")
    missed = []
    for kind, (_, goal) in KINDS.items():
        spent = median(each[kind] for each in rounds)
        print(f"{kind:24} {spent:7.1f} ms {spent / bare:6.1f} times")
        if goal is not None and spent / bare > goal:
            missed.append(kind)
    print(json.dumps({"missed": missed}))
    return 1 if missed else 0


def _processor_ms(command: list[str], environment: dict[str, str]) -> float:
    """Return the processor time of a process, its own and the system's for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent_s * 1_000


if __name__ == "__main__":
    raise SystemExit(main())
