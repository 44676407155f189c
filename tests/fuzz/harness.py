"""Runs one target of the fuzzing under coverage guidance.

python -m tests.fuzz.harness TARGET [options of libFuzzer] CORPUS...
"""

import importlib
import sys

import atheris

OURS = ["primitives", "consensus", "p2p", "node", "genesis", "contracts", "commands", "tomllib"]


def main(target: str, options: list[str]) -> None:
    """Search until the options say to stop; a finding ends the process with its traceback."""
    with atheris.instrument_imports(include=OURS):
        module = importlib.import_module(f"tests.fuzz.{target}")
    atheris.Setup([target, *options], module.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
